"""The row that says how far an account has been brought here."""

from datetime import datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.accounts.models import Account
from app.db import deadlock_safe, reading, transaction
from app.insert_new import insert_new
from app.live.add_hint import add_hint
from app.live.models import HintKind
from app.sync.models import AccountSync, ImportState

COMMENTS_NOT_SHOWN = "comments_not_shown"
"""A media has comments by its count, and Instagram shows none: an app that was not reviewed sees no stranger's."""


def begin_sync(session: Session, account: Account, now: datetime) -> None:
    """Let an account that has just been connected be looked at, subscribed, and imported if it never was."""
    add_sync(session, account)
    session.execute(
        update(AccountSync)
        .where(AccountSync.account_id == account.id)
        .values(next_look_at=now, subscription_checked_at=None, problem=None, problem_at=None)
        .execution_options(synchronize_session=False)
    )


def add_sync(session: Session, account: Account) -> None:
    """Write the account's row, if there is none."""
    insert_new(session, AccountSync, account_id=account.id, workspace_id=account.workspace_id)


def get_sync(account: Account) -> AccountSync:
    """Return the account's row, written now if there is none."""
    query = select(AccountSync).where(AccountSync.account_id == account.id)
    with reading() as session:
        found = session.scalars(query.execution_options(populate_existing=True)).one_or_none()
    return found or _add(account)


@deadlock_safe
def _add(account: Account) -> AccountSync:
    with transaction() as session:
        add_sync(session, account)
        return session.scalars(select(AccountSync).where(AccountSync.account_id == account.id)).one()


@deadlock_safe
def note(account: Account, now: datetime, *, tell: bool = False, **values: Any) -> None:
    """Set values of the account's row; `tell` lets open pages show them."""
    with transaction() as session:
        session.execute(
            update(AccountSync)
            .where(AccountSync.account_id == account.id)
            .values(**values)
            .execution_options(synchronize_session=False)
        )
        if tell:
            add_hint(session, account.workspace_id, HintKind.IMPORT, account.id, now)


def note_problem(account: Account, key: str, now: datetime) -> None:
    """Note what Instagram said. Nothing that is cached changes by it."""
    note(account, now, tell=True, problem=key, problem_at=now)


@deadlock_safe
def note_success(account: Account, *, but: str | None = None) -> None:
    """Forget the last problem, as Instagram answers again; `but` names one that this answer says nothing about."""
    with transaction() as session:
        forget = update(AccountSync).where(AccountSync.account_id == account.id, AccountSync.problem.is_not(None))
        if but is not None:
            forget = forget.where(AccountSync.problem != but)
        session.execute(forget.values(problem=None, problem_at=None).execution_options(synchronize_session=False))


def is_importing(sync: AccountSync) -> bool:
    """Whether the past is still being fetched."""
    return sync.import_state is not ImportState.DONE
