"""Where to go next, never to another site."""

from urllib.parse import SplitResult, urlsplit

from flask import redirect, request, url_for
from werkzeug.wrappers import Response

ONE_TIME_NAMES = frozenset({"code", "state"})


def split_url(url: str) -> SplitResult:
    """Return the parts of an address that a browser claims; all of them empty when it is none."""
    try:
        return urlsplit(url)
    except ValueError:
        return urlsplit("")


def is_local_path(target: str) -> bool:
    """Whether `target` is a path on this site: browsers read `//host`, `/\\host` and control characters as more."""
    if not target.startswith("/") or target[1:2] in {"/", "\\"}:
        return False
    if any(ord(letter) < 32 or letter == "\\" for letter in target):
        return False
    parts = split_url(target)
    return not parts.scheme and not parts.netloc


def local_path_or(target: str | None, fallback: str) -> str:
    """Return `target` when it is a path on this site, else `fallback`."""
    return target if target and is_local_path(target) else fallback


def redirect_back(fallback: str | None = None) -> Response:
    """Redirect (303) to the page the form was on: its `next` field, else the referrer, else `fallback`, else Today."""
    path = local_path_or(request.form.get("next"), "") or referring_path()
    return redirect(path or fallback or url_for("today.show_today"), 303)


def referring_path() -> str | None:
    """Return path and query of the page that led here, when it is a page of this site."""
    referrer = request.headers.get("HX-Current-URL") or request.referrer or ""
    parts = split_url(referrer)
    if parts.netloc != request.host:
        return None
    path = parts.path + (f"?{parts.query}" if parts.query else "")
    return path if is_local_path(path) else None


def this_path() -> str:
    """Return path and query of this request, for links and forms that lead here again.

    A query that holds what works once (Instagram's code and our state) is left out: it must not stand in a page.
    """
    if not request.query_string or ONE_TIME_NAMES & request.args.keys():
        return request.path
    return request.full_path


def page_path() -> str | None:
    """Return the page that the user is on: this one, or the one whose form or script calls."""
    if request.method == "GET" and wants_page():
        path = this_path()
        return path if is_local_path(path) and path != "/" else None
    path_before = referring_path()
    return path_before if path_before != "/" else None


def wants_fragment() -> bool:
    """Whether htmx asks for a part of the page."""
    return request.headers.get("HX-Request") == "true"


def wants_page() -> bool:
    """Whether the answer will be shown as a page, as opposed to being read by a script or a program."""
    if wants_fragment() or request.headers.get("X-Requested-With"):
        return False
    mode = request.headers.get("Sec-Fetch-Mode")
    if mode:
        return mode == "navigate"
    return not wants_json()


def wants_json() -> bool:
    """Whether the caller would rather have JSON than HTML."""
    accepted = request.accept_mimetypes
    return bool(accepted) and accepted.best_match(["text/html", "application/json"]) == "application/json"
