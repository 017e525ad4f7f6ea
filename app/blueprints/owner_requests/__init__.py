"""What Instagram tells us on an account owner's behalf, and the page that tells the owner how it went."""

from flask import Blueprint

bp = Blueprint("owner_requests", __name__, url_prefix="/instagram")

from app.blueprints.owner_requests import routes  # noqa: E402

__all__ = ["bp", "routes"]
