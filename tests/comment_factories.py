"""Plain functions that write media, contacts, comments and what is done about them."""

from datetime import datetime
from itertools import count
from typing import Any, TypeVar

from app import db
from app.accounts.models import Account
from app.comments.models import Comment
from app.contacts.models import Contact
from app.dispatches.models import Dispatch, DispatchKind, DispatchState
from app.media.models import Media
from app.search.folding import fold
from tests.clocks import DEFAULT_NOW

Row = TypeVar("Row")

_numbers = count(1)


def make_media(account: Account, *, now: datetime = DEFAULT_NOW, **values: Any) -> Media:
    """Write a live Reel of an account."""
    defaults = {
        "account_id": account.id,
        "ig_media_id": f"1790000{next(_numbers):010d}",
        "media_type": "VIDEO",
        "product_type": "REELS",
        "caption": "Раф с облепихой",
        "permalink": "https://www.instagram.com/reel/Cxyz/",
        "posted_at": now,
    }
    return _written(account, Media(**defaults | values))


def make_contact(
    account: Account, username: str | None = "aigul", *, now: datetime = DEFAULT_NOW, **values: Any
) -> Contact:
    """Write somebody who has written to an account."""
    defaults = {
        "account_id": account.id,
        "ig_scoped_id": f"64890{next(_numbers):011d}",
        "username": username,
        "first_seen_at": now,
    }
    return _written(account, Contact(**defaults | values))


def make_comment(
    media: Media,
    text: str = "Сколько стоит?",
    *,
    now: datetime = DEFAULT_NOW,
    parent: Comment | None = None,
    **values: Any,
) -> Comment:
    """Write a comment, checked now; a top of somebody else's waits for an answer, one of our own does not.

    A reply moves its thread's `latest_at`, and nothing else of it.
    """
    is_own = values.get("is_own", False)
    contact = values.pop("contact", None)
    posted_at = values.get("posted_at", now)
    defaults = {
        "account_id": media.account_id,
        "media_id": media.id,
        "parent_id": parent.id if parent else None,
        "contact_id": contact.id if contact else None,
        "ig_comment_id": f"1800{next(_numbers):013d}",
        "username": contact.username if contact else "alma.coffee" if is_own else "aigul",
        "text": text,
        "folded": fold(text),
        "posted_at": posted_at,
        "latest_at": posted_at,
        "waiting_since": None if is_own or parent else posted_at,
        "seen_at": now,
        "checked_at": now,
    }
    comment = _written(media, Comment(**defaults | values))
    if parent is not None:
        with db.workspace_scope(media.workspace_id), db.transaction() as session:
            top = session.get_one(Comment, parent.id)
            top.latest_at = max(top.latest_at, posted_at)
    return comment


def make_dispatch(
    comment: Comment, kind: DispatchKind = DispatchKind.REPLY, *, now: datetime = DEFAULT_NOW, **values: Any
) -> Dispatch:
    """Write something that is to be done about a comment."""
    state = values.get("state", DispatchState.WAITING)
    is_open = state in {DispatchState.WAITING, DispatchState.SENDING}
    defaults = {
        "account_id": comment.account_id,
        "kind": kind,
        "state": state,
        "comment_id": comment.id,
        "created_at": now,
        "next_try_at": now if is_open else None,
        "finished_at": None if is_open else now,
    }
    return _written(comment, Dispatch(**defaults | values))


def _written(owner: Account | Media | Comment, row: Row) -> Row:
    with db.workspace_scope(owner.workspace_id), db.transaction() as session:
        session.add(row)
    return row
