"""A person's picture, fetched from Instagram when somebody looks at it, and made small on its way."""

from collections.abc import Callable, Collection
from datetime import datetime

import structlog
from sqlalchemy import select, update

from app.accounts.errors import AccountUnusable
from app.accounts.models import Account
from app.accounts.profile_picture import MOST_BYTES, SECONDS, NotAPicture, shrink
from app.contacts.models import Contact
from app.db import deadlock_safe, reading, transaction
from app.errors import NotFound
from app.instagram.client import Instagram
from app.instagram.errors import InstagramError
from app.outgoing.fetch import FetchError, fetch

log = structlog.get_logger(__name__)


def get_contact(contact_id: int) -> Contact:
    """Return a person of the current workspace. Raises NotFound."""
    with reading() as session:
        contact = session.scalar(select(Contact).where(Contact.id == contact_id))
    if contact is None:
        raise NotFound(f"contact {contact_id}")
    return contact


def fetch_person_picture(
    contact: Contact, *, open_instagram: Callable[[Account], Instagram], trusted_origins: Collection[str], now: datetime
) -> bytes | None:
    """Return a person's picture as a small WebP, or None. A dead address is asked for anew, once."""
    url = contact.picture_url
    found = _fetch(url, trusted_origins)
    if found is not None:
        return found
    new_url = _read_again(contact, open_instagram, now)
    return _fetch(new_url, trusted_origins) if new_url != url else None


def _fetch(url: str | None, trusted_origins: Collection[str]) -> bytes | None:
    if not url:
        return None
    try:
        return shrink(fetch(url, most_bytes=MOST_BYTES, seconds=SECONDS, trusted_origins=trusted_origins))
    except (FetchError, NotAPicture):
        return None


def _read_again(contact: Contact, open_instagram: Callable[[Account], Instagram], now: datetime) -> str | None:
    with reading() as session:
        account = session.scalars(select(Account).where(Account.id == contact.account_id)).one()
    try:
        person = open_instagram(account).read_person(contact.ig_scoped_id)
    except (InstagramError, AccountUnusable) as error:
        log.info("profile not read again", contact_id=contact.id, reason=error.key)
        return None
    _keep(contact.id, person.picture_url, now)
    return person.picture_url


@deadlock_safe
def _keep(contact_id: int, url: str | None, now: datetime) -> None:
    """Store the new address; one that Instagram no longer gives is forgotten, so that nobody asks again and again."""
    with transaction() as session:
        session.execute(
            update(Contact)
            .where(Contact.id == contact_id)
            .values(picture_url=url, profile_read_at=now)
            .execution_options(synchronize_session=False)
        )
