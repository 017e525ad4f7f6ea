"""Giving a post another time."""

from flask import redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from app.blueprints.publishing import bp
from app.blueprints.publishing.forms import MoveForm
from app.blueprints.publishing.planning import chips, make_plan
from app.blueprints.publishing.words import goes_out, planned_time
from app.errors import RuleError
from app.publishing.models import Post
from app.publishing.queries import get_post
from app.publishing.rules import EDITABLE
from app.publishing.save_post import reschedule_post
from app.web.access import allow
from app.web.context import current_user, current_workspace, get_clock
from app.web.flash import flash_rule, flash_success
from app.web.shell import outgoing_pause
from app.workspaces.models import Role


@bp.route("/<int:post_id>/time", methods=["GET", "POST"])
@allow(Role.MEMBER)
def move_post(post_id: int) -> ResponseReturnValue:
    """Show the times to choose from; plan the post for the chosen one."""
    post = get_post(post_id)
    if post.state not in EDITABLE:
        flash_rule(RuleError("post_moved_on", state=post.state))
        return redirect(url_for("publishing.show_post", post_id=post.id), 303)
    form = MoveForm(
        due_date=f"{post.due_wall:%Y-%m-%d}" if post.due_wall else "",
        due_time=f"{post.due_wall:%H:%M}" if post.due_wall else "",
    )
    if form.validate_on_submit():
        try:
            due = form.get_due(current_workspace.timezone)
            reschedule_post(post.id, due, user_id=current_user.id, clock=get_clock())
        except RuleError as error:
            form.add_rule_error(error)
        else:
            flash_success(goes_out(due))
            return redirect(url_for("publishing.list_posts"), 303)
    return _page(form, post), 422 if form.is_submitted() else 200


def _page(form: MoveForm, post: Post) -> str:
    now = get_clock().now()
    plan = make_plan(
        form.wall,
        form.fold,
        zone=current_workspace.timezone,
        account=post.account,
        files=post.media,
        now=now,
        is_paused=outgoing_pause() is not None,
    )
    return render_template(
        "publishing/move.html",
        form=form,
        post=post,
        plan=plan,
        planned=planned_time(post, now),
        chips=chips(now, current_workspace.timezone),
    )
