"""What all forms share."""

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext
from flask_wtf import FlaskForm
from wtforms import Field, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import ValidationError

from app.errors import RuleError
from app.web import zones
from app.web.sentences import sentence


class Form(FlaskForm):  # type: ignore[misc]
    """A form whose broken rules are shown in the user's language, beside the field or on top."""

    class Meta:
        """Messages of WTForms itself come from our own catalogue, through the validators below."""

        locales = False

    def add_rule_error(self, error: RuleError) -> None:
        """Put the sentence for a broken rule to its field; on top when it belongs to none."""
        text = sentence(error.key, error.values).text
        field = self._fields.get(error.field) if error.field else None
        if field is None:
            self.form_errors.append(text)
        else:
            field.errors = [*field.errors, text]


class Filled:
    """Ask for a value, in our own words."""

    field_flags = {"required": True}

    def __call__(self, _form: Any, field: Field) -> None:
        """Raise ValidationError when nothing but space was typed."""
        if not field.data or (isinstance(field.data, str) and not field.data.strip()):
            raise ValidationError(gettext("Please fill in this field."))


class AtMost:
    """Refuse text that is longer than the database keeps."""

    def __init__(self, letters: int) -> None:
        self.letters = letters
        self.field_flags = {"maxlength": letters}

    def __call__(self, _form: Any, field: Field) -> None:
        """Raise ValidationError when the text is too long."""
        if field.data and len(field.data) > self.letters:
            raise ValidationError(gettext("This is too long: %(most)s characters are allowed.", most=self.letters))


class ZoneField(StringField):  # type: ignore[misc]
    """A time zone, typed or chosen by its city, label or name; `zone_name` is what was meant."""

    @property
    def zone_name(self) -> str | None:
        """The zone's own name, such as Asia/Almaty, or None when no zone is meant."""
        return zones.find_zone(self.data or "")

    def pre_validate(self, _form: Any) -> None:
        """Raise ValidationError when no zone is meant."""
        if self.data and self.zone_name is None:
            raise ValidationError(sentence("timezone_unknown").text)


def choices(names: Mapping[Any, Any]) -> list[Any]:
    """Return the choices of a SelectField: its values and what they are called."""
    return [SelectChoice(str(value), label) for value, label in names.items()]


def stripped(value: str | None) -> str | None:
    """Return the text without space around it; a filter for text fields."""
    return value.strip() if value else value
