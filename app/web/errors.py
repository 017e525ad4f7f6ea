"""Error pages: what happened in words, a short code to quote, and nothing about how we are built."""

from typing import Any

import structlog
from flask import Flask, Response, g, jsonify, make_response, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge, SecurityError

from app.errors import NotFound, RuleError
from app.instagram.errors import InstagramError
from app.web.csrf import ForeignOrigin
from app.web.redirects import local_path_or, referring_path, this_path, wants_fragment, wants_page
from app.web.sentences import sentence_for
from app.web.shell import ask_nothing

log = structlog.get_logger(__name__)

RETRY_AFTER_SECONDS = 5
# What a form held is offered to be sent again, but never these, and never a file.
NEVER_REPEATED = ("csrf_token", "password")
LONGEST_REPEATED = 20_000


def init_app(app: Flask) -> None:
    """Give `app` an answer to every error."""
    app.register_error_handler(SecurityError, _answer_wrong_host)
    app.register_error_handler(CSRFError, _answer_csrf)
    app.register_error_handler(RequestEntityTooLarge, _answer_too_large)
    app.register_error_handler(HTTPException, _answer_http)
    app.register_error_handler(NotFound, lambda _error: error_answer(404))
    app.register_error_handler(RuleError, _answer_rule)
    app.register_error_handler(InstagramError, _answer_instagram)
    for away in (OperationalError, InterfaceError, PoolTimeout):
        app.register_error_handler(away, _answer_database_away)
    app.register_error_handler(Exception, _answer_bug)


def error_answer(status: int, text: str | None = None, **values: Any) -> Response:
    """Return the answer for an error: a page, a fragment for htmx, or JSON for other scripts."""
    if status >= 500:
        ask_nothing()
    title, explanation = _words(status)
    values = {
        "status": status,
        "title": title,
        "text": text or explanation,
        "code": g.get("request_id", ""),
        "back_url": _back_url(),
        "repeat": None,
    } | values
    if wants_fragment():
        response = make_response(render_template("errors/_error.html", **values), status)
    elif wants_page():
        response = make_response(render_template("errors/error.html", **values), status)
    else:
        response = jsonify(error={"status": status, "message": values["text"], "request_id": values["code"]})
        response.status_code = status
    return response


def _words(status: int) -> tuple[str, str]:
    """Return title and explanation of a status in the page's language."""
    known = {
        400: (
            _("That did not work"),
            _("The request could not be understood. Go back, reload the page and try again."),
        ),
        401: (_("Please sign in"), _("Sign in and try again.")),
        403: (
            _("You may not do this here"),
            _("Your role in this workspace does not allow it. Ask an owner or an admin of the workspace."),
        ),
        404: (_("Nothing here"), _("The page does not exist, or it was deleted. Check the address or go back.")),
        405: (_("That did not work"), _("This address cannot be used that way. Go back and try again.")),
        409: (_("Somebody was faster"), _("This changed in the meantime. Reload the page to see how it is now.")),
        413: (_("Too large"), _("What was sent is too large. Nothing was saved.")),
        415: (_("That did not work"), _("This kind of data is not accepted here.")),
        422: (_("Please check what you typed"), _("Something in it cannot be accepted. Go back and try again.")),
        429: (_("Too many requests"), _("Wait a moment, then try again.")),
        502: (_("Instagram did not go along"), _("Nothing was changed. Try again in a moment.")),
        503: (
            _("Back in a moment"),
            _("The server cannot reach its database. Nothing is lost; try again in a few seconds."),
        ),
    }
    if status in known:
        return known[status]
    if status < 500:
        return known[400]
    return (
        _("Something broke on our side"),
        _("It has been written down. Try again; if it stays, quote the code below to whoever runs this server."),
    )


def _back_url() -> str | None:
    """Return where «back» leads: the page before, else Today; None while no address can be made."""
    if request.url_rule is None and request.routing_exception is None:
        return None
    return referring_path() or url_for("today.show_today")


def _answer_wrong_host(_error: SecurityError) -> ResponseReturnValue:
    """Answer a request to a host that is not ours; there are no addresses to build a page with."""
    return Response("This server does not answer under that name.\n", 400, mimetype="text/plain")


def _answer_csrf(error: CSRFError) -> ResponseReturnValue:
    """Offer to send the form again; unless another site sent it."""
    log.warning("csrf refused", reason=error.description, foreign=isinstance(error, ForeignOrigin))
    if isinstance(error, ForeignOrigin):
        return error_answer(400, _("The request came from another site, so it was not carried out."))
    text = _("This page was open for a long time, or you signed in elsewhere meanwhile. Nothing was changed yet.")
    return error_answer(400, text, title=_("Please send it once more"), repeat=_repeatable_form())


def _repeatable_form() -> dict[str, Any] | None:
    """Return what the form held, for a form that sends it again; None when that must not or cannot be done."""
    fields = [(name, value) for name, value in request.form.items(multi=True) if name != "csrf_token"]
    has_secret = any(word in name for name, _value in fields for word in NEVER_REPEATED)
    is_large = sum(len(value) for _name, value in fields) > LONGEST_REPEATED
    if request.method != "POST" or has_secret or is_large or request.files or not fields:
        return None
    return {"action": local_path_or(this_path(), request.path), "fields": fields}


def _answer_too_large(_error: RequestEntityTooLarge) -> ResponseReturnValue:
    return error_answer(413)


def _answer_http(error: HTTPException) -> ResponseReturnValue:
    """Answer the errors that routes and Flask raise by status; redirects pass as they are."""
    if error.code is None or error.code < 400:
        return error.get_response()
    answer = error_answer(error.code)
    for name, value in error.get_headers():
        if name.lower() in {"allow", "retry-after", "www-authenticate"}:
            answer.headers[name] = value
    return answer


def _answer_rule(error: RuleError) -> ResponseReturnValue:
    return error_answer(422, sentence_for(error).text)


def _answer_instagram(error: InstagramError) -> ResponseReturnValue:
    log.warning("instagram error reached a page", key=error.key, trace_id=error.trace_id)
    return error_answer(502, sentence_for(error).text)


def _answer_database_away(error: Exception) -> ResponseReturnValue:
    """Answer fast and plainly while the database is away; the browser or the sender tries again."""
    log.error("database away", error=type(error).__name__, detail=str(getattr(error, "orig", error)))
    answer = error_answer(503)
    answer.headers["Retry-After"] = str(RETRY_AFTER_SECONDS)
    return answer


def _answer_bug(error: Exception) -> ResponseReturnValue:
    """Answer for an error that nobody expected: logged once, with the code that the page shows."""
    log.exception("unexpected error", route=request.endpoint)
    return error_answer(500)
