"""What is kept of comments and messages, and for how long."""

from flask import redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.blueprints.settings import bp
from app.blueprints.settings.forms import RetentionForm
from app.sync.overview import list_overviews
from app.web.access import allow
from app.web.context import current_workspace
from app.web.flash import flash_success
from app.workspaces.models import Role
from app.workspaces.workspaces import change_retention, get_workspace


@bp.route("/retention", methods=["GET", "POST"])
@allow(Role.ADMIN)
def show_retention() -> ResponseReturnValue:
    """Show or change whether old messages are kept and whether people see that they were read."""
    workspace = get_workspace(current_workspace.id)
    form = RetentionForm(history="keep" if workspace.keeps_history else "drop", marks_seen=workspace.marks_seen)
    if form.validate_on_submit():
        keeps_history = form.history.data == "keep"
        change_retention(workspace.id, keeps_history=keeps_history, marks_seen=form.marks_seen.data)
        flash_success(_("Saved."))
        return redirect(url_for("settings.show_retention"), 303)
    page = render_template("settings/retention.html", form=form, overviews=list_overviews())
    return page, 422 if form.is_submitted() else 200
