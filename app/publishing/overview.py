"""What the page «Today» shows: what needs somebody, and the day in order."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta, tzinfo

from app.accounts.models import Account, AccountState
from app.accounts.queries import list_accounts
from app.publishing.models import Post
from app.publishing.queries import Tab, count_posts, list_due_between, list_posts

ATTENTION_SHOWN = 10
TIMELINE_SHOWN = 50


@dataclass(frozen=True)
class Overview:
    """The day at a glance."""

    accounts: Sequence[Account]
    attention: Sequence[Post]
    attention_count: int
    """How many posts need somebody, counted up to a hundred."""
    timeline: Sequence[Post]
    next_post: Post | None
    """The first planned post, when nothing is left today."""

    @property
    def has_account(self) -> bool:
        """Whether anything could be published at all."""
        return any(account.state is not AccountState.DISCONNECTED for account in self.accounts)


def todays_overview(now: datetime, zone: tzinfo) -> Overview:
    """Return the overview of the current workspace for the day that it is in `zone`."""
    begin, end = day_bounds(now, zone)
    attention = list_posts(Tab.ATTENTION, limit=ATTENTION_SHOWN).posts
    timeline = list_due_between(begin, end, limit=TIMELINE_SHOWN)
    planned = list_posts(Tab.PLANNED, limit=1).posts
    return Overview(
        accounts=list_accounts(),
        attention=attention,
        attention_count=count_posts(Tab.ATTENTION) if len(attention) == ATTENTION_SHOWN else len(attention),
        timeline=timeline,
        next_post=planned[0] if planned and planned[0].due_at and planned[0].due_at >= end else None,
    )


def day_bounds(now: datetime, zone: tzinfo) -> tuple[datetime, datetime]:
    """Return when the day that it is in `zone` begins and ends; not always 24 hours apart."""
    today = now.astimezone(zone).date()
    begin = datetime.combine(today, time(), zone)
    end = datetime.combine(today + timedelta(days=1), time(), zone)
    return begin.astimezone(UTC), end.astimezone(UTC)
