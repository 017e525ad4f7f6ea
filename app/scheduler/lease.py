"""Which scheduler acts: a row with a fencing number, watched by its heartbeat count instead of anybody's clock."""

import os
import socket
import time
from datetime import datetime
from pathlib import Path

from sqlalchemy import insert, select, update
from sqlalchemy.exc import IntegrityError

from app.db import changed_rows, deadlock_safe, reading, transaction
from app.scheduler.models import Lease

RENEW_SECONDS = 2.0
STANDSTILL_SECONDS = 10.0
"""A heartbeat that stands still for so long belongs to a dead or frozen process."""
ACT_SECONDS = 6.0
"""After so long without a renewal we stop acting ourselves, well before anybody may take over."""


class SchedulerLease:
    """Our claim on being the one scheduler that acts."""

    def __init__(self, name: str, *, standstill_seconds: float = STANDSTILL_SECONDS) -> None:
        self.name = name
        self.standstill_seconds = standstill_seconds
        self.holder = _own_name()
        self.fence = 0
        self._renewed_at = float("-inf")
        self._watched: tuple[int, int] | None = None
        self._watched_since = 0.0

    def try_to_take(self, now: datetime) -> bool:
        """Take the lease when it is free, or its holder is dead or has stood still. Returns whether it is ours."""
        found = self._read()
        if found is None:
            return self._create(now)
        fence, beat, holder = found
        if holder and not _is_dead(holder):
            if self._watched != (fence, beat):
                self._watched, self._watched_since = (fence, beat), time.monotonic()
                return False
            if time.monotonic() - self._watched_since < self.standstill_seconds:
                return False
        return self._take_over(fence, beat, now)

    def renew(self, now: datetime) -> bool:
        """Show that we live. Returns False when somebody else has taken over."""
        began = time.monotonic()
        if not _beat(self.name, self.fence, self.holder, now):
            self._renewed_at = float("-inf")
            return False
        self._renewed_at = began
        return True

    def may_act(self) -> bool:
        """Whether the lease was renewed so lately that nobody can have taken over. Asks no database."""
        return time.monotonic() - self._renewed_at < ACT_SECONDS

    def let_go(self, now: datetime) -> None:
        """Free the lease at once, for a restart without a gap."""
        self._renewed_at = float("-inf")
        with transaction() as session:
            session.execute(
                update(Lease)
                .where(Lease.name == self.name, Lease.fence == self.fence, Lease.holder == self.holder)
                .values(holder="", heartbeat_at=now)
            )

    def _read(self) -> tuple[int, int, str] | None:
        with reading() as session:
            row = session.execute(
                select(Lease.fence, Lease.beat, Lease.holder).where(Lease.name == self.name)
            ).one_or_none()
        return None if row is None else (row.fence, row.beat, row.holder)

    def _create(self, now: datetime) -> bool:
        began = time.monotonic()
        try:
            with transaction() as session:
                values = {"name": self.name, "holder": self.holder, "fence": 1, "beat": 0, "heartbeat_at": now}
                session.execute(insert(Lease).values(**values))
        except IntegrityError:
            return False
        self.fence, self._renewed_at = 1, began
        return True

    def _take_over(self, fence: int, beat: int, now: datetime) -> bool:
        began = time.monotonic()
        if not _replace(self.name, fence, beat, self.holder, now):
            return False
        self.fence, self._renewed_at = fence + 1, began
        return True


@deadlock_safe
def _beat(name: str, fence: int, holder: str, now: datetime) -> bool:
    with transaction() as session:
        renewed = session.execute(
            update(Lease)
            .where(Lease.name == name, Lease.fence == fence, Lease.holder == holder)
            .values(beat=Lease.beat + 1, heartbeat_at=now)
        )
        return changed_rows(renewed) == 1


@deadlock_safe
def _replace(name: str, fence: int, beat: int, holder: str, now: datetime) -> bool:
    with transaction() as session:
        taken = session.execute(
            update(Lease)
            .where(Lease.name == name, Lease.fence == fence, Lease.beat == beat)
            .values(holder=holder, fence=fence + 1, beat=0, heartbeat_at=now)
        )
        return changed_rows(taken) == 1


def _own_name() -> str:
    """Return host, boot, process namespace, process and its start: enough to know a dead neighbour from a live one."""
    return f"{_own_place()}:{os.getpid()}:{_started(os.getpid())}"[:80]


def _own_place() -> str:
    boot = Path("/proc/sys/kernel/random/boot_id")
    try:
        namespace = Path("/proc/self/ns/pid").readlink().name.strip("pid:[]")
        return f"{socket.gethostname()[:24]}:{boot.read_text()[:8]}:{namespace}"
    except OSError:
        return socket.gethostname()[:24]


def _started(pid: int) -> str:
    """Return when a process began, in the kernel's ticks; empty when there is no such process or no /proc."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[19]
    except (OSError, IndexError):
        return ""


def _is_dead(holder: str) -> bool:
    """Whether the holder is a process of this very machine and namespace that is no more."""
    place, _, process = holder.rpartition(":")[0].rpartition(":")
    started = holder.rpartition(":")[2]
    if not started or place != _own_place() or not process.isdecimal():
        return False
    return _started(int(process)) != started
