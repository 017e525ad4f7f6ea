"""The fixtures of the web."""

from tests.web_client import admin, app, cast, member, nobody, open_browser, owner

__all__ = ["admin", "app", "cast", "member", "nobody", "open_browser", "owner"]
