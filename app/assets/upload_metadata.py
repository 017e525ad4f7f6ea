"""What a client says about a file before it sends it: only used for showing, and to know which limit applies."""

import base64
import binascii
from dataclasses import dataclass
from pathlib import PurePosixPath

from app.assets.errors import UploadRefused
from app.assets.limits import ATTACHMENT_BYTES, IMAGE_BYTES, METADATA_CHARACTERS, VIDEO_BYTES
from app.assets.models import AssetKind, AssetPurpose

SUFFIXES = {
    *(".mp4", ".mov", ".m4v", ".webm", ".mkv", ".avi", ".ogv", ".jpg", ".jpeg", ".png", ".webp"),
    *(".m4a", ".aac", ".wav", ".pdf"),
}
IMAGE_SUFFIXES = {".jpg", ".jpeg", ".png", ".webp", ".heic", ".heif", ".gif", ".avif"}
AUDIO_SUFFIXES = {".m4a", ".aac", ".wav"}
NAME_CHARACTERS = 255
UNNAMED = "file"


@dataclass(frozen=True)
class Claim:
    """What the client claims. The bytes decide later."""

    filename: str
    kind: AssetKind
    purpose: AssetPurpose = AssetPurpose.POST

    @property
    def suffix(self) -> str:
        """The suffix to keep the file under: a known one, or none of theirs at all."""
        suffix = PurePosixPath(self.filename.lower()).suffix
        return suffix if suffix in SUFFIXES else ".bin"

    @property
    def most_bytes(self) -> int:
        """How large such a file may be."""
        if self.kind is AssetKind.IMAGE:
            return IMAGE_BYTES
        return ATTACHMENT_BYTES if self.purpose is AssetPurpose.MESSAGE else VIDEO_BYTES


def read_metadata(header: str | None) -> Claim:
    """Return what a tus `Upload-Metadata` header claims. Raises UploadRefused when it is not one."""
    header = header or ""
    if len(header) > METADATA_CHARACTERS:
        raise UploadRefused("upload_metadata")
    values: dict[str, str] = {}
    for pair in filter(None, (part.strip() for part in header.split(","))):
        name, _, encoded = pair.partition(" ")
        try:
            values[name] = base64.b64decode(encoded, validate=True).decode("utf-8", "replace")
        except (binascii.Error, ValueError) as error:
            raise UploadRefused("upload_metadata") from error
    purpose = AssetPurpose.MESSAGE if values.get("purpose") == AssetPurpose.MESSAGE else AssetPurpose.POST
    return make_claim(values.get("filename") or values.get("name") or "", values.get("filetype") or "", purpose)


def make_claim(filename: str, content_type: str, purpose: AssetPurpose = AssetPurpose.POST) -> Claim:
    """Return the claim that a name and a content type make."""
    last_part = filename.replace("\\", "/").rpartition("/")[2]
    shown = "".join(letter for letter in last_part if letter.isprintable()).strip()[-NAME_CHARACTERS:] or UNNAMED
    return Claim(shown, _claimed_kind(shown, content_type, purpose), purpose)


def _claimed_kind(filename: str, content_type: str, purpose: AssetPurpose) -> AssetKind:
    suffix = PurePosixPath(filename.lower()).suffix
    if purpose is AssetPurpose.MESSAGE:
        if content_type.startswith("audio/") or suffix in AUDIO_SUFFIXES:
            return AssetKind.AUDIO
        if content_type == "application/pdf" or suffix == ".pdf":
            return AssetKind.FILE
    is_image = content_type.startswith("image/") or suffix in IMAGE_SUFFIXES
    return AssetKind.IMAGE if is_image and not content_type.startswith("video/") else AssetKind.VIDEO
