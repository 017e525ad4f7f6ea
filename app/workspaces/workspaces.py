"""Workspaces: their name, their time zone, and finding them."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sqlalchemy import select, update

from app import db
from app.errors import NotFound, RuleError
from app.workspaces.models import Membership, Workspace

NAME_LENGTH = 120


def check_workspace_name(name: str) -> str:
    """Return the name without space around it. Raises RuleError `workspace_name_missing` or `name_too_long`."""
    cleaned = " ".join(name.split())
    if not cleaned:
        raise RuleError("workspace_name_missing", field="workspace_name")
    if len(cleaned) > NAME_LENGTH:
        raise RuleError("name_too_long", field="workspace_name", most=NAME_LENGTH)
    return cleaned


def check_timezone(timezone: str) -> str:
    """Return the zone's name. Raises RuleError `timezone_unknown`."""
    try:
        return ZoneInfo(timezone).key
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise RuleError("timezone_unknown", field="timezone") from error


def add_workspace(name: str, timezone: str, now: datetime) -> int:
    """Write a workspace; return its id. Raises RuleError."""
    workspace = Workspace(name=check_workspace_name(name), timezone=check_timezone(timezone), created_at=now)
    with db.transaction() as session:
        session.add(workspace)
        session.flush()
        return workspace.id


def rename_workspace(workspace_id: int, name: str) -> None:
    """Change what the workspace is called. Raises RuleError."""
    _change(workspace_id, name=check_workspace_name(name))


def change_timezone(workspace_id: int, timezone: str) -> None:
    """Change the zone that times are shown and typed in. Posts keep the zone that they were planned in."""
    _change(workspace_id, timezone=check_timezone(timezone))


def change_retention(workspace_id: int, *, keeps_history: bool, marks_seen: bool) -> None:
    """Change whether messages that Instagram no longer shows are kept, and whether people see that theirs were read."""
    _change(workspace_id, keeps_history=keeps_history, marks_seen=marks_seen)


def get_workspace(workspace_id: int) -> Workspace:
    """Return the workspace. Raises NotFound."""
    with db.reading() as session:
        workspace = session.get(Workspace, workspace_id)
    if workspace is None:
        raise NotFound
    return workspace


def list_workspaces(user_id: int | None = None) -> list[Workspace]:
    """Return all workspaces, or those that a user is a member of, by name."""
    query = select(Workspace).order_by(Workspace.name, Workspace.id)
    if user_id is not None:
        query = query.join(Membership, Membership.workspace_id == Workspace.id).where(Membership.user_id == user_id)
    with db.reading() as session:
        return list(session.scalars(query))


def _change(workspace_id: int, **values: Any) -> None:
    with db.transaction() as session:
        session.execute(update(Workspace).where(Workspace.id == workspace_id).values(**values))
