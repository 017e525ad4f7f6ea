"""Taking hold of a dispatch and writing under that hold: conditional UPDATEs, whose row count is the lock."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, exists, select, update
from sqlalchemy.orm import Session, joinedload

from app.comments.models import Comment
from app.conversations.models import Conversation
from app.db import changed_rows, deadlock_safe, reading, transaction
from app.dispatches.models import Dispatch, DispatchState
from app.dispatches.new_dispatch import tell_pages
from app.publishing.claims import PAUSED, SCHEDULER_LEASE
from app.scheduler.models import Lease
from app.workspaces.models import ServerState, Workspace

BROKEN_PAUSE = timedelta(minutes=1)


class Fenced(Exception):
    """Somebody else holds the dispatch now; whatever was learned must not be written."""


@dataclass(frozen=True)
class Hold:
    """Our hold on a dispatch: good as long as nobody claimed or changed it since."""

    dispatch_id: int
    claim: int
    fence: int
    called_at: datetime


def find_dispatch(dispatch_id: int) -> Dispatch | None:
    """Return the dispatch with all that carrying it out reads, detached: no connection is held meanwhile."""
    whole = select(Dispatch).where(Dispatch.id == dispatch_id)
    with reading() as session:
        dispatch = session.scalar(
            whole.options(
                joinedload(Dispatch.account),
                joinedload(Dispatch.comment).options(
                    joinedload(Comment.parent), joinedload(Comment.media), joinedload(Comment.contact)
                ),
                joinedload(Dispatch.conversation).joinedload(Conversation.contact),
            ).execution_options(populate_existing=True)
        )
        if dispatch is not None:
            session.expunge_all()
        return dispatch


@deadlock_safe
def claim_dispatch(dispatch: Dispatch, *, fence: int, now: datetime, snapshot: dict[str, Any] | None) -> Hold | None:
    """Write the intention to call Instagram, if nobody touched the dispatch since it was read, no newer scheduler
    leads, and nothing is paused. Returns None when it is not ours to carry out now."""
    hold = Hold(dispatch.id, dispatch.claim + 1, fence, now)
    with transaction() as session:
        taken = session.execute(
            update(Dispatch)
            .where(
                Dispatch.id == dispatch.id,
                Dispatch.state == DispatchState.WAITING,
                Dispatch.claim == dispatch.claim,
                Dispatch.fence <= fence,
                _leads(fence),
                *is_not_paused(),
            )
            .values(
                state=DispatchState.SENDING,
                claim=hold.claim,
                fence=fence,
                called_at=now,
                next_try_at=now,
                snapshot=snapshot,
                tries=dispatch.tries + 1,
                looks=0,
                looked_at=None,
            )
            .execution_options(synchronize_session=False)
        )
        if changed_rows(taken) != 1:
            return None
        tell_pages(session, dispatch, now)
        return hold


@deadlock_safe
def record(dispatch: Dispatch, claim: int, fence: int, now: datetime, **values: Any) -> None:
    """Write what was learned about a dispatch that nobody has touched since, and tell pages. Raises Fenced."""
    with transaction() as session:
        written = session.execute(
            update(Dispatch)
            .where(Dispatch.id == dispatch.id, Dispatch.claim == claim, Dispatch.fence <= fence, _leads(fence))
            .values(**{"claim": claim + 1, "fence": fence, **values})
            .execution_options(synchronize_session=False)
        )
        if changed_rows(written) != 1:
            raise Fenced(f"dispatch {dispatch.id}")
        tell_pages(session, dispatch, now)


@deadlock_safe
def put_off(dispatch_id: int, now: datetime) -> None:
    """Let a dispatch that broke something wait a while: a bug delays the one that meets it, not the others."""
    with transaction() as session:
        session.execute(
            update(Dispatch)
            .where(Dispatch.id == dispatch_id, Dispatch.next_try_at <= now)
            .values(next_try_at=now + BROKEN_PAUSE)
            .execution_options(synchronize_session=False)
        )


def mark_sent(session: Session, dispatch: Dispatch, ig_id: str | None, now: datetime) -> bool:
    """Write that the dispatch went out, as `ig_id`; False when it is not the call that its row speaks of.

    What Instagram has said is true whoever leads by now, so it depends on no hold.
    """
    written = session.execute(
        update(Dispatch)
        .where(
            Dispatch.id == dispatch.id,
            Dispatch.state == DispatchState.SENDING,
            Dispatch.called_at == dispatch.called_at,
        )
        .values(
            state=DispatchState.SENT,
            claim=Dispatch.claim + 1,
            result_id=ig_id,
            reason=None,
            reason_values=None,
            finished_at=now,
            next_try_at=None,
        )
        .execution_options(synchronize_session=False)
    )
    return changed_rows(written) == 1


def is_not_paused() -> tuple[ColumnElement[bool], ...]:
    """Return the conditions that neither the server nor the dispatch's workspace is paused."""
    return (
        ~exists().where(ServerState.key == PAUSED),
        ~exists().where(Workspace.id == Dispatch.workspace_id, Workspace.paused_at.is_not(None)),
    )


def _leads(fence: int) -> ColumnElement[bool]:
    return exists().where(Lease.name == SCHEDULER_LEASE, Lease.fence == fence)
