"""What a request has at hand: settings, clock, keys, and who is asking."""

from dataclasses import dataclass
from typing import cast

from flask import Flask, current_app, g
from werkzeug.local import LocalProxy

from app.clock import Clock
from app.config import Config
from app.crypto import KeyRing
from app.workspaces.logins import CurrentUser, CurrentWorkspace, Visit
from app.workspaces.passwords import Passwords

_NAME = "socialflow"


@dataclass
class _Server:
    config: Config
    clock: Clock
    keys: KeyRing
    passwords: Passwords


def init_app(app: Flask, config: Config, clock: Clock) -> None:
    """Give the application what the functions below hand out."""
    passwords = Passwords(pepper=config.password_pepper, rounds=config.password_rounds)
    app.extensions[_NAME] = _Server(config, clock, KeyRing(config.encryption_keys), passwords)


def get_config() -> Config:
    """Return the settings of the server."""
    return _server().config


def get_clock() -> Clock:
    """Return the clock that everything in this application asks for the time."""
    return _server().clock


def get_keys() -> KeyRing:
    """Return the keys that secrets in the database are encrypted with."""
    return _server().keys


def get_passwords() -> Passwords:
    """Return what hashes and checks passwords."""
    return _server().passwords


def _server() -> _Server:
    return cast(_Server, current_app.extensions[_NAME])


def find_visit() -> Visit | None:
    """Return who is asking and in which workspace, or None when nobody is signed in."""
    return cast(Visit | None, g.get("visit"))


def get_visit() -> Visit:
    """Return who is asking. Only for routes that `@allow` somebody."""
    visit = find_visit()
    if visit is None:
        raise RuntimeError("nobody is signed in")
    return visit


current_user = cast(CurrentUser, LocalProxy(lambda: get_visit().user))
"""The signed-in user of this request: `id`, `name`, `email`, `locale`, `theme`, `hotkeys`."""

current_workspace = cast(CurrentWorkspace, LocalProxy(lambda: get_visit().workspace))
"""The workspace of this request: `id`, `name`, `timezone`, `paused_at`, and the user's `role` in it."""
