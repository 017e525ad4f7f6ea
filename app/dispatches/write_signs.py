"""Reactions to a message, and the signs that somebody reads or writes."""

from datetime import datetime

from sqlalchemy import select

from app.conversations.models import Message
from app.conversations.reply_window import reply_window
from app.db import deadlock_safe, transaction
from app.dispatches.models import Dispatch, DispatchKind, DispatchState
from app.dispatches.new_dispatch import add_dispatch, find_by_token
from app.dispatches.rules import checked_emoji
from app.dispatches.write_message import get_conversation
from app.errors import NotFound, RuleError


@deadlock_safe
def write_reaction(message_id: int, emoji: str, *, user_id: int | None, form_token: str, now: datetime) -> Dispatch:
    """Put an emoji on a message in place of a former one of ours; "" takes ours back. Raises NotFound, RuleError."""
    with transaction() as session:
        if (known := find_by_token(session, form_token)) is not None:
            return known
        message = session.scalar(select(Message).where(Message.id == message_id))
        if message is None:
            raise NotFound(f"message {message_id}")
        if message.unsent_at is not None:
            raise RuleError("message_gone")
        emoji = checked_emoji(emoji)
        conversation = get_conversation(session, message.conversation_id)
        dispatch = add_dispatch(
            session,
            workspace_id=conversation.workspace_id,
            account_id=conversation.account_id,
            kind=DispatchKind.REACT if emoji else DispatchKind.UNREACT,
            conversation_id=conversation.id,
            values={"mid": message.mid, "emoji": emoji},
            created_by_id=user_id,
            form_token=form_token,
            now=now,
        )
        assert dispatch is not None
        return dispatch


def write_seen(conversation_id: int, *, user_id: int | None = None, now: datetime) -> Dispatch | None:
    """Let the person see that their messages were read; None when Instagram would not show it. Raises NotFound."""
    return _write_sign(conversation_id, DispatchKind.SEEN, user_id, now)


def write_typing(conversation_id: int, *, user_id: int | None = None, now: datetime) -> Dispatch | None:
    """Let the person see that somebody writes to them; None when Instagram would not show it. Raises NotFound."""
    return _write_sign(conversation_id, DispatchKind.TYPING, user_id, now)


@deadlock_safe
def _write_sign(conversation_id: int, kind: DispatchKind, user_id: int | None, now: datetime) -> Dispatch | None:
    """One sign of a kind waits at a time. Signs are no secret of a person's, so a closed window is no error here."""
    with transaction() as session:
        try:
            conversation = get_conversation(session, conversation_id)
        except RuleError:
            return None
        window = reply_window(conversation.last_inbound_at, now)
        if window.ends_at is None or window.ends_at <= now:
            return None
        waiting = select(Dispatch).where(
            Dispatch.conversation_id == conversation_id,
            Dispatch.kind == kind,
            Dispatch.state == DispatchState.WAITING,
        )
        return session.scalar(waiting.limit(1)) or add_dispatch(
            session,
            workspace_id=conversation.workspace_id,
            account_id=conversation.account_id,
            kind=kind,
            conversation_id=conversation.id,
            created_by_id=user_id,
            form_token=None,
            now=now,
        )
