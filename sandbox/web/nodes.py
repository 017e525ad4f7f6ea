"""The fields of accounts and containers as the API shows them, and the addresses of media."""

from collections.abc import Mapping
from typing import Any

from flask import request

from sandbox.containers import ERROR, EXPIRED, FINISHED, IN_PROGRESS, PUBLISHED
from sandbox.errors import invalid
from sandbox.insights.account_numbers import followers_now
from sandbox.records import Account, Container, Media
from sandbox.web.fields import OMIT, Field, Resolver, parse_fields
from sandbox.web.params import the_world

EXTENSIONS = {"image": "jpg", "video": "mp4"}


def origin() -> str:
    """Return the sandbox's own address as the caller sees it."""
    return request.host_url.rstrip("/")


def wanted_fields(params: dict[str, Any], default: str) -> tuple[Field, ...]:
    """Return the fields a call asks for, or the default ones."""
    return parse_fields(str(params.get("fields") or default))


def media_url(media: Media) -> str | None:
    """Return where the bytes of a media are served, None when it has none."""
    asset = next((asset for asset in media.assets if asset["role"] == "media"), None)
    return f"{origin()}/cdn/{_name(asset)}.{EXTENSIONS[asset['kind']]}" if asset else None


def _name(asset: dict[str, Any]) -> str:
    """Return what a file is called: its hash, or what is to be drawn."""
    return f"drawn/{asset['drawn']}" if "drawn" in asset else str(asset["sha256"])


def poster_url(media: Media) -> str | None:
    """Return where a picture of a media is served, None when it has none."""
    cover = next((asset for asset in media.assets if asset["role"] == "cover"), None)
    if cover is not None:
        return f"{origin()}/cdn/{cover['sha256']}.jpg"
    asset = next((asset for asset in media.assets if asset["role"] == "media"), None)
    if asset is None:
        return None
    if asset["kind"] == "image" or "drawn" in asset:
        return f"{origin()}/cdn/{_name(asset)}.jpg"
    return f"{origin()}/cdn/posters/{asset['sha256']}-{int(media.details.get('thumb_offset', 0))}.jpg"


def permalink(media: Media, username: str) -> str:
    """Return the media's page, served by the sandbox itself."""
    if media.product_type == "STORY":
        return f"{origin()}/stories/{username}/{media.id}/"
    return f"{origin()}/{'reel' if media.product_type == 'REELS' else 'p'}/{media.shortcode}/"


def _or_omit(value: Any) -> Any:
    return OMIT if value is None else value


def _count(name: str) -> Resolver[Account]:
    return lambda account, _: getattr(account, name)


ACCOUNT_FIELDS: Mapping[str, Resolver[Account]] = {
    "id": lambda account, _: account.app_scoped_id,
    "user_id": lambda account, _: account.user_id,
    "username": lambda account, _: account.username,
    "name": lambda account, _: _or_omit(account.name),
    "account_type": lambda account, _: account.account_type,
    "profile_picture_url": lambda account, _: f"{origin()}/cdn/avatars/{account.user_id}.jpg",
    "followers_count": lambda account, _: followers_now(the_world(), account),
    "follows_count": _count("follows_count"),
    "media_count": lambda account, _: the_world().media.count(account.user_id),
    "biography": lambda account, _: account.biography or OMIT,
    "website": lambda account, _: account.website or OMIT,
}


def _status_code(container: Container, _: Field) -> str:
    return the_world().containers.seen_status(container)


def _status(container: Container, _: Field) -> str:
    containers = the_world().containers
    return containers.status_text(container, containers.seen_status(container))


def _copyright(container: Container, _: Field) -> Any:
    if container.kind == "CAROUSEL" or "image_url" in container.params:
        return OMIT
    status = the_world().containers.seen_status(container)
    word = {
        IN_PROGRESS: "in_progress",
        FINISHED: "completed",
        PUBLISHED: "completed",
        ERROR: "error",
        EXPIRED: "completed",
    }
    return {"status": word[status], "matches_found": False}


def _video_status(container: Container, _: Field) -> Any:
    if the_world().settings.video_status == "reject":
        raise invalid("Tried accessing nonexisting field (video_status)")
    if "upload_type" not in container.params:
        return OMIT
    status = the_world().containers.seen_status(container)
    is_whole = container.state != "uploading"
    uploading: dict[str, Any] = {
        "status": "complete" if is_whole else "in_progress",
        "bytes_transferred": container.uploaded_bytes,
    }
    if container.upload_size is None and not is_whole:
        uploading = {"status": "not_started"}
    elif container.upload_size is not None:
        uploading["source_file_size"] = container.upload_size
    words = {IN_PROGRESS: "in_progress" if is_whole else "not_started", ERROR: "error", EXPIRED: "error"}
    processing: dict[str, Any] = {"status": words.get(status, "complete")}
    if status == ERROR and container.error_subcode:
        processing["errors"] = [{"code": container.error_subcode, "message": _status(container, Field("status"))}]
    return {"uploading_phase": uploading, "processing_phase": processing}


CONTAINER_FIELDS: Mapping[str, Resolver[Container]] = {
    "id": lambda container, _: container.id,
    "status_code": _status_code,
    "status": _status,
    "copyright_check_status": _copyright,
    "video_status": _video_status,
}
