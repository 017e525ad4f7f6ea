"""Signing in with e-mail and password."""

from dataclasses import dataclass
from datetime import datetime

import structlog
from sqlalchemy import select, update

from app import db
from app.errors import RuleError
from app.workspaces.logins import begin_login
from app.workspaces.models import Login, Membership, User
from app.workspaces.passwords import LONGEST_BYTES, Passwords
from app.workspaces.people import clean_email
from app.workspaces.throttle import Counted, count_try, for_account, for_address, for_device, forgive, take_back

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Client:
    """Where a try to sign in comes from. `device` names a browser that signed in to this account before."""

    address: str
    user_agent: str
    device: str | None = None


def sign_in(email: str, password: str, *, client: Client, passwords: Passwords, now: datetime) -> str:
    """Sign a device in; return the value for its cookie.

    1. Count the try, or refuse it at once when the account or the address must wait.
    2. Compare passwords, at the same cost when there is no such user.
    3. When right, forget the counts and begin a login.

    Raises RuleError: `sign_in_wait` (`seconds`), `sign_in_wrong`, `sign_in_busy`.
    """
    email = clean_email(email)
    account = for_device(f"{email}|{client.device}") if client.device else for_account(email)
    address = for_address(client.address)
    count_try((account, address), now)
    user = _find_user(email)
    if not _is_right(password, user, passwords, (account, address)):
        log.warning("sign-in refused", address=client.address, known_user=user is not None)
        raise RuleError("sign_in_wrong")
    assert user is not None
    workspace_id = _workspace_to_enter(user.id)
    if workspace_id is None:
        log.warning("sign-in refused: member of no workspace", user_id=user.id)
        raise RuleError("sign_in_wrong")
    forgive(account, address)
    if passwords.is_outdated(user.password_hash):
        _store_hash(user.id, passwords.hash(password))
    log.info("signed in", user_id=user.id, address=client.address)
    return begin_login(user.id, workspace_id, client.user_agent, now)


def confirm_password(user_id: int, password: str, *, passwords: Passwords, now: datetime) -> None:
    """Check the password of somebody who is signed in, before something that a stolen device must not do.

    Raises RuleError: `password_wrong`, `sign_in_wait` (`seconds`), `sign_in_busy`.
    """
    counted = Counted("confirm", str(user_id), free=5)
    count_try((counted,), now)
    with db.reading() as session:
        user = session.get_one(User, user_id)
    if not _is_right(password, user, passwords, (counted,)):
        raise RuleError("password_wrong", field="current_password")
    take_back((counted,))


def _is_right(password: str, user: User | None, passwords: Passwords, counted: tuple[Counted, ...]) -> bool:
    if len(password.encode("utf-8", "surrogatepass")) > LONGEST_BYTES:
        return False
    try:
        return passwords.verify(password, user.password_hash if user else None)
    except RuleError:
        take_back(counted)
        raise


def _find_user(email: str) -> User | None:
    with db.reading() as session:
        return session.scalar(select(User).where(User.email == email, User.disabled_at.is_(None)))


def _workspace_to_enter(user_id: int) -> int | None:
    """Return the workspace that the user was in last, while they are a member of it, else their first one."""
    memberships = select(Membership.workspace_id).where(Membership.user_id == user_id).order_by(Membership.id)
    last = select(Login.workspace_id).where(Login.user_id == user_id).order_by(Login.last_seen_at.desc()).limit(1)
    with db.reading() as session:
        own = list(session.scalars(memberships))
        last_id = session.scalar(last)
    if last_id in own:
        return last_id
    return own[0] if own else None


def _store_hash(user_id: int, password_hash: str) -> None:
    with db.transaction() as session:
        session.execute(update(User).where(User.id == user_id).values(password_hash=password_hash))
