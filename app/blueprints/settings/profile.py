"""What a user settles for themselves: name, e-mail, password, appearance."""

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import force_locale
from flask_babel import gettext as _

from app.blueprints.settings import bp
from app.blueprints.settings.forms import AppearanceForm, EmailForm, PasswordForm, ProfileForm
from app.errors import RuleError
from app.web.access import allow
from app.web.context import current_user, get_clock, get_passwords, get_visit
from app.web.flash import flash_success
from app.web.i18n import page_locale
from app.workspaces import people
from app.workspaces.models import Role, Theme
from app.workspaces.sign_in import confirm_password


@bp.route("/appearance", methods=["GET", "POST"])
@allow(Role.MEMBER)
def show_appearance() -> ResponseReturnValue:
    """Show or change language, theme and keyboard shortcuts."""
    form = AppearanceForm(language=page_locale(), theme=current_user.theme.value, hotkeys=current_user.hotkeys)
    if form.validate_on_submit():
        people.choose_language(current_user.id, form.language.data)
        people.choose_theme(current_user.id, Theme(form.theme.data))
        people.choose_hotkeys(current_user.id, form.hotkeys.data)
        with force_locale(form.language.data):
            flash_success(_("Saved."))
        return redirect(url_for("settings.show_appearance"), 303)
    return render_template("settings/appearance.html", form=form), 422 if form.is_submitted() else 200


@bp.get("/profile")
@allow(Role.MEMBER)
def show_profile() -> ResponseReturnValue:
    """Show the user's name, e-mail and a form for a new password."""
    return _profile_page()


@bp.post("/profile")
@allow(Role.MEMBER)
def save_profile() -> ResponseReturnValue:
    """Change what the user is called."""
    form = ProfileForm()
    if form.validate_on_submit():
        try:
            people.rename(current_user.id, form.name.data)
        except RuleError as error:
            form.add_rule_error(error)
        else:
            flash_success(_("Saved."))
            return redirect(url_for("settings.show_profile"), 303)
    return _profile_page(name=form), 422


@bp.post("/profile/email")
@allow(Role.MEMBER)
def save_email() -> ResponseReturnValue:
    """Change what the user signs in with."""
    form = EmailForm()
    if form.validate_on_submit():
        try:
            _confirm(form.current_password.data)
            people.change_email(current_user.id, form.email.data)
        except RuleError as error:
            form.add_rule_error(error)
        else:
            flash_success(_("Saved. Sign in with the new address from now on."))
            return redirect(url_for("settings.show_profile"), 303)
    return _profile_page(email=form), 422


@bp.post("/profile/password")
@allow(Role.MEMBER)
def save_password() -> ResponseReturnValue:
    """Set a new password and sign the user's other devices out."""
    form = PasswordForm()
    if form.validate_on_submit():
        try:
            _confirm(form.current_password.data)
            people.change_password(
                current_user.id, form.password.data, passwords=get_passwords(), keep_login=get_visit().login_id
            )
        except RuleError as error:
            form.add_rule_error(error)
        else:
            flash_success(_("The new password is set. Your other devices were signed out."))
            return redirect(url_for("settings.show_profile"), 303)
    return _profile_page(password=form), 422


def _profile_page(
    name: ProfileForm | None = None, email: EmailForm | None = None, password: PasswordForm | None = None
) -> str:
    """Return the page; the forms that were not sent show what is stored."""
    empty = {"formdata": None} if request.method == "POST" else {}
    return render_template(
        "settings/profile.html",
        name_form=name or ProfileForm(name=current_user.name, **empty),
        email_form=email or EmailForm(email=current_user.email, **empty),
        password_form=password or PasswordForm(**empty),
    )


def _confirm(password: str) -> None:
    confirm_password(current_user.id, password, passwords=get_passwords(), now=get_clock().now())
