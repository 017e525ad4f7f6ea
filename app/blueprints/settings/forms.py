"""Forms of the settings."""

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, PasswordField, RadioField, SelectField, StringField

from app.web.forms import AtMost, Filled, Form, ZoneField, choices, stripped
from app.web.i18n import LANGUAGE_NAMES
from app.workspaces.models import Role, Theme

ROLE_NAMES = {Role.OWNER: _l("Owner"), Role.ADMIN: _l("Admin"), Role.MEMBER: _l("Member")}
THEME_NAMES = {Theme.SYSTEM: _l("As on the device"), Theme.LIGHT: _l("Light"), Theme.DARK: _l("Dark")}


class WorkspaceForm(Form):
    """What the workspace is called and by which clock it works."""

    workspace_name = StringField(_l("Name of the workspace"), filters=[stripped], validators=[Filled(), AtMost(120)])
    timezone = ZoneField(_l("Time zone"), filters=[stripped], validators=[Filled()])


class RetentionForm(Form):
    """What is kept, and what people are shown."""

    history = RadioField(
        _l("Messages that Instagram no longer shows"),
        choices=choices({"keep": _l("Keep them"), "drop": _l("Delete them here too")}),
    )
    marks_seen = BooleanField(_l("Show people that their message was read"))


class AppearanceForm(Form):
    """How the pages look and listen for this user."""

    language = SelectField(_l("Language"), choices=choices(LANGUAGE_NAMES))
    theme = SelectField(_l("Appearance"), choices=choices(THEME_NAMES))
    hotkeys = BooleanField(_l("Keyboard shortcuts"))


class ProfileForm(Form):
    """What the user is called."""

    name = StringField(_l("Your name"), filters=[stripped], validators=[Filled(), AtMost(120)])


class EmailForm(Form):
    """What the user signs in with; asks for the password, because it takes over the account."""

    email = StringField(_l("New e-mail"), filters=[stripped], validators=[Filled(), AtMost(254)])
    current_password = PasswordField(_l("Current password"), validators=[Filled()], id="email_current_password")


class PasswordForm(Form):
    """A new password, and the one until now."""

    current_password = PasswordField(_l("Current password"), validators=[Filled()])
    password = PasswordField(_l("New password"), validators=[Filled()])


class MemberForm(Form):
    """Somebody to add to the workspace."""

    name = StringField(_l("Name"), filters=[stripped], validators=[Filled(), AtMost(120)])
    email = StringField(_l("E-mail"), filters=[stripped], validators=[Filled(), AtMost(254)])
    password = PasswordField(_l("Initial password"), validators=[AtMost(1024)])
    role = SelectField(_l("Role"), choices=choices(ROLE_NAMES))

    def __init__(self, *args: object, roles: list[Role], **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.role.choices = choices({role: ROLE_NAMES[role] for role in roles})


class RoleForm(Form):
    """Another role for a member."""

    role = SelectField(_l("Role"), choices=choices(ROLE_NAMES))
