"""Answers kept ready: the list and the form."""

from flask import Blueprint

bp = Blueprint("saved_replies", __name__, url_prefix="/saved-replies")

from app.blueprints.saved_replies import routes as routes  # noqa: E402
