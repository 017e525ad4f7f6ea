"""The switch that stops everything outgoing, for one workspace or the whole server."""

from dataclasses import dataclass
from datetime import datetime

import structlog
from sqlalchemy import delete, select, update

from app import db
from app.workspaces.models import ServerState, Workspace

PAUSED_KEY = "paused"
log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Pause:
    """That nothing goes out, since when, and whether it is the whole server that stands still."""

    since: datetime
    whole_server: bool


def find_pause(workspace_id: int) -> Pause | None:
    """Return the pause that the workspace is under, or None while it runs. The whole server's comes first."""
    server = select(ServerState.at).where(ServerState.key == PAUSED_KEY).scalar_subquery()
    workspace = select(Workspace.paused_at).where(Workspace.id == workspace_id).scalar_subquery()
    with db.reading() as session:
        server_since, workspace_since = session.execute(select(server, workspace)).one()
    if server_since is not None:
        return Pause(server_since, whole_server=True)
    return Pause(workspace_since, whole_server=False) if workspace_since else None


def pause_workspace(workspace_id: int, now: datetime) -> None:
    """Let nothing go out from the workspace any more; a pause that is on keeps its beginning."""
    with db.transaction() as session:
        paused = update(Workspace).where(Workspace.id == workspace_id, Workspace.paused_at.is_(None))
        session.execute(paused.values(paused_at=now))
    log.warning("workspace paused", workspace_id=workspace_id)


def resume_workspace(workspace_id: int) -> None:
    """Let the workspace go on."""
    with db.transaction() as session:
        session.execute(update(Workspace).where(Workspace.id == workspace_id).values(paused_at=None))
    log.warning("workspace resumed", workspace_id=workspace_id)


def pause_server(now: datetime) -> None:
    """Let nothing go out from any workspace any more; a pause that is on keeps its beginning."""
    with db.transaction() as session:
        if session.get(ServerState, PAUSED_KEY) is None:
            session.add(ServerState(key=PAUSED_KEY, at=now))
    log.warning("server paused")


def resume_server() -> None:
    """Let the server go on. Workspaces that were paused by themselves stay so."""
    with db.transaction() as session:
        session.execute(delete(ServerState).where(ServerState.key == PAUSED_KEY))
    log.warning("server resumed")
