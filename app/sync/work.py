"""The sync's share of the scheduler: for each account in turn, one step of what is most needed."""

import time
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from pathlib import Path

import structlog
from sqlalchemy import or_, select

from app.accounts.errors import AccountUnusable
from app.accounts.mark_reconnect import mark_reconnect
from app.accounts.models import Account, AccountState
from app.clock import Clock
from app.contacts.read_profiles import find_due_contact, read_profile
from app.db import every_workspace, reading, workspace_scope
from app.instagram.error_table import Remedy
from app.instagram.errors import InstagramError
from app.sync.account_sync import get_sync, is_importing, note_problem
from app.sync.compare_media import compare_media
from app.sync.compare_thread import compare_thread
from app.sync.import_account import find_due_conversation, find_due_media, import_next
from app.sync.look_at_newest import look_at_newest
from app.sync.models import AccountSync
from app.sync.subscribe_account import is_subscription_due, subscribe_account
from app.sync.visit import CONVERSATION_PAUSE_SECONDS, Connect, Doubts, Pace, Steps, Visit

log = structlog.get_logger(__name__)

USABLE = (AccountState.CONNECTED, AccountState.LIMITED)
IDLE_SECONDS = 2.0
FIRST_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS = 15.0, 900.0
LIMIT_PAUSE_SECONDS = 3600.0
PERMISSION_PAUSE_SECONDS = 600.0
TOKEN_CODE = 190


@dataclass
class _Line:
    """One account's place: what it is at, and when its next step may be."""

    steps: Steps | None = None
    ready_at: float = 0.0
    failures: int = 0
    pace: Pace = field(default_factory=Pace)
    doubts: Doubts = field(default_factory=Doubts)


@dataclass
class Syncer:
    """Everything the sync needs that is not in a row, and where each account stands. Lost without harm."""

    clock: Clock
    connect: Connect
    media_dir: Path
    trusted_origins: Collection[str]
    conversation_pause: float = CONVERSATION_PAUSE_SECONDS
    idle_seconds: float = IDLE_SECONDS
    ticks: Callable[[], float] = time.monotonic
    lines: dict[int, _Line] = field(default_factory=dict)


def work_on_sync(syncer: Syncer, *, may_act: Callable[[], bool], is_over: Callable[[], bool]) -> bool:
    """Do one step for each account whose turn it is; return whether there was anything to do."""
    has_worked = False
    for account in _list_accounts(syncer):
        line = syncer.lines.setdefault(account.id, _Line())
        if is_over() or not may_act():
            break
        if line.ready_at <= syncer.ticks():
            with workspace_scope(account.workspace_id):
                has_worked |= _step(syncer, line, account)
    return has_worked


def _list_accounts(syncer: Syncer) -> list[Account]:
    """Return the accounts that may be asked about now, detached."""
    is_free = or_(Account.hold_until.is_(None), Account.hold_until <= syncer.clock.now())
    with every_workspace(), reading() as session:
        accounts = list(session.scalars(select(Account).where(Account.state.in_(USABLE), is_free).order_by(Account.id)))
        session.expunge_all()
    for gone in syncer.lines.keys() - {account.id for account in accounts}:
        del syncer.lines[gone]
    return accounts


def _step(syncer: Syncer, line: _Line, account: Account) -> bool:
    """Do the next step of what the account is at, or begin what is most needed; return whether there was any."""
    line.ready_at = syncer.ticks() + IDLE_SECONDS  # when it breaks, the others still have their turn
    try:
        if line.steps is None:
            line.steps = _begin(syncer, line, account)
        pause = next(line.steps, None) if line.steps else syncer.idle_seconds
    except (InstagramError, AccountUnusable) as error:
        line.steps = None
        pause = _pause_after(syncer, line, account, error)
    except Exception:
        line.steps = None
        raise
    has_worked = line.steps is not None
    if pause is None:  # the piece is finished
        line.steps, line.failures, pause = None, 0, 0.0
    line.ready_at = syncer.ticks() + max(pause, line.pace.wait_seconds)
    line.pace.wait_seconds = 0.0
    return has_worked


def _begin(syncer: Syncer, line: _Line, account: Account) -> Steps | None:
    visit = Visit(
        account=account,
        instagram=syncer.connect(account, line.pace),
        clock=syncer.clock,
        media_dir=syncer.media_dir,
        trusted_origins=syncer.trusted_origins,
        conversation_pause=syncer.conversation_pause,
        doubts=line.doubts,
    )
    return _most_needed(visit, get_sync(account))


def _most_needed(visit: Visit, sync: AccountSync) -> Steps | None:
    """Return the piece of work that comes first; None when there is nothing to do."""
    now = visit.now()
    if not (visit.may_read_comments or visit.may_read_messages):
        return None
    if is_subscription_due(sync, now):
        return subscribe_account(visit)
    if is_importing(sync):
        return import_next(visit, sync)
    if sync.next_look_at is None or sync.next_look_at <= now:
        return look_at_newest(visit)
    return _next_comparison(visit) or _next_profile(visit)


def _next_comparison(visit: Visit) -> Steps | None:
    if visit.may_read_messages and (conversation_id := find_due_conversation(visit)) is not None:
        return compare_thread(visit, conversation_id, is_import=False)
    if visit.may_read_comments and (media := find_due_media(visit)) is not None:
        return compare_media(visit, media, is_import=False)
    return None


def _next_profile(visit: Visit) -> Steps | None:
    contact = find_due_contact(visit.account, visit.now()) if visit.may_read_messages else None

    def read() -> Steps:
        assert contact is not None
        read_profile(contact, instagram=visit.instagram, now=visit.now())
        yield 0

    return read() if contact else None


def _pause_after(syncer: Syncer, line: _Line, account: Account, error: InstagramError | AccountUnusable) -> float:
    """Note what went wrong, which changes nothing that is cached; return for how long to leave the account alone."""
    now = syncer.clock.now()
    line.failures += 1
    note_problem(account, error.key, now)
    log.info("sync_set_back", account_id=account.id, error=error.key)
    if isinstance(error, AccountUnusable):
        return PERMISSION_PAUSE_SECONDS
    if error.code == TOKEN_CODE and error.remedy is Remedy.RECONNECT and line.failures > 1:
        mark_reconnect(account.id, error.key, now, token_issued_at=account.token_issued_at)
    if error.remedy is Remedy.WAIT_FOR_LIMIT:
        return float(error.retry_after_seconds or LIMIT_PAUSE_SECONDS)
    if error.remedy is Remedy.LATER or error.code == TOKEN_CODE:
        return float(min(FIRST_PAUSE_SECONDS * 2 ** (line.failures - 1), LONGEST_PAUSE_SECONDS))
    return PERMISSION_PAUSE_SECONDS
