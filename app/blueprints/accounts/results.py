"""How a visit to Instagram ended, in words."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from flask_babel import ngettext

from app.accounts.models import ConnectOutcome, OAuthState
from app.accounts.rules import CONNECT_LEASE
from app.errors import NotFound
from app.web.sentences import sentence

INTERRUPTED = "connect_interrupted"


@dataclass(frozen=True)
class Result:
    """What the page says. `tone` is ok, warn or bad; accent while it goes on."""

    key: str
    tone: str
    title: str
    what: str
    remedy: str = ""


def describe(connection: OAuthState, now: datetime) -> Result:
    """Return the words for a connection. Raises NotFound when the browser never came back from Instagram."""
    if connection.used_at is None:
        raise NotFound
    values = connection.outcome_values or {}
    if connection.outcome is None:
        return _unfinished(is_lost=now - connection.used_at >= CONNECT_LEASE)
    if connection.outcome in set(ConnectOutcome):
        return _success(ConnectOutcome(connection.outcome), values)
    return _failure(connection.outcome, values)


def _unfinished(*, is_lost: bool) -> Result:
    if is_lost:
        return _failure(INTERRUPTED, {})
    return Result("pending", "accent", _("Connecting…"), _("Instagram is being asked. This takes a few seconds."))


def _success(outcome: ConnectOutcome, values: Mapping[str, Any]) -> Result:
    username = values.get("username", "")
    if outcome is ConnectOutcome.LIMITED:
        return Result(
            outcome,
            "warn",
            _("@%(username)s is connected, but cannot publish", username=username),
            _("The permission to publish was not allowed at Instagram."),
            _("Connect again and leave every permission ticked."),
        )
    if outcome is ConnectOutcome.REFRESHED:
        title = _("@%(username)s was connected already", username=username)
        return Result(outcome, "ok", title, _("Its access was renewed for another 60 days. Nothing else changed."))
    return Result(outcome, "ok", _("@%(username)s is connected", username=username), _released(values))


def _released(values: Mapping[str, Any]) -> str:
    released = int(values.get("released", 0))
    text: str = _("Posts can be planned for it from now on.")
    if released:
        text = ngettext(
            "%(num)s post that was waiting goes on by itself.",
            "%(num)s posts that were waiting go on by themselves.",
            released,
        )
    return text


def _failure(key: str, values: Mapping[str, Any]) -> Result:
    said = sentence(key, values)
    remedy = _("Nothing was changed. Try again in a few minutes.") if values.get("is_passing") else said.remedy
    tone = "warn" if key == "consent_denied" else "bad"
    return Result(key, tone, _("The account was not connected"), said.what, remedy)
