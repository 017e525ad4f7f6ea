"""Each kind of dispatch, carried out once, and what the desk shows at once."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from app import db
from app.accounts.models import AccountState
from app.assets.models import AssetKind
from app.comments.models import Comment
from app.conversations.models import Message
from app.dispatches.models import Dispatch, DispatchState
from app.dispatches.moderate import write_delete, write_hide, write_like, write_unhide, write_unlike
from app.dispatches.orders import answer_doubt, cancel_dispatch, send_again
from app.dispatches.write_message import write_message_by_person, write_message_by_rule
from app.dispatches.write_reply import write_private_reply, write_reply
from app.dispatches.write_signs import write_reaction, write_seen, write_typing
from app.errors import RuleError
from app.live.models import Hint, HintKind
from app.workspaces.models import Workspace
from app.workspaces.pause import pause_workspace, resume_workspace
from tests.dispatches.desk import Desk
from tests.factories import make_asset


def reply(desk: Desk, comment: Comment, text: str = "1 800 ₸") -> Dispatch:
    return write_reply(comment.id, text, user_id=desk.user.id, form_token=desk.token(), now=desk.now())


def write(desk: Desk, text: str = "Здравствуйте!", **values: Any) -> Dispatch:
    [dispatch] = write_message_by_person(
        desk.conversation().id,
        text=text,
        user_id=desk.user.id,
        form_token=desk.token(),
        now=desk.now(),
        **values,
    )
    return dispatch


# Comments


def test_a_reply_goes_out_and_stands_in_its_thread_at_once(desk: Desk) -> None:
    comment = desk.comment()
    sent = desk.run_to_rest(reply(desk, comment, "  1 800 ₸  ").id)
    assert (sent.state, sent.reason) == (DispatchState.SENT, None)
    assert desk.replies_at_instagram(comment) == ["1 800 ₸"]
    own = desk.one(select(Comment).where(Comment.ig_comment_id == sent.result_id))
    assert (own.text, own.is_own, own.parent_id) == ("1 800 ₸", True, comment.id)
    top = desk.one(select(Comment).where(Comment.id == comment.id))
    assert top.waiting_since is None
    kinds = {hint.kind for hint in desk.all(select(Hint))}
    assert {HintKind.DISPATCH, HintKind.COMMENT} <= kinds


def test_an_answer_to_a_reply_goes_to_the_top_of_its_thread(desk: Desk) -> None:
    top = desk.comment()
    first = desk.run_to_rest(reply(desk, top).id)
    own = desk.one(select(Comment).where(Comment.ig_comment_id == first.result_id))
    second = desk.run_to_rest(reply(desk, own, "И ещё сироп").id)
    assert second.state is DispatchState.SENT
    assert desk.replies_at_instagram(top) == ["1 800 ₸", "И ещё сироп"]


def test_a_form_that_is_sent_twice_asks_once(desk: Desk) -> None:
    comment = desk.comment()
    twice = [write_reply(comment.id, "Раз", user_id=desk.user.id, form_token="same", now=desk.now()) for _ in range(2)]
    assert twice[0].id == twice[1].id
    desk.message()
    values: dict[str, Any] = {"text": "Два", "user_id": desk.user.id, "form_token": "other", "now": desk.now()}
    messages = [write_message_by_person(desk.conversation().id, **values) for _ in range(2)]
    assert [one.id for one in messages[0]] == [one.id for one in messages[1]]


def test_a_private_reply_opens_a_conversation_and_there_is_one_only(desk: Desk) -> None:
    comment = desk.comment()
    values: dict[str, Any] = {"user_id": desk.user.id, "now": desk.now()}
    dispatch = write_private_reply(comment.id, "Ответили в личку", form_token=desk.token(), **values)
    sent = desk.run_to_rest(dispatch.id)
    assert sent.state is DispatchState.SENT
    message = desk.one(select(Message).where(Message.mid == sent.result_id))
    assert (message.text, message.is_own, message.dispatch_id) == ("Ответили в личку", True, sent.id)
    with pytest.raises(RuleError, match="private_reply_used"):
        write_private_reply(comment.id, "Ещё раз", form_token=desk.token(), **values)


def test_a_private_reply_that_was_refused_may_be_tried_again(desk: Desk) -> None:
    comment = desk.comment()
    desk.sandbox.settings(message_access=False)
    values: dict[str, Any] = {"user_id": desk.user.id, "now": desk.now()}
    refused = desk.run_to_rest(write_private_reply(comment.id, "Раз", form_token=desk.token(), **values).id)
    assert (refused.state, refused.reason, refused.text) == (DispatchState.REFUSED, "message_access_off", "Раз")
    desk.sandbox.settings(message_access=True)
    assert desk.run_to_rest(send_again(refused.id, **values).id).state is DispatchState.SENT


def test_comments_are_hidden_shown_liked_and_deleted(desk: Desk) -> None:
    comment = desk.comment()
    values: dict[str, Any] = {"user_id": desk.user.id, "now": desk.now()}
    orders: list[tuple[Callable[..., Dispatch], dict[str, Any]]] = [
        (write_hide, {"hidden": True, "liked_by_us": False}),
        (write_unhide, {"hidden": False, "liked_by_us": False}),
        (write_like, {"liked_by_us": True, "like_count": 1}),
        (write_unlike, {"liked_by_us": False, "like_count": 0}),
    ]
    for order, shown in orders:
        done = desk.run_to_rest(order(comment.id, form_token=desk.token(), **values).id)
        assert done.state is DispatchState.SENT
        row = desk.one(select(Comment).where(Comment.id == comment.id))
        assert {name: getattr(row, name) for name in shown} == shown
        facts = desk.dispatcher.connect(desk.account).read_comment(comment.ig_comment_id)
        assert (facts.hidden, facts.like_count) == (row.hidden, row.like_count)
    done = desk.run_to_rest(write_delete(comment.id, form_token=desk.token(), **values).id)
    assert done.state is DispatchState.SENT
    row = desk.one(select(Comment).where(Comment.id == comment.id))
    assert (row.text, row.gone_at) == ("", desk.now())
    assert desk.calls("DELETE", comment.ig_comment_id) == 1


def test_deleting_can_be_taken_back_for_eight_seconds(desk: Desk) -> None:
    comment = desk.comment()
    dispatch = write_delete(comment.id, user_id=desk.user.id, form_token=desk.token(), now=desk.now())
    desk.advance(7)
    assert desk.look() == 0
    assert cancel_dispatch(dispatch.id, now=desk.now()).state is DispatchState.CANCELLED
    desk.advance(60)
    assert desk.look() == 0
    sent = desk.run_to_rest(reply(desk, comment).id)
    with pytest.raises(RuleError, match="dispatch_moved_on"):
        cancel_dispatch(sent.id, now=desk.now())


def test_a_comment_that_is_gone_leaves_the_answer_with_its_reason(desk: Desk) -> None:
    comment = desk.comment()
    desk.dispatcher.connect(desk.account).delete_comment(comment.ig_comment_id)
    refused = desk.run_to_rest(reply(desk, comment, "Жаль").id)
    assert (refused.state, refused.reason, refused.text) == (DispatchState.REFUSED, "comment_gone", "Жаль")
    assert desk.one(select(Comment).where(Comment.id == comment.id)).gone_at is not None


# Messages


@pytest.mark.parametrize("echo_first", [True, False])
def test_a_message_and_its_echo_are_one_bubble(desk: Desk, echo_first: bool) -> None:
    desk.message()
    dispatch = write(desk)
    if echo_first:
        mid = desk.dispatcher.connect(desk.account).send_text(desk.dana, "Здравствуйте!").mid
        desk.echo(mid, "Здравствуйте!")  # somebody wrote the same on the phone a moment ago
    sent = desk.run_to_rest(dispatch.id)
    desk.echo(sent.result_id or "", "Здравствуйте!")
    bubbles = desk.all(select(Message).where(Message.is_own.is_(True)).order_by(Message.id))
    assert [bubble.dispatch_id for bubble in bubbles] == ([None, sent.id] if echo_first else [sent.id])
    assert sent.state is DispatchState.SENT
    assert desk.conversation().waiting_since is None


def test_pictures_go_as_one_message_and_words_before_them(desk: Desk) -> None:
    desk.message()
    workspace = desk.one(select(Workspace))
    assets = [make_asset(workspace, kind=AssetKind.IMAGE, original_path=f"{name}.jpg") for name in "ab"]
    both = write_message_by_person(
        desk.conversation().id,
        text="Вот меню",
        asset_ids=[asset.id for asset in assets],
        user_id=desk.user.id,
        form_token=desk.token(),
        now=desk.now(),
    )
    for _part in both:
        desk.look()
    assert [desk.dispatch(one.id).state for one in both] == [DispatchState.SENT] * 2
    assert desk.messages_at_instagram() == ["Вот меню", None]
    files = desk.one(select(Message).where(Message.dispatch_id == both[1].id))
    with db.reading() as session:
        found = session.get_one(Message, files.id).attachments
        assert [(one.kind, one.asset_id) for one in found] == [("image", asset.id) for asset in assets]


def test_after_a_day_a_person_still_answers_and_a_rule_does_not(desk: Desk) -> None:
    desk.message()
    desk.advance(25 * 3600)
    with pytest.raises(RuleError, match="window_closed"):
        write_message_by_rule(desk.conversation().id, text="Бот", now=desk.now())
    sent = desk.run_to_rest(write(desk).id)
    assert (sent.state, sent.human_agent) == (DispatchState.SENT, True)
    desk.sandbox.settings(human_agent="rejected")
    refused = desk.run_to_rest(write(desk, "Ещё раз").id)
    assert (refused.state, refused.reason) == (DispatchState.REFUSED, "human_agent_not_approved")
    desk.advance(7 * 24 * 3600)
    with pytest.raises(RuleError, match="window_closed"):
        write(desk)


def test_a_rules_message_inside_the_day_goes_without_the_tag(desk: Desk) -> None:
    desk.message()
    [dispatch] = write_message_by_rule(desk.conversation().id, text="Мы открыты", now=desk.now(), form_token="rule-1")
    sent = desk.run_to_rest(dispatch.id)
    assert (sent.state, sent.human_agent, sent.created_by_id) == (DispatchState.SENT, False, None)


def test_a_planned_message_goes_at_its_time_and_keeps_nothing_waiting(desk: Desk) -> None:
    desk.message()
    with pytest.raises(RuleError, match="message_due_too_late"):
        write(desk, due_at=desk.now() + timedelta(hours=25))
    with pytest.raises(RuleError, match="message_due_in_past"):
        write(desk, due_at=desk.now())
    planned = write(desk, "Напоминаем", due_at=desk.now() + timedelta(hours=2))
    write(desk, "Сейчас")
    desk.look()
    assert desk.messages_at_instagram() == ["Сейчас"]
    sent = desk.run_to_rest(planned.id)
    assert sent.state is DispatchState.SENT
    assert sent.finished_at == planned.created_at + timedelta(hours=2)


def test_messages_of_a_conversation_go_in_their_order_even_when_the_first_has_to_wait(desk: Desk) -> None:
    desk.message()
    dispatches = [write(desk, text) for text in ("Первое", "Второе", "Третье")]
    desk.sandbox.add_fault("/messages$", "error", method="POST", times=2, error={"code": 613, "error_subcode": 2534040})
    for _ in range(8):
        desk.look()
        desk.advance(2)
    assert {desk.dispatch(one.id).state for one in dispatches} == {DispatchState.SENT}
    assert desk.messages_at_instagram() == ["Первое", "Второе", "Третье"]


def test_reactions_and_signs(desk: Desk) -> None:
    message = desk.message()
    values: dict[str, Any] = {"user_id": desk.user.id, "now": desk.now()}
    assert write_typing(desk.conversation().id, now=desk.now())
    assert write_seen(desk.conversation().id, now=desk.now())
    sent = write_reaction(message.id, "🔥", form_token=desk.token(), **values)
    assert desk.look() == 3
    assert desk.dispatch(sent.id).state is DispatchState.SENT
    actions = [call["params"].get("sender_action") for call in desk.sandbox.journal() if call["method"] == "POST"]
    assert set(actions) >= {"react", "typing_on", "mark_seen"}
    assert [one.kind for one in desk.all(select(Dispatch))] == [sent.kind]
    with db.reading() as session:
        assert [one.emoji for one in session.get_one(Message, message.id).reactions] == ["🔥"]


def test_an_old_sign_is_not_given_and_a_lost_one_not_repeated(desk: Desk) -> None:
    desk.message()
    write_typing(desk.conversation().id, now=desk.now())
    desk.advance(61)
    assert desk.look() == 0
    write_seen(desk.conversation().id, now=desk.now())
    desk.sandbox.add_fault("/messages$", "drop_request", method="POST", times=1)
    desk.look()
    assert desk.look() == 0
    assert desk.calls("POST", "/messages") == 1


# Standing still


def test_while_paused_or_without_a_login_everything_waits_and_nothing_is_lost(desk: Desk) -> None:
    comment = desk.comment()
    dispatch = reply(desk, comment)
    pause_workspace(desk.account.workspace_id, desk.now())
    assert desk.look() == 0
    resume_workspace(desk.account.workspace_id)
    desk.sandbox.call("POST", f"/accounts/{desk.account.ig_user_id}/revoke", {"subcode": 460})
    desk.look()
    assert desk.one(select(type(desk.account))).state is AccountState.RECONNECT
    waiting = desk.dispatch(dispatch.id)
    assert (waiting.state, waiting.reason) == (DispatchState.WAITING, "password_changed")
    assert desk.look() == 0


def test_a_limit_holds_the_account_and_the_answer_goes_afterwards(desk: Desk) -> None:
    comment = desk.comment()
    desk.sandbox.add_fault("replies$", "error", method="POST", error={"code": 80002}, status=400)
    dispatch = reply(desk, comment)
    desk.look()
    held = desk.one(select(type(desk.account))).hold_until
    assert held is not None
    assert held > desk.now()
    assert desk.run_to_rest(dispatch.id).state is DispatchState.SENT
    assert desk.replies_at_instagram(comment) == ["1 800 ₸"]


def test_another_scheduler_that_leads_keeps_the_old_one_from_acting(desk: Desk) -> None:
    comment, old = desk.comment(), desk.dispatcher
    dispatch = reply(desk, comment)
    desk.take_over()
    desk.dispatcher = old
    desk.look()
    assert desk.dispatch(dispatch.id).state is DispatchState.WAITING
    assert desk.replies_at_instagram(comment) == []


def test_a_doubt_is_answered_by_a_person(desk: Desk) -> None:
    desk.message()
    doubts = []
    for text in ("Дошло", "Не дошло"):
        dispatch = write(desk, text)
        desk.sandbox.add_fault("/messages$", "drop_request", method="POST", times=1)
        desk.look()
        desk.sandbox.add_fault("", "error", method="GET", times=10_000, error={"code": 2}, status=500)
        doubts.append(desk.run_to_rest(dispatch.id))
        desk.sandbox.call("DELETE", "/faults")
    assert [doubt.state for doubt in doubts] == [DispatchState.UNCONFIRMED] * 2
    values: dict[str, Any] = {"user_id": desk.user.id, "now": desk.now()}
    assert answer_doubt(doubts[0].id, was_sent=True, **values).state is DispatchState.SENT
    again = answer_doubt(doubts[1].id, was_sent=False, **values)
    assert desk.run_to_rest(again.id).state is DispatchState.SENT
    assert desk.messages_at_instagram() == ["Не дошло"]
