"""What can be wrong with an upload or a file. `values` say what was measured and which rule it breaks."""

from app.errors import RuleError


class UploadRefused(RuleError):
    """The upload cannot begin, or cannot go on."""

    status = 400


class UploadTooLarge(UploadRefused):
    """More bytes than allowed: `limit_bytes`, `size_bytes`."""

    key = "upload_too_large"
    status = 413


class DiskFull(UploadRefused):
    """The server has no room: `needed_bytes`, and `free_bytes` when known."""

    key = "upload_disk_full"
    status = 507


class TooManyUploads(UploadRefused):
    """The person has begun as many uploads as they may, and finished none of them: `most`."""

    key = "upload_too_many"
    status = 429


class OffsetConflict(UploadRefused):
    """The client went on from another byte than the one we wait for: `offset`."""

    key = "upload_offset"
    status = 409


class UploadBusy(UploadRefused):
    """Another request is writing to this upload."""

    key = "upload_busy"
    status = 423


class ChecksumMismatch(UploadRefused):
    """The bytes were damaged on their way; they were thrown away."""

    key = "upload_checksum"
    status = 460


class FileRefused(RuleError):
    """The file itself can never be published; `key` says why."""


class ExamineFailed(Exception):
    """Examining or converting broke off; it may pass another time. `reason` is for the log."""

    def __init__(self, reason: str, *, is_disk_full: bool = False) -> None:
        super().__init__(reason)
        self.is_disk_full = is_disk_full
