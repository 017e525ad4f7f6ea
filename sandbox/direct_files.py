"""Files of conversations: fetched or handed in, examined, and shown behind links that die.

Sources: messaging-api (v25) for kinds and sizes; messenger-platform/error-codes (2026-06-25) for the refusals.
"""

from typing import TYPE_CHECKING

import av
from PIL import Image, UnidentifiedImageError

from sandbox import fetch
from sandbox.errors import messaging
from sandbox.files import StoredFile, TooLargeError
from sandbox.records import DirectFile, load_if

if TYPE_CHECKING:
    from sandbox.world import World

MEGABYTE = 1024 * 1024
LIMITS = {"image": 8 * MEGABYTE, "audio": 25 * MEGABYTE, "video": 25 * MEGABYTE, "file": 25 * MEGABYTE}
VIDEO_TIMEOUT_S = 75.0  # error-codes, 2018294
CANNOT_FETCH, MISMATCH, TOO_BIG, VIDEO_TIMEOUT, BAD_UPLOAD = 2018008, 2018047, 2018109, 2018294, 2018074

IMAGES = {"PNG": "image/png", "JPEG": "image/jpeg", "GIF": "image/gif"}
# Libav's names of container formats, by the first name in its list.
VIDEOS = {"mov": "video/mp4", "ogg": "video/ogg", "avi": "video/x-msvideo", "matroska": "video/webm"}
SOUNDS = {"aac": "audio/aac", "mov": "audio/mp4", "wav": "audio/wav"}
CDN = "/ig_messaging_cdn/"


class Unfit(Exception):
    """A file that is not what it was announced as."""


class DirectFiles:
    """Reads and writes of the files of conversations."""

    def __init__(self, world: "World") -> None:
        self._world = world

    def fetch(self, user_id: str, kind: str, url: str) -> DirectFile:
        """Download a file as Instagram does before it sends it; raises GraphError."""
        settings = self._world.settings
        if not fetch.is_fetchable(url, allow_private=settings.allow_private_urls):
            raise messaging(CANNOT_FETCH)
        timeout_s = min(VIDEO_TIMEOUT_S, settings.attachment_timeout_s)
        try:
            chunks = fetch.download(url, timeout_s=timeout_s, verify_tls=settings.verify_tls)
            stored = self._world.files.add(chunks, LIMITS[kind])
        except TooLargeError:
            raise messaging(TOO_BIG) from None
        except fetch.FetchError as error:
            raise messaging(VIDEO_TIMEOUT if kind == "video" and error.is_timeout else CANNOT_FETCH) from error
        return self._keep(user_id, kind, stored)

    def take(self, user_id: str, kind: str, raw: bytes, *, expires_at: float | None = None) -> DirectFile:
        """Keep what somebody of the audience sends; raises GraphError."""
        try:
            stored = self._world.files.add([raw], LIMITS[kind])
        except TooLargeError:
            raise messaging(TOO_BIG) from None
        return self._keep(user_id, kind, stored, expires_at=expires_at)

    def _keep(self, user_id: str, kind: str, stored: StoredFile, *, expires_at: float | None = None) -> DirectFile:
        try:
            mime = examine(kind, stored)
        except Unfit as error:
            raise messaging(MISMATCH) from error
        ids = self._world.ids
        file = DirectFile(ids.next("file"), user_id, kind, stored.sha256, mime, "Aby" + ids.text(40), expires_at, 0)
        self._world.store.insert("direct_files", {name: getattr(file, name) for name in DirectFile.__slots__})
        return file

    def find(self, file_id: str) -> DirectFile | None:
        """Return a file, dead or alive."""
        return load_if(DirectFile, self._world.store.one("SELECT * FROM direct_files WHERE id = ?", (file_id,)))

    def get_upload(self, user_id: str, file_id: str, kind: str) -> DirectFile:
        """Return a file uploaded before; raises GraphError."""
        file = self.find(file_id)
        if file is None or file.user_id != user_id or file.kind != kind:
            raise messaging(BAD_UPLOAD)
        return file

    def is_alive(self, file: DirectFile) -> bool:
        """Tell whether a file's link still works."""
        return not file.is_gone and (file.expires_at is None or self._world.clock.now() < file.expires_at)

    def remove(self, urls: list[str]) -> None:
        """Let the links of a message that was taken back die."""
        for url in urls:
            file_id = url.partition("asset_id=")[2].partition("&")[0]
            self._world.store.run("UPDATE direct_files SET is_gone = 1 WHERE id = ?", (file_id,))


def link(file: DirectFile) -> str:
    """Return a file's address, without the sandbox's origin."""
    return f"{CDN}?asset_id={file.id}&signature={file.signature}"


def examine(kind: str, stored: StoredFile) -> str:
    """Return the MIME type of a file; raises Unfit when it is not of its kind."""
    if kind == "image":
        return _image_type(stored)
    if kind == "file":
        with stored.path.open("rb") as source:
            if source.read(5) != b"%PDF-":
                raise Unfit("not a PDF")
        return "application/pdf"
    return _sound_or_video_type(kind, stored)


def _image_type(stored: StoredFile) -> str:
    try:
        with Image.open(stored.path) as image:
            image.verify()
            name = str(image.format)
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        raise Unfit("not a picture") from error
    if name not in IMAGES:
        raise Unfit(f"{name} is not PNG, JPEG or GIF")
    return IMAGES[name]


def _sound_or_video_type(kind: str, stored: StoredFile) -> str:
    known = VIDEOS if kind == "video" else SOUNDS
    try:
        with av.open(str(stored.path)) as container:
            name = container.format.name.split(",")[0]
            streams = container.streams.video if kind == "video" else container.streams.audio
            is_fit = bool(streams) and name in known
    except (av.FFmpegError, OSError, ValueError) as error:
        raise Unfit(f"not a {kind}") from error
    if not is_fit:
        raise Unfit(f"{name} is not a {kind}")
    return known[name]
