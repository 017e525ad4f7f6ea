"""Profiles of people who have written to us.

Source: https://developers.facebook.com/docs/instagram-platform/instagram-api-with-instagram-login/messaging-api,
user-profile, checked 2026-11-21.
"""

from app.instagram.answers import as_id, as_int, as_text
from app.instagram.connection import Connection, require_id, unreadable_answer
from app.instagram.facts import Person

PERSON_FIELDS = (
    "name",
    "username",
    "profile_pic",
    "follower_count",
    "is_user_follow_business",
    "is_business_follow_user",
    "is_verified_user",
)


class PeopleCalls(Connection):
    """Reading people."""

    def read_person(self, igsid: str) -> Person:
        """Return somebody's profile. Who has only commented has not consented: `consent_missing`, which is ordinary."""
        answer = self._get_fields(require_id(igsid), PERSON_FIELDS)
        person_id = as_id(answer.get("id")) or igsid
        if not answer:
            raise unreadable_answer(is_reading=True)
        return Person(
            id=person_id,
            username=as_text(answer.get("username")),
            name=as_text(answer.get("name")),
            picture_url=as_text(answer.get("profile_pic")),
            follower_count=as_int(answer.get("follower_count")),
            follows_us=_as_bool(answer.get("is_user_follow_business")),
            we_follow=_as_bool(answer.get("is_business_follow_user")),
            is_verified=_as_bool(answer.get("is_verified_user")),
        )


def _as_bool(value: object) -> bool | None:
    return value if isinstance(value, bool) else None
