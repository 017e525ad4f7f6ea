"""Read the profiles of people who have written to us. Nobody else's can be read.

Source: https://developers.facebook.com/docs/instagram-platform/instagram-api-with-instagram-login/messaging-api/user-profile
"""

from datetime import datetime, timedelta

from sqlalchemy import select, update

from app.accounts.models import Account
from app.contacts.find_contact import USERNAME_CHARACTERS
from app.contacts.models import Consent, Contact
from app.db import deadlock_safe, reading, transaction
from app.instagram.client import Instagram
from app.instagram.errors import InstagramError
from app.instagram.facts import Person

READ_AGAIN = timedelta(days=7)
TRY_AGAIN = timedelta(days=1)
NAME_CHARACTERS = 200
CONSENT_MISSING = "consent_missing"
UNAVAILABLE = "person_unavailable"


def find_due_contact(account: Account, now: datetime) -> Contact | None:
    """Return the person whose profile is to be read now."""
    query = select(Contact).where(Contact.account_id == account.id, Contact.profile_due_at <= now)
    with reading() as session:
        return session.scalars(query.order_by(Contact.profile_due_at).limit(1)).one_or_none()


def read_profile(contact: Contact, *, instagram: Instagram, now: datetime) -> bool:
    """Read a person's profile and keep it, with where Instagram has their picture for some days; return whether it
    could be read.

    Who has not agreed, which is ordinary, is asked about again when they write; who cannot be reached is not. Raises
    InstagramError for all else, which says nothing about the person.
    """
    _set(contact.id, profile_due_at=now + TRY_AGAIN)
    try:
        person = instagram.read_person(contact.ig_scoped_id)
    except InstagramError as error:
        if error.key == CONSENT_MISSING:
            _set(contact.id, consent=Consent.MISSING, profile_due_at=None)
        elif error.key == UNAVAILABLE:
            _set(contact.id, consent=Consent.BLOCKED, profile_due_at=None)
        elif not error.is_gone:
            raise
        return False
    _keep(contact.id, person, now)
    return True


def ask_for_profile(contact_id: int, now: datetime) -> None:
    """Have a profile read soon, because the address of the picture is dead. Not for those who have not agreed."""
    with transaction() as session:
        session.execute(
            update(Contact)
            .where(Contact.id == contact_id, Contact.consent == Consent.GIVEN, Contact.profile_due_at > now)
            .values(profile_due_at=now)
        )


@deadlock_safe
def _keep(contact_id: int, person: Person, now: datetime) -> None:
    with transaction() as session:
        contact = session.scalars(select(Contact).where(Contact.id == contact_id)).one()
        contact.username = (person.username or contact.username or "")[:USERNAME_CHARACTERS] or None
        contact.name = person.name[:NAME_CHARACTERS] if person.name else None
        contact.picture_url = person.picture_url
        contact.follower_count = person.follower_count
        contact.follows_us = person.follows_us
        contact.we_follow = person.we_follow
        contact.is_verified = person.is_verified
        contact.consent = Consent.GIVEN
        contact.profile_read_at, contact.profile_due_at = now, now + READ_AGAIN


@deadlock_safe
def _set(contact_id: int, **values: object) -> None:
    with transaction() as session:
        session.execute(update(Contact).where(Contact.id == contact_id).values(**values))
