"""Which metrics there are, where they are valid, and what they are called.

Sources: api-reference/instagram-user/insights and reference/instagram-media/insights (v25, May and June 2026).
"""

from dataclasses import dataclass

DEMOGRAPHIC = ("age", "city", "country", "gender")
BREAKDOWNS = ("media_product_type", "follow_type", "follower_type", "contact_button_type", *DEMOGRAPHIC)
PERIODS = ("day", "week", "days_28", "month", "lifetime", "total_over_range")
TIMEFRAMES = {"this_week": 7, "this_month": 30}
OLD_TIMEFRAMES = {"last_14_days": 14, "last_30_days": 30, "last_90_days": 90, "prev_month": 30}


@dataclass(frozen=True, slots=True)
class Metric:
    """One metric of accounts."""

    title: str
    description: str
    periods: tuple[str, ...] = ("day",)
    has_series: bool = False
    has_total: bool = True
    breakdowns: tuple[str, ...] = ()


PRODUCT = ("media_product_type",)
ACCOUNT: dict[str, Metric] = {
    "reach": Metric(
        "Accounts reached",
        "The number of unique accounts that have seen your content, at least once, including in ads.",
        ("day", "week", "days_28"),
        has_series=True,
        breakdowns=("media_product_type", "follow_type"),
    ),
    "views": Metric(
        "Views",
        "The number of times your content was played or displayed.",
        breakdowns=("media_product_type", "follow_type", "follower_type"),
    ),
    "accounts_engaged": Metric("Accounts engaged", "The number of accounts that have interacted with your content."),
    "total_interactions": Metric(
        "Content interactions", "The total number of interactions with your content.", breakdowns=PRODUCT
    ),
    "likes": Metric("Likes", "The number of likes on your content.", breakdowns=PRODUCT),
    "comments": Metric("Comments", "The number of comments on your content.", breakdowns=PRODUCT),
    "shares": Metric("Shares", "The number of shares of your content.", breakdowns=PRODUCT),
    "saves": Metric("Saves", "The number of saves of your content.", breakdowns=PRODUCT),
    "replies": Metric("Replies", "The number of replies you received from your story."),
    "reposts": Metric("Reposts", "The number of times your content was reposted."),
    "follows_and_unfollows": Metric(
        "Follows and unfollows",
        "The number of accounts that followed you and that unfollowed you.",
        breakdowns=("follow_type",),
    ),
    "profile_links_taps": Metric(
        "Profile links taps",
        "The number of taps on your business address, call button, email button and text button.",
        breakdowns=("contact_button_type",),
    ),
    "follower_count": Metric(
        "Follower Count",
        "Total number of unique accounts following this profile",
        has_series=True,
        has_total=False,
    ),
    "online_followers": Metric(
        "Online Followers",
        "Total number of this profile's followers that were online during the specified range",
        ("lifetime",),
        has_series=True,
        has_total=False,
    ),
    "follower_demographics": Metric(
        "Follower demographics",
        "The demographic characteristics of followers, including countries, cities and gender distribution.",
        ("lifetime",),
        breakdowns=DEMOGRAPHIC,
    ),
    "engaged_audience_demographics": Metric(
        "Engaged audience demographics",
        "The demographic characteristics of the engaged audience, including countries, cities and gender distribution.",
        ("lifetime",),
        breakdowns=DEMOGRAPHIC,
    ),
    "profile_views": Metric("Profile views", "The number of times that your profile was visited."),
    "website_clicks": Metric("Website clicks", "The number of taps on the website link in your profile."),
}
# In no table any more, but in the validator's list: whether it still answers is not known.
REACHED = "reached_audience_demographics"
REACHED_METRIC = Metric(
    "Reached audience demographics",
    "The demographic characteristics of the reached audience, including countries, cities and gender distribution.",
    ("lifetime",),
    breakdowns=DEMOGRAPHIC,
)
# Names the validator lets through and the answer leaves out.
DROPPED = (
    REACHED,
    "content_views",
    "quotes",
    "threads_likes",
    "threads_replies",
    "threads_followers",
    "threads_follower_demographics",
    "threads_views",
    "threads_clicks",
    "threads_reposts",
)
OLD_PROFILE = ("profile_views", "website_clicks")
ACCOUNT_NAMES = (*ACCOUNT, *DROPPED)

FEED, REELS, STORY = "FEED", "REELS", "STORY"
EVERYWHERE = frozenset({FEED, REELS, STORY})
# Metric of media → title, description, where it is valid.
MEDIA: dict[str, tuple[str, str, frozenset[str]]] = {
    "reach": ("Accounts reached", "The number of unique accounts that have seen this, at least once.", EVERYWHERE),
    "views": ("Views", "Total number of times this has been seen.", EVERYWHERE),
    "likes": ("Likes", "The number of likes on your post.", frozenset({FEED, REELS})),
    "comments": ("Comments", "The number of comments on your post.", frozenset({FEED, REELS})),
    "saved": ("Saved", "The number of saves of your post.", frozenset({FEED, REELS})),
    "shares": ("Shares", "The number of shares of your post.", EVERYWHERE),
    "total_interactions": (
        "Interactions",
        "The number of likes, saves, comments and shares, less what was undone.",
        EVERYWHERE,
    ),
    "reposts": ("Reposts", "The number of times this was reposted.", EVERYWHERE),
    "follows": ("Follows", "The number of accounts that started following you.", frozenset({FEED, STORY})),
    "profile_visits": ("Profile visits", "The number of times your profile was visited.", frozenset({FEED, STORY})),
    "profile_activity": ("Profile activity", "The number of actions people take.", frozenset({FEED, STORY})),
    "ig_reels_avg_watch_time": ("Average watch time", "The average time spent playing your reel.", frozenset({REELS})),
    "ig_reels_video_view_total_time": ("Watch time", "The total time your reel was played.", frozenset({REELS})),
    "reels_skip_rate": (
        "Skip rate",
        "The percentage of initial views that left within three seconds.",
        frozenset({REELS}),
    ),
    "crossposted_views": ("Crossposted views", "Views on Instagram and Facebook.", frozenset({REELS})),
    "facebook_views": ("Facebook views", "Views on Facebook.", EVERYWHERE),
    "navigation": ("Navigation", "The total number of actions taken from your story.", frozenset({STORY})),
    "replies": ("Replies", "The number of replies to your story.", frozenset({STORY})),
}
# Names of older versions, still among those the validator lists, valid nowhere.
OLD_MEDIA = (
    "plays",
    "clips_replays_count",
    "ig_reels_aggregated_all_plays_count",
    "impressions",
    "video_views",
    "engagement",
)
MEDIA_NAMES = (*MEDIA, *OLD_MEDIA)
ON_FACEBOOK = ("crossposted_views", "facebook_views")
