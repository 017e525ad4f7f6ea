"""The first start: the owner and their workspace."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from app import db
from app.workspaces.models import Membership, Role, ServerState, User, Workspace
from app.workspaces.passwords import Passwords, check_new_password
from app.workspaces.people import check_email, check_name
from app.workspaces.workspaces import check_timezone, check_workspace_name

SET_UP_KEY = "set_up"


class AlreadySetUp(Exception):
    """Somebody was added before."""


@dataclass(frozen=True)
class FirstOwner:
    """What the first page asks for."""

    name: str
    email: str
    password: str
    workspace_name: str
    timezone: str
    locale: str


def is_set_up() -> bool:
    """Whether anybody has ever been added to this server."""
    with db.reading() as session:
        return session.scalar(select(User.id).limit(1)) is not None


def set_up(first: FirstOwner, *, passwords: Passwords, now: datetime) -> None:
    """Write the first workspace and its owner. Raises RuleError, and AlreadySetUp once anybody exists.

    The row under SET_UP_KEY is written first: of two who try at once, the database lets one through.
    """
    name, email = check_name(first.name), check_email(first.email)
    workspace_name, timezone = check_workspace_name(first.workspace_name), check_timezone(first.timezone)
    check_new_password(first.password, email=email, name=name)
    if is_set_up():
        raise AlreadySetUp
    hashed = passwords.hash(first.password)
    try:
        with db.transaction() as session:
            session.add(ServerState(key=SET_UP_KEY, at=now))
            session.flush()
            if session.scalar(select(User.id).limit(1)) is not None:
                raise AlreadySetUp
            workspace = Workspace(name=workspace_name, timezone=timezone, created_at=now)
            user = User(name=name, email=email, password_hash=hashed, locale=first.locale, created_at=now)
            session.add_all([workspace, user])
            session.flush()
            session.add(Membership(user_id=user.id, workspace_id=workspace.id, role=Role.OWNER, created_at=now))
    except IntegrityError as error:
        raise AlreadySetUp from error
