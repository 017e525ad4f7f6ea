"""Where Instagram posts what happens."""

from flask import Blueprint

from app.instagram.webhook import BODY_BYTES
from app.web.large_bodies import allow_large_bodies

bp = Blueprint("webhooks", __name__, url_prefix="/webhooks")

allow_large_bodies(bp, BODY_BYTES, "take_in")

from app.blueprints.webhooks import routes  # noqa: E402

__all__ = ["bp", "routes"]
