"""Signing in and out, and the first start."""

from flask import abort, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue

from app.blueprints.auth import bp
from app.blueprints.auth.forms import LoginForm, WelcomeForm
from app.errors import RuleError
from app.web import zones
from app.web.access import allow, public
from app.web.context import current_user, find_visit, get_clock, get_config, get_passwords, get_visit
from app.web.i18n import page_locale
from app.web.redirects import local_path_or
from app.web.signed_in import known_device, remember_device, start_session
from app.workspaces.logins import end_login, switch_workspace
from app.workspaces.models import Role
from app.workspaces.set_up import AlreadySetUp, FirstOwner, is_set_up, set_up
from app.workspaces.sign_in import Client, sign_in


@bp.route("/login", methods=["GET", "POST"])
@public
def login() -> ResponseReturnValue:
    """Ask for e-mail and password; sign the device in when they are right."""
    form, status = LoginForm(), 200
    destination = local_path_or(request.args.get("next"), url_for("today.show_today"))
    if request.method == "GET" and find_visit() is not None:
        return redirect(destination, 303)
    if form.validate_on_submit():
        try:
            return _sign_in(form.email.data, form.password.data, destination)
        except RuleError as error:
            form.add_rule_error(error)
            status = 422 if error.key == "sign_in_wrong" else 429
    elif form.is_submitted():
        status = 422
    return render_template("auth/login.html", form=form), status


@bp.post("/logout")
@allow(Role.MEMBER)
def logout() -> ResponseReturnValue:
    """Sign this device out, on the server too."""
    visit = get_visit()
    end_login(visit.login_id, visit.user.id)
    session.clear()
    return redirect(url_for("auth.login"), 303)


@bp.route("/welcome", methods=["GET", "POST"])
@public
def welcome() -> ResponseReturnValue:
    """Make the first owner and their workspace; there is no such page once anybody exists."""
    if is_set_up():
        abort(404)
    now = get_clock().now()
    default_zone = zones.zone_label(get_config().timezone, page_locale(), now)
    form = WelcomeForm(language=page_locale(), timezone=default_zone)
    if form.validate_on_submit():
        try:
            return _set_up(form)
        except RuleError as error:
            form.add_rule_error(error)
        except AlreadySetUp:
            abort(404)
    choices = zones.zone_choices(page_locale(), now)
    return render_template("auth/welcome.html", form=form, zones=choices), 422 if form.is_submitted() else 200


@bp.post("/workspaces/<int:workspace_id>/current")
@allow(Role.MEMBER)
def enter_workspace(workspace_id: int) -> ResponseReturnValue:
    """Go on in another of the user's workspaces."""
    switch_workspace(get_visit().login_id, current_user.id, workspace_id)
    return redirect(url_for("today.show_today"), 303)


def _sign_in(email: str, password: str, destination: str) -> ResponseReturnValue:
    client = Client(address=request.remote_addr or "", user_agent=request.user_agent.string, device=known_device(email))
    token = sign_in(email, password, client=client, passwords=get_passwords(), now=get_clock().now())
    start_session(token)
    response = redirect(destination, 303)
    remember_device(response, email)
    return response


def _set_up(form: WelcomeForm) -> ResponseReturnValue:
    first = FirstOwner(
        name=form.name.data,
        email=form.email.data,
        password=form.password.data,
        workspace_name=form.workspace_name.data,
        timezone=form.timezone.zone_name or "",
        locale=form.language.data,
    )
    set_up(first, passwords=get_passwords(), now=get_clock().now())
    return _sign_in(form.email.data, form.password.data, url_for("today.show_today"))
