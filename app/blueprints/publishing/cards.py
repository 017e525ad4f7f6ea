"""What a list shows of a post: its state in words, what is wrong, and the one button that helps."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from flask import url_for
from flask_babel import gettext as _

from app.assets.models import Asset, AssetState
from app.blueprints.publishing.words import planned_time
from app.instagram.error_table import ERROR_ROWS, Remedy
from app.publishing.models import Post, PostState, Wait
from app.publishing.outlook import PLANNED, Check, Mend, foresee_post
from app.publishing.rules import CANCELLABLE, DELETABLE, EDITABLE, TAKE_BACK
from app.web.sentences import Sentence, sentence

SOON = timedelta(seconds=90)
LINK_PATIENCE = timedelta(minutes=2)
NEEDS_EDITING = frozenset({row.key for row in ERROR_ROWS if row.remedy is Remedy.FIX_POST})
WAIT_BADGES = {
    Wait.LATE: "late",
    Wait.FILE: "waiting_upload",
    Wait.ACCOUNT: "waiting_account",
    Wait.QUOTA: "waiting_quota",
    Wait.LIMIT: "waiting_limit",
}


class Method(StrEnum):
    """How a button works."""

    GET = "get"
    POST = "post"


@dataclass(frozen=True)
class Action:
    """A button: its word, where it leads or posts to, and its icon."""

    label: str
    url: str
    icon: str
    method: Method = Method.GET


@dataclass(frozen=True)
class PostCard:
    """A post as the queue and its own page show it."""

    post: Post
    badge: str
    """Name of the state for `state_badge`."""
    when: str
    instant: datetime | None
    """What `when` says, for machines and for «in 2 hours»."""
    outlook: Check | None
    problem: Sentence | None
    """Why it needs somebody, or why it stands still."""
    action: Action | None
    is_moving: bool
    """Whether its state is about to change by itself."""

    @property
    def media(self) -> Asset | None:
        """The first file."""
        return next(iter(self.post.media), None)

    @property
    def is_editable(self) -> bool:
        """Whether its words and its time may be changed."""
        return self.post.state in EDITABLE

    @property
    def is_cancellable(self) -> bool:
        """Whether it may be taken out of the queue."""
        return self.post.state in CANCELLABLE

    @property
    def is_deletable(self) -> bool:
        """Whether it may be deleted here."""
        return self.post.state in DELETABLE

    @property
    def can_be_retried(self) -> bool:
        """Whether «publish now» brings it out."""
        return self.post.state in {PostState.FAILED, PostState.CANCELLED} or self.badge == "late"


def make_cards(posts: Sequence[Post], now: datetime, *, is_paused: bool) -> list[PostCard]:
    """Return the cards of some posts."""
    return [make_card(post, now, is_paused=is_paused) for post in posts]


def make_card(post: Post, now: datetime, *, is_paused: bool) -> PostCard:
    """Return the card of a post."""
    outlook = foresee_post(post, now, is_paused=is_paused)
    is_late = outlook is not None and outlook.mend is Mend.DECIDE
    is_planned = post.state in PLANNED
    return PostCard(
        post=post,
        badge="late" if is_late else WAIT_BADGES[post.wait] if is_planned and post.wait else post.state.value,
        when=planned_time(post, now) if post.state is not PostState.PUBLISHED else "",
        instant=post.published_at if post.state is PostState.PUBLISHED else post.due_at,
        outlook=outlook,
        problem=_problem(post, outlook),
        action=_action(post, outlook),
        is_moving=is_moving(post, now),
    )


def is_moving(post: Post, now: datetime) -> bool:
    """Whether a post's state is about to change by itself, so that a page should look again soon."""
    if post.state is PostState.PUBLISHING:
        return True
    if post.state is PostState.PUBLISHED:
        since = post.published_at or post.updated_at
        return post.permalink is None and post.next_step_at is not None and now - since < LINK_PATIENCE
    if post.state not in PLANNED:
        return False
    if any(asset.state not in {AssetState.READY, AssetState.REFUSED} for asset in post.media):
        return True
    return post.next_step_at is not None and post.next_step_at <= now + SOON


def can_be_taken_back(post: Post, now: datetime) -> bool:
    """Whether «publish now» was pressed just now, so that it can still be undone."""
    is_new = post.due_at is not None and timedelta(0) < post.due_at - now <= TAKE_BACK
    return post.state in PLANNED and is_new


def _problem(post: Post, outlook: Check | None) -> Sentence | None:
    if post.state in {PostState.FAILED, PostState.UNCONFIRMED}:
        return sentence(post.reason or "unknown_error", post.reason_values)
    if outlook is None or outlook.key == "outlook_fine":
        return None
    if post.wait in {Wait.QUOTA, Wait.LIMIT} and post.reason:
        return sentence(post.reason, post.reason_values)
    return sentence(outlook.key, outlook.values)


def _action(post: Post, outlook: Check | None) -> Action | None:
    edit = Action(_("Edit"), url_for("publishing.edit_post", post_id=post.id), "pencil")
    retry_url = url_for("publishing.retry", post_id=post.id)
    if post.state is PostState.FAILED:
        if post.reason in NEEDS_EDITING:
            return edit
        return Action(_("Try again"), retry_url, "refresh", Method.POST)
    if post.state is PostState.UNCONFIRMED:
        return Action(_("Answer"), url_for("publishing.show_post", post_id=post.id), "help-circle")
    return mend_action(outlook, post) if outlook else None


def mend_action(check: Check, post: Post | None) -> Action | None:
    """Return the button that mends what a check found."""
    match check.mend:
        case Mend.RECONNECT:
            return Action(_("Connect again"), url_for("accounts.list_accounts"), "plug-connected")
        case Mend.EDIT if post is not None:
            return Action(_("Replace the file"), url_for("publishing.edit_post", post_id=post.id), "pencil")
        case Mend.DECIDE if post is not None:
            return Action(_("Publish now"), url_for("publishing.retry", post_id=post.id), "send", Method.POST)
        case Mend.RESUME:
            return Action(_("Go to the pause switch"), url_for("settings.show_settings"), "player-pause")
        case _:
            return None
