"""The history of followers adds up, whoever follows here."""

from pathlib import Path

from sandbox.days import day_of
from sandbox.insights.account_numbers import followers_by_day, followers_now, follows_of_day
from sandbox.world import World


def test_each_days_followers_are_those_of_the_day_before_and_who_came_and_went(tmp_path: Path) -> None:
    world = World(files=tmp_path)
    account = world.accounts.add("shop", followers_count=9000, history_days=90)
    for number in range(5):
        world.bonds.change(account, world.accounts.add_person(f"fan{number}"), follows=True)
        world.move_clock(advance_s=86_400)
    account = world.accounts.find(account.user_id) or account
    today = day_of(world.clock.now())
    days = list(range(today - 60, today + 1))
    followers = followers_by_day(world, account, days)
    here = world.bonds.list_follow_days(account.user_id, days[0], today)
    assert followers[today] == followers_now(world, account)
    assert sum(came for came, _ in here.values()) == 5
    for day in days[1:-1]:
        came, went = (a + b for a, b in zip(follows_of_day(account, day), here.get(day, (0, 0)), strict=True))
        assert followers[day] == followers[day - 1] + came - went
