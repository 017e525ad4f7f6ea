"""The first page: what needs me, what goes out today."""

from flask import render_template
from flask.typing import ResponseReturnValue

from app.blueprints.today import bp
from app.blueprints.today.answering import who_waits
from app.publishing.overview import todays_overview
from app.web.access import allow
from app.web.context import get_clock
from app.web.i18n import page_zone
from app.workspaces.models import Role


@bp.get("/")
@allow(Role.MEMBER)
def show_today() -> ResponseReturnValue:
    """Show what needs somebody, and today's posts in order."""
    now = get_clock().now()
    return render_template("today/today.html", overview=todays_overview(now, page_zone()), waiting=who_waits(now))
