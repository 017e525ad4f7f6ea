"""The one call to Instagram that a dispatch is about."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import select

from app.assets.models import Asset, AssetState
from app.comments.models import Comment
from app.db import reading
from app.dispatches.dispatcher import Dispatcher
from app.dispatches.models import Dispatch, DispatchKind
from app.dispatches.rules import ATTACHMENT_KINDS
from app.instagram.client import Instagram
from app.instagram.messaging import Sent

MEDIA_LINK_LIFE = timedelta(hours=6)
"""Instagram fetches a file before it answers; it is given this long."""


class FileGone(Exception):
    """A file of the message is not there any more."""


@dataclass(frozen=True)
class Result:
    """What came of it: Instagram's id of the comment or message, and whom a message went to."""

    ig_id: str | None = None
    person_id: str | None = None


def carry_out(dispatch: Dispatch, assets: Sequence[Asset], instagram: Instagram, dispatcher: Dispatcher) -> Result:
    """Make the call. Raises InstagramError."""
    if dispatch.comment is not None:
        return _on_comment(dispatch, dispatch.comment, instagram)
    if dispatch.kind is DispatchKind.MESSAGE:
        return _send(dispatch, assets, instagram, dispatcher)
    return _on_message(dispatch, instagram)


def list_assets(dispatch: Dispatch) -> list[Asset]:
    """Return the files of a message in their order. Raises FileGone."""
    ids: list[int] = dispatch.values.get("asset_ids", [])
    if not ids:
        return []
    with reading() as session:
        found = {asset.id: asset for asset in session.scalars(select(Asset).where(Asset.id.in_(ids)))}
        session.expunge_all()
    if any(asset_id not in found or found[asset_id].state is not AssetState.READY for asset_id in ids):
        raise FileGone
    return [found[asset_id] for asset_id in ids]


def top_of(comment: Comment) -> Comment:
    """Return the top of a comment's thread: Instagram hangs every answer there."""
    return comment.parent or comment


def person_id_of(dispatch: Dispatch) -> str | None:
    """Return the scoped id of the person a message goes to; None when Instagram withholds who wrote the comment."""
    if dispatch.conversation is not None:
        return dispatch.conversation.contact.ig_scoped_id
    contact = dispatch.comment.contact if dispatch.comment else None
    return contact.ig_scoped_id if contact else None


def _on_comment(dispatch: Dispatch, comment: Comment, instagram: Instagram) -> Result:
    ig_id = comment.ig_comment_id
    match dispatch.kind:
        case DispatchKind.REPLY:
            return Result(instagram.reply_to_comment(top_of(comment).ig_comment_id, dispatch.text or ""))
        case DispatchKind.PRIVATE_REPLY:
            return _result_of(instagram.reply_privately(ig_id, dispatch.text or ""))
        case DispatchKind.HIDE | DispatchKind.UNHIDE:
            instagram.hide_comment(ig_id, dispatch.kind is DispatchKind.HIDE)
        case DispatchKind.DELETE:
            instagram.delete_comment(ig_id)
        case DispatchKind.LIKE:
            instagram.like_comment(ig_id)
        case DispatchKind.UNLIKE:
            instagram.unlike_comment(ig_id)
        case _:
            raise AssertionError(dispatch.kind)
    return Result()


def _send(dispatch: Dispatch, assets: Sequence[Asset], instagram: Instagram, dispatcher: Dispatcher) -> Result:
    person_id = person_id_of(dispatch) or ""
    if not assets:
        return _result_of(instagram.send_text(person_id, dispatch.text or "", human_agent=dispatch.human_agent))
    until = dispatcher.now() + MEDIA_LINK_LIFE
    urls = [dispatcher.link_to(asset, until) for asset in assets]
    kind = ATTACHMENT_KINDS[assets[0].kind]
    return _result_of(instagram.send_attachments(person_id, kind, urls, human_agent=dispatch.human_agent))


def _on_message(dispatch: Dispatch, instagram: Instagram) -> Result:
    person_id = person_id_of(dispatch) or ""
    values: dict[str, Any] = dispatch.values
    match dispatch.kind:
        case DispatchKind.REACT:
            instagram.react(person_id, values["mid"], values["emoji"])
        case DispatchKind.UNREACT:
            instagram.unreact(person_id, values["mid"])
        case DispatchKind.SEEN:
            instagram.mark_seen(person_id)
        case DispatchKind.TYPING:
            instagram.show_typing(person_id)
        case _:
            raise AssertionError(dispatch.kind)
    return Result()


def _result_of(sent: Sent) -> Result:
    return Result(sent.mid, sent.person_id or None)
