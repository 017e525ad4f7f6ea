"""A conversation's page: every kind of message, and what may not be shown."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from app import db
from app.conversations.models import Conversation, ConversationState, MessageAttachment, MessageKind, MessageReaction
from app.dispatches.models import Dispatch, DispatchKind
from app.workspaces.models import Workspace
from tests.clocks import FrozenClock
from tests.conversations.factories import make_conversation, make_message
from tests.factories import Cast
from tests.web_client import Browser

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


def attached(talk: Conversation, kind: str, **values: Any) -> dict[str, Any]:
    """Return what makes a message with one attachment."""
    attachment = MessageAttachment(workspace_id=talk.workspace_id, position=0, kind=kind, **values)
    return {"kind": MessageKind.ATTACHMENTS, "attachments": [attachment]}


KINDS = [
    ("image", "https://cdn.example/a", '<img src="/inbox/attachments/'),
    ("video", "https://cdn.example/a", '<video class="bubble-video" src="/inbox/attachments/'),
    ("audio", "https://cdn.example/a", '<audio class="bubble-audio" src="/inbox/attachments/'),
    ("file", "https://cdn.example/a", 'bubble-file" href="/inbox/attachments/'),
    ("ig_post", "https://cdn.example/a", "Shared post"),
    ("share", None, "Instagram did not give the file"),
    ("ig_reel", "https://www.instagram.com/reel/xyz/", '"https://www.instagram.com/reel/xyz/" target='),
    ("story_mention", None, "The Story is over or was deleted"),
    ("like_heart", None, 'aria-label="Heart"'),
    ("ephemeral", None, "It can be opened once"),
    ("unsupported_type", None, "Instagram shows this only in its own app"),
    ("hologram", None, "Attachment of the kind «hologram»"),
]


@pytest.mark.parametrize(("kind", "url", "shown"), KINDS, ids=[kind for kind, _url, _shown in KINDS])
def test_every_kind_of_attachment_is_shown_and_none_from_another_server(
    member: Browser, talk: Conversation, clock: FrozenClock, kind: str, url: str | None, shown: str
) -> None:
    make_message(talk, None, at=clock.now(), **attached(talk, kind, url=url))
    page = member.get(f"/inbox/{talk.id}").text
    assert shown in page
    assert "cdn.example" not in page


def test_words_around_a_message_tell_what_it_belongs_to(
    member: Browser, talk: Conversation, clock: FrozenClock
) -> None:
    now = clock.now()
    make_message(talk, "Отзыв", at=now, story={"relation": "reply", "id": "1", "url": None, "link_sticker_url": None})
    make_message(talk, "Где заказ?", at=now, kind=MessageKind.POSTBACK, payload="ORDER")
    make_message(talk, "Статус", at=now, payload="STATUS")
    make_message(talk, "Пришла", at=now, referral={"source": "ADS", "ads_context_data": {"ad_title": "Скидки"}})
    own = make_message(talk, "Отложить?", at=now, is_own=True)
    love = [MessageReaction(workspace_id=talk.workspace_id, is_own=False, emoji="❤️", at=now)]
    make_message(talk, "Да", at=now, reply_to_mid=own.mid, edits=1, reactions=love)
    make_message(talk, None, at=now, kind=MessageKind.UNSUPPORTED)
    page = member.get(f"/inbox/{talk.id}").text
    for words in (
        *("Answered your Story", "The Story is over", "Tapped «Где заказ?»", "Chosen from quick replies"),
        *("Came from the ad «Скидки»", "edited", "❤️", "Open the app to see it", "from the phone"),
    ):
        assert words in page
    assert f'href="#m-{own.id}"' in page


def test_links_in_messages_are_links_and_nothing_else_is(
    member: Browser, talk: Conversation, clock: FrozenClock
) -> None:
    make_message(talk, "Вот (https://a.example/b?c=1&d=2). <b>javascript:alert(1)</b>", at=clock.now())
    page = member.get(f"/inbox/{talk.id}").text
    link = '<a href="https://a.example/b?c=1&amp;d=2" target="_blank" rel="noopener noreferrer nofollow">'
    assert link in page
    assert "&lt;b&gt;javascript:alert(1)&lt;/b&gt;" in page


def test_what_was_taken_back_or_not_compared_for_a_day_is_not_shown(
    member: Browser, talk: Conversation, clock: FrozenClock
) -> None:
    old = clock.now() - timedelta(hours=25)
    make_message(talk, "давно не проверено", at=old)
    make_message(talk, "из истории", at=old, is_history=True)
    make_message(talk, None, at=clock.now(), unsent_at=clock.now())
    page = member.get(f"/inbox/{talk.id}").text
    assert "давно не проверено" not in page and "Not compared with Instagram for more than 24 hours" in page
    assert "из истории" in page and "history" in page
    assert "Taken back" in page


@pytest.mark.parametrize(
    ("hours", "shown", "can_write"),
    [
        (1, "Reply window closes in 23 h", True),
        (22, "Reply window closes in 2 h", True),
        (30, "Your own answer is marked as written by a person", True),
        (24 * 8, "This opens by itself as soon as they write again", False),
        (None, "Instagram lets nobody write first", False),
    ],
)
def test_the_form_is_open_as_long_as_instagram_takes_an_answer(
    member: Browser, talk: Conversation, clock: FrozenClock, hours: int | None, shown: str, can_write: bool
) -> None:
    with db.workspace_scope(talk.workspace_id), db.transaction() as session:
        row = session.get_one(Conversation, talk.id)
        row.last_inbound_at = None if hours is None else clock.now() - timedelta(hours=hours)
    page = member.get(f"/inbox/{talk.id}").text
    assert shown in page
    assert ('id="message-form"' in page) is can_write


def test_opening_alone_reads_nothing_but_looking_does_and_tells_the_person_if_the_workspace_does(
    member: Browser, cast: Cast, talk: Conversation, read: Callable[..., Any], dispatches: Callable[[], list[Dispatch]]
) -> None:
    member.get(f"/inbox/{talk.id}")
    assert read(Conversation, talk.id).unread_count == 1
    assert member.fetch("POST", f"/inbox/{talk.id}/read").status_code == 204
    assert read(Conversation, talk.id).unread_count == 0
    assert [sign.kind for sign in dispatches()] == [DispatchKind.SEEN]


def test_who_does_not_show_that_they_read_shows_nothing(
    member: Browser, cast: Cast, talk: Conversation, dispatches: Callable[[], list[Dispatch]]
) -> None:
    with db.transaction() as session:
        session.get_one(Workspace, cast.workspace.id).marks_seen = False
    member.fetch("POST", f"/inbox/{talk.id}/read")
    assert dispatches() == []


def test_done_leads_to_the_next_one_and_can_be_undone(
    member: Browser, account: Any, talk: Conversation, clock: FrozenClock, read: Callable[..., Any]
) -> None:
    other = make_conversation(account, 2)
    make_message(other, "Здравствуйте", at=clock.now() - timedelta(hours=2))
    answer = member.post(f"/inbox/{talk.id}/state", {"state": "done", "then": "next"})
    assert answer.location == f"/inbox/{other.id}"
    assert read(Conversation, talk.id).state is ConversationState.DONE
    page = member.get(answer.location).text
    undo = re.search(rf'action="(/inbox/{talk.id}/state)".*?name="state" value="(\w+)"', page, re.S)
    assert undo is not None
    member.post(undo[1], {"state": undo[2], "then": "stay"})
    assert read(Conversation, talk.id).state is ConversationState.OPEN


def test_the_team_organises_among_itself(
    member: Browser, cast: Cast, talk: Conversation, read: Callable[..., Any], dispatches: Callable[[], list[Dispatch]]
) -> None:
    member.post(f"/inbox/{talk.id}/assignee", {"user_id": str(cast.owner.id)})
    member.post(f"/inbox/{talk.id}/labels", {"name": "VIP", "tone": "ai"})
    member.post(f"/inbox/{talk.id}/notes", {"text": "Скидка 5%"})
    member.post(f"/inbox/{talk.id}/snooze", {"until": "tomorrow"})
    row = read(Conversation, talk.id)
    assert (row.assigned_to_id, row.state) == (cast.owner.id, ConversationState.SNOOZED)
    page = member.get(f"/inbox/{talk.id}").text
    assert "VIP" in page and "Скидка 5%" in page and cast.owner.name in page
    assert dispatches() == [], "nothing of it is told to Instagram"
