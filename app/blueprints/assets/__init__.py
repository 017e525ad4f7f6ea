"""Uploaded files: how they are doing, their pictures, and the addresses where Instagram fetches them."""

from flask import Blueprint

bp = Blueprint("assets", __name__)

from app.blueprints.assets import routes, serving  # noqa: E402

__all__ = ["bp", "routes", "serving"]
