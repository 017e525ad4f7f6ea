"""Who belongs to a workspace, and who may change that.

Owners manage everybody. Admins manage admins and members, and can neither touch owners nor make one.
A workspace always has an owner.
"""

from dataclasses import dataclass
from datetime import datetime

import structlog
from sqlalchemy import Select, func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, joinedload

from app import db
from app.errors import NotFound, RuleError
from app.workspaces.logins import end_logins
from app.workspaces.models import Membership, Role, User, Workspace
from app.workspaces.passwords import Passwords, check_new_password
from app.workspaces.people import check_email, check_name, find_user

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class NewMember:
    """Somebody to add. The password is only used when there is no user with this address yet."""

    name: str
    email: str
    password: str
    role: Role


def may_manage(actor: Role, target: Role) -> bool:
    """Whether somebody with role `actor` may add, change or remove somebody with role `target`."""
    return actor is Role.OWNER or (actor is Role.ADMIN and target is not Role.OWNER)


def list_members(workspace_id: int) -> list[Membership]:
    """Return the memberships of a workspace with their users: owners first, then by name."""
    query = select(Membership).where(Membership.workspace_id == workspace_id).options(joinedload(Membership.user))
    with db.reading() as session:
        members = list(session.scalars(query))
    return sorted(members, key=lambda member: (-list(Role).index(member.role), member.user.name.casefold(), member.id))


def get_member(workspace_id: int, membership_id: int) -> Membership:
    """Return a membership of the workspace. Raises NotFound, also for another workspace's."""
    with db.reading() as session:
        member = session.scalar(_membership(workspace_id, membership_id))
    if member is None:
        raise NotFound
    return member


def add_member(workspace_id: int, new: NewMember, *, actor: Role, passwords: Passwords, now: datetime) -> int:
    """Make somebody a member; return the membership's id.

    Somebody who has a login here already keeps their name and password. Raises RuleError.
    """
    _check_may_manage(actor, new.role)
    email = check_email(new.email)
    user = find_user(email)
    if user is None:
        name = check_name(new.name)
        check_new_password(new.password, email=email, name=name)
        user = User(name=name, email=email, password_hash=passwords.hash(new.password), created_at=now)
    membership = Membership(workspace_id=workspace_id, role=new.role, created_at=now)
    try:
        with db.transaction() as session:
            membership.user_id = _id_of(user, session)
            session.add(membership)
            session.flush()
            log.info("member added", workspace_id=workspace_id, member_id=membership.user_id, role=new.role.value)
            return membership.id
    except IntegrityError as error:
        raise RuleError("already_member", field="email") from error


@db.deadlock_safe
def change_role(workspace_id: int, membership_id: int, role: Role, *, actor: Role) -> None:
    """Give a member another role. Raises NotFound, RuleError `role_too_low` or `last_owner`."""
    with db.transaction() as session:
        member = _get_locked(session, workspace_id, membership_id)
        _check_may_manage(actor, member.role)
        _check_may_manage(actor, role)
        if role is not Role.OWNER:
            _check_an_owner_stays(session, member)
        member.role = role
    log.info("role changed", workspace_id=workspace_id, member_id=member.user_id, role=role.value)


@db.deadlock_safe
def remove_member(workspace_id: int, membership_id: int, *, actor: Role) -> None:
    """End a membership, and the member's logins in the workspace. Raises NotFound and RuleError like `change_role`."""
    with db.transaction() as session:
        member = _get_locked(session, workspace_id, membership_id)
        _check_may_manage(actor, member.role)
        _check_an_owner_stays(session, member)
        end_logins(member.user_id, workspace_id=workspace_id)
        session.delete(member)
    log.info("member removed", workspace_id=workspace_id, member_id=member.user_id)


def _id_of(user: User, session: Session) -> int:
    if user.id is None:
        session.add(user)
        session.flush()
    return user.id


def _check_may_manage(actor: Role, target: Role) -> None:
    if not may_manage(actor, target):
        raise RuleError("role_too_low")


def _get_locked(session: Session, workspace_id: int, membership_id: int) -> Membership:
    """Return the membership. The workspace is locked first, so that two changes see one another's owners."""
    session.execute(select(Workspace.id).where(Workspace.id == workspace_id).with_for_update())
    member = session.scalar(_membership(workspace_id, membership_id))
    if member is None:
        raise NotFound
    return member


def _check_an_owner_stays(session: Session, leaving: Membership) -> None:
    if leaving.role is not Role.OWNER:
        return
    owners = select(func.count()).where(
        Membership.workspace_id == leaving.workspace_id,
        Membership.role == Role.OWNER,
        Membership.id != leaving.id,
        Membership.user_id.in_(select(User.id).where(User.disabled_at.is_(None))),
    )
    if not session.scalar(owners):
        raise RuleError("last_owner")


def _membership(workspace_id: int, membership_id: int) -> Select[Membership]:
    return (
        select(Membership)
        .where(Membership.workspace_id == workspace_id, Membership.id == membership_id)
        .options(joinedload(Membership.user))
    )
