"""How the server is, in words."""

from flask import render_template
from flask.typing import ResponseReturnValue

from app.blueprints.settings import bp
from app.status import HEARTBEAT_FRESH, database_status, disk_status, last_heartbeat, list_incidents, versions
from app.web.access import allow
from app.web.context import get_clock, get_config
from app.workspaces.models import Role


@bp.get("/status")
@allow(Role.ADMIN)
def show_status() -> ResponseReturnValue:
    """Show scheduler, incidents, disk, database and versions."""
    config = get_config()
    beat = last_heartbeat()
    return render_template(
        "settings/status.html",
        heartbeat=beat,
        scheduler_runs=beat is not None and get_clock().now() - beat < HEARTBEAT_FRESH,
        incidents=list_incidents(),
        database=database_status(config),
        disk=disk_status(config.media_dir),
        versions=versions(),
    )
