"""Many at a time, each conversation in its order; and two schedulers that both believe that they lead."""

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from sqlalchemy import select, update

from app import db
from app.accounts.models import Account
from app.config import Config
from app.dispatches.advance_dispatch import advance_dispatch
from app.dispatches.due_dispatches import forget_future_tries, list_due_dispatches
from app.dispatches.models import Dispatch, DispatchState
from app.dispatches.send_dispatches import send_dispatches
from app.dispatches.write_message import write_message_by_person
from app.dispatches.write_reply import write_reply
from app.instagram.client import Instagram
from app.scheduler.models import Lease
from app.scheduler.runner import Scheduler
from tests.dispatches.desk import Desk
from tests.waiting import wait_until


def go_on() -> bool:
    return False


def test_conversations_go_side_by_side_and_each_in_its_order(desk: Desk) -> None:
    people = [desk.add_person(f"person{number}") for number in range(5)]
    threads = [desk.message(f"Сәлем {number}", person=person) for number, person in enumerate(people)]
    for number in range(4):
        for thread in threads:
            write_message_by_person(
                thread.conversation_id,
                text=f"{number}",
                user_id=desk.user.id,
                form_token=desk.token(),
                now=desk.now(),
            )
    assert send_dispatches(desk.dispatcher, go_on)
    assert not send_dispatches(desk.dispatcher, go_on)
    assert {one.state for one in desk.all(select(Dispatch))} == {DispatchState.SENT}
    assert [desk.messages_at_instagram(person) for person in people] == [["0", "1", "2", "3"]] * 5


def test_whoever_comes_second_to_a_dispatch_does_nothing(desk: Desk) -> None:
    comment = desk.comment()
    write_reply(comment.id, "Один раз", user_id=desk.user.id, form_token=desk.token(), now=desk.now())
    [due] = list_due_dispatches(desk.now())
    start = threading.Barrier(4)

    def race() -> None:
        start.wait()
        advance_dispatch(due, desk.dispatcher)

    with ThreadPoolExecutor(4) as pool:
        for future in [pool.submit(race) for _ in range(4)]:
            future.result()
    assert desk.replies_at_instagram(comment) == ["Один раз"]
    assert desk.dispatch(due.dispatch_id).state is DispatchState.SENT


def test_one_that_breaks_does_not_keep_the_others(desk: Desk) -> None:
    comments = [desk.comment(f"Вопрос {number}") for number in range(3)]
    dispatches = [
        write_reply(comment.id, "Ответ", user_id=desk.user.id, form_token=desk.token(), now=desk.now())
        for comment in comments
    ]
    connect, first = desk.dispatcher.connect, threading.Event()

    def connect_or_break(account: Account) -> Instagram:
        if not first.is_set():
            first.set()
            raise ZeroDivisionError
        return connect(account)

    desk.dispatcher = replace(desk.dispatcher, connect=connect_or_break)
    with pytest.raises(ZeroDivisionError):
        send_dispatches(desk.dispatcher, go_on)
    states = sorted(desk.dispatch(one.id).state for one in dispatches)
    assert states == [DispatchState.SENT, DispatchState.SENT, DispatchState.WAITING]
    desk.advance(61)
    assert send_dispatches(desk.dispatcher, go_on)
    assert {desk.dispatch(one.id).state for one in dispatches} == {DispatchState.SENT}


def test_a_clock_that_is_set_back_keeps_nothing_waiting(desk: Desk) -> None:
    comment = desk.comment()
    dispatch = write_reply(comment.id, "Ответ", user_id=desk.user.id, form_token=desk.token(), now=desk.now())
    desk.sandbox.add_fault("replies$", "error", method="POST", times=6, error={"code": 613, "error_subcode": 2534040})
    for _ in range(6):
        desk.look()
        desk.advance(300)
    desk.clock.advance(-7200)
    assert desk.look() == 0
    forget_future_tries(desk.now())
    desk.look()
    assert desk.dispatch(dispatch.id).state is DispatchState.SENT


def test_the_scheduler_sends_what_was_asked_for(desk: Desk, config: Config) -> None:
    comment = desk.comment()
    first = write_reply(comment.id, "Раз", user_id=desk.user.id, form_token=desk.token(), now=desk.now())
    with db.transaction() as session:
        session.execute(update(Lease).values(holder=""))
    scheduler = Scheduler(config, desk.clock, tick_seconds=0.05)
    thread = threading.Thread(target=scheduler.run)
    thread.start()
    try:
        wait_until(lambda: desk.dispatch(first.id).state is DispatchState.SENT)
        second = write_reply(comment.id, "Два", user_id=desk.user.id, form_token=desk.token(), now=desk.now())
        wait_until(lambda: desk.dispatch(second.id).state is DispatchState.SENT)
    finally:
        scheduler.stop()
        thread.join(30)
    assert desk.replies_at_instagram(comment) == ["Раз", "Два"]
