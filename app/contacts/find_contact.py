"""Who is on the other side."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.models import Account
from app.contacts.models import Contact
from app.insert_new import insert_new

USERNAME_CHARACTERS = 64


def find_or_add_contact(
    session: Session, account: Account, ig_scoped_id: str, *, username: str | None, now: datetime
) -> Contact:
    """Return the person with this id as the account sees them, written down now when they are new.

    The name is taken over where none was known: names change seldom, and the profile tells when they do.
    """
    known = select(Contact).where(Contact.account_id == account.id, Contact.ig_scoped_id == ig_scoped_id)
    contact = session.scalars(known).one_or_none()
    if contact is None:
        insert_new(
            session,
            Contact,
            workspace_id=account.workspace_id,
            account_id=account.id,
            ig_scoped_id=ig_scoped_id,
            first_seen_at=now,
        )
        contact = session.scalars(known).one()
    if username and contact.username is None:
        contact.username = username[:USERNAME_CHARACTERS]
    return contact
