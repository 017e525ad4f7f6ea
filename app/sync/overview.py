"""How far each account's comments and messages have been brought here, for pages."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, select

from app.accounts.models import Account, AccountState
from app.conversations.models import Conversation
from app.db import reading
from app.media.models import Media
from app.sync.models import AccountSync, ImportState


@dataclass(frozen=True)
class Age:
    """Of what is cached, the part that is compared with Instagram next: when that was last done, and when it is due."""

    checked_at: datetime | None
    next_at: datetime


@dataclass(frozen=True)
class AccountOverview:
    """An account and where its comments and messages stand. An age is None while nothing is cached."""

    account: Account
    sync: AccountSync | None
    """None until the scheduler has taken the account up."""
    comments: Age | None
    messages: Age | None

    @property
    def is_importing(self) -> bool:
        """Whether what was there before the account was connected is still being fetched."""
        return self.sync is None or self.sync.import_state is not ImportState.DONE


def list_overviews() -> list[AccountOverview]:
    """Return every account of the workspace that is not disconnected, by name."""
    query = (
        select(Account, AccountSync)
        .outerjoin(AccountSync, AccountSync.account_id == Account.id)
        .where(Account.state != AccountState.DISCONNECTED)
        .order_by(Account.username)
    )
    with reading() as session:
        pairs = session.execute(query).all()
    return [_overview(account, sync) for account, sync in pairs]


def find_overview(account: Account) -> AccountOverview | None:
    """Return where an account's comments and messages stand; None for one that is disconnected."""
    if account.state is AccountState.DISCONNECTED:
        return None
    with reading() as session:
        sync = session.scalars(select(AccountSync).where(AccountSync.account_id == account.id)).one_or_none()
    return _overview(account, sync)


def _overview(account: Account, sync: AccountSync | None) -> AccountOverview:
    comments = select(Media.comments_checked_at, Media.next_check_at).where(
        Media.account_id == account.id, Media.next_check_at.is_not(None), Media.gone_at.is_(None)
    )
    messages = select(Conversation.checked_at, Conversation.next_check_at).where(
        Conversation.account_id == account.id, Conversation.next_check_at.is_not(None)
    )
    return AccountOverview(
        account,
        sync,
        comments=_age(comments.order_by(Media.next_check_at)),
        messages=_age(messages.order_by(Conversation.next_check_at)),
    )


def _age(query: Select[datetime | None, datetime | None]) -> Age | None:
    with reading() as session:
        row = session.execute(query.limit(1)).one_or_none()
    return Age(row[0], row[1]) if row is not None and row[1] is not None else None
