"""Settings: of the workspace, of the user, and how the server is."""

from flask import Blueprint

bp = Blueprint("settings", __name__, url_prefix="/settings")

from app.blueprints.settings import devices, profile, status, team, workspace  # noqa: E402, F401
