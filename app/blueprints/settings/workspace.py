"""The list of settings, the workspace's own, and its pause switch."""

from flask import redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.blueprints.settings import bp
from app.blueprints.settings.forms import WorkspaceForm
from app.errors import RuleError
from app.web import zones
from app.web.access import allow
from app.web.context import current_workspace, get_clock
from app.web.flash import flash_success
from app.web.i18n import page_locale
from app.web.redirects import redirect_back
from app.workspaces.models import Role
from app.workspaces.pause import pause_workspace, resume_workspace
from app.workspaces.workspaces import change_timezone, rename_workspace


@bp.get("/")
@allow(Role.MEMBER)
def show_settings() -> ResponseReturnValue:
    """Show the groups of settings."""
    return render_template("settings/settings.html")


@bp.route("/workspace", methods=["GET", "POST"])
@allow(Role.ADMIN)
def show_workspace() -> ResponseReturnValue:
    """Show or change the workspace's name and time zone."""
    now = get_clock().now()
    zone = zones.zone_label(current_workspace.timezone, page_locale(), now)
    form = WorkspaceForm(workspace_name=current_workspace.name, timezone=zone)
    if form.validate_on_submit():
        try:
            rename_workspace(current_workspace.id, form.workspace_name.data)
            change_timezone(current_workspace.id, form.timezone.zone_name or "")
        except RuleError as error:
            form.add_rule_error(error)
        else:
            flash_success(_("Saved."))
            return redirect(url_for("settings.show_workspace"), 303)
    choices = zones.zone_choices(page_locale(), now)
    page = render_template("settings/workspace.html", form=form, zones=choices)
    return page, 422 if form.is_submitted() else 200


@bp.post("/pause")
@allow(Role.ADMIN)
def pause() -> ResponseReturnValue:
    """Let nothing go out from the workspace any more."""
    pause_workspace(current_workspace.id, get_clock().now())
    flash_success(_("Everything outgoing is paused. Nothing is lost."))
    return redirect_back(url_for("settings.show_workspace"))


@bp.post("/resume")
@allow(Role.ADMIN)
def resume() -> ResponseReturnValue:
    """Let the workspace go on."""
    resume_workspace(current_workspace.id)
    flash_success(_("Posts go out again."))
    return redirect_back(url_for("settings.show_workspace"))
