"""The composer's form, and the small one that moves a post."""

import hashlib
import secrets
from datetime import date, datetime, time
from typing import Any

from flask import request
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, HiddenField, IntegerField, SelectField, StringField, TextAreaField
from wtforms.validators import Optional, ValidationError

from app.errors import RuleError
from app.publishing.content import PostContent
from app.publishing.due_time import DueTime, resolve_due_time
from app.publishing.models import AssetRole, Post, PostKind
from app.publishing.save_post import FormMark
from app.web.forms import Form
from app.web.sentences import sentence

TOKEN_CHARACTERS = 43
MOST_TYPED = 20_000
"""Of a caption that is far too long, so much is taken and given back with the error."""
NOT_COMPARED = frozenset({"csrf_token", "form_token"})


class WhenForm(Form):
    """A date and a time as the native inputs send them, and which of two where clocks go back."""

    due_date = StringField(_l("Date"))
    due_time = StringField(_l("Time"))
    due_fold = StringField()

    @property
    def wall(self) -> datetime | None:
        """The wall time, or None while it is not complete."""
        day, moment = read_date(self.due_date.data), read_time(self.due_time.data)
        return datetime.combine(day, moment) if day and moment else None

    @property
    def fold(self) -> int | None:
        """0 for the first of two equal wall times, 1 for the second, None where nothing was chosen."""
        return read_fold(self.due_fold.data)

    def get_due(self, zone: str) -> DueTime:
        """Return the planned time. Raises RuleError for one that is missing, skipped or ambiguous."""
        wall = self.wall
        if wall is None:
            raise RuleError("due_incomplete", field="due_time")
        return resolve_due_time(wall, zone, fold=self.fold)


class MoveForm(WhenForm):
    """Gives a post another time; `wall` is that of a chip that was tapped."""

    chosen = StringField()

    @property
    def wall(self) -> datetime | None:
        """The chip's wall time if one was tapped, else what was typed."""
        try:
            return datetime.fromisoformat(self.chosen.data).replace(tzinfo=None)
        except (TypeError, ValueError):
            return super().wall


class ComposerForm(WhenForm):
    """Everything about a post."""

    form_token = HiddenField()
    account_id = SelectField(_l("Account"), coerce=lambda value: read_id(value) or 0, validate_choice=False)
    media = HiddenField(_l("Video"))
    caption = TextAreaField(_l("Caption"))
    cover_kind = StringField(default="frame")
    thumb_offset = IntegerField(_l("Cover frame"), validators=[Optional()])
    cover = HiddenField(_l("Cover picture"))
    share_to_feed = BooleanField(_l("Show in the feed too"))

    def __init__(self, **given: Any) -> None:
        super().__init__(**given)
        self.refused_files: dict[str, RuleError] = {}

    def validate_media(self, field: Any) -> None:
        """Say why a file that came with the form was not taken."""
        self._check_file(field)

    def validate_cover(self, field: Any) -> None:
        """Say why a picture that came with the form was not taken."""
        self._check_file(field)

    def _check_file(self, field: Any) -> None:
        error = self.refused_files.get(field.name)
        if error is not None:
            raise ValidationError(sentence(error.key, error.values).text)

    def validate_account_id(self, field: Any) -> None:
        """Take only an account that is offered."""
        if field.data not in {value for value, _label in field.choices}:
            raise ValidationError(gettext("Please choose an account."))

    def validate_caption(self, field: Any) -> None:
        """Refuse what no caption is; Instagram's own limits are checked when the post is planned."""
        if len(field.data or "") > MOST_TYPED:
            raise ValidationError(gettext("This is too long: %(most)s characters are allowed.", most=MOST_TYPED))

    @property
    def media_ids(self) -> list[int]:
        """The assets to publish."""
        found = read_id(self.media.data)
        return [found] if found else []

    @property
    def cover_id(self) -> int | None:
        """The uploaded cover picture, if one is to be used."""
        return read_id(self.cover.data) if self.cover_kind.data == "picture" else None

    @property
    def content(self) -> PostContent:
        """What the post says."""
        return PostContent(
            account_id=self.account_id.data,
            kind=PostKind.REEL,
            caption=self.caption.data or "",
            media_asset_ids=tuple(self.media_ids),
            cover_asset_id=self.cover_id,
            thumb_offset_ms=None if self.cover_id else max(0, self.thumb_offset.data or 0) or None,
            share_to_feed=bool(self.share_to_feed.data),
        )

    @property
    def mark(self) -> FormMark | None:
        """Which form this is and what it holds, the button that was pressed included."""
        token = self.form_token.data or ""
        if not 16 <= len(token) <= TOKEN_CHARACTERS:
            return None
        held = sorted((name, value) for name, value in request.form.items(multi=True) if name not in NOT_COMPARED)
        return FormMark(token, hashlib.sha256(repr(held).encode()).hexdigest())


def new_token() -> str:
    """Return a value that tells this form from every other one."""
    return secrets.token_urlsafe(24)


def values_of(post: Post) -> dict[str, Any]:
    """Return what the composer's form holds for a post."""
    links = {link.role: link.asset_id for link in post.post_assets}
    return {
        "account_id": post.account_id,
        "media": str(links.get(AssetRole.MEDIA, "")),
        "caption": post.caption,
        "cover_kind": "picture" if AssetRole.COVER in links else "frame",
        "thumb_offset": post.thumb_offset_ms,
        "cover": str(links.get(AssetRole.COVER, "")),
        "share_to_feed": post.share_to_feed,
        "due_date": f"{post.due_wall:%Y-%m-%d}" if post.due_wall else "",
        "due_time": f"{post.due_wall:%H:%M}" if post.due_wall else "",
        "due_fold": str(post.due_fold) if post.due_wall else "",
    }


def read_date(typed: str | None) -> date | None:
    """Return the date of a native input, or None."""
    try:
        return date.fromisoformat(typed or "")
    except ValueError:
        return None


def read_time(typed: str | None) -> time | None:
    """Return the time of a native input, or None."""
    try:
        return time.fromisoformat(typed or "").replace(tzinfo=None, microsecond=0)
    except ValueError:
        return None


def read_fold(typed: str | None) -> int | None:
    """Return 0 or 1, or None."""
    return int(typed) if typed in {"0", "1"} else None


def read_id(typed: str | None) -> int | None:
    """Return an id that a hidden field held, or None."""
    text = str(typed or "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 12 else None
