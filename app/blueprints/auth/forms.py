"""Forms for signing in and for the first start."""

from flask_babel import lazy_gettext as _l
from wtforms import PasswordField, SelectField, StringField

from app.web.forms import AtMost, Filled, Form, ZoneField, choices, stripped
from app.web.i18n import LANGUAGE_NAMES


class LoginForm(Form):
    """E-mail and password. The password is taken exactly as it was typed."""

    email = StringField(_l("E-mail"), filters=[stripped], validators=[Filled(), AtMost(254)])
    password = PasswordField(_l("Password"), validators=[Filled()])


class WelcomeForm(Form):
    """The first owner and their workspace."""

    language = SelectField(_l("Language"), choices=choices(LANGUAGE_NAMES))
    name = StringField(_l("Your name"), filters=[stripped], validators=[Filled(), AtMost(120)])
    email = StringField(_l("E-mail"), filters=[stripped], validators=[Filled(), AtMost(254)])
    password = PasswordField(_l("Password"), validators=[Filled()])
    workspace_name = StringField(_l("Name of the workspace"), filters=[stripped], validators=[Filled(), AtMost(120)])
    timezone = ZoneField(_l("Time zone"), filters=[stripped], validators=[Filled()])
