"""How much a request may carry: little, unless its route says that it takes more."""

from collections.abc import Callable
from typing import Any, TypeVar

from flask import current_app, request

View = TypeVar("View", bound=Callable[..., Any])

_ATTRIBUTE = "__most_bytes__"


def takes_up_to(most_bytes: int) -> Callable[[View], View]:
    """Let requests to the route be as large as this. Everything larger is answered with 413 before it is read.

    It must be declared and cannot be raised inside the route: the form is parsed for its CSRF token before that.
    """

    def mark(view: View) -> View:
        setattr(view, _ATTRIBUTE, most_bytes)
        return view

    return mark


def limit_request() -> None:
    """Apply what the request's route declares; without a declaration Flask's MAX_CONTENT_LENGTH stands."""
    if request.endpoint is not None:
        most = getattr(current_app.view_functions[request.endpoint], _ATTRIBUTE, None)
        if most is not None:
            request.max_content_length = most
