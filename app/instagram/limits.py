"""Instagram's limits, each with its unit, its source and the day it was checked (all: 2026-11-21).

Sources, under https://developers.facebook.com/documentation/instagram-platform/:
CP    content-publishing
MEDIA instagram-graph-api/reference/ig-user/media
LIM   instagram-graph-api/reference/ig-user/content_publishing_limit
PUB   instagram-graph-api/reference/ig-user/media_publish
CONT  instagram-graph-api/reference/ig-container
BL    instagram-api-with-instagram-login/business-login
AT    reference/access_token
RT    reference/refresh_access_token
COM   instagram-graph-api/reference/ig-media/comments
MSG   instagram-api-with-instagram-login/messaging-api
PR    instagram-api-with-instagram-login/messaging-api/private-replies
CONV  conversations-api
"""

# Captions and texts — MEDIA
CAPTION_CHARACTERS = 2_200
CAPTION_HASHTAGS = 30
CAPTION_MENTIONS = 20
ALT_TEXT_CHARACTERS = 1_000

# Images in the feed and in carousels — MEDIA. Only JPEG is accepted; the size is 8 MB, in the error's text 8 MiB.
IMAGE_BYTES = 8_000_000
IMAGE_SMALLEST_WIDTH_PX = 320
IMAGE_LARGEST_WIDTH_PX = 1_440
IMAGE_SMALLEST_RATIO = 4 / 5
IMAGE_LARGEST_RATIO = 1.91
# UNVERIFIED: 3:4 was seen accepted although the pages say 4:5; between the two, warn and do not refuse.
IMAGE_TOLERATED_RATIO = 3 / 4

# Story images — MEDIA. 9:16 is advised, no ratio is refused.
STORY_IMAGE_BYTES = 8_000_000

# Video of every kind — MEDIA. MOV or MP4 with `moov` first and no edit lists; H.264 or HEVC, progressive, 4:2:0.
VIDEO_LARGEST_WIDTH_PX = 1_920
VIDEO_SLOWEST_FPS = 23
VIDEO_FASTEST_FPS = 60
VIDEO_BITS_PER_SECOND = 25_000_000
AUDIO_HERTZ = 48_000
AUDIO_CHANNELS = 2
AUDIO_BITS_PER_SECOND = 128_000
ADVISED_RATIO = 9 / 16

# Reels — MEDIA. UNVERIFIED: earlier copies of the page allowed 1 GB.
REEL_BYTES = 300_000_000
REEL_SHORTEST_SECONDS = 3
REEL_LONGEST_SECONDS = 15 * 60
REEL_SMALLEST_RATIO = 0.01
REEL_LARGEST_RATIO = 10.0
REEL_COVER_BYTES = 8_000_000

# Story videos — MEDIA
STORY_VIDEO_BYTES = 100_000_000
STORY_VIDEO_SHORTEST_SECONDS = 3
STORY_VIDEO_LONGEST_SECONDS = 60
STORY_VIDEO_SMALLEST_RATIO = 0.1
STORY_VIDEO_LARGEST_RATIO = 10.0
STORY_LIFE_SECONDS = 24 * 3600

# Carousels — CP. Every item is cropped to the ratio of the first.
CAROUSEL_FEWEST_ITEMS = 2
CAROUSEL_MOST_ITEMS = 10
# UNVERIFIED: the page has no table for videos in carousels; this is the older rule for videos in the feed.
CAROUSEL_VIDEO_BYTES = 100_000_000
CAROUSEL_VIDEO_SHORTEST_SECONDS = 3
CAROUSEL_VIDEO_LONGEST_SECONDS = 60
CAROUSEL_VIDEO_SMALLEST_RATIO = 4 / 5
CAROUSEL_VIDEO_LARGEST_RATIO = 16 / 9

# Containers — CONT, CP. A carousel of ten costs eleven.
CONTAINER_LIFE_SECONDS = 24 * 3600
CONTAINERS_PER_DAY = 400
CONTAINER_POLL_SECONDS = 60
CONTAINER_POLL_FOR_SECONDS = 5 * 60

# Posts per rolling window — LIM, PUB. The pages say 50 and 100: read `quota_total`, this is only for want of it.
QUOTA_DEFAULT_POSTS = 50
QUOTA_WINDOW_SECONDS = 24 * 3600

# Login and tokens — BL, AT, RT
LOGIN_CODE_LIFE_SECONDS = 3600
SHORT_TOKEN_LIFE_SECONDS = 3600
LONG_TOKEN_LIFE_SECONDS = 60 * 24 * 3600
TOKEN_REFRESH_YOUNGEST_SECONDS = 24 * 3600
"""A long-lived token younger than this is refused a refresh."""
TOKEN_REFRESH_FROM_SECONDS = 7 * 24 * 3600
"""The age from which we refresh: far from both ends, with weeks left for more tries. Our choice, not Instagram's."""

# Lists. The size of a page is not documented for Instagram; 100 is commonly used.
LIST_PAGE_SIZE = 100
MEDIA_LISTED_AT_MOST = 10_000

# Comments — COM. Expanded replies multiply what is counted, and too much is refused as a whole.
COMMENTS_PER_PAGE = 50
COMMENTS_PER_PAGE_WITH_REPLIES = 25
# UNVERIFIED: no current page names a length of comments; captions may have as many characters.
COMMENT_CHARACTERS = 2_200

# Messages — MSG. Bytes of UTF-8, not characters: 1000 bytes are 500 Cyrillic letters.
MESSAGE_TEXT_BYTES = 1_000
MESSAGE_PICTURES = 10
MESSAGE_IMAGE_BYTES = 8_000_000
MESSAGE_FILE_BYTES = 25_000_000
REPLY_WINDOW_SECONDS = 24 * 3600
HUMAN_AGENT_WINDOW_SECONDS = 7 * 24 * 3600
SENDS_PER_SECOND = 100

# Private replies — PR. One per comment, ever.
PRIVATE_REPLY_WINDOW_SECONDS = 7 * 24 * 3600

# Conversations — CONV. Of a conversation's older messages nothing but the ids is shown.
MESSAGES_WITH_DETAILS = 20
THREADS_PER_PAGE = 25
CONVERSATION_CALLS_PER_SECOND = 2
