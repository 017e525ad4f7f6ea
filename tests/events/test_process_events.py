"""Events become comments and messages: each once, whatever breaks or comes twice."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import func, select, update

from app import db
from app.accounts.models import Account, AccountState
from app.comments.models import Comment
from app.conversations.models import Conversation, Message, MessageReaction
from app.crypto import KeyRing
from app.errors import NotFound
from app.events.models import Event, EventState
from app.events.process_events import process_events
from app.events.purge_events import purge_events
from app.events.queries import count_events, find_last_test, get_event, list_failed_events, list_last_events
from app.events.replay_events import replay_event, replay_failed
from app.events.strays import take_up_strays
from app.live.models import Hint
from app.sync.models import AccountSync
from tests.events.conftest import PERSON, Post
from tests.factories import make_account, make_workspace


def test_every_kind_has_its_effect_and_is_done(post: Post) -> None:
    start = post.clock.now()
    post.tell(post.comment("18009764417219041"), post.message("m1", "Бар ма?"))
    post.tell(post.item("reaction", {"mid": "m1", "action": "react", "emoji": "😍"}))
    post.tell(post.item("message_edit", {"mid": "m1", "text": "Бар ма екен?", "num_edit": 1}))
    post.tell(post.message("m2"), post.message("m2", text="", is_deleted=True))
    post.tell(post.item("postback", {"mid": "m3", "title": "Бағасы", "payload": "PRICE"}))
    post.tell(post.item("read", {"mid": "m0"}), post.item("referral", {"ref": "spring", "source": "SHORTLINKS"}))
    post.tell(post.item("pass_thread_control", {"new_owner_app_id": 1}), {"field": "story_insights", "value": {}})
    post.process()
    assert [comment.text for comment in post.rows(Comment)] == ["Баға?"]
    messages = {message.mid: message for message in post.rows(Message)}
    assert messages["m1"].text == "Бар ма екен?"
    assert messages["m2"].unsent_at is not None
    assert messages["m3"].payload == "PRICE"
    assert [reaction.emoji for reaction in post.rows(MessageReaction)] == ["😍"]
    assert {(event.state, event.account_id, event.tries) for event in post.events()} == {
        (EventState.DONE, post.account.id, 1)
    }
    assert [sync.last_event_at for sync in post.rows(AccountSync)] == [start]


def test_several_processes_at_once_do_each_event_once(post: Post) -> None:
    for number in range(60):
        post.tell(post.message(f"m{number}", at=post.clock.now() + timedelta(seconds=number)))
    with ThreadPoolExecutor(3) as pool:
        for done in [pool.submit(post.process) for _ in range(3)]:
            done.result()
    assert len(post.rows(Message)) == 60
    assert {event.tries for event in post.events()} == {1}
    assert [conversation.unread_count for conversation in post.rows(Conversation)] == [60]


def test_an_event_that_cannot_be_processed_stays_visible_and_the_others_go_on(post: Post) -> None:
    secret = "мой номер +7 701 000 00 00"
    post.tell(post.message("m1"), post.item("reaction", {"action": "react", "text": secret}), post.message("m2"))
    post.process()
    assert {message.mid for message in post.rows(Message)} == {"m1", "m2"}
    with db.workspace_scope(post.workspace.id):
        failed = list_failed_events()
        assert [(event.state, event.tries) for event in failed] == [(EventState.FAILED, 1)]
        assert failed[0].error is not None
        assert failed[0].error.startswith("UnreadableUpdate (apply_update:")
        assert count_events([post.account.id])[post.account.id].failed == 1
        assert replay_event(failed[0].id)
        assert not replay_event(failed[0].id)
        assert count_events([post.account.id])[post.account.id].waiting == 1
        post.process()
        assert [event.tries for event in list_failed_events()] == [2]
        assert list_failed_events(before_id=failed[0].id) == []
        mend(failed[0].id, post.item("reaction", {"mid": "m1", "action": "react", "emoji": "🔥"}))
        assert replay_failed([post.account.id]) == 1
        post.process()
        assert list_failed_events() == []
    assert [reaction.emoji for reaction in post.rows(MessageReaction)] == ["🔥"]


def mend(event_id: int, item: dict[str, object]) -> None:
    with db.transaction() as session:
        session.execute(update(Event).where(Event.id == event_id).values(payload={"messaging": [item]}))


def test_nobody_sees_or_replays_the_events_of_another_workspace(post: Post) -> None:
    post.tell(post.item("reaction", {}))
    post.process()
    event_id = post.events()[0].id
    with db.workspace_scope(make_workspace("Чужая пекарня").id):
        assert list_failed_events() == []
        assert list_last_events([post.account.id]) == []
        assert count_events([post.account.id]) == {}
        assert replay_failed([post.account.id]) == 0
        for look in (get_event, replay_event):
            with pytest.raises(NotFound):
                look(event_id)
    assert post.events()[0].state is EventState.FAILED


def test_who_may_not_act_any_more_does_nothing(post: Post) -> None:
    post.tell(post.message("m1"))
    assert not process_events(clock=post.clock, may_act=lambda: False)
    assert not process_events(clock=post.clock, is_over=lambda: True)
    assert post.events()[0].state is EventState.WAITING


def test_what_came_before_the_account_was_connected_is_taken_up_then(post: Post, keys: KeyRing) -> None:
    other = "17841499999999999"
    post.tell(post.message("early"), ig_user_id=other)
    post.process()
    assert [event.state for event in post.events()] == [EventState.STRAY]
    make_account(post.workspace, keys, ig_user_id=other)
    assert take_up_strays(other, post.clock.now() + timedelta(hours=37)) == 0
    assert take_up_strays(other, post.clock.now() + timedelta(hours=35)) == 1
    post.process()
    assert [message.mid for message in post.rows(Message)] == ["early"]


def test_events_of_an_account_that_was_disconnected_are_strays(post: Post) -> None:
    with db.workspace_scope(post.workspace.id), db.transaction() as session:
        session.execute(update(Account).values(claimed_ig_user_id=None, state=AccountState.DISCONNECTED))
    post.tell(post.message("m1"))
    post.process()
    assert post.rows(Message) == []
    assert post.events()[0].state is EventState.STRAY


def test_the_dashboards_test_is_noted_and_has_no_effect(post: Post) -> None:
    dummy = {"sender": {"id": "12334"}, "recipient": {"id": "23245"}, "timestamp": "1527459824"}
    assert find_last_test() is None
    post.tell({"field": "messages", "value": dummy | {"message": {"mid": "random_mid", "text": "x"}}}, ig_user_id="0")
    post.process()
    assert post.rows(Message) == []
    assert post.events()[0].state is EventState.DONE
    assert find_last_test() == post.clock.now()


def test_a_sign_of_a_new_message_has_the_account_looked_at_soon(post: Post) -> None:
    sign = {"timestamp": 1767963330978, "message_edit": {"mid": "m9", "num_edit": 0}}
    post.tell(sign)
    post.process()
    assert [sync.next_look_at for sync in post.rows(AccountSync)] == [post.clock.now()]
    post.tell(post.message("m9"))
    post.process()
    before = post.clock.now()
    post.clock.advance(hours=1)
    post.tell(sign | {"timestamp": 1767963330999})
    post.process()
    assert [sync.next_look_at for sync in post.rows(AccountSync)] == [before]
    post.tell(sign | {"sender": {"id": PERSON}, "message_edit": {"mid": "m10", "num_edit": 0}})
    post.process()
    assert [conversation.next_check_at for conversation in post.rows(Conversation)] == [post.clock.now()]


def test_the_newest_event_of_each_kind_is_told(post: Post) -> None:
    post.tell(post.message("m1"))
    post.clock.advance(minutes=5)
    post.tell(post.message("m2"), post.comment("c1"))
    post.process()
    with db.workspace_scope(post.workspace.id):
        told = {last.kind: last.received_at for last in list_last_events([post.account.id])}
    assert told == {"message": post.clock.now(), "comment": post.clock.now()}


def test_pages_that_are_open_are_told_of_what_came(post: Post) -> None:
    post.tell(post.message("m1"), post.comment("c1"))
    post.process()
    with db.reading() as session:
        kinds = session.scalars(select(Hint.kind).distinct()).all()
    assert {kind.value for kind in kinds} == {"conversation", "comment"}


def test_contents_are_kept_a_week_and_events_a_month(post: Post) -> None:
    post.tell(post.message("m1"), post.item("reaction", {}))
    post.tell(post.message("stray"), ig_user_id="17841499999999999")
    post.process()
    post.tell(post.message("m2"))
    post.clock.advance(days=6)
    purge_events(post.clock.now())
    assert [(event.state, event.payload is None) for event in post.events()] == [
        (EventState.DONE, False),
        (EventState.FAILED, False),
        (EventState.WAITING, False),
    ]
    post.clock.advance(days=2)
    purge_events(post.clock.now())
    assert [event.payload is None for event in post.events()] == [True, False, False]
    with db.workspace_scope(post.workspace.id):
        assert not replay_event(post.events()[0].id)
    post.clock.advance(days=23)
    purge_events(post.clock.now())
    assert [event.state for event in post.events()] == [EventState.WAITING]


def test_events_in_the_thousands_are_purged_in_parts(post: Post) -> None:
    post.tell(*(post.message(f"m{number}") for number in range(1100)))
    with db.transaction() as session:
        session.execute(update(Event).values(state=EventState.DONE))
    purge_events(post.clock.now() + timedelta(days=31))
    with db.reading() as session:
        assert session.scalar(select(func.count()).select_from(Event)) == 0
