"""Conversations and their messages, as far as Instagram shows them: two calls a second per account.

Source: https://developers.facebook.com/docs/instagram-platform/conversations-api, checked 2026-11-21.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from app.instagram.answers import as_id, as_object, as_objects, as_text
from app.instagram.connection import Connection, Fields, Page, cursor_after, require_id, unreadable_answer
from app.instagram.facts import AttachmentFacts, MessageFacts, ReactionFacts, StoryFacts, ThreadFacts
from app.instagram.limits import LIST_PAGE_SIZE, MESSAGES_WITH_DETAILS, THREADS_PER_PAGE
from app.instagram.media import instant_of

_THREAD = Fields(("id", "updated_time", "participants"), core=2)
_MESSAGE = Fields(
    (
        *("id", "created_time", "from", "to", "message"),
        *("attachments", "shares", "story", "reactions", "is_unsupported", "reply_to"),
    ),
    core=5,
)
_OLDER_PAGES_AT_MOST = 20
EMOJI_OF_REACTION = {"love": "❤️", "like": "👍", "laugh": "😆", "haha": "😆", "wow": "😮", "sad": "😢", "angry": "😠"}
OTHER_REACTION = "other"
"""`ReactionFacts.emoji` where Instagram only says that it is another emoji: what a webhook told is more exact."""
_MEMBERS = (("image_data", "image"), ("video_data", "video"))


@dataclass(frozen=True, slots=True)
class ThreadMessages:
    """A conversation: who takes part, its newest 20 messages (newest first), and the ids of the older ones.

    `older_mids` is None when they were not asked for although there are some; `()` when there are none.
    """

    participants: tuple[tuple[str, str | None], ...]
    messages: list[MessageFacts]
    older_mids: tuple[str, ...] | None


class ConversationCalls(Connection):
    """Reading conversations. Requests without activity for 30 days are not shown, nor are other people's groups."""

    def list_threads(self, *, after: str | None = None) -> Page[ThreadFacts]:
        """Return a page of the account's conversations, the last active first."""
        asked = {"platform": "instagram", "limit": str(THREADS_PER_PAGE), **({"after": after} if after else {})}
        answer = self._get_fields(self._path_of("conversations"), _THREAD, **asked)
        threads = [_thread_of(item) for item in as_objects(answer.get("data"))]
        return Page([thread for thread in threads if thread], cursor_after(answer))

    def find_thread(self, person_id: str) -> str | None:
        """Return the id of the conversation with a person, None when there is none to be seen."""
        asked = {"platform": "instagram", "user_id": require_id(person_id)}
        answer = self._get_fields(self._path_of("conversations"), ("id", "updated_time"), **asked)
        return next((found for item in as_objects(answer.get("data")) if (found := as_id(item.get("id")))), None)

    def read_thread(self, thread_id: str, *, with_older: bool = False) -> ThreadMessages:
        """Return a conversation with its newest messages, in one call.

        `with_older` brings the ids of all older messages: one call more for each 100 of them, when there are any.
        """
        edge = f"messages.limit({MESSAGES_WITH_DETAILS})"
        answer = self._get_nested(require_id(thread_id), _THREAD, edge, _MESSAGE)
        listed = as_object(answer.get("messages"))
        if not isinstance(listed.get("data"), list):
            raise unreadable_answer(is_reading=True)
        after = cursor_after(listed)
        older = () if after is None else self._older_mids(thread_id, after) if with_older else None
        items = as_objects(listed.get("data"))
        messages = [found for item in items if (found := message_of(item))]
        if items and not messages:
            raise unreadable_answer(is_reading=True)  # not the same as a conversation without messages
        return ThreadMessages(_participants_of(answer), messages, older)

    def read_message(self, mid: str) -> MessageFacts:
        """Return one message. Of a conversation's messages beyond the newest 20 Instagram says that they are gone."""
        facts = message_of(self._get_fields(require_id(mid), _MESSAGE))
        if facts is None:
            raise unreadable_answer(is_reading=True)
        return facts

    def _older_mids(self, thread_id: str, after: str) -> tuple[str, ...]:
        mids: list[str] = []
        following: str | None = after
        for _page in range(_OLDER_PAGES_AT_MOST):
            if following is None:
                break
            asked = {"limit": str(LIST_PAGE_SIZE), "after": following}
            answer = self._get_fields(f"{thread_id}/messages", ("id",), **asked)
            mids += [mid for item in as_objects(answer.get("data")) if (mid := as_id(item.get("id")))]
            following = cursor_after(answer)
        return tuple(mids)


def _thread_of(item: Mapping[str, object]) -> ThreadFacts | None:
    thread_id = as_id(item.get("id"))
    if thread_id is None:
        return None
    return ThreadFacts(thread_id, instant_of(as_text(item.get("updated_time"))), _participants_of(item))


def _participants_of(item: Mapping[str, object]) -> tuple[tuple[str, str | None], ...]:
    return tuple(_people_of(item.get("participants")))


def _people_of(value: object) -> list[tuple[str, str | None]]:
    people = ((as_id(one.get("id")), as_text(one.get("username"))) for one in as_objects(as_object(value).get("data")))
    return [(person_id, username) for person_id, username in people if person_id]


def message_of(item: Mapping[str, object]) -> MessageFacts | None:
    """Return the message that a JSON object of the API describes; None without id, time or writer.

    Of a message beyond the newest 20 only the id and the time are shown: that is no message here.
    """
    mid, sent_at = as_id(item.get("id")), instant_of(as_text(item.get("created_time")))
    writer, readers = as_object(item.get("from")), _people_of(item.get("to"))
    from_id = as_id(writer.get("id"))
    if mid is None or sent_at is None or from_id is None:
        return None
    to_id, to_username = readers[0] if readers else ("", None)
    return MessageFacts(
        mid=mid,
        from_id=from_id,
        to_id=to_id,
        sent_at=sent_at,
        text=as_text(item.get("message")),
        from_username=as_text(writer.get("username")),
        to_username=to_username,
        attachments=_attachments_of(item),
        reactions=_reactions_of(mid, item.get("reactions")),
        reply_to_mid=as_id(as_object(item.get("reply_to")).get("mid")),
        story=_story_of(item.get("story")),
        is_unsupported=item.get("is_unsupported") is True,
    )


def _attachments_of(item: Mapping[str, object]) -> tuple[AttachmentFacts, ...]:
    files = [_file_of(one) for one in as_objects(as_object(item.get("attachments")).get("data"))]
    shares = [
        AttachmentFacts("share", url=as_text(one.get("link")), title=as_text(one.get("name")))
        for one in as_objects(as_object(item.get("shares")).get("data"))
    ]
    return (*files, *shares)


def _file_of(item: Mapping[str, object]) -> AttachmentFacts:
    """Return a file. What is neither picture nor video tells only by its name whether it is a voice message."""
    for member, kind in _MEMBERS:
        if url := as_text(as_object(item.get(member)).get("url")):
            return AttachmentFacts(kind, url=url)
    name, mime = (as_text(item.get("name")) or "").lower(), as_text(item.get("mime_type")) or ""
    is_sound = mime.startswith("audio/") or name.startswith("audio") or name.endswith((".m4a", ".aac", ".wav", ".mp3"))
    return AttachmentFacts("audio" if is_sound else "file", url=as_text(item.get("file_url")))


def _reactions_of(mid: str, value: object) -> tuple[ReactionFacts, ...]:
    return tuple(
        ReactionFacts(mid, person_id, _emoji_of(as_text(one.get("reaction"))))
        for one in as_objects(as_object(value).get("data"))
        for user in as_objects(one.get("users"))
        if (person_id := as_id(user.get("id")))
    )


def _emoji_of(reaction: str | None) -> str:
    if not reaction:
        return OTHER_REACTION
    return EMOJI_OF_REACTION.get(reaction, OTHER_REACTION if reaction.isascii() else reaction)


def _story_of(value: object) -> StoryFacts | None:
    for member, relation in (("reply_to", "reply"), ("mention", "mention")):
        story = as_object(as_object(value).get(member))
        if story:
            return StoryFacts(relation, id=as_id(story.get("id")), url=as_text(story.get("link")))
    return None
