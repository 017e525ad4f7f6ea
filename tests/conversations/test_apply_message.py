"""What becomes of a conversation, in whatever order and however often its updates come."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.conversations.apply_message import apply_message
from app.conversations.apply_words import apply_edit, apply_reaction, apply_referral, apply_seen, apply_unsend
from app.conversations.models import ConversationState, MessageKind
from app.instagram.facts import AttachmentFacts, MessageFacts, ReactionFacts, StoryFacts
from app.search.folding import fold
from tests.conversations.conftest import PERSON, Desk, Word, at, ours, shown, theirs


def reaction(mid: str, seconds: float, emoji: str) -> Word:
    return lambda desk: apply_reaction(desk.account, ReactionFacts(mid, PERSON, emoji, at(seconds)), now=desk.now)


def edit(mid: str, seconds: float, text: str, number: int) -> Word:
    return lambda desk: apply_edit(desk.account, mid, text, number, at=at(seconds), now=desk.now)


def unsend(mid: str, seconds: float) -> Word:
    return lambda desk: apply_unsend(desk.account, mid, at=at(seconds), now=desk.now)


def seen(mid: str, seconds: float) -> Word:
    return lambda desk: apply_seen(desk.account, PERSON, mid, at=at(seconds), now=desk.now)


def referral(seconds: float) -> Word:
    return lambda desk: apply_referral(desk.account, PERSON, {"ref": "spring"}, at=at(seconds), now=desk.now)


PICTURE = (AttachmentFacts("image", url="https://cdn.example/1.jpg"),)
REEL = (AttachmentFacts("ig_reel", url="https://cdn.example/2", title="Раф", media_id="17906265141506851"),)
SHARE = (AttachmentFacts("share", url="https://cdn.example/2"),)
MENTION = StoryFacts("mention", url="https://cdn.example/story")

WORDS: tuple[Word, ...] = (
    theirs("hello", 1.117, "Здравствуйте"),
    edit("hello", 2, "Здравствуйте!", 1),
    edit("hello", 3, "Здравствуйте! Сколько?", 2),
    shown("hello", 1.117, "Здравствуйте! Сколько?", reactions=()),
    reaction("hello", 4, "❤️"),
    reaction("hello", 5, ""),
    theirs("picture", 6.5, attachments=PICTURE),
    shown("picture", 6.5, attachments=PICTURE),
    unsend("picture", 7),
    ours("answer", 10.25, "2500 тг"),
    shown("answer", 10.25, "2500 тг", is_own=True),
    reaction("answer", 11, "👍"),
    seen("answer", 12),
    seen("hello", 9),
    theirs("reel", 13.75, attachments=(*REEL, *SHARE)),
    shown("reel", 13.75, attachments=SHARE),
    theirs("tap", 14.5, is_postback=True, postback_payload="HOURS", postback_title="Часы"),
    shown("tap", 14.5, "Часы"),
    theirs("regret", 15.5, "Упс"),
    unsend("regret", 16),
    ours("slip", 17.25, "не туда"),
    unsend("slip", 18),
    theirs("mention", 20.5, story=MENTION, attachments=(AttachmentFacts("story_mention", MENTION.url),)),
    referral(18),
)


def end_state(desk: Desk) -> dict[str, Any]:
    """Return all that a page shows of the conversation."""
    conversation, messages = desk.conversation(), desk.messages()
    latest = next(message.mid for message in messages if message.id == conversation.latest_message_id)
    names = ("unread_count", "latest_at", "waiting_since", "last_inbound_at", "window_ends_at", "seen_by_person_at")
    return {name: getattr(conversation, name) for name in names} | {
        "latest": latest,
        "state": conversation.state,
        "early_words": desk.early_words(),
        "messages": [
            (
                *(message.mid, message.is_own, message.kind, message.text, message.folded, message.sent_at),
                *(message.payload, message.story, message.edits, message.unsent_at),
                [(one.position, one.kind, one.url, one.title, one.ig_media_id) for one in message.attachments],
                sorted((one.is_own, one.emoji) for one in message.reactions if one.emoji),
            )
            for message in messages
        ],
    }


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(order=st.permutations(WORDS), again=st.lists(st.sampled_from(WORDS), max_size=8))
def test_order_and_number_do_not_matter(make_desk: Callable[[], Desk], order: list[Word], again: list[Word]) -> None:
    straight, shuffled = make_desk(), make_desk()
    for word in WORDS:
        straight.tell(word)
    for word in (*order, *again):
        shuffled.tell(word)
    assert end_state(shuffled) == end_state(straight)


def test_the_end_state_is_the_right_one(desk: Desk) -> None:
    for word in WORDS:
        desk.tell(word)
    conversation = desk.conversation()
    assert conversation.unread_count == 1  # whoever wrote at 17.25 had read what came before
    assert conversation.waiting_since == at(13.75)
    assert conversation.last_inbound_at == at(18)
    assert conversation.window_ends_at == at(18) + timedelta(hours=24)
    assert conversation.seen_by_person_at == at(12)
    assert conversation.latest_at == at(20.5)
    by_mid = {message.mid: message for message in desk.messages()}
    assert by_mid["hello"].text == "Здравствуйте! Сколько?" and by_mid["hello"].edits == 2
    assert by_mid["hello"].folded == fold("здравствуйте сколько")
    assert [one.kind for one in by_mid["reel"].attachments] == ["ig_reel"]
    assert by_mid["tap"].kind is MessageKind.POSTBACK and by_mid["tap"].payload == "HOURS"
    assert by_mid["mention"].story is not None and by_mid["mention"].story["relation"] == "mention"


def test_nothing_is_left_of_a_message_that_was_taken_back(desk: Desk) -> None:
    desk.tell(theirs("secret", 1, "Пароль 1234", attachments=PICTURE, story=MENTION, reply_to_mid="other"))
    desk.tell(unsend("secret", 2))
    desk.tell(shown("secret", 1, "Пароль 1234", attachments=PICTURE))
    (message,) = desk.messages()
    assert message.unsent_at == at(2)
    assert (message.text, message.folded, message.story, message.attachments) == (None, "", None, [])
    assert desk.conversation().unread_count == 0
    assert desk.conversation().waiting_since is None


@pytest.mark.parametrize("state", [ConversationState.DONE, ConversationState.SNOOZED, ConversationState.ARCHIVED])
def test_a_message_of_theirs_brings_the_conversation_back_but_ours_does_not(
    desk: Desk, state: ConversationState
) -> None:
    desk.tell(theirs("one", 1, "Ок"))
    desk.set(state=state, snoozed_until=at(9_000), unread_count=0)
    desk.tell(ours("two", 2, "Спасибо"))
    assert desk.conversation().state is state
    desk.tell(theirs("old", 1.5, "…"))
    assert desk.conversation().state is state, "it was answered before it came"
    desk.tell(theirs("three", 3, "Ещё вопрос"))
    conversation = desk.conversation()
    assert (conversation.state, conversation.snoozed_until) == (ConversationState.OPEN, None)
    assert conversation.unread_count == 1


def test_what_was_read_stays_read_when_an_unread_one_is_taken_back(desk: Desk) -> None:
    desk.tell(theirs("read", 1, "Добрый день"))
    desk.set(unread_count=0)
    desk.tell(theirs("unread", 2, "Ой"))
    desk.tell(unsend("unread", 3))
    assert desk.conversation().unread_count == 0
    assert desk.conversation().waiting_since == at(1)


def test_a_mention_in_a_story_does_not_open_the_window_but_an_answer_to_ours_does(desk: Desk) -> None:
    desk.tell(theirs("mention", 1, story=MENTION))
    assert desk.conversation().window_ends_at is None
    desk.tell(theirs("answer", 2, "вау", story=StoryFacts("reply", id="1", url="https://cdn.example/s")))
    assert desk.conversation().window_ends_at == at(2) + timedelta(hours=24)


def test_the_past_that_comes_with_an_account_is_not_unread(desk: Desk) -> None:
    facts = MessageFacts("old", PERSON, desk.account.ig_user_id, at(1), "Есть вакансии?")
    desk.tell(lambda d: apply_message(d.account, facts, now=d.now, is_checked=True, is_import=True))
    assert desk.conversation().unread_count == 0
    assert desk.conversation().waiting_since == at(1)
