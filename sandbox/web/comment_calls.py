"""Calls about comments.

Sources: comment-moderation, instagram-graph-api/reference/ig-comment, …/ig-comment/replies, …/ig-media/comments (v25).
"""

import re
from collections.abc import Mapping
from typing import Any

from sandbox.clock import graph_time
from sandbox.container_rules import HASHTAG, is_true
from sandbox.errors import GraphError, invalid, required
from sandbox.media import Window
from sandbox.records import Comment, Media
from sandbox.web.call import Call
from sandbox.web.fields import OMIT, Field, Resolver, parse_fields, render, write_fields
from sandbox.web.nodes import wanted_fields
from sandbox.web.paging import inner_paged, paged, read_window
from sandbox.web.params import the_world
from sandbox.webhooks import comment_value, shown_product

MAX_COMMENTS = 50  # ig-media/comments: at most 50 per query
DEFAULT_FIELDS = "id,text,timestamp"
MAX_TEXT, MAX_HASHTAGS, MAX_ADDRESSES = 300, 4, 1
ADDRESS = re.compile(r"https?://|\bwww\.")


def _media_of(comment: Comment) -> Media:
    media = the_world().media.find(comment.media_id)
    assert media is not None
    return media


def _is_own(comment: Comment) -> bool:
    return comment.from_id == _media_of(comment).user_id


def _from(comment: Comment) -> Any:
    """Return who wrote a comment; Instagram withholds it for some, and shows only the username."""
    if the_world().settings.comment_from == "own" and not _is_own(comment):
        return OMIT
    return {"id": comment.from_id, "username": comment.username}


def _replies(comment: Comment, wanted: Field) -> Any:
    if comment.parent_id:
        return OMIT
    window = read_window(dict(wanted.arguments), max_limit=MAX_COMMENTS)
    found, has_newer, has_older = the_world().comments.replies(comment.id, window)
    if not found:
        return OMIT
    inner = wanted.inner or parse_fields(DEFAULT_FIELDS)
    data = [render(reply, COMMENT_FIELDS, inner) for reply in found]
    if not has_older:
        return {"data": data}
    page = paged(data, [reply.seq for reply in found], has_newer=has_newer, has_older=has_older)
    return inner_paged(f"{comment.id}/replies", page, write_fields(inner), str(window.limit))


def _media(comment: Comment, wanted: Field) -> dict[str, Any]:
    media = _media_of(comment)
    shown = {"id": media.id, "media_product_type": shown_product(the_world(), media)}
    inner = {"id", *(field.name for field in wanted.inner or ())}
    return {name: value for name, value in shown.items() if name in inner}


COMMENT_FIELDS: Mapping[str, Resolver[Comment]] = {
    "id": lambda comment, _: comment.id,
    "text": lambda comment, _: comment.text,
    "timestamp": lambda comment, _: graph_time(comment.created_at),
    "username": lambda comment, _: comment.username,
    "from": lambda comment, _: _from(comment),
    "parent_id": lambda comment, _: comment.parent_id or OMIT,
    "like_count": lambda comment, _: comment.like_count,
    "hidden": lambda comment, _: bool(comment.is_hidden),
    "replies": _replies,
    "media": _media,
    "user": lambda comment, _: {"id": comment.from_id} if _is_own(comment) else OMIT,
    "legacy_instagram_comment_id": lambda comment, _: comment.id[::-1],
}


def list_comments(call: Call) -> dict[str, Any]:
    """`GET /{ig-media-id}/comments`: top-level, newest first. With standard access, an empty list with cursors."""
    window = read_window(call.params, max_limit=MAX_COMMENTS)
    if call.media.is_broadcast and not call.media.is_on_air:
        return {"data": []}
    page = _page(call, call.world.comments.page(call.media.id, window))
    if call.world.settings.access == "standard" and page["data"]:
        return {"data": [], "paging": {"cursors": page["paging"]["cursors"]}}
    return page


def list_replies(call: Call) -> dict[str, Any]:
    """`GET /{ig-comment-id}/replies`."""
    window: Window = read_window(call.params, max_limit=MAX_COMMENTS)
    return _page(call, call.world.comments.replies(call.comment.id, window))


def _page(call: Call, page: tuple[list[Comment], bool, bool]) -> dict[str, Any]:
    found, has_newer, has_older = page
    wanted = wanted_fields(call.params, DEFAULT_FIELDS)
    data = [render(comment, COMMENT_FIELDS, wanted) for comment in found]
    return paged(data, [comment.seq for comment in found], has_newer=has_newer, has_older=has_older)


def get_comment(call: Call) -> dict[str, Any]:
    """`GET /{ig-comment-id}`."""
    return render(call.comment, COMMENT_FIELDS, wanted_fields(call.params, DEFAULT_FIELDS))


def create_comment(call: Call) -> dict[str, Any]:
    """`POST /{ig-media-id}/comments`."""
    return _write(call, call.media, None)


def create_reply(call: Call) -> dict[str, Any]:
    """`POST /{ig-comment-id}/replies`: not to hidden comments."""
    if call.comment.is_hidden:
        raise invalid("Hidden comments cannot be replied to.")  # no page states the code
    return _write(call, _media_of(call.comment), call.comment)


def _write(call: Call, media: Media, parent: Comment | None) -> dict[str, Any]:
    _refuse_broadcast(media)
    text = str(call.params.get("message") or "").strip()
    if not text:
        raise required("message")
    if call.world.settings.comment_limits:
        _check_text(text)
    if not media.is_comment_enabled:
        raise invalid("Comments are switched off for this media.")  # no page states the code
    account = call.account
    comment = call.world.comments.add(
        media.id, from_id=account.user_id, username=account.username, text=text, parent=parent
    )
    call.world.webhooks.notify(account, "comments", comment_value(call.world, account, media, comment))
    if "fields" in call.params:
        # Reported: the comment is written, and then the call is refused. A client that tries again posts twice.
        raise GraphError(20, "This API call does not support the requested response format", subcode=1772107)
    return {"id": comment.id}


def _check_text(text: str) -> None:
    """Raise code 100 for what the old Instagram API refused; no current page states limits or codes."""
    if len(text) > MAX_TEXT or len(HASHTAG.findall(text)) > MAX_HASHTAGS or len(ADDRESS.findall(text)) > MAX_ADDRESSES:
        raise invalid(f"The text may have {MAX_TEXT} characters, {MAX_HASHTAGS} hashtags and {MAX_ADDRESSES} address.")
    if text.isupper():
        raise invalid("The text may not consist of capital letters only.")


def _refuse_broadcast(media: Media) -> None:
    """Live videos: comments can be read and answered in private, nothing else."""
    if media.is_broadcast:
        raise invalid("This is not available for comments on live videos.")  # no page states the code


def hide_comment(call: Call) -> dict[str, Any]:
    """`POST /{ig-comment-id}`: hide or show; the account's own comments stay visible although it is accepted."""
    if "hide" not in call.params:
        raise required("hide")
    _refuse_broadcast(_media_of(call.comment))
    if not _is_own(call.comment):
        call.world.comments.hide(call.comment.id, is_true(call.params["hide"]))
    return {"success": True}


def delete_comment(call: Call) -> dict[str, Any]:
    """`DELETE /{ig-comment-id}`: with its replies."""
    _refuse_broadcast(_media_of(call.comment))
    call.world.comments.delete(call.comment)
    return {"success": True}
