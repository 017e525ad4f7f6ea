"""Comments on our media: reading, answering, hiding, deleting, liking.

Sources: https://developers.facebook.com/docs/instagram-platform/comment-moderation and, below
instagram-graph-api/reference/, ig-media/comments, ig-comment, ig-comment/replies, checked 2026-11-21.
"""

from collections.abc import Mapping

from app.instagram.answers import as_id, as_int, as_object, as_objects, as_text
from app.instagram.connection import Connection, Fields, Page, cursor_after, require_id, unreadable_answer
from app.instagram.errors import InstagramError
from app.instagram.facts import CommentFacts
from app.instagram.limits import COMMENTS_PER_PAGE, COMMENTS_PER_PAGE_WITH_REPLIES
from app.instagram.media import instant_of
from app.instagram.publishing import form_value

# `from` is withheld for some people's comments; who asks for an unknown field gets nothing at all.
_OWN_FIELDS = ("id", "text", "timestamp", "username", "from", "like_count", "hidden")
_COMMENT = Fields((*_OWN_FIELDS, "parent_id", "media{id,media_product_type}"), core=4)
_TOP = Fields(_OWN_FIELDS, core=4)
_REPLY = Fields((*_OWN_FIELDS, "parent_id"), core=4)
_REPLIES_AT_MOST = 1_000
_FEWER = 5
_TOO_MUCH_DATA_CODE = 1


class CommentCalls(Connection):
    """Reading and moderating comments. Only the owner of the media may hide and delete."""

    def read_media_comments(
        self, ig_media_id: str, *, after: str | None = None, limit: int = COMMENTS_PER_PAGE_WITH_REPLIES
    ) -> Page[CommentFacts]:
        """Return a page of a media's top-level comments, newest first, each with all its replies.

        Where there is more than a page of replies, further calls bring the rest. A page may be empty although the
        media has comments: apps with standard access are shown none.
        """
        try:
            return self._read_page(ig_media_id, after, limit)
        except InstagramError as error:
            # «Please reduce the amount of data»: expanding replies multiplies what is counted.
            if error.code != _TOO_MUCH_DATA_CODE or limit <= _FEWER:
                raise
        return self._read_page(ig_media_id, after, _FEWER)

    def read_comment(self, ig_comment_id: str) -> CommentFacts:
        """Return one comment or reply, without its replies."""
        answer = self._get_fields(require_id(ig_comment_id), _COMMENT)
        facts = comment_of(answer)
        if facts is None:
            raise unreadable_answer(is_reading=True)
        return facts

    def read_replies(self, ig_comment_id: str) -> list[CommentFacts]:
        """Return all replies to a top-level comment, newest first."""
        path = f"{require_id(ig_comment_id)}/replies"
        items = self._list(path, _REPLY.names, limit=_REPLIES_AT_MOST, page_size=COMMENTS_PER_PAGE)
        found = (comment_of(item, parent_id=ig_comment_id) for item in items)
        return [facts for facts in found if facts]

    def reply_to_comment(self, ig_comment_id: str, text: str) -> str:
        """Answer publicly in a comment's thread and return the id of the reply.

        Nothing but the text is sent: with `fields` Instagram writes the reply and then answers an error, and whoever
        tries again posts twice. Not to be repeated blindly after `outcome_unknown`.
        """
        return self._create_at(f"{require_id(ig_comment_id)}/replies", {"message": form_value(text)})

    def hide_comment(self, ig_comment_id: str, hidden: bool) -> None:
        """Hide a comment from everybody but its writer, or show it again. Our own stay visible."""
        self._post(require_id(ig_comment_id), {"hide": form_value(hidden)})

    def delete_comment(self, ig_comment_id: str) -> None:
        """Delete a comment with its replies."""
        self._delete(require_id(ig_comment_id), {})

    def like_comment(self, ig_comment_id: str) -> None:
        """Like a comment (https://developers.facebook.com/docs/instagram-platform/changelog, 2026-04-22)."""
        self._post(self._path_of("likes"), {"comment_id": require_id(ig_comment_id)})

    def unlike_comment(self, ig_comment_id: str) -> None:
        """Take the like of a comment back."""
        self._delete(self._path_of("likes"), {"comment_id": require_id(ig_comment_id)})

    def _read_page(self, ig_media_id: str, after: str | None, limit: int) -> Page[CommentFacts]:
        asked = {"limit": str(min(limit, COMMENTS_PER_PAGE)), **({"after": after} if after else {})}
        path = f"{require_id(ig_media_id)}/comments"
        answer = self._get_nested(path, _TOP, f"replies.limit({COMMENTS_PER_PAGE_WITH_REPLIES})", _REPLY, **asked)
        found = (self._with_replies(item, ig_media_id) for item in as_objects(answer.get("data")))
        return Page([facts for facts in found if facts], cursor_after(answer))

    def _with_replies(self, item: Mapping[str, object], ig_media_id: str) -> CommentFacts | None:
        replies = as_object(item.get("replies"))
        ig_comment_id = as_id(item.get("id"))
        if ig_comment_id and cursor_after(replies):
            return comment_of(item, media_id=ig_media_id, replies=tuple(self.read_replies(ig_comment_id)))
        listed = (
            comment_of(one, media_id=ig_media_id, parent_id=ig_comment_id) for one in as_objects(replies.get("data"))
        )
        return comment_of(item, media_id=ig_media_id, replies=tuple(one for one in listed if one))


def comment_of(
    item: Mapping[str, object],
    *,
    media_id: str | None = None,
    parent_id: str | None = None,
    replies: tuple[CommentFacts, ...] = (),
) -> CommentFacts | None:
    """Return the comment that a JSON object of the API describes, None when it has no id.

    `media_id` and `parent_id` stand in for what the object does not tell.
    """
    ig_comment_id = as_id(item.get("id"))
    if ig_comment_id is None:
        return None
    writer, media = as_object(item.get("from")), as_object(item.get("media"))
    hidden = item.get("hidden")
    return CommentFacts(
        id=ig_comment_id,
        text=as_text(item.get("text")) or "",
        posted_at=instant_of(as_text(item.get("timestamp"))),
        media_id=as_id(media.get("id")) or media_id,
        media_product_type=as_text(media.get("media_product_type")) or "",
        parent_id=as_id(item.get("parent_id")) or parent_id,
        from_id=as_id(writer.get("id")),
        username=as_text(writer.get("username")) or as_text(item.get("username")),
        hidden=hidden if isinstance(hidden, bool) else None,
        like_count=as_int(item.get("like_count")),
        replies=replies,
    )
