"""Updates about comments, and an account that they are told to."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from app import db
from app.accounts.models import Account
from app.comments.apply_comment import apply_comment
from app.comments.models import Comment
from app.instagram.facts import CommentFacts
from tests.clocks import DEFAULT_NOW

PERSON = "6489091794524304"
MEDIA = "17859719991451973"
Word = Callable[["Desk"], object]


def at(seconds: int) -> datetime:
    """Return an instant so many seconds into the conversation."""
    return DEFAULT_NOW + timedelta(seconds=seconds)


@dataclass
class Desk:
    """An account, the comments of which are written down by the functions under test."""

    account: Account
    now: datetime = DEFAULT_NOW + timedelta(hours=1)

    def tell(self, word: Word) -> Any:
        """Apply one update in a transaction of its own."""
        with db.workspace_scope(self.account.workspace_id), db.transaction():
            return word(self)

    def comments(self) -> dict[str, Comment]:
        """Return the comments by Instagram's ids."""
        with db.workspace_scope(self.account.workspace_id), db.reading() as session:
            found = session.scalars(select(Comment).where(Comment.account_id == self.account.id)).all()
            return {comment.ig_comment_id: comment for comment in found}


def written(comment_id: str, seconds: int, text: str, **values: Any) -> Word:
    """A webhook's comment; by the account itself with `is_own`."""
    return _comment(comment_id, seconds + 2, text, is_checked=False, **values)


def shown(comment_id: str, seconds: int, text: str, **values: Any) -> Word:
    """The same as Instagram shows it when it is asked; the webhook's time is a little late."""
    return _comment(comment_id, seconds, text, is_checked=True, **{"hidden": False, "like_count": 0, **values})


def _comment(
    comment_id: str, seconds: int, text: str, *, is_checked: bool, is_own: bool = False, **values: Any
) -> Word:
    def apply(desk: Desk) -> Comment | None:
        writer = (desk.account.ig_user_id, desk.account.username) if is_own else (PERSON, "dana")
        facts = CommentFacts(
            comment_id, text, at(seconds), MEDIA, **{"from_id": writer[0], "username": writer[1]} | values
        )
        return apply_comment(desk.account, facts, now=desk.now, is_checked=is_checked)

    return apply
