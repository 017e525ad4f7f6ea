"""Messages of a conversation. A person's may carry the tag for answers after 24 hours; a rule's never can.

Source: https://developers.facebook.com/docs/instagram-platform/instagram-api-with-instagram-login/messaging-api
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.assets.models import Asset
from app.conversations.models import Conversation
from app.db import deadlock_safe, transaction
from app.dispatches.models import Dispatch, DispatchKind
from app.dispatches.new_dispatch import add_dispatch, find_by_token, token_of_part
from app.dispatches.rules import (
    MESSAGES_SCOPE,
    check_account,
    check_files,
    check_planned,
    check_window_for_person,
    check_window_for_rule,
    checked_message_text,
)
from app.errors import NotFound, RuleError


@deadlock_safe
def write_message_by_person(
    conversation_id: int,
    *,
    user_id: int,
    text: str = "",
    asset_ids: Sequence[int] = (),
    form_token: str,
    now: datetime,
    due_at: datetime | None = None,
) -> list[Dispatch]:
    """Send what a person of the team has written, at once or at `due_at`; return the dispatches, in their order.

    A message is text or files: what has both becomes two. After the 24 hours, and up to 7 days, it goes with the tag
    that says that a person answers; a planned one must lie inside the 24 hours. Raises NotFound, RuleError.
    """
    with transaction() as session:
        if (known := find_by_token(session, form_token)) is not None:
            return [known, *_other_part(session, form_token)]
        conversation = get_conversation(session, conversation_id)
        contents = _contents(session, text, asset_ids)
        if due_at is None:
            needs_tag = check_window_for_person(conversation, now).needs_human_agent
        else:
            check_planned(conversation, due_at, now)
            needs_tag = False
        return [
            _add(
                session,
                conversation,
                content,
                form_token=token_of_part(form_token, part),
                now=now,
                next_try_at=due_at,
                is_planned=due_at is not None,
                created_by_id=user_id,
                human_agent=needs_tag,
            )
            for part, content in enumerate(contents)
        ]


@deadlock_safe
def write_message_by_rule(
    conversation_id: int,
    *,
    text: str = "",
    asset_ids: Sequence[int] = (),
    form_token: str | None = None,
    now: datetime,
) -> list[Dispatch]:
    """Send what something automatic says, inside the 24 hours only; return the dispatches, in their order.

    `form_token` names the occasion: the same one again sends nothing more. Raises NotFound, RuleError.
    """
    with transaction() as session:
        if form_token and (known := find_by_token(session, form_token)) is not None:
            return [known, *_other_part(session, form_token)]
        conversation = get_conversation(session, conversation_id)
        contents = _contents(session, text, asset_ids)
        check_window_for_rule(conversation, now)
        tokens = [form_token and token_of_part(form_token, part) for part in range(len(contents))]
        return [
            _add(session, conversation, content, form_token=token, now=now)
            for token, content in zip(tokens, contents, strict=True)
        ]


def get_conversation(session: Session, conversation_id: int) -> Conversation:
    """Return a conversation of the current workspace whose account may send. Raises NotFound, RuleError."""
    conversation = session.scalar(select(Conversation).where(Conversation.id == conversation_id))
    if conversation is None:
        raise NotFound(f"conversation {conversation_id}")
    check_account(conversation.account, MESSAGES_SCOPE)
    return conversation


@dataclass(frozen=True)
class _Content:
    """What one message holds: a text, or files."""

    text: str | None = None
    asset_ids: tuple[int, ...] = ()


def _contents(session: Session, text: str, asset_ids: Sequence[int]) -> list[_Content]:
    """Return what goes out, the text first. Raises RuleError."""
    assets = _files(session, asset_ids)
    check_files(assets)
    contents = [_Content(text=checked_message_text(text))] if text.strip() or not assets else []
    return contents + ([_Content(asset_ids=tuple(asset.id for asset in assets))] if assets else [])


def _files(session: Session, asset_ids: Sequence[int]) -> list[Asset]:
    """Return the files in their order. Raises RuleError when one is not there any more."""
    wanted = list(dict.fromkeys(asset_ids))
    found = {asset.id: asset for asset in session.scalars(select(Asset).where(Asset.id.in_(wanted)))} if wanted else {}
    if len(found) != len(wanted):
        raise RuleError("message_file_gone", field="files")
    return [found[asset_id] for asset_id in wanted]


def _add(
    session: Session, conversation: Conversation, content: _Content, *, form_token: str | None, **values: Any
) -> Dispatch:
    dispatch = add_dispatch(
        session,
        workspace_id=conversation.workspace_id,
        account_id=conversation.account_id,
        kind=DispatchKind.MESSAGE,
        conversation_id=conversation.id,
        text=content.text,
        values={"asset_ids": list(content.asset_ids)} if content.asset_ids else {},
        form_token=form_token,
        **values,
    )
    assert dispatch is not None
    return dispatch


def _other_part(session: Session, form_token: str) -> list[Dispatch]:
    second = find_by_token(session, token_of_part(form_token, 1))
    return [second] if second else []
