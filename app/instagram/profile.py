"""Who an account is."""

from collections.abc import Mapping
from dataclasses import dataclass

from app.instagram.answers import as_id, as_int, as_objects, as_text
from app.instagram.connection import Connection, unreadable_answer

PROFILE_FIELDS = (
    "user_id",
    "username",
    "id",
    "name",
    "account_type",
    "profile_picture_url",
    "followers_count",
    "follows_count",
    "media_count",
)


@dataclass(frozen=True, slots=True)
class Profile:
    """An account as it describes itself.

    `user_id` is the professional account's id, as webhooks name it; `app_scoped_id` the one only this app sees.
    `account_type` is BUSINESS or MEDIA_CREATOR, "" when not told. `profile_picture_url` expires.
    """

    app_scoped_id: str
    user_id: str
    username: str
    name: str | None
    account_type: str
    profile_picture_url: str | None
    followers_count: int | None
    follows_count: int | None
    media_count: int | None


class ProfileCalls(Connection):
    """Reading the account (https://developers.facebook.com/documentation/instagram-platform, get-started)."""

    def me(self) -> Profile:
        """Return the profile the token belongs to."""
        profile = profile_of(self._get_fields("me", PROFILE_FIELDS))
        if profile is None:
            raise unreadable_answer(is_reading=True)
        return profile


def profile_of(answer: Mapping[str, object]) -> Profile | None:
    """Return the profile in an answer, flat or inside `data`; None when it lacks an id or the username."""
    fields = next(iter(as_objects(answer.get("data"))), answer)
    app_scoped_id, user_id = as_id(fields.get("id")), as_id(fields.get("user_id"))
    username = as_text(fields.get("username"))
    known_id = user_id or app_scoped_id
    if known_id is None or username is None:
        return None
    return Profile(
        app_scoped_id=app_scoped_id or known_id,
        user_id=known_id,
        username=username,
        name=as_text(fields.get("name")),
        account_type=(as_text(fields.get("account_type")) or "").upper(),
        profile_picture_url=as_text(fields.get("profile_picture_url")),
        followers_count=as_int(fields.get("followers_count")),
        follows_count=as_int(fields.get("follows_count")),
        media_count=as_int(fields.get("media_count")),
    )
