"""Our own limits on what people upload, beside Instagram's in `app.instagram.limits`."""

from datetime import timedelta

from app.instagram import limits

VIDEO_BYTES = limits.REEL_BYTES
IMAGE_BYTES = 30_000_000
"""Larger than Instagram's own limit: every image is re-encoded and comes out smaller."""
ATTACHMENT_BYTES = limits.MESSAGE_FILE_BYTES
FORM_BYTES = 100_000_000
"""What a browser without JavaScript may send in one piece."""
IMAGE_PIXELS = 60_000_000
IMAGE_SIDE_PX = 20_000
VIDEO_PIXELS = 36_000_000
"""8K; a frame of more is a bomb, not a film."""

UPLOAD_LIFE = timedelta(hours=24)
UNFINISHED_UPLOADS = 20
"""Of one person: each holds room on the disk for all of its bytes before they come."""
PIECE_BYTES = 64 * 1024
"""How much of a request's body is in memory at a time."""
FSYNC_EVERY_BYTES = 8 * 1024 * 1024
FREE_RESERVE_BYTES = 64 * 1024 * 1024
"""What an upload must leave free, so that the database beside the media can still write."""
METADATA_CHARACTERS = 4_000

EXAMINE_MOST_FAILURES = 3
EXAMINE_MOST_STARTS = 6
"""How often an asset is begun anew when nobody saw why it was broken off (the machine went down)."""
EXAMINE_LEASE = timedelta(seconds=20)
EXAMINE_BACKOFF = (timedelta(seconds=10), timedelta(seconds=60))

RENDITION_BYTES = limits.REEL_BYTES
ATTACHMENTS_KEPT_DAYS = 30
"""Files of messages; after that Instagram's copy is shown."""
POSTER_WIDTH_PX = 360
POSTER_BYTES = 20_000
