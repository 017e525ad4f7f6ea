"""Slowing down who guesses passwords, without ever shutting out who knows one.

Each try is counted before the password is looked at, so that parallel guesses cannot slip through together. After a
few tries a name or an address must wait 2, 4, 8 … at most 60 seconds between two. A try that comes too early is not
counted and costs no hash, so an enemy can never lengthen the owner's wait beyond a minute. A device that signed in
to the account before has a count of its own, which strangers cannot use up.
"""

import hashlib
import ipaddress
import math
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app import db
from app.errors import RuleError
from app.workspaces.models import LoginThrottle

LONGEST_WAIT = timedelta(seconds=60)
FORGET_AFTER = timedelta(hours=1)
INSERT_TRIES = 3


@dataclass(frozen=True)
class Counted:
    """Something that tries are counted for. `free` of them cost no wait."""

    kind: str
    name: str
    free: int

    @property
    def digest(self) -> str:
        """The key of its row: neither e-mail addresses nor IP addresses are kept in the clear."""
        return hashlib.sha256(f"{self.kind}|{self.name}".encode()).hexdigest()


def for_account(email: str) -> Counted:
    """Return the count of strangers' tries at an account, whether it exists or not."""
    return Counted("account", email, free=5)


def for_device(device: str) -> Counted:
    """Return the count of a device that signed in to the account before."""
    return Counted("device", device, free=5)


def for_address(address: str) -> Counted:
    """Return the count of everything that an address tries; an office shares one, so more is free."""
    return Counted("address", _network(address), free=20)


def wait_after(tries: int, free: int) -> timedelta:
    """Return how long to wait after so many tries."""
    over = tries - free
    if over < 0:
        return timedelta(0)
    return min(timedelta(seconds=2 ** min(over + 1, 10)), LONGEST_WAIT)


def count_try(counted: Iterable[Counted], now: datetime) -> None:
    """Count one try for each, or raise RuleError `sign_in_wait` (`seconds`) and count nothing."""
    for left in range(INSERT_TRIES - 1, -1, -1):
        try:
            _count_try(sorted(counted, key=lambda one: one.digest), now)
        except IntegrityError:  # two first tries at once
            if left == 0:
                raise
        else:
            return


@db.deadlock_safe
def _count_try(counted: list[Counted], now: datetime) -> None:
    with db.transaction() as session:
        rows = [_row(session, one, now) for one in counted]
        wait = max((row.blocked_until - now for row in rows if row.blocked_until), default=timedelta(0))
        if wait > timedelta(0):
            raise RuleError("sign_in_wait", seconds=math.ceil(wait.total_seconds()))
        for one, row in zip(counted, rows, strict=True):
            row.failures += 1
            row.last_failed_at = now
            row.blocked_until = now + wait_after(row.failures, one.free)


def _row(session: Session, counted: Counted, now: datetime) -> LoginThrottle:
    """Return the row, locked, emptied when its last try is long ago."""
    row = session.get(LoginThrottle, counted.digest, with_for_update=True)
    if row is None:
        row = LoginThrottle(key_digest=counted.digest, failures=0, last_failed_at=now)
        session.add(row)
    elif now - row.last_failed_at > FORGET_AFTER:
        row.failures = 0
        row.blocked_until = None
    return row


@db.deadlock_safe
def forgive(account: Counted, address: Counted) -> None:
    """Take back the count of a try that was right: all of the account's, one of the address's."""
    with db.transaction() as session:
        session.execute(delete(LoginThrottle).where(LoginThrottle.key_digest == account.digest))
        row = session.get(LoginThrottle, address.digest, with_for_update=True)
        if row is not None:
            row.failures = max(0, row.failures - 1)
            row.blocked_until = None


@db.deadlock_safe
def take_back(counted: Iterable[Counted]) -> None:
    """Uncount a try whose password was never looked at."""
    with db.transaction() as session:
        for one in sorted(counted, key=lambda one: one.digest):
            row = session.get(LoginThrottle, one.digest, with_for_update=True)
            if row is not None:
                row.failures = max(0, row.failures - 1)
                row.blocked_until = None


def delete_old_throttles(now: datetime, limit: int = 1000) -> int:
    """Delete up to `limit` counts that no longer matter; return how many."""
    with db.transaction() as session:
        old = select(LoginThrottle.key_digest).where(LoginThrottle.last_failed_at < now - FORGET_AFTER).limit(limit)
        digests = list(session.scalars(old))
        if not digests:
            return 0
        return db.changed_rows(session.execute(delete(LoginThrottle).where(LoginThrottle.key_digest.in_(digests))))


def _network(address: str) -> str:
    """Return the address, or of an IPv6 one the /64 that one household has."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address
    return str(ipaddress.ip_network((parsed, 64), strict=False)) if parsed.version == 6 else str(parsed)
