"""A file sent with a plain form."""

from typing import BinaryIO, cast

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import FileStorage

from app.assets.errors import UploadRefused
from app.assets.models import AssetPurpose
from app.assets.store_file import store_file
from app.blueprints.uploads import bp
from app.web.access import allow
from app.web.context import current_user, get_clock, get_config
from app.workspaces.models import Role

FIELD = "file"


@bp.post("/form")
@allow(Role.MEMBER)
def create_from_form() -> ResponseReturnValue:
    """Take in the form's file and show what becomes of it."""
    sent = request.files.get(FIELD)
    if sent is None or not sent.filename:
        raise UploadRefused("file_missing")
    return redirect(url_for("assets.show_asset", asset_id=store_form_file(sent)), 303)


def store_form_file(sent: FileStorage, purpose: AssetPurpose = AssetPurpose.POST) -> int:
    """Store a file that came with any form of ours, and return its asset's id. Raises UploadRefused."""
    return store_file(
        cast(BinaryIO, sent.stream),
        sent.filename or "",
        sent.mimetype,
        user_id=current_user.id,
        media_dir=get_config().media_dir,
        clock=get_clock(),
        purpose=purpose,
    )
