"""What will become of a planned post, told in advance: decided from what is known, without asking Instagram."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from app.accounts.models import Account, AccountState
from app.accounts.rules import ALERT_WHEN_LEFT
from app.assets.models import Asset, AssetState
from app.publishing.models import Post, PostState, Wait
from app.publishing.rules import PREPARE_AHEAD, is_too_late

QUOTA_WINDOW = timedelta(hours=24)
"""Instagram counts posts in a window of so long; publishing.md 3.5."""
BEHIND_AFTER = timedelta(seconds=30)
"""A post that is so late will not be «on time» any more, though it still goes out by itself."""
PLANNED = frozenset({PostState.SCHEDULED, PostState.PREPARING, PostState.STAGED})


class Level(StrEnum):
    """How a post's chances stand."""

    OK = "ok"
    RISK = "risk"
    BAD = "bad"


class Mend(StrEnum):
    """What the operator can do about it."""

    RECONNECT = "reconnect"
    EDIT = "edit"
    DECIDE = "decide"
    RESUME = "resume"


@dataclass(frozen=True)
class Check:
    """One thing that was looked at: the key of its sentence, and what would mend it."""

    level: Level
    key: str
    mend: Mend | None = None
    values: dict[str, Any] = field(default_factory=dict)


def foresee(
    account: Account, files: Iterable[Asset], due_at: datetime, now: datetime, *, is_paused: bool = False
) -> list[Check]:
    """Return what stands in the way of publishing `files` at `due_at`, the worst first; empty when all is well."""
    checks = [
        *_check_account(account, due_at, now),
        *_check_files(files, due_at, now),
        *_check_limits(account, due_at),
    ]
    if is_paused:
        checks.append(Check(Level.RISK, "outlook_paused", Mend.RESUME))
    return sorted(checks, key=lambda check: list(Level).index(check.level), reverse=True)


def foresee_post(post: Post, now: datetime, *, is_paused: bool = False) -> Check | None:
    """Return the gravest thing about a post that is on its way out, `outlook_fine`, or None for any other post."""
    if post.state not in PLANNED or post.due_at is None:
        return None
    if post.wait is Wait.LATE or is_too_late(post.due_at, post.grace_seconds, now):
        return Check(Level.BAD, "outlook_late", Mend.DECIDE)
    files = [*post.media, *([post.cover] if post.cover else [])]
    checks = foresee(post.account, files, post.due_at, now, is_paused=is_paused)
    if post.wait in {Wait.QUOTA, Wait.LIMIT}:
        checks.insert(0, Check(Level.RISK, f"wait_{post.wait}"))
    if now - post.due_at > BEHIND_AFTER:
        checks.append(Check(Level.RISK, "outlook_behind"))
    return worst(checks)


def worst(checks: Sequence[Check]) -> Check:
    """Return the gravest check, or the one that says that all is well."""
    return max(checks, key=lambda check: list(Level).index(check.level), default=Check(Level.OK, "outlook_fine"))


def _check_account(account: Account, due_at: datetime, now: datetime) -> list[Check]:
    values = {"username": account.username, "until": account.token_expires_at}
    if account.state is not AccountState.CONNECTED:
        return [Check(Level.BAD, f"outlook_account_{account.state}", Mend.RECONNECT, values)]
    ends_at = account.token_expires_at
    if ends_at is None or ends_at > due_at:
        return []
    if ends_at <= now or account.token_refresh_failed_at is not None:
        return [Check(Level.BAD, "outlook_token_ends", Mend.RECONNECT, values)]
    if ends_at - now < ALERT_WHEN_LEFT:
        return [Check(Level.RISK, "outlook_token_ends", Mend.RECONNECT, values)]
    return [Check(Level.OK, "outlook_token_renewed", None, values)]


def _check_files(files: Iterable[Asset], due_at: datetime, now: datetime) -> list[Check]:
    is_close = due_at - now < PREPARE_AHEAD
    later = Level.RISK if is_close else Level.OK
    checks = []
    for asset in files:
        match asset.state:
            case AssetState.REFUSED:
                checks.append(Check(Level.BAD, "outlook_file_refused", Mend.EDIT, {"filename": asset.filename}))
            case AssetState.UPLOADING:
                checks.append(Check(Level.RISK, "outlook_file_uploading", None, {"filename": asset.filename}))
            case AssetState.CHECKING | AssetState.CONVERTING:
                checks.append(Check(later, "outlook_file_in_work", None, {"filename": asset.filename}))
            case AssetState.READY:
                pass
    return checks


def _check_limits(account: Account, due_at: datetime) -> list[Check]:
    checks = []
    if account.hold_until is not None and account.hold_until > due_at:
        checks.append(Check(Level.RISK, "wait_limit"))
    is_full = account.quota_usage is not None and account.quota_total and account.quota_usage >= account.quota_total
    if is_full and account.quota_read_at is not None and due_at < account.quota_read_at + QUOTA_WINDOW:
        checks.append(Check(Level.RISK, "wait_quota"))
    return checks
