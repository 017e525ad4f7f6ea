"""The client: one account's calls to Instagram, gathered from the modules by noun."""

from app.instagram.comments import CommentCalls
from app.instagram.conversations import ConversationCalls
from app.instagram.hosts import InstagramApp
from app.instagram.media import MediaCalls
from app.instagram.messaging import MessagingCalls
from app.instagram.people import PeopleCalls
from app.instagram.profile import ProfileCalls
from app.instagram.publishing import PublishingCalls
from app.instagram.subscriptions import SubscriptionCalls
from app.instagram.transport import CallRecord, Observer

__all__ = ["CallRecord", "Instagram", "InstagramApp", "Observer"]


class Instagram(
    ProfileCalls,
    PublishingCalls,
    MediaCalls,
    CommentCalls,
    ConversationCalls,
    MessagingCalls,
    PeopleCalls,
    SubscriptionCalls,
):
    """Instagram as one account sees it.

    Every method makes its call at once, without retries, and raises InstagramError when it fails. `observe` is handed
    a CallRecord after each call. An instance may be shared by threads: each has its own HTTP session.
    """
