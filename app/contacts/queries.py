"""Reads of contacts."""

from sqlalchemy import select

from app.contacts.models import Contact
from app.db import reading


def find_contact(contact_id: int) -> Contact | None:
    """Return a contact of the current workspace, or None when there is no such one."""
    with reading() as session:
        return session.scalar(select(Contact).where(Contact.id == contact_id))
