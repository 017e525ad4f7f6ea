"""A browser's own long name in a few words."""

import re

# In this order: each later browser also calls itself like the earlier ones.
BROWSERS = (
    ("YaBrowser", "Яндекс Браузер"),
    ("SamsungBrowser", "Samsung Internet"),
    ("OPR/", "Opera"),
    ("Edg", "Edge"),
    ("Firefox", "Firefox"),
    ("FxiOS", "Firefox"),
    ("CriOS", "Chrome"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)
SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Mac OS X", "Mac"),
    ("CrOS", "ChromeOS"),
    ("Linux", "Linux"),
)


def describe_device(user_agent: str) -> str:
    """Return «Chrome · Windows», or the beginning of what the browser calls itself."""
    names = [_first(BROWSERS, user_agent), _first(SYSTEMS, user_agent)]
    known = " · ".join(name for name in names if name)
    return known or re.sub(r"[^\w ./-]", "", user_agent)[:40] or "?"


def _first(table: tuple[tuple[str, str], ...], user_agent: str) -> str | None:
    return next((name for sign, name in table if sign in user_agent), None)
