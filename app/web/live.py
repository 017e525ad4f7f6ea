"""The process's watcher of hints, for the route that tells pages and for gunicorn's configuration."""

from typing import cast

from flask import Flask, current_app

from app.live.queries import newest_hint_id
from app.live.watcher import Watcher

_NAME = "socialflow-live"


def init_app(app: Flask) -> None:
    """Give `app` a watcher, and its templates `live_position()`."""
    app.extensions[_NAME] = Watcher()
    app.jinja_env.globals["live_position"] = newest_hint_id


def watcher_of(app: Flask) -> Watcher:
    """Return the watcher of an application."""
    return cast(Watcher, app.extensions[_NAME])


def get_watcher() -> Watcher:
    """Return the watcher of this request's application."""
    return watcher_of(current_app)
