"""Settings: of the workspace, of the user, and how the server is."""

from flask import Blueprint

bp = Blueprint("settings", __name__, url_prefix="/settings")

from app.blueprints.settings import devices as devices  # noqa: E402
from app.blueprints.settings import profile as profile  # noqa: E402
from app.blueprints.settings import retention as retention  # noqa: E402
from app.blueprints.settings import status as status  # noqa: E402
from app.blueprints.settings import team as team  # noqa: E402
from app.blueprints.settings import webhooks as webhooks  # noqa: E402
from app.blueprints.settings import workspace as workspace  # noqa: E402
