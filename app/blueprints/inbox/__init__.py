"""Direct messages: the list of conversations, each conversation, and the person on the other side."""

from flask import Blueprint

from app.assets.limits import FORM_BYTES
from app.web.large_bodies import allow_large_bodies

bp = Blueprint("inbox", __name__, url_prefix="/inbox")

FORM_OVERHEAD_BYTES = 1_000_000
# Browsers without JavaScript send files with the form.
allow_large_bodies(bp, FORM_BYTES + FORM_OVERHEAD_BYTES, "create_message")

from app.blueprints.inbox import composing, lists, organising, pictures, searching, threads  # noqa: E402

__all__ = ["bp", "composing", "lists", "organising", "pictures", "searching", "threads"]
