"""The sandbox as a WSGI application."""

from flask import Flask, Response, request
from werkzeug.routing import BaseConverter

from sandbox.web import cdn, consent, control, control_audience, direct_page, graph, oauth, pages, play, upload
from sandbox.web.params import the_world
from sandbox.web.words import choose_language, word
from sandbox.world import World

MAX_PARAMS = 8 * 1024 * 1024
POLICY = (
    "default-src 'self'; img-src 'self' data: http: https:; frame-ancestors 'none'; base-uri 'none'; object-src 'none'"
)


class Sha256Converter(BaseConverter):
    """The hex form of a SHA-256."""

    regex = "[0-9a-f]{64}"


class DrawingConverter(BaseConverter):
    """What the demo draws: `<seed>-<number>-<subject>`."""

    regex = "[0-9]{1,9}-[0-9]{1,4}(?:_[0-9])?-[a-z]{1,12}"


def create_app(world: World) -> Flask:
    """Return the application over a world."""
    app = Flask(__name__, static_url_path="/sandbox/static")
    app.json.sort_keys = False  # type: ignore[attr-defined]
    app.json.ensure_ascii = False  # type: ignore[attr-defined]
    app.config["MAX_FORM_MEMORY_SIZE"] = MAX_PARAMS
    app.extensions["world"] = world
    app.url_map.converters |= {"regex_sha": Sha256Converter, "regex_key": DrawingConverter}
    app.jinja_env.globals["_"] = word
    app.jinja_env.globals["language"] = choose_language
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    for area in (control, control_audience, consent, oauth, upload, cdn, pages, direct_page, play, graph):
        app.register_blueprint(area.bp)
    app.register_blueprint(cdn.direct)
    app.before_request(_note_origin)
    app.after_request(_secure)
    return app


def _note_origin() -> None:
    """Remember by which address we are called, for links in webhooks."""
    the_world().origin = request.host_url.rstrip("/")


def _secure(response: Response) -> Response:
    if response.mimetype == "text/html":
        response.headers["Content-Security-Policy"] = POLICY
        response.headers["Referrer-Policy"] = "no-referrer"
        response.headers["Vary"] = "Accept-Language"
    if request.path.startswith("/sandbox/"):
        response.headers.setdefault("Cache-Control", "no-store")
    return response
