"""Signed-in devices: each is a row, so that it ends here whatever the browser still holds."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, delete, select, update

from app import db
from app.errors import NotFound
from app.workspaces.models import Login, Membership, Role, Theme, User, Workspace

LOGIN_LIFETIME = timedelta(days=60)
"""After this a password is asked for again, however often the device was used."""

LOGIN_IDLE = timedelta(days=14)
"""A device that was not used for so long is signed out."""

SEEN_EVERY = timedelta(minutes=1)
TOKEN_BYTES = 32
USER_AGENT_LENGTH = 200


@dataclass(frozen=True)
class CurrentUser:
    """The person who is signed in, as read at the beginning of the request."""

    id: int
    name: str
    email: str
    locale: str | None
    theme: Theme
    hotkeys: bool


@dataclass(frozen=True)
class CurrentWorkspace:
    """The workspace that a signed-in person works in, and their role there."""

    id: int
    name: str
    timezone: str
    paused_at: datetime | None
    role: Role


@dataclass(frozen=True)
class Visit:
    """Who is asking, where, and from which signed-in device."""

    login_id: int
    last_seen_at: datetime
    user: CurrentUser
    workspace: CurrentWorkspace


def begin_login(user_id: int, workspace_id: int, user_agent: str, now: datetime) -> str:
    """Sign a device in; return the value for its cookie, of which we keep only a digest."""
    token = secrets.token_urlsafe(TOKEN_BYTES)
    with db.transaction() as session:
        session.add(
            Login(
                digest=_digest(token),
                user_id=user_id,
                workspace_id=workspace_id,
                user_agent=user_agent[:USER_AGENT_LENGTH],
                created_at=now,
                last_seen_at=now,
                expires_at=now + LOGIN_LIFETIME,
            )
        )
    return token


def find_visit(token: str, now: datetime) -> Visit | None:
    """Return who holds the cookie value, or None: unknown, ended, too old, user disabled or no longer a member."""
    query = (
        select(Login, User, Workspace, Membership.role)
        .join(User, User.id == Login.user_id)
        .join(Workspace, Workspace.id == Login.workspace_id)
        .join(Membership, and_(Membership.user_id == User.id, Membership.workspace_id == Workspace.id))
        .where(Login.digest == _digest(token), User.disabled_at.is_(None), *_alive(now))
    )
    with db.reading() as session:
        row = session.execute(query).one_or_none()
    if row is None:
        return None
    login, user, workspace, role = row
    return Visit(
        login.id,
        login.last_seen_at,
        CurrentUser(user.id, user.name, user.email, user.locale, user.theme, user.hotkeys),
        CurrentWorkspace(workspace.id, workspace.name, workspace.timezone, workspace.paused_at, role),
    )


def mark_seen(visit: Visit, now: datetime) -> None:
    """Remember that the device was used, at most once a minute."""
    if now - visit.last_seen_at < SEEN_EVERY:
        return
    with db.transaction() as session:
        session.execute(update(Login).where(Login.id == visit.login_id).values(last_seen_at=now))


def list_devices(user_id: int, now: datetime) -> list[Login]:
    """Return the user's signed-in devices, the one used last first."""
    query = select(Login).where(Login.user_id == user_id, *_alive(now)).order_by(Login.last_seen_at.desc(), Login.id)
    with db.reading() as session:
        return list(session.scalars(query))


def end_login(login_id: int, user_id: int) -> None:
    """Sign one of the user's devices out. Raises NotFound when it is not theirs."""
    with db.transaction() as session:
        ended = db.changed_rows(session.execute(delete(Login).where(Login.id == login_id, Login.user_id == user_id)))
    if not ended:
        raise NotFound


def end_logins(user_id: int, *, workspace_id: int | None = None, but: int | None = None) -> int:
    """Sign the user out everywhere (or in one workspace), except on the device `but`. Returns how many ended."""
    query = delete(Login).where(Login.user_id == user_id)
    if workspace_id is not None:
        query = query.where(Login.workspace_id == workspace_id)
    if but is not None:
        query = query.where(Login.id != but)
    with db.transaction() as session:
        return db.changed_rows(session.execute(query))


def switch_workspace(login_id: int, user_id: int, workspace_id: int) -> None:
    """Let the device go on in another of the user's workspaces. Raises NotFound when they are no member there."""
    member = select(Membership.id).where(Membership.user_id == user_id, Membership.workspace_id == workspace_id)
    with db.transaction() as session:
        if session.scalar(member) is None:
            raise NotFound
        session.execute(update(Login).where(Login.id == login_id).values(workspace_id=workspace_id))


def delete_dead_logins(now: datetime, limit: int = 1000) -> int:
    """Delete up to `limit` logins that nobody can use any more; return how many."""
    dead = (Login.expires_at <= now) | (Login.last_seen_at <= now - LOGIN_IDLE)
    with db.transaction() as session:
        ids = list(session.scalars(select(Login.id).where(dead).limit(limit)))
        return db.changed_rows(session.execute(delete(Login).where(Login.id.in_(ids)))) if ids else 0


def _alive(now: datetime) -> tuple[ColumnElement[bool], ...]:
    return (Login.expires_at > now, Login.last_seen_at > now - LOGIN_IDLE)


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
