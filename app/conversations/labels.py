"""Labels: the words that a workspace sorts its conversations by."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import delete, func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.conversations.models import Conversation, ConversationLabel, Label
from app.conversations.rules import MOST_LABELS, TONES, OrganiseError, checked_label
from app.db import current_workspace_id, deadlock_safe, reading, transaction
from app.errors import NotFound
from app.live.add_hint import add_hint
from app.live.models import HintKind


def list_labels() -> Sequence[Label]:
    """Return the labels of the current workspace, by name."""
    with reading() as session:
        return session.scalars(select(Label).order_by(Label.name).limit(MOST_LABELS)).all()


@deadlock_safe
def create_label(name: str, tone: str = "accent") -> Label:
    """Write a label, or return the one of that name that there is. Raises OrganiseError."""
    name = checked_label(name)
    if tone not in TONES:
        raise OrganiseError("label_tone", field="tone")
    try:
        with transaction() as session:
            found = session.scalar(select(Label).where(Label.name == name))
            if found is not None:
                return found
            if (session.scalar(select(func.count()).select_from(Label)) or 0) >= MOST_LABELS:
                raise OrganiseError("label_too_many", field="name", most=MOST_LABELS)
            label = Label(name=name, tone=tone)
            session.add(label)
        return label
    except IntegrityError:  # somebody else has just written the same
        with reading() as session:
            return session.scalars(select(Label).where(Label.name == name)).one()


@deadlock_safe
def put_labels(conversation_id: int, label_ids: Collection[int], *, now: datetime) -> None:
    """Let a conversation carry these labels and no others. Raises NotFound for one that is not of this workspace."""
    wanted = set(label_ids)
    with transaction() as session:
        _check(session, conversation_id, wanted)
        carried = set(
            session.scalars(
                select(ConversationLabel.label_id).where(ConversationLabel.conversation_id == conversation_id)
            )
        )
        taken = carried - wanted
        if taken:
            session.execute(
                delete(ConversationLabel)
                .where(ConversationLabel.conversation_id == conversation_id, ConversationLabel.label_id.in_(taken))
                .execution_options(synchronize_session=False)
            )
        for label_id in wanted - carried:
            session.add(ConversationLabel(conversation_id=conversation_id, label_id=label_id))
        if carried != wanted:
            add_hint(session, current_workspace_id(), HintKind.CONVERSATION, conversation_id, now)


@deadlock_safe
def delete_label(label_id: int) -> None:
    """Delete a label, and take it from every conversation. Raises NotFound."""
    with transaction() as session:
        label = session.scalar(select(Label).where(Label.id == label_id))
        if label is None:
            raise NotFound(f"label {label_id}")
        session.delete(label)


def _check(session: Session, conversation_id: int, label_ids: set[int]) -> None:
    """Lock the conversation, so that two people who label it at once do so one after the other."""
    query = select(Conversation.id).where(Conversation.id == conversation_id).with_for_update()
    if session.scalar(query) is None:
        raise NotFound(f"conversation {conversation_id}")
    known = set(session.scalars(select(Label.id).where(Label.id.in_(label_ids)))) if label_ids else set()
    if known != label_ids:
        raise NotFound(f"labels {sorted(label_ids - known)}")
