"""The form that messages are written in."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from flask import request

from app.assets.errors import UploadRefused
from app.assets.models import Asset, AssetPurpose, AssetState
from app.blueprints.inbox.filters import read_number
from app.blueprints.uploads.forms import store_form_file
from app.conversations.beside import find_assets
from app.errors import RuleError
from app.instagram.limits import MESSAGE_PICTURES, MESSAGE_TEXT_BYTES
from app.publishing.due_time import resolve_due_time
from app.web.context import current_workspace
from app.web.sentences import sentence

MOST_TYPED = 20_000
"""Of a text that is far too long, so much is taken and given back with the error."""
TOKEN_CHARACTERS = range(16, 44)
FORM_TOKEN_BYTES = 24


@dataclass
class Composer:
    """What stands in the form."""

    form_token: str
    text: str = ""
    asset_ids: Sequence[int] = ()
    date: str = ""
    time: str = ""
    is_later: bool = False
    errors: list[str] = field(default_factory=list)
    is_answered: bool = False
    """Whether this form takes the place of one that was just sent: it gets the focus."""

    @property
    def assets(self) -> list[Asset]:
        """The files that hang on it, in their order."""
        found = find_assets(self.asset_ids)
        return [found[asset_id] for asset_id in self.asset_ids if asset_id in found]

    @property
    def is_waiting_for_files(self) -> bool:
        """Whether a file is still being examined."""
        return any(asset.state in {AssetState.CHECKING, AssetState.CONVERTING} for asset in self.assets)

    @property
    def text_bytes(self) -> int:
        """How many bytes the text takes."""
        return len(self.text.strip().encode("utf-8", "replace"))

    @property
    def most_bytes(self) -> int:
        """How many a message may take."""
        return MESSAGE_TEXT_BYTES

    @property
    def most_pictures(self) -> int:
        """How many pictures one message may hold."""
        return MESSAGE_PICTURES

    @property
    def due_at(self) -> datetime | None:
        """When it is to go out; None for at once. Raises RuleError for a time that is none."""
        if not self.is_later:
            return None
        try:
            wall = datetime.fromisoformat(f"{self.date}T{self.time}").replace(tzinfo=None)
        except ValueError:
            raise RuleError("due_incomplete") from None
        return resolve_due_time(wall, current_workspace.timezone).at

    def add_error(self, error: RuleError) -> None:
        """Put the sentence for a broken rule over the form."""
        self.errors.append(sentence(error.key, error.values).text)


def new_composer(*, is_answered: bool = False) -> Composer:
    """Return an empty form."""
    return Composer(secrets.token_urlsafe(FORM_TOKEN_BYTES), is_answered=is_answered)


def sent_composer() -> Composer:
    """Return the form that the request sends, its files taken in."""
    token = request.form.get("form_token", "")
    composer = Composer(
        form_token=token if len(token) in TOKEN_CHARACTERS else secrets.token_urlsafe(FORM_TOKEN_BYTES),
        text=request.form.get("text", "")[:MOST_TYPED].replace("\r\n", "\n"),
        asset_ids=[asset_id for value in request.form.getlist("files") if (asset_id := read_number(value))],
        date=request.form.get("date", ""),
        time=request.form.get("time", ""),
        is_later=request.form.get("action") == "later",
    )
    _take_files(composer)
    return composer


def _take_files(composer: Composer) -> None:
    """Take in the files that a browser without JavaScript sends with the form itself."""
    for sent in request.files.getlist("file"):
        if not sent.filename:
            continue
        try:
            composer.asset_ids = [*composer.asset_ids, store_form_file(sent, AssetPurpose.MESSAGE)]
        except UploadRefused as error:
            composer.add_error(error)
