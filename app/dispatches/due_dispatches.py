"""Which dispatches are to be carried out now, one of each thread: whatever was asked for first there goes first."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Row, Select, and_, delete, or_, select, update

from app.accounts.models import Account, AccountState
from app.comments.models import Comment
from app.db import deadlock_safe, every_workspace, reading, transaction
from app.dispatches.claims import is_not_paused
from app.dispatches.models import Dispatch, DispatchState
from app.dispatches.rules import SIGN_LIFE, SIGNS, TAKE_BACK

USABLE = (AccountState.CONNECTED, AccountState.LIMITED)
ROWS_PER_ACCOUNT = 200
SIGNS_AT_MOST = 200


@dataclass(frozen=True)
class DueDispatch:
    """A dispatch that is due. No two of a lane are carried out at a time."""

    dispatch_id: int
    workspace_id: int
    account_id: int
    lane: str


def list_due_dispatches(now: datetime) -> list[DueDispatch]:
    """Return the first of each lane that is due, of all accounts that may be used now.

    What is planned for later, or may still be taken back, keeps nothing from going before it. What is tried again or
    in doubt does.
    """
    with every_workspace(), reading() as session:
        accounts = session.scalars(
            select(Dispatch.account_id)
            .where(Dispatch.state.in_([DispatchState.WAITING, DispatchState.SENDING]), Dispatch.next_try_at <= now)
            .distinct()
        ).all()
        return [due for account_id in accounts for due in _heads(session.execute(_unfinished(account_id, now)), now)]


def _unfinished(account_id: int, now: datetime) -> Select[tuple[int, int, int, int | None, int | None, datetime]]:
    """Select what is due of an account, and what keeps its place although it is not."""
    may_send = and_(
        Account.state.in_(USABLE), or_(Account.hold_until.is_(None), Account.hold_until <= now), *is_not_paused()
    )
    was_begun = or_(Dispatch.tries > 0, Dispatch.reason.is_not(None))
    waits = and_(Dispatch.state == DispatchState.WAITING, or_(Dispatch.next_try_at <= now, was_begun))
    is_in_doubt = and_(Dispatch.state == DispatchState.SENDING, Account.state != AccountState.RECONNECT)
    return (
        select(
            Dispatch.id,
            Dispatch.workspace_id,
            Dispatch.conversation_id,
            Dispatch.comment_id,
            Comment.parent_id,
            Dispatch.next_try_at,
        )
        .join(Account, Account.id == Dispatch.account_id)
        .outerjoin(Comment, Comment.id == Dispatch.comment_id)
        .where(
            Dispatch.account_id == account_id,
            Dispatch.state.in_([DispatchState.WAITING, DispatchState.SENDING]),
            Dispatch.kind.not_in(SIGNS),
            or_(and_(waits, may_send), is_in_doubt),
        )
        .order_by(Dispatch.id)
        .limit(ROWS_PER_ACCOUNT)
        .add_columns(Dispatch.account_id)
    )


def _heads(rows: Iterator[Row[tuple[object, ...]]], now: datetime) -> Iterator[DueDispatch]:
    seen: set[str] = set()
    for row in rows:
        lane = f"conversation {row.conversation_id}" if row.conversation_id else f"comment {_top(row)}"
        if lane not in seen and row.next_try_at <= now:
            yield DueDispatch(row.id, row.workspace_id, row.account_id, lane)
        seen.add(lane)


def _top(row: Row[tuple[object, ...]]) -> object:
    return row.parent_id or row.comment_id


def list_signs(now: datetime) -> list[DueDispatch]:
    """Return the signs of reading and typing that are to be given. Each is a lane of its own."""
    with every_workspace(), reading() as session:
        rows = session.execute(
            select(Dispatch.id, Dispatch.workspace_id, Dispatch.account_id)
            .join(Account, Account.id == Dispatch.account_id)
            .where(
                Dispatch.state == DispatchState.WAITING,
                Dispatch.next_try_at <= now,
                Dispatch.next_try_at > now - SIGN_LIFE,
                Dispatch.kind.in_(SIGNS),
                Account.state.in_(USABLE),
                *is_not_paused(),
            )
            .limit(SIGNS_AT_MOST)
        )
        return [DueDispatch(row.id, row.workspace_id, row.account_id, f"sign {row.id}") for row in rows]


def forget_old_signs(now: datetime) -> None:
    """Delete signs that came too late to be given."""
    old = (
        Dispatch.state == DispatchState.WAITING,
        Dispatch.next_try_at <= now - SIGN_LIFE,
        Dispatch.kind.in_(SIGNS),
    )
    with every_workspace():
        with reading() as session:
            ids = list(session.scalars(select(Dispatch.id).where(*old).limit(SIGNS_AT_MOST)))
        if ids:
            _delete(ids)


@deadlock_safe
def forget_future_tries(now: datetime) -> None:
    """After the machine's clock was set back: let nothing wait for an instant computed from the old time."""
    unfinished = Dispatch.state.in_([DispatchState.WAITING, DispatchState.SENDING])
    ahead = and_(unfinished, Dispatch.is_planned.is_(False), Dispatch.next_try_at > now + TAKE_BACK)
    with every_workspace(), transaction() as session:
        for condition, values in (
            (ahead, {"next_try_at": now}),
            (and_(unfinished, Dispatch.called_at > now), {"called_at": now}),
            (and_(unfinished, Dispatch.looked_at > now), {"looked_at": now}),
        ):
            statement = update(Dispatch).where(condition).values(**values)
            session.execute(statement.execution_options(synchronize_session=False))


@deadlock_safe
def _delete(ids: list[int]) -> None:
    with transaction() as session:
        session.execute(delete(Dispatch).where(Dispatch.id.in_(ids)).execution_options(synchronize_session=False))
