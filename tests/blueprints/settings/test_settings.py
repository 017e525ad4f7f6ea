"""The settings, as a browser sees them."""

import pytest
from sqlalchemy import select

from app import db
from app.web.context import get_passwords
from app.web.devices import describe_device
from app.workspaces import people
from app.workspaces.logins import begin_login
from app.workspaces.models import Membership, Role, User, Workspace
from app.workspaces.pause import find_pause, pause_server
from tests.clocks import FrozenClock
from tests.factories import Cast
from tests.web_client import Browser, OpenBrowser

PASSWORD = "верблюд пьёт кофе"


def give_password(browser: Browser, cast: Cast) -> None:
    with browser.app.app_context():
        people.change_password(cast.member.id, PASSWORD, passwords=get_passwords(), keep_login=None)


def membership_of(user: User) -> int:
    with db.reading() as session:
        return session.scalars(select(Membership.id).where(Membership.user_id == user.id)).one()


def role_of(user: User) -> Role | None:
    with db.reading() as session:
        return session.scalar(select(Membership.role).where(Membership.user_id == user.id))


def test_each_role_sees_the_groups_it_may_open(owner: Browser, member: Browser) -> None:
    assert "/settings/team" in owner.get("/settings/").text
    assert "/settings/team" not in member.get("/settings/").text


def test_name_and_zone_of_the_workspace_are_changed(admin: Browser, cast: Cast) -> None:
    answer = admin.post("/settings/workspace", {"workspace_name": " Алма  Кофе 2 ", "timezone": "Уральск"})
    assert answer.status_code == 303
    with db.reading() as session:
        workspace = session.get_one(Workspace, cast.workspace.id)
    assert (workspace.name, workspace.timezone) == ("Алма Кофе 2", "Asia/Oral")
    assert "Saved." in admin.get(answer.location).text


def test_a_zone_that_does_not_exist_keeps_what_was_typed(admin: Browser) -> None:
    answer = admin.post("/settings/workspace", {"workspace_name": "Новое", "timezone": "Атлантида"})
    assert answer.status_code == 422
    assert "There is no such time zone." in answer.text
    assert 'value="Атлантида"' in answer.text
    assert 'value="Новое"' in answer.text


def test_a_pause_shows_on_every_page_with_a_way_out_for_those_who_may(
    admin: Browser, member: Browser, cast: Cast
) -> None:
    assert admin.post("/settings/pause").status_code == 303
    assert find_pause(cast.workspace.id) is not None
    for path in ("/", "/settings/"):
        assert 'action="/settings/resume"' in admin.get(path).text
        shown = member.get(path).text
        assert "Everything outgoing is paused" in shown
        assert 'action="/settings/resume"' not in shown
    assert admin.post("/settings/resume").status_code == 303
    assert "Everything outgoing is paused" not in member.get("/").text


def test_a_pause_of_the_whole_server_is_ended_on_the_server_only(owner: Browser, clock: FrozenClock) -> None:
    pause_server(clock.now())
    shown = owner.get("/settings/workspace").text
    assert "The whole server is paused" in shown
    assert "It can only be resumed there." in shown
    assert 'action="/settings/resume"' not in shown


def test_appearance_is_changed_and_said_in_the_new_language(member: Browser, cast: Cast) -> None:
    answer = member.post("/settings/appearance", {"language": "kk", "theme": "dark"})
    assert answer.status_code == 303
    page = member.get("/settings/appearance").text
    assert '<html lang="kk" data-theme="dark"' in page
    with db.reading() as session:
        assert session.get_one(User, cast.member.id).hotkeys is False


def test_a_new_password_ends_the_other_devices_and_keeps_this_one(
    member: Browser, open_browser: OpenBrowser, cast: Cast
) -> None:
    give_password(member, cast)
    here, there = open_browser(cast.member, cast.workspace), open_browser(cast.member, cast.workspace)
    wrong = here.post("/settings/profile/password", {"current_password": "не тот", "password": "верблюд пьёт чай"})
    assert (wrong.status_code, "The current password is wrong." in wrong.text) == (422, True)
    weak = here.post("/settings/profile/password", {"current_password": PASSWORD, "password": "password1"})
    assert (weak.status_code, "easy to guess" in weak.text) == (422, True)
    right = here.post("/settings/profile/password", {"current_password": PASSWORD, "password": "верблюд пьёт чай"})
    assert right.status_code == 303
    assert here.get("/").status_code == 200
    assert there.get("/").status_code == 303


def test_the_current_password_cannot_be_guessed_from_a_signed_in_device(member: Browser, cast: Cast) -> None:
    give_password(member, cast)
    thief = member
    with thief.app.app_context():
        passwords = get_passwords()
    thief.sign_in(begin_login(cast.member.id, cast.workspace.id, "x", FrozenClock().now()))
    before = passwords.hashes_computed
    for _ in range(20):
        thief.post("/settings/profile/password", {"current_password": "догадка", "password": "верблюд пьёт чай"})
    assert passwords.hashes_computed - before == 5


def test_the_address_changes_only_with_the_password_and_to_one_that_is_free(member: Browser, cast: Cast) -> None:
    give_password(member, cast)
    member.sign_in(begin_login(cast.member.id, cast.workspace.id, "x", FrozenClock().now()))
    taken = member.post("/settings/profile/email", {"email": "OWNER@alma.example", "current_password": PASSWORD})
    assert (taken.status_code, "Somebody else signs in with this address." in taken.text) == (422, True)
    done = member.post("/settings/profile/email", {"email": "New@alma.example", "current_password": PASSWORD})
    assert done.status_code == 303
    with db.reading() as session:
        assert session.get_one(User, cast.member.id).email == "new@alma.example"


def test_devices_are_listed_and_signed_out_one_by_one_or_all(
    member: Browser, open_browser: OpenBrowser, cast: Cast, owner: Browser
) -> None:
    others = [open_browser(cast.member, cast.workspace) for _ in range(3)]
    page = member.get("/settings/devices").text
    assert page.count("Firefox · Windows") >= 4
    assert "This device" in page
    first = page.split('action="/settings/devices/')
    ids = {part.partition("/end")[0] for part in first[1:] if part[0].isdigit()}
    assert len(ids) == 4
    assert owner.post(f"/settings/devices/{ids.pop()}/end").status_code == 404
    assert member.post("/settings/devices/end-others").status_code == 303
    assert member.get("/").status_code == 200
    assert [other.get("/").status_code for other in others] == [303, 303, 303]


@pytest.mark.parametrize("user_agent", ["", "<script>alert(1)</script>", "curl/8.0"])
def test_a_strange_browser_is_still_described(user_agent: str) -> None:
    assert "<" not in describe_device(user_agent)
    assert describe_device(user_agent)


def test_somebody_is_added_and_can_sign_in(owner: Browser, nobody: Browser, cast: Cast) -> None:
    new = {"name": "Новая", "email": "new@alma.example", "password": PASSWORD, "role": "member"}
    assert owner.post("/settings/team", new).status_code == 303
    assert "new@alma.example" in owner.get("/settings/team").text
    assert nobody.post("/login", {"email": "new@alma.example", "password": PASSWORD}).status_code == 303


def test_an_admin_is_offered_no_owners_and_cannot_make_or_touch_one(admin: Browser, cast: Cast) -> None:
    page = admin.get("/settings/team").text
    assert 'value="owner"' not in page
    assert f"/settings/team/{membership_of(cast.owner)}/" not in page
    new = {"name": "Новая", "email": "new@alma.example", "password": PASSWORD, "role": "owner"}
    assert admin.post("/settings/team", new).status_code == 422
    admin.post(f"/settings/team/{membership_of(cast.member)}/role", {"role": "owner"})
    assert role_of(cast.member) is Role.MEMBER
    admin.post(f"/settings/team/{membership_of(cast.owner)}/role", {"role": "member"})
    assert role_of(cast.owner) is Role.OWNER
    admin.post(f"/settings/team/{membership_of(cast.owner)}/removal")
    assert role_of(cast.owner) is Role.OWNER


def test_a_new_role_counts_at_once(owner: Browser, member: Browser, cast: Cast) -> None:
    assert member.get("/settings/team").status_code == 403
    owner.post(f"/settings/team/{membership_of(cast.member)}/role", {"role": "admin"})
    assert member.get("/settings/team").status_code == 200


def test_somebody_removed_is_out_at_once(owner: Browser, member: Browser, cast: Cast) -> None:
    answer = owner.post(f"/settings/team/{membership_of(cast.member)}/removal")
    assert answer.status_code == 303
    assert "no longer belongs to the workspace" in owner.get(answer.location).text
    assert member.get("/").status_code == 303


def test_the_last_owner_is_told_why_they_cannot_leave(owner: Browser, cast: Cast) -> None:
    answer = owner.post(f"/settings/team/{membership_of(cast.owner)}/removal")
    assert "A workspace needs at least one owner." in owner.get(answer.location).text


def test_the_state_of_the_server_is_told_in_words(owner: Browser, member: Browser) -> None:
    page = owner.get("/settings/status").text
    assert "The scheduler has never run" in page
    assert "Nothing has gone wrong in the scheduler." in page
    assert "Up to date" in page
    assert member.get("/settings/status").status_code == 403


def test_retention_and_seen_marks_are_changed_by_an_admin_and_say_what_they_mean(admin: Browser, cast: Cast) -> None:
    shown = admin.get("/settings/retention").text
    assert "only the 20 newest messages" in shown
    assert admin.post("/settings/retention", {"history": "drop"}).status_code == 303
    with db.reading() as session:
        workspace = session.get_one(Workspace, cast.workspace.id)
    assert (workspace.keeps_history, workspace.marks_seen) == (False, False)
    assert admin.post("/settings/retention", {"history": "keep", "marks_seen": "y"}).status_code == 303
    with db.reading() as session:
        workspace = session.get_one(Workspace, cast.workspace.id)
    assert (workspace.keeps_history, workspace.marks_seen) == (True, True)
    assert admin.post("/settings/retention", {"history": "burn"}).status_code == 422
