"""Taking hold of a post and writing under that hold: conditional UPDATEs, whose row count is the lock.

The same code is right on SQLite, MariaDB and a Galera cluster. A write by somebody whose hold is gone (the operator
edited the post, another scheduler took over) changes nothing and raises Fenced. A hold needs no end of its own: it
is good for as long as its scheduler leads, and a scheduler has each post in one pair of hands.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, exists, func, insert, select, update
from sqlalchemy.orm import Session

from app.db import Base, changed_rows, deadlock_safe, transaction
from app.publishing.models import Attempt, AttemptStep, Post, PostState, StepName, StepPhase
from app.scheduler.models import Lease
from app.workspaces.models import ServerState, Workspace

SCHEDULER_LEASE = "scheduler"
PAUSED = "paused"


class Fenced(Exception):
    """Somebody else holds the post now; whatever was learned must not be written."""


@dataclass(frozen=True)
class Hold:
    """Our hold on a post: good as long as nobody claimed or edited it since."""

    post_id: int
    workspace_id: int
    claim: int
    fence: int


@dataclass(frozen=True)
class Line:
    """A line for the post's log."""

    name: StepName
    phase: StepPhase
    detail: dict[str, Any]
    ok: bool = True


@deadlock_safe
def claim_post(
    post: Post,
    *,
    fence: int,
    now: datetime,
    moves_to: PostState | None = None,
    lines: Sequence[Line] = (),
    **values: Any,
) -> Hold | None:
    """Take hold of a post, if nobody touched it since it was read, no newer scheduler leads, and nothing is paused.

    In the same transaction the post moves to `moves_to`, gets `values`, and `lines` are logged: this is where the
    intention of a remote call is written. Returns None when the post is not ours to work on now.
    """
    assert values.keys() <= _COLUMNS
    given = {
        "of_state": post.state,
        "of_claim": post.claim,
        "state": moves_to or post.state,
        "claim": post.claim + 1,
        "fence": fence,
    }
    hold = Hold(post.id, post.workspace_id, post.claim + 1, fence)
    with transaction() as session:
        taken = session.execute(_CLAIM, {**_of(hold), **given, **values})
        if changed_rows(taken) != 1:
            return None
        _log(session, hold, lines, now)
        return hold


@deadlock_safe
def record(hold: Hold, now: datetime, lines: Sequence[Line] = (), **values: Any) -> None:
    """Write what was learned under a hold. Raises Fenced."""
    assert values.keys() <= _COLUMNS
    with transaction() as session:
        written = session.execute(_RECORD, {**_of(hold), "of_claim": hold.claim, "updated_at": now, **values})
        if changed_rows(written) != 1:
            raise Fenced(f"post {hold.post_id}")
        _log(session, hold, lines, now)


def begin_attempt(session: Session, post: Post, now: datetime) -> None:
    """Begin a new attempt: the lines that follow belong to it."""
    session.add(Attempt(workspace_id=post.workspace_id, post_id=post.id, started_at=now))


def log_line(session: Session, post: Post, line: Line, now: datetime, user_id: int | None = None) -> None:
    """Log what a person did to a post."""
    session.add(
        AttemptStep(
            workspace_id=post.workspace_id,
            post_id=post.id,
            attempt_id=_newest_attempt(session, post.id),
            user_id=user_id,
            at=now,
            name=line.name,
            phase=line.phase,
            ok=line.ok,
            detail=line.detail,
        )
    )


def _log(session: Session, hold: Hold, lines: Sequence[Line], now: datetime) -> None:
    for line in lines:
        written = {"name": line.name, "phase": line.phase, "ok": line.ok, "detail": line.detail}
        owner = {"workspace_id": hold.workspace_id, "post_id": hold.post_id}
        session.execute(_INSERT_LINE, {**_of(hold), **owner, "at": now, **written})


def _of(hold: Hold) -> dict[str, int]:
    """Return what the statements below name the hold's post by."""
    return {"of_workspace": hold.workspace_id, "of_post": hold.post_id, "of_fence": hold.fence}


def _newest_attempt(session: Session, post_id: int) -> int | None:
    return session.scalar(select(Attempt.id).where(Attempt.post_id == post_id).order_by(Attempt.id.desc()).limit(1))


# The innermost loop of the engine: statements that are built once, on plain tables, since the ORM's part in an UPDATE
# costs more than the database's. What it would add, the limit to one workspace, stands in each of them.
_POSTS, _ATTEMPTS = Base.metadata.tables["posts"].c, Base.metadata.tables["attempts"].c
_COLUMNS = frozenset(_POSTS.keys())
_RECORD = update(Base.metadata.tables["posts"]).where(
    _POSTS.workspace_id == bindparam("of_workspace"),
    _POSTS.id == bindparam("of_post"),
    _POSTS.claim == bindparam("of_claim"),
    exists().where(Lease.name == SCHEDULER_LEASE, Lease.fence == bindparam("of_fence")),
)
_CLAIM = _RECORD.where(
    _POSTS.state == bindparam("of_state"),
    _POSTS.fence <= bindparam("of_fence"),
    # Neither the server nor the post's workspace is paused.
    ~exists().where(ServerState.key == PAUSED),
    ~exists().where(Workspace.id == _POSTS.workspace_id, Workspace.paused_at.is_not(None)),
)
_NEWEST_ATTEMPT = select(func.max(_ATTEMPTS.id)).where(
    _ATTEMPTS.workspace_id == bindparam("of_workspace"), _ATTEMPTS.post_id == bindparam("of_post")
)
_INSERT_LINE = insert(Base.metadata.tables["attempt_steps"]).values(attempt_id=_NEWEST_ATTEMPT.scalar_subquery())
