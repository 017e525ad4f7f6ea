"""Posts: the queue, the composer, a post's page, and what can be ordered for a post."""

from flask import Blueprint

from app.assets.limits import FORM_BYTES
from app.web.large_bodies import allow_large_bodies

bp = Blueprint("publishing", __name__, url_prefix="/posts")

FORM_OVERHEAD_BYTES = 1_000_000
# Browsers without JavaScript send the video and the cover with the form.
allow_large_bodies(bp, FORM_BYTES + FORM_OVERHEAD_BYTES, "new_post", "edit_post")

from app.blueprints.publishing import composer, moving, orders, post_page, queue  # noqa: E402, F401
