"""What tells open pages that something has changed."""

from flask import Blueprint

bp = Blueprint("live", __name__, url_prefix="/live")

from app.blueprints.live import routes as routes  # noqa: E402
