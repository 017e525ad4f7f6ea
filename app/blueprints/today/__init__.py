"""The first page: what needs me, what goes out today."""

from flask import Blueprint

bp = Blueprint("today", __name__)

from app.blueprints.today import routes  # noqa: E402, F401
