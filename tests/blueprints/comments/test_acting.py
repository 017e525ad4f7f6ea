"""What is done on the comments desk: answers, moderation, and several comments at once."""

from collections.abc import Callable, Sequence
from datetime import timedelta

import pytest
from sqlalchemy import select

from app import db
from app.accounts.models import Account
from app.comments.models import Comment
from app.dispatches.models import Dispatch, DispatchKind, DispatchState
from app.media.models import Media
from app.saved_replies.models import SavedReply
from app.saved_replies.save_reply import ReplyContent, create_saved_reply
from tests.clocks import DEFAULT_NOW, FrozenClock
from tests.comment_factories import make_comment, make_contact, make_dispatch
from tests.factories import Cast
from tests.web_client import Browser

HTMX = {"HX-Request": "true"}
Written = Callable[[], Sequence[Dispatch]]


@pytest.fixture
def written(cast: Cast) -> Written:
    """Return what was asked for, in order."""

    def read() -> Sequence[Dispatch]:
        with db.workspace_scope(cast.workspace.id), db.reading() as session:
            query = select(Dispatch).order_by(Dispatch.id).execution_options(populate_existing=True)
            return session.scalars(query).all()

    return read


def is_waiting(cast: Cast, comment: Comment) -> bool:
    with db.workspace_scope(cast.workspace.id), db.reading() as session:
        found = session.get_one(Comment, comment.id, populate_existing=True)
        return found.waiting_since is not None


def test_a_reply_is_written_once_however_often_the_form_is_sent(
    member: Browser, cast: Cast, media: Media, written: Written
) -> None:
    top = make_comment(media)
    form = {"text": " Раф стоит 1500 ₸ ", "form_token": "once", "to": str(top.id)}
    for _ in range(3):
        answer = member.post(f"/comments/{top.id}/replies", form)
        assert answer.status_code == 303
    (reply,) = written()
    assert (reply.kind, reply.text, reply.comment_id) == (DispatchKind.REPLY, "Раф стоит 1500 ₸", top.id)
    assert reply.created_by_id == cast.member.id


def test_a_reply_answers_the_comment_that_was_chosen_and_counts_the_saved_reply(
    member: Browser, cast: Cast, media: Media, written: Written
) -> None:
    top = make_comment(media)
    chosen = make_comment(media, "И мне", parent=top)
    with db.workspace_scope(cast.workspace.id):
        kept = create_saved_reply(ReplyContent("цена", "1500 ₸"), user_id=cast.member.id, now=DEFAULT_NOW)
    form = {"text": "1500 ₸", "to": str(chosen.id), "saved_reply_id": str(kept.id), "form_token": "t"}
    part = member.post(f"/comments/{top.id}/replies", form, headers=HTMX)
    assert part.status_code == 200 and f'id="thread-{top.id}"' in part.text and "Sending" in part.text
    assert [dispatch.comment_id for dispatch in written()] == [chosen.id]
    with db.workspace_scope(cast.workspace.id), db.reading() as session:
        assert session.get_one(SavedReply, kept.id, populate_existing=True).used_count == 1


def test_a_comment_of_another_thread_cannot_be_answered_here(member: Browser, media: Media, written: Written) -> None:
    top, other = make_comment(media), make_comment(media)
    form = {"text": "Да", "to": str(other.id), "form_token": "t"}
    assert member.post(f"/comments/{top.id}/replies", form).status_code == 404
    assert written() == []


@pytest.mark.parametrize("headers", [{}, HTMX])
def test_a_reply_that_breaks_a_rule_is_given_back_with_the_sentence(
    member: Browser, media: Media, written: Written, headers: dict[str, str]
) -> None:
    top = make_comment(media)
    text = "ә" * 2201
    answer = member.post(f"/comments/{top.id}/replies", {"text": text, "form_token": "t"}, headers=headers)
    assert answer.status_code == 422
    assert text in answer.text and 'aria-invalid="true"' in answer.text and "2,200" in answer.text
    assert f'<details class="discussion-answer" id="answer-{top.id}" open>' in answer.text
    assert written() == []


def test_a_private_reply_goes_out_once_per_comment(member: Browser, media: Media, written: Written) -> None:
    top = make_comment(media)
    url = f"/comments/{top.id}/private-replies"
    assert member.post(url, {"text": "Пишем вам", "form_token": "a"}).status_code == 303
    second = member.post(url, {"text": "Ещё раз", "form_token": "b"}, headers=HTMX)
    assert second.status_code == 422 and "Ещё раз" in second.text
    assert [dispatch.kind for dispatch in written()] == [DispatchKind.PRIVATE_REPLY]


@pytest.mark.parametrize("order", ["hide", "unhide", "delete", "like", "unlike"])
def test_each_button_asks_for_its_own(member: Browser, media: Media, written: Written, order: str) -> None:
    top = make_comment(media)
    assert member.post(f"/comments/{top.id}/{order}", {"form_token": "t"}, headers=HTMX).status_code == 200
    (dispatch,) = written()
    assert dispatch.kind.value == order


def test_hiding_the_only_one_who_waits_finishes_the_thread_others_keep_it_open(
    member: Browser, cast: Cast, media: Media
) -> None:
    alone, shared = make_comment(media), make_comment(media)
    make_comment(media, "И мне", parent=shared)
    for top in (alone, shared):
        member.post(f"/comments/{top.id}/hide", {"form_token": str(top.id)})
    assert not is_waiting(cast, alone) and is_waiting(cast, shared)


def test_done_and_back(member: Browser, cast: Cast, media: Media) -> None:
    top = make_comment(media)
    assert "Put back" in member.post(f"/comments/{top.id}/done", headers=HTMX).text
    assert not is_waiting(cast, top)
    member.post(f"/comments/{top.id}/waiting")
    assert is_waiting(cast, top)


def test_a_deletion_can_be_taken_back_for_some_seconds(
    member: Browser, media: Media, written: Written, clock: FrozenClock
) -> None:
    top = make_comment(media)
    part = member.post(f"/comments/{top.id}/delete", {"form_token": "t", "view": "list"}, headers=HTMX).text
    assert "Will be deleted in a few seconds" in part and "Undo" in part
    (deletion,) = written()
    assert deletion.next_try_at == clock.now() + timedelta(seconds=8)
    part = member.post(f"/comments/dispatches/{deletion.id}/cancel", headers=HTMX).text
    assert "Will be deleted" not in part
    assert written()[0].state is DispatchState.CANCELLED


def test_what_was_refused_is_sent_again_or_discarded_and_a_doubt_is_answered(
    member: Browser, media: Media, written: Written
) -> None:
    top = make_comment(media)
    refused = [make_dispatch(top, state=DispatchState.REFUSED, text="Да", reason="unknown_error") for _ in range(2)]
    doubts = [make_dispatch(top, state=DispatchState.UNCONFIRMED, text="Да") for _ in range(2)]
    names = ("again", "dismiss", "sent", "not-sent")
    for dispatch, name in zip([*refused, *doubts], names, strict=True):
        assert member.post(f"/comments/dispatches/{dispatch.id}/{name}", headers=HTMX).status_code == 200, name
    states = [dispatch.state for dispatch in written()]
    assert states == [DispatchState.WAITING, DispatchState.CANCELLED, DispatchState.SENT, DispatchState.WAITING]
    again = member.post(f"/comments/dispatches/{doubts[0].id}/dismiss", headers=HTMX)
    assert again.status_code == 422 and written()[2].state is DispatchState.SENT


def test_several_are_hidden_at_once_each_with_its_result(member: Browser, media: Media, written: Written) -> None:
    comments = [make_comment(media, f"Спам {number}") for number in range(3)]
    own = make_comment(media, "Наш", is_own=True)
    form = {"action": "hide", "form_token": "f" * 32, "comment_id": [str(each.id) for each in (*comments, own)]}
    answer = member.post("/comments/bulk", form)
    assert answer.status_code == 303
    assert member.post("/comments/bulk", form).location == answer.location
    dispatches = written()
    assert [dispatch.comment_id for dispatch in dispatches] == [comment.id for comment in comments]
    assert len({dispatch.batch for dispatch in dispatches}) == 1
    page = member.get(answer.location)
    for words in ("Спам 0", "Спам 1", "Спам 2", "Наш", "1 of 4", "Not done", "every 1s"):
        assert words in page.text
    with db.workspace_scope(media.workspace_id), db.transaction() as session:
        for dispatch in session.scalars(select(Dispatch)):
            dispatch.state = DispatchState.SENT
    part = member.get(answer.location, headers=HTMX).text
    assert "4 of 4" in part and "every 1s" not in part and "<html" not in part


def test_several_are_answered_with_a_saved_reply_by_name(
    member: Browser, cast: Cast, account: Account, media: Media, written: Written
) -> None:
    aigul = make_contact(account, "aigul", name="Айгүл")
    comments = [make_comment(media, contact=aigul), make_comment(media, username="dana")]
    with db.workspace_scope(cast.workspace.id):
        kept = create_saved_reply(ReplyContent("рахмет", "{name}, рахмет"), user_id=cast.member.id, now=DEFAULT_NOW)
    form = {"action": "reply", "saved_reply_id": str(kept.id), "form_token": "r" * 32}
    member.post("/comments/bulk", form | {"comment_id": [str(comment.id) for comment in comments]})
    assert [dispatch.text for dispatch in written()] == ["Айгүл, рахмет", "@dana, рахмет"]


def test_all_deletions_of_a_batch_are_taken_back_with_one_button(
    member: Browser, media: Media, written: Written
) -> None:
    comments = [make_comment(media) for _ in range(3)]
    form = {"action": "delete", "form_token": "d" * 32, "comment_id": [str(comment.id) for comment in comments]}
    results = member.post("/comments/bulk", form).location
    assert "Undo: delete nothing" in member.get(results).text
    assert member.post(f"{results.partition('?')[0]}/cancel").status_code == 303
    assert {dispatch.state for dispatch in written()} == {DispatchState.CANCELLED}


def test_several_are_done_at_once(member: Browser, cast: Cast, media: Media, written: Written) -> None:
    comments = [make_comment(media) for _ in range(2)]
    form = {"action": "done", "comment_id": [str(comment.id) for comment in comments]}
    assert member.post("/comments/bulk", form).status_code == 303
    assert not any(is_waiting(cast, comment) for comment in comments) and written() == []


@pytest.mark.parametrize("form", [{}, {"action": "hide"}, {"action": "burn", "comment_id": "1"}])
def test_a_bulk_action_without_comments_or_sense_does_nothing(
    member: Browser, media: Media, written: Written, form: dict[str, str]
) -> None:
    make_comment(media, id=1)
    assert member.post("/comments/bulk", form).status_code == 303
    assert written() == []


def test_a_batch_that_is_not_there_is_not_found(member: Browser, media: Media) -> None:
    for batch in ("x", "y" * 43):
        assert member.get(f"/comments/batches/{batch}").status_code == 404
