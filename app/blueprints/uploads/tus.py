"""The tus protocol, version 1.0: https://tus.io/protocols/resumable-upload.

Creation (also with the first bytes), expiration, checksum and termination.
"""

from email.utils import format_datetime
from typing import BinaryIO, cast

from flask import Response, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import ClientDisconnected

from app.assets.cancel_upload import cancel_upload
from app.assets.errors import OffsetConflict, UploadRefused
from app.assets.limits import VIDEO_BYTES
from app.assets.receive_upload import CHECKSUMS, Received, read_checksum, read_progress, receive_bytes
from app.assets.start_upload import start_upload
from app.blueprints.uploads import bp
from app.errors import NotFound
from app.web.access import allow
from app.web.context import current_user, get_clock, get_config
from app.web.sentences import sentence_for
from app.workspaces.models import Role

VERSION = "1.0.0"
EXTENSIONS = "creation,creation-with-upload,expiration,checksum,termination"
BYTES_TYPE = "application/offset+octet-stream"
LONGEST_NUMBER = 16


class _Body:
    """The request's body; a connection that breaks is the sender's business and no error of ours."""

    def read(self, size: int) -> bytes:
        """Return up to `size` bytes as they come, nothing at the end."""
        try:
            return request.stream.read(size)
        except OSError as error:
            raise ClientDisconnected from error


@bp.route("", methods=["OPTIONS"], provide_automatic_options=False)
@allow(Role.MEMBER)
def describe_server() -> ResponseReturnValue:
    """Say what of tus is understood here."""
    response = _answer(204)
    response.headers["Tus-Version"] = VERSION
    response.headers["Tus-Extension"] = EXTENSIONS
    response.headers["Tus-Max-Size"] = str(VIDEO_BYTES)
    response.headers["Tus-Checksum-Algorithm"] = ",".join(CHECKSUMS)
    return response


@bp.post("")
@allow(Role.MEMBER)
def create_upload() -> ResponseReturnValue:
    """Begin an upload; its address is in `Location`, its asset's id in `SocialFlow-Asset`."""
    _check_version()
    upload = start_upload(
        _number("Upload-Length"),
        request.headers.get("Upload-Metadata"),
        user_id=current_user.id,
        media_dir=get_config().media_dir,
        clock=get_clock(),
    )
    brings_bytes = request.mimetype == BYTES_TYPE and request.content_length != 0
    progress = _receive(upload.public_id, 0) if brings_bytes else _progress(upload.public_id)
    response = _answer(201, progress)
    response.headers["Location"] = url_for("uploads.show_upload", public_id=upload.public_id)
    return response


@bp.route("/<public_id>", methods=["HEAD"], provide_automatic_options=False)
@allow(Role.MEMBER)
def show_upload(public_id: str) -> ResponseReturnValue:
    """Say how many bytes have arrived."""
    _check_version()
    progress = _progress(public_id)
    response = _answer(200, progress)
    response.headers["Upload-Length"] = str(progress.length)
    if progress.metadata:
        response.headers["Upload-Metadata"] = progress.metadata
    return response


@bp.patch("/<public_id>")
@allow(Role.MEMBER)
def append_to_upload(public_id: str) -> ResponseReturnValue:
    """Take in the next bytes."""
    _check_version()
    if request.mimetype != BYTES_TYPE:
        return _refusal(415, UploadRefused("upload_content_type"))
    return _answer(204, _receive(public_id, _number("Upload-Offset")))


@bp.delete("/<public_id>")
@allow(Role.MEMBER)
def delete_upload(public_id: str) -> ResponseReturnValue:
    """Give the upload up."""
    _check_version()
    cancel_upload(public_id, user_id=current_user.id, media_dir=get_config().media_dir, clock=get_clock())
    return _answer(204)


def _progress(public_id: str) -> Received:
    return read_progress(public_id, user_id=current_user.id, media_dir=get_config().media_dir, clock=get_clock())


def _receive(public_id: str, offset: int) -> Received:
    return receive_bytes(
        public_id,
        cast(BinaryIO, _Body()),
        offset=offset,
        body_bytes=request.content_length,
        checksum=read_checksum(request.headers.get("Upload-Checksum")),
        user_id=current_user.id,
        media_dir=get_config().media_dir,
        clock=get_clock(),
    )


def _check_version() -> None:
    if request.headers.get("Tus-Resumable") != VERSION:
        raise _WrongVersion


class _WrongVersion(UploadRefused):
    key = "upload_version"
    status = 412


def _number(header: str) -> int:
    value = request.headers.get(header, "")
    if not (value.isascii() and value.isdecimal() and len(value) <= LONGEST_NUMBER):
        raise UploadRefused("upload_header", header=header)
    return int(value)


def _answer(status: int, progress: Received | None = None, text: str = "") -> Response:
    response = Response(text, status, mimetype="text/plain")
    response.headers["Tus-Resumable"] = VERSION
    if progress is not None:
        response.headers["Upload-Offset"] = str(progress.offset)
        response.headers["Upload-Expires"] = format_datetime(progress.expires_at, usegmt=True)
        response.headers["SocialFlow-Asset"] = str(progress.asset_id)
    return response


def _refusal(status: int, error: UploadRefused) -> Response:
    response = _answer(status, text=sentence_for(error).text)
    if isinstance(error, OffsetConflict):
        response.headers["Upload-Offset"] = str(error.values["offset"])
    if isinstance(error, _WrongVersion):
        response.headers["Tus-Version"] = VERSION
    return response


@bp.errorhandler(UploadRefused)
def answer_refusal(error: UploadRefused) -> ResponseReturnValue:
    """Answer with the status that tus gives the error and a sentence that can be shown."""
    return _refusal(error.status, error)


@bp.errorhandler(NotFound)
def answer_not_found(_error: NotFound) -> ResponseReturnValue:
    """Answer for an upload that is not there, or not theirs: a client begins a new one then."""
    return _refusal(404, UploadRefused("upload_gone"))
