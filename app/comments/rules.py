"""What may be shown of a comment and who may still be answered privately, from values alone."""

from datetime import datetime, timedelta

from app.comments.models import Comment
from app.instagram.limits import PRIVATE_REPLY_WINDOW_SECONDS

CHECKED_FOR = timedelta(hours=24)
"""What was not compared with Instagram for longer than this is not shown."""
PRIVATE_REPLY_WINDOW = timedelta(seconds=PRIVATE_REPLY_WINDOW_SECONDS)


def last_checked(comment: Comment) -> datetime:
    """Return when we last knew for certain that Instagram has this comment as it stands here."""
    return max(comment.seen_at, comment.checked_at or comment.seen_at)


def is_stale(comment: Comment, now: datetime) -> bool:
    """Whether a comment's words must not be shown before they were compared with Instagram again."""
    return now - last_checked(comment) > CHECKED_FOR


def private_reply_ends_at(comment: Comment) -> datetime:
    """Return until when the writer of a comment can be answered privately.

    Of a live broadcast it is only while it runs, which nothing tells us: then Instagram's own answer decides.
    """
    return comment.posted_at + PRIVATE_REPLY_WINDOW
