"""A site of nothing but the page of components, its scripts and a small upload server: no database, no sign-in."""

import threading
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

from flask import Flask, Response, make_response, redirect, render_template, render_template_string, request
from flask.typing import ResponseReturnValue
from flask_babel import Babel
from jinja2 import StrictUndefined
from werkzeug.serving import make_server

from app.config import PROJECT_DIR
from app.web.redirects import this_path
from tests.processes import free_port

NONCE = "nonce-of-the-tests"
POLICY = (
    f"default-src 'none'; script-src 'self' 'nonce-{NONCE}'; style-src 'self'; img-src 'self' data: blob:; "
    "media-src 'self' blob:; font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'"
)
DRAFT_PAGE = """{% extends "layouts/app.html" %}{% import "components/ui.html" as ui %}
{% block title %}Draft{% endblock %}
{% block content %}{% call ui.autosave_draft("note") %}<form method="post">{{ ui.csrf() }}
{{ ui.text_field("note", "Note", value=note) }}
{{ ui.button("Save", kind="primary") }}</form>{% endcall %}{% endblock %}"""
REQUEST_PAGE = """{% extends "layouts/app.html" %}{% import "components/ui.html" as ui %}
{% block title %}Ask{% endblock %}
{% block content %}<div id="answer"></div>
{{ ui.button("Break", type="button", hx_get="/broken", hx_target="#answer") }}
{{ ui.button("Delete", type="button", hx_post="/deleted", hx_target="#answer", hx_confirm="Really?") }}{% endblock %}"""


@dataclass
class Uploads:
    """What the upload server has: for each upload its length and what has arrived; and the offsets it was sent.

    `failing` answers are 503. While `gate` is closed, what follows the first piece is not answered.
    """

    files: list[tuple[int, bytearray]] = field(default_factory=list)
    offsets: list[int] = field(default_factory=list)
    csrf_tokens: set[str | None] = field(default_factory=set)
    failing: int = 0
    gate: threading.Event = field(default_factory=threading.Event)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def take(self, arrived: bytearray, offset: int, body: bytes) -> bool:
        """Append `body` if it continues what has arrived; a request that was broken off may still come late."""
        with self.lock:
            if offset != len(arrived):
                return False
            self.offsets.append(offset)
            arrived += body
            return True


class ComponentSite:
    """Serves in a thread until `stop`."""

    def __init__(self) -> None:
        self.uploads = Uploads()
        self.uploads.gate.set()
        self.port = free_port()
        self._server = make_server("127.0.0.1", self.port, _application(self.uploads), threaded=True)
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def stop(self) -> None:
        """End the server."""
        self.uploads.gate.set()
        self._server.shutdown()


def _application(uploads: Uploads) -> Flask:
    app = Flask(
        "component_site", template_folder=PROJECT_DIR / "app/templates", static_folder=PROJECT_DIR / "app/static"
    )
    app.secret_key = "component-site"
    Babel(app)
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.globals.update(csrf_token=lambda: "token-of-the-tests", csp_nonce=lambda: NONCE, this_path=this_path)
    app.context_processor(_names)
    app.after_request(_with_policy)
    app.add_url_rule("/", view_func=lambda: render_template("dev/ui.html"), endpoint="components")
    app.add_url_rule("/ask", view_func=lambda: render_template_string(REQUEST_PAGE), endpoint="ask")
    app.add_url_rule("/broken", view_func=lambda: ("", 500), endpoint="broken")
    app.add_url_rule("/deleted", view_func=lambda: "gone", endpoint="deleted", methods=["POST"])
    app.add_url_rule("/draft", view_func=_draft, endpoint="draft", methods=["GET", "POST"])
    _add_uploads(app, uploads)
    return app


def _names() -> dict[str, Any]:
    item = SimpleNamespace(key="today", label="Сегодня", icon="home", url="/", active=True)
    return {
        "app_name": "SocialFlow",
        "locale": "ru",
        "locales": (("kk", "Қазақша"), ("ru", "Русский"), ("en", "English")),
        "theme": request.args.get("theme", "light"),
        "current_user": SimpleNamespace(id=1, name="Айгерим", email="aigerim@example.kz", hotkeys=True),
        "workspace": SimpleNamespace(name="Кофейня на Абая"),
        "nav_items": [item],
        "shell_urls": {"home": "/", "compose": "/draft", "theme": "/theme", "language": "/language"},
        "is_paused": False,
        "pause": None,
        "accounts_needing_attention": [],
    }


def _with_policy(response: Response) -> Response:
    response.headers["Content-Security-Policy"] = POLICY
    return response


def _draft() -> ResponseReturnValue:
    """Refuse a note with «bad» in it; take any other."""
    note = request.form.get("note", "")
    if request.method == "GET" or "bad" in note:
        return render_template_string(DRAFT_PAGE, note=note), 422 if note else 200
    return redirect("/", 303)


def _add_uploads(app: Flask, uploads: Uploads) -> None:
    """Speak as much of tus 1.0 as the browser's side needs."""

    @app.post("/uploads")
    def create() -> ResponseReturnValue:
        uploads.csrf_tokens.add(request.headers.get("X-CSRFToken"))
        if int(request.headers["Upload-Length"]) == 0:
            return {"error": {"message": "Файл пустой."}}, 422
        uploads.files.append((int(request.headers["Upload-Length"]), bytearray()))
        return "", 201, {"Location": f"/uploads/{len(uploads.files) - 1}", "Tus-Resumable": "1.0.0"}

    @app.route("/uploads/<int:number>", methods=["HEAD", "PATCH"])
    def go_on(number: int) -> ResponseReturnValue:
        length, arrived = uploads.files[number]
        if request.method == "PATCH":
            body = request.get_data()
            if uploads.failing:
                uploads.failing -= 1
                return "", 503
            offset = int(request.headers["Upload-Offset"])
            if not uploads.take(arrived, offset, body):
                return "", 409
            if offset:
                uploads.gate.wait(10)
        answer = make_response("", 204 if request.method == "PATCH" else 200)
        answer.headers.update(
            {"Upload-Offset": str(len(arrived)), "Upload-Length": str(length), "Tus-Resumable": "1.0.0"}
        )
        if len(arrived) == length:
            answer.headers["SocialFlow-Asset"] = f"asset-{number}"
        return answer
