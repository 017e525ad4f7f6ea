"""Files of messages, fetched from Instagram when somebody looks at them. Nothing of them is kept here.

Instagram's addresses die after some days. One that is dead is asked for anew, once, and the new one stored.
"""

from collections.abc import Callable, Collection
from datetime import datetime

import structlog
from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from app.accounts.errors import AccountUnusable
from app.accounts.models import Account
from app.conversations.message_contents import take_in
from app.conversations.models import Message, MessageAttachment
from app.db import deadlock_safe, reading, transaction
from app.instagram.client import Instagram
from app.instagram.errors import InstagramError
from app.instagram.facts import MessageFacts
from app.outgoing.fetch import FetchError, fetch

MOST_BYTES = 26_000_000
"""Instagram takes 25 MB at most."""
SECONDS = 20.0
OpenInstagram = Callable[[Account], Instagram]

log = structlog.get_logger(__name__)


def fetch_attachment(
    attachment: MessageAttachment,
    message: Message,
    *,
    open_instagram: OpenInstagram,
    trusted_origins: Collection[str],
    now: datetime,
) -> bytes | None:
    """Return an attachment's bytes; None when Instagram does not give them any more."""
    url = attachment.url
    found = fetch_url(url, trusted_origins)
    if found is not None:
        return found
    fresh = _read_again(message, open_instagram, now)
    new_url = next((other.url for other in fresh.attachments if other.id == attachment.id), None) if fresh else None
    return fetch_url(new_url, trusted_origins) if new_url != url else None


def fetch_story(
    message: Message, *, open_instagram: OpenInstagram, trusted_origins: Collection[str], now: datetime
) -> bytes | None:
    """Return the picture or video of the Story that a message answers; None once the Story is over."""
    url = (message.story or {}).get("url")
    found = fetch_url(url, trusted_origins)
    if found is not None:
        return found
    fresh = _read_again(message, open_instagram, now)
    new_url = (fresh.story or {}).get("url") if fresh else None
    return fetch_url(new_url, trusted_origins) if new_url != url else None


def fetch_url(url: str | None, trusted_origins: Collection[str]) -> bytes | None:
    """Return what lies at an address of Instagram's, or None."""
    if not url:
        return None
    try:
        return fetch(url, most_bytes=MOST_BYTES, seconds=SECONDS, trusted_origins=trusted_origins)
    except FetchError:
        return None


def _read_again(message: Message, open_instagram: OpenInstagram, now: datetime) -> Message | None:
    """Ask Instagram for the message, keep what it tells, and return it anew; None when it does not show it."""
    if message.is_history:
        return None
    with reading() as session:
        account = session.scalars(select(Account).where(Account.id == message.account_id)).one()
    try:
        facts = open_instagram(account).read_message(message.mid)
    except (InstagramError, AccountUnusable) as error:
        log.info("message not read again", message_id=message.id, reason=error.key)
        return None
    return _keep(message.id, facts, now)


@deadlock_safe
def _keep(message_id: int, facts: MessageFacts, now: datetime) -> Message | None:
    with transaction() as session:
        message = _locked(session, message_id)
        if message is None or message.unsent_at is not None:
            return None
        take_in(message, facts, now=now, is_checked=True)
        session.flush()
        return message


def _locked(session: Session, message_id: int) -> Message | None:
    query = select(Message).where(Message.id == message_id).with_for_update()
    return session.scalar(query.options(selectinload(Message.attachments)).execution_options(populate_existing=True))
