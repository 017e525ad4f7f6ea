"""The members of the workspace."""

from flask import redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.blueprints.settings import bp
from app.blueprints.settings.forms import ROLE_NAMES, MemberForm, RoleForm
from app.errors import RuleError
from app.web.access import allow
from app.web.context import current_user, current_workspace, get_clock, get_passwords
from app.web.flash import flash_rule, flash_success
from app.workspaces.members import (
    NewMember,
    add_member,
    change_role,
    get_member,
    list_members,
    may_manage,
    remove_member,
)
from app.workspaces.models import Role


@bp.get("/team")
@allow(Role.ADMIN)
def show_team() -> ResponseReturnValue:
    """Show who belongs to the workspace."""
    return _team_page(MemberForm(roles=_grantable_roles(), role=Role.MEMBER.value))


@bp.post("/team")
@allow(Role.ADMIN)
def create_member() -> ResponseReturnValue:
    """Add somebody to the workspace."""
    form = MemberForm(roles=_grantable_roles())
    if form.validate_on_submit():
        try:
            _add(form)
        except RuleError as error:
            form.add_rule_error(error)
        else:
            flash_success(_("%(email)s can sign in now.", email=form.email.data))
            return redirect(url_for("settings.show_team"), 303)
    return _team_page(form), 422


@bp.post("/team/<int:membership_id>/role")
@allow(Role.ADMIN)
def save_role(membership_id: int) -> ResponseReturnValue:
    """Give a member another role."""
    member = get_member(current_workspace.id, membership_id)
    form = RoleForm()
    if not form.validate_on_submit():
        return _team_page(MemberForm(formdata=None, roles=_grantable_roles())), 422
    try:
        change_role(current_workspace.id, member.id, Role(form.role.data), actor=current_workspace.role)
    except RuleError as error:
        flash_rule(error)
    else:
        flash_success(_("The role was changed."))
    return _to_team(member.user_id)


@bp.post("/team/<int:membership_id>/removal")
@allow(Role.ADMIN)
def end_membership(membership_id: int) -> ResponseReturnValue:
    """Take a member out of the workspace and sign them out of it."""
    member = get_member(current_workspace.id, membership_id)
    user_id, name = member.user_id, member.user.name  # the row will be gone
    try:
        remove_member(current_workspace.id, membership_id, actor=current_workspace.role)
    except RuleError as error:
        flash_rule(error)
    else:
        flash_success(_("%(name)s no longer belongs to the workspace.", name=name))
    return _to_team(user_id)


def _add(form: MemberForm) -> None:
    new = NewMember(
        name=form.name.data, email=form.email.data, password=form.password.data or "", role=Role(form.role.data)
    )
    add_member(
        current_workspace.id, new, actor=current_workspace.role, passwords=get_passwords(), now=get_clock().now()
    )


def _grantable_roles() -> list[Role]:
    """Return the roles that whoever is signed in may give, the lowest first."""
    return [role for role in Role if may_manage(current_workspace.role, role)]


def _team_page(form: MemberForm) -> str:
    members = list_members(current_workspace.id)
    manageable = {member.id for member in members if may_manage(current_workspace.role, member.role)}
    return render_template(
        "settings/team.html",
        form=form,
        members=members,
        manageable=manageable,
        role_names={role.value: str(name) for role, name in ROLE_NAMES.items()},
        roles=[(role.value, str(ROLE_NAMES[role])) for role in _grantable_roles()],
    )


def _to_team(user_id: int) -> ResponseReturnValue:
    """Go back to the list; somebody who changed themselves may have lost the right to see it."""
    endpoint = "settings.show_settings" if user_id == current_user.id else "settings.show_team"
    return redirect(url_for(endpoint), 303)
