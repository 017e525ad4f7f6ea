"""Pages for whoever works on SocialFlow; there are none in production."""

from flask import Blueprint, abort, render_template
from flask.typing import ResponseReturnValue

from app.web.access import public
from app.web.context import get_config

bp = Blueprint("dev", __name__, url_prefix="/dev")


@bp.get("/ui")
@public
def show_components() -> ResponseReturnValue:
    """Show every component in all its states."""
    if not get_config().development:
        abort(404)
    return render_template("dev/ui.html")
