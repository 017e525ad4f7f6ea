"""The client: one account's calls to Instagram, gathered from the modules by noun."""

from app.instagram.hosts import InstagramApp
from app.instagram.media import MediaCalls
from app.instagram.profile import ProfileCalls
from app.instagram.publishing import PublishingCalls
from app.instagram.transport import CallRecord, Observer

__all__ = ["CallRecord", "Instagram", "InstagramApp", "Observer"]


class Instagram(ProfileCalls, PublishingCalls, MediaCalls):
    """Instagram as one account sees it.

    Every method makes its call at once, without retries, and raises InstagramError when it fails. `observe` is handed
    a CallRecord after each call. An instance may be shared by threads: each has its own HTTP session.
    """
