"""Users as such: their address, name, password, and whether they may sign in at all."""

import re
import unicodedata
from datetime import datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from app import db
from app.config import LOCALES
from app.errors import NotFound, RuleError
from app.workspaces.logins import end_logins
from app.workspaces.models import Theme, User
from app.workspaces.passwords import Passwords, check_new_password

EMAIL = re.compile(r"[^\s@\x00-\x1f]{1,64}@[^\s@\x00-\x1f]{1,190}")
NAME_LENGTH = 120


def clean_email(email: str) -> str:
    """Return the address as it is stored and compared: composed, without space around it, in lower case."""
    return unicodedata.normalize("NFC", email).strip().lower()


def check_email(email: str) -> str:
    """Return the clean address. Raises RuleError `email_invalid`."""
    cleaned = clean_email(email)
    if not EMAIL.fullmatch(cleaned) or len(cleaned) > 254:
        raise RuleError("email_invalid", field="email")
    return cleaned


def check_name(name: str) -> str:
    """Return the name without space around it. Raises RuleError `name_missing` or `name_too_long`."""
    cleaned = " ".join(name.split())
    if not cleaned:
        raise RuleError("name_missing", field="name")
    if len(cleaned) > NAME_LENGTH:
        raise RuleError("name_too_long", field="name", most=NAME_LENGTH)
    return cleaned


def find_user(email: str) -> User | None:
    """Return the user with this address, disabled or not."""
    with db.reading() as session:
        return session.scalar(select(User).where(User.email == clean_email(email)))


def get_user(email: str) -> User:
    """Return the user with this address. Raises NotFound."""
    user = find_user(email)
    if user is None:
        raise NotFound
    return user


def rename(user_id: int, name: str) -> None:
    """Change what the user is called. Raises RuleError `name_missing` or `name_too_long`."""
    _change(user_id, name=check_name(name))


def change_email(user_id: int, email: str) -> None:
    """Change the address that the user signs in with. Raises RuleError `email_invalid` or `email_taken`."""
    try:
        _change(user_id, email=check_email(email))
    except IntegrityError as error:
        raise RuleError("email_taken", field="email") from error


def change_password(user_id: int, password: str, *, passwords: Passwords, keep_login: int | None = None) -> None:
    """Set a new password and sign every device out, except `keep_login`. Raises RuleError `password_…`."""
    with db.reading() as session:
        user = session.get_one(User, user_id)
        email, name = user.email, user.name
    check_new_password(password, email=email, name=name)
    hashed = passwords.hash(password)
    with db.transaction():
        _change(user_id, password_hash=hashed)
        end_logins(user_id, but=keep_login)


def disable(user_id: int, now: datetime) -> None:
    """Let the user sign in no more, and sign every device of theirs out."""
    with db.transaction():
        _change(user_id, disabled_at=now)
        end_logins(user_id)


def enable(user_id: int) -> None:
    """Let a disabled user sign in again."""
    _change(user_id, disabled_at=None)


def choose_language(user_id: int, locale: str) -> None:
    """Remember the language of the user's pages."""
    if locale not in LOCALES:
        raise RuleError("language_unknown", field="language")
    _change(user_id, locale=locale)


def choose_theme(user_id: int, theme: Theme) -> None:
    """Remember whether the user's pages are light or dark."""
    _change(user_id, theme=theme)


def choose_hotkeys(user_id: int, hotkeys: bool) -> None:
    """Switch keyboard shortcuts on or off for the user."""
    _change(user_id, hotkeys=hotkeys)


def _change(user_id: int, **values: Any) -> None:
    with db.transaction() as session:
        session.execute(update(User).where(User.id == user_id).values(**values))
