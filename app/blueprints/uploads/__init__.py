"""Taking files in: resumable uploads (tus 1.0), and a plain form for browsers without JavaScript."""

from flask import Blueprint

from app.assets.limits import FORM_BYTES, VIDEO_BYTES
from app.web.large_bodies import allow_large_bodies

bp = Blueprint("uploads", __name__, url_prefix="/uploads")

FORM_OVERHEAD_BYTES = 1_000_000
allow_large_bodies(bp, VIDEO_BYTES, "create_upload", "append_to_upload")
allow_large_bodies(bp, FORM_BYTES + FORM_OVERHEAD_BYTES, "create_from_form")

from app.blueprints.uploads import forms, tus  # noqa: E402

__all__ = ["bp", "forms", "tus"]
