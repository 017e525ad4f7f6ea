"""Who may call a route, declared beside it. A route without a declaration is refused, and stops the start."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from flask import Flask

from app.workspaces.models import Role

View = TypeVar("View", bound=Callable[..., Any])

_ATTRIBUTE = "__access__"


@dataclass(frozen=True)
class Access:
    """What a route asks of whoever calls it."""

    role: Role | None
    """The least role in the workspace; None for anybody, signed in or not."""
    needs_database: bool = True
    """Whether to look up who is asking; a route that says no works while the database is away."""


class UndeclaredRoute(Exception):
    """A route says nothing about who may call it."""


_BARE = Access(role=None, needs_database=False)
_FLASKS_OWN = {"static": _BARE}


def allow(role: Role) -> Callable[[View], View]:
    """Let members with `role` or a higher one call the route, inside their workspace's scope."""
    return _declare(Access(role=role))


def public(view: View) -> View:
    """Let anybody call the route. Who is signed in is known, and a workspace is in scope only then."""
    return _declare(Access(role=None))(view)


def bare(view: View) -> View:
    """Let anybody call the route, and never ask the database who it is (static files, health)."""
    return _declare(_BARE)(view)


def _declare(access: Access) -> Callable[[View], View]:
    def mark(view: View) -> View:
        setattr(view, _ATTRIBUTE, access)
        return view

    return mark


def access_of(app: Flask, endpoint: str) -> Access | None:
    """Return what the endpoint declares, or None when it declares nothing."""
    if endpoint in _FLASKS_OWN:
        return _FLASKS_OWN[endpoint]
    declared = getattr(app.view_functions[endpoint], _ATTRIBUTE, None)
    return declared if isinstance(declared, Access) else None


def check_every_route_is_declared(app: Flask) -> None:
    """Raise UndeclaredRoute when any route lacks `@allow`, `@public` or `@bare`."""
    undeclared = sorted({r.endpoint for r in app.url_map.iter_rules() if access_of(app, r.endpoint) is None})
    if undeclared:
        raise UndeclaredRoute(", ".join(undeclared))
