"""Keeping answers ready: adding, changing, deleting, and noting that one was used."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.config import LOCALES
from app.db import changed_rows, deadlock_safe, reading, transaction
from app.errors import NotFound, RuleError
from app.instagram.limits import COMMENT_CHARACTERS
from app.saved_replies.models import SavedReply
from app.saved_replies.variables import VARIABLES, unknown_variables

SHORTCUT_CHARACTERS = 40
MOST_REPLIES = 500


class SavedReplyError(RuleError):
    """A saved reply cannot be kept so."""


@dataclass(frozen=True)
class ReplyContent:
    """What somebody typed into the form of a saved reply."""

    shortcut: str
    text: str
    language: str = ""
    """`kk`, `ru`, `en`, or "" for any."""

    def checked(self) -> "ReplyContent":
        """Return it without needless space. Raises SavedReplyError."""
        shortcut, text = "-".join(self.shortcut.casefold().strip().lstrip("/").split()), self.text.strip()
        if not shortcut:
            raise SavedReplyError("shortcut_empty", field="shortcut")
        if len(shortcut) > SHORTCUT_CHARACTERS:
            raise SavedReplyError("shortcut_too_long", field="shortcut", most=SHORTCUT_CHARACTERS)
        if not text:
            raise SavedReplyError("saved_reply_empty", field="text")
        if len(text) > COMMENT_CHARACTERS:
            raise SavedReplyError("saved_reply_too_long", field="text", found=len(text), most=COMMENT_CHARACTERS)
        if unknown := unknown_variables(text):
            raise SavedReplyError("variable_unknown", field="text", name=unknown[0], known=list(VARIABLES))
        return ReplyContent(shortcut, text, self.language if self.language in LOCALES else "")


def create_saved_reply(content: ReplyContent, *, user_id: int, now: datetime) -> SavedReply:
    """Keep an answer. Raises SavedReplyError, also when its shortcut is taken."""
    content = content.checked()
    return _kept(SavedReply(created_by_id=user_id), content, now)


def change_saved_reply(reply_id: int, content: ReplyContent, *, now: datetime) -> SavedReply:
    """Change an answer. Raises SavedReplyError and NotFound."""
    content = content.checked()
    return _kept(get_saved_reply(reply_id), content, now)


def _kept(reply: SavedReply, content: ReplyContent, now: datetime) -> SavedReply:
    try:
        return _write(reply.id, reply.created_by_id, content, now)
    except IntegrityError:
        raise SavedReplyError("shortcut_taken", field="shortcut", shortcut=content.shortcut) from None


@deadlock_safe
def _write(reply_id: int | None, user_id: int | None, content: ReplyContent, now: datetime) -> SavedReply:
    with transaction() as session:
        reply = session.get(SavedReply, reply_id) if reply_id else SavedReply(created_by_id=user_id)
        if reply is None:
            raise NotFound(f"saved reply {reply_id}")
        reply.shortcut, reply.text, reply.language = content.shortcut, content.text, content.language
        reply.updated_at = now
        session.add(reply)
        _check_room(session, reply)
    return reply


def _check_room(session: Session, reply: SavedReply) -> None:
    if reply.id is None and len(session.scalars(select(SavedReply.id).limit(MOST_REPLIES)).all()) >= MOST_REPLIES:
        raise SavedReplyError("too_many_saved_replies", most=MOST_REPLIES)


@deadlock_safe
def delete_saved_reply(reply_id: int) -> ReplyContent:
    """Delete an answer and return what it said, so that it can be brought back. Raises NotFound."""
    with transaction() as session:
        reply = session.scalar(select(SavedReply).where(SavedReply.id == reply_id))
        if reply is None:
            raise NotFound(f"saved reply {reply_id}")
        session.delete(reply)
        return ReplyContent(reply.shortcut, reply.text, reply.language)


@deadlock_safe
def note_use(reply_id: int, now: datetime) -> bool:
    """Count that an answer was used; return whether there is such a one."""
    used = {"used_count": SavedReply.used_count + 1, "used_at": now}
    with transaction() as session:
        return changed_rows(session.execute(update(SavedReply).where(SavedReply.id == reply_id).values(used))) > 0


def get_saved_reply(reply_id: int) -> SavedReply:
    """Return a saved reply of the current workspace. Raises NotFound."""
    with reading() as session:
        reply = session.scalar(select(SavedReply).where(SavedReply.id == reply_id))
    if reply is None:
        raise NotFound(f"saved reply {reply_id}")
    return reply
