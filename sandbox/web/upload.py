"""rupload.facebook.com: the bytes of a resumable upload.

Source: content-publishing/resumable-uploads (2026-03-15).
"""

import re

from flask import Blueprint, Response, g, request

from sandbox import specs
from sandbox.errors import GraphError, UploadError
from sandbox.fetch import is_fetchable
from sandbox.records import BASIC, PUBLISH, Container
from sandbox.web.api_call import answer, api_call
from sandbox.web.auth import token_account
from sandbox.web.params import the_world

bp = Blueprint("upload", __name__)

CHUNK = 256 * 1024
REJECTED = '{"success":false,"error":{"message":"unauthorized user request"}}'
SUCCESS = {"success": True, "message": "Upload successful. It may take a moment for your media to be processed."}


@bp.post("/ig-api-upload/<version>/<container_id>")
@api_call
def receive(version: str, container_id: str) -> Response:
    """Take the bytes from `offset` on; the last one starts the examination."""
    world = the_world()
    container = _get_container(container_id)
    if world.settings.resumable == "reject":
        raise UploadError(REJECTED)
    if container.state != "uploading":
        raise UploadError("The upload of this container is finished.")
    if request.headers.get("file_url"):
        return _take_url(container, request.headers["file_url"])
    size, offset = _number("file_size"), _number("offset")
    limit = specs.byte_limit(container.kind, is_video=True, settings=world.settings)
    if offset != container.uploaded_bytes or container.upload_size not in (None, size) or not 0 < size <= limit:
        raise UploadError(
            f"offset {offset} of {size} does not continue {container.uploaded_bytes} of {container.upload_size}"
        )
    received = _append(container, offset, size)
    is_whole = received == size
    world.containers.record_upload(
        container.id, size=size, received=received, state="fetching" if is_whole else "uploading"
    )
    if not is_whole:
        raise UploadError("The upload was interrupted.", kind="PartialRequestError", is_retriable=True)
    world.processing.enqueue(container.id)
    return answer(SUCCESS)


def _get_container(container_id: str) -> Container:
    """Return the caller's container; raises UploadError."""
    scheme, _, text = request.headers.get("Authorization", "").partition(" ")
    if scheme != "OAuth":
        raise UploadError("The Authorization header must be: OAuth <token>", kind="NotAuthorizedError")
    try:
        token, account = token_account(the_world(), text.strip())
    except GraphError as error:
        raise UploadError(error.message, kind="NotAuthorizedError") from error
    g.entry.user_id = account.user_id
    container = the_world().containers.find(container_id)
    if container is None or container.user_id != account.user_id or not token.has(BASIC, PUBLISH):
        raise UploadError(REJECTED)
    return container


def _number(header: str) -> int:
    text = request.headers.get(header, "")
    if not re.fullmatch(r"\d+", text):
        raise UploadError(f"The header {header} is missing or not a number.")
    return int(text)


def _append(container: Container, offset: int, size: int) -> int:
    """Write the body behind what is there and return how many bytes there are now, at most `size`."""
    received = offset
    with the_world().files.partial(container.id).open("ab") as target:
        target.truncate(offset)
        while received < size:
            try:
                chunk = request.stream.read(min(CHUNK, size - received))
            except OSError:
                break
            if not chunk:
                break
            target.write(chunk)
            received += len(chunk)
    return received


def _take_url(container: Container, url: str) -> Response:
    world = the_world()
    if not is_fetchable(url, allow_private=world.settings.allow_private_urls):
        raise UploadError("The file_url cannot be fetched.")
    world.containers.take_source(container, url)
    world.processing.enqueue(container.id)
    return answer(SUCCESS)
