"""Uploaded files: why one is refused, and what is put right in it."""

from collections.abc import Iterable, Mapping
from typing import Any

from flask_babel import gettext, ngettext
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from app.web import formats
from app.web.i18n import page_locale
from app.web.sentences.entries import Entry, Pair

_SEND_AGAIN = _l("Send the original file once more.")
_EXPORT_MP4 = _l("Export it from your editor as MP4 and upload that.")
_AS_PHOTO = _l("Save it as JPEG or PNG and upload that.")


def _bytes(values: Mapping[str, Any], name: str) -> str:
    value = values[name]
    return formats.byte_size(value, page_locale()) if isinstance(value, int) else str(value)


def _number(values: Mapping[str, Any], name: str) -> str:
    value = values[name]
    return formats.number(round(value, 1), page_locale()) if isinstance(value, int | float) else str(value)


def _too_large(values: Mapping[str, Any]) -> Pair:
    size, limit = _bytes(values, "size_bytes"), _bytes(values, "limit_bytes")
    return (
        gettext("The file has %(size)s; at most %(limit)s can be uploaded.", size=size, limit=limit),
        gettext("Export it with a lower bitrate or resolution."),
    )


def _disk_full(values: Mapping[str, Any]) -> Pair:
    needed = _bytes(values, "needed_bytes")
    return (
        gettext("The server's disk is too full: this file needs %(needed)s of room.", needed=needed),
        gettext("Nothing was lost. Delete files you no longer need, or ask whoever runs the server for more room."),
    )


def _reel_too_short(values: Mapping[str, Any]) -> Pair:
    least = values["least_seconds"]
    rule = ngettext(
        "A Reel must last at least %(num)s second; this video lasts %(seconds)s s.",
        "A Reel must last at least %(num)s seconds; this video lasts %(seconds)s s.",
        least if isinstance(least, int) else 3,
        seconds=_number(values, "seconds"),
    )
    return rule, gettext("Upload a longer video.")


def _reel_too_long(values: Mapping[str, Any]) -> Pair:
    most, seconds = values["most_seconds"], values["seconds"]
    minutes = most // 60 if isinstance(most, int) else 15
    length = formats.duration(seconds) if isinstance(seconds, int | float) else str(seconds)
    rule = ngettext(
        "A Reel may last at most %(num)s minute; this video lasts %(length)s.",
        "A Reel may last at most %(num)s minutes; this video lasts %(length)s.",
        minutes,
        length=length,
    )
    return rule, gettext("Cut it, or split it into several Reels.")


def _reel_size(values: Mapping[str, Any]) -> Pair:
    size, most = _bytes(values, "size_bytes"), _bytes(values, "most_bytes")
    return (
        gettext("Instagram takes Reels of at most %(most)s; this one has %(size)s.", most=most, size=size),
        gettext("Export it with a lower bitrate or resolution."),
    )


def _image_size(values: Mapping[str, Any]) -> Pair:
    size, most = _bytes(values, "size_bytes"), _bytes(values, "most_bytes")
    return (
        gettext("Pictures may have at most %(most)s; this one has %(size)s.", most=most, size=size),
        gettext("Save it smaller and upload that."),
    )


def _message_file_size(values: Mapping[str, Any]) -> Pair:
    size, most = _bytes(values, "size_bytes"), _bytes(values, "most_bytes")
    return (
        gettext("Instagram takes files of up to %(most)s with a message; this one has %(size)s.", most=most, size=size),
        gettext("Make it smaller, or send a link to it."),
    )


SENTENCES: dict[str, Entry] = {
    # While uploading
    "upload_too_large": _too_large,
    "upload_disk_full": _disk_full,
    "upload_too_many": (
        _l("You have begun %(most)s uploads that are not finished."),
        _l("Finish them, or cancel some, then upload this file."),
    ),
    "upload_offset": (_l("The upload goes on from another place."), _l("It is set right by itself.")),
    "upload_busy": (
        _l("This file is being sent from another window or device."),
        _l("Wait half a minute, then resume."),
    ),
    "upload_checksum": (_l("A part of the file was damaged on its way."), _l("It is sent again by itself.")),
    "upload_checksum_unknown": (_l("The checksum cannot be read. We know sha1 and sha256."), ""),
    "upload_beyond_length": (_l("More was sent than was announced."), _l("Start the upload again.")),
    "upload_metadata": (_l("The file's name or type cannot be read."), _l("Rename the file and start again.")),
    "upload_header": (_l("The header %(header)s is missing or is not a number."), ""),
    "upload_content_type": (_l("The bytes must be sent as application/offset+octet-stream."), ""),
    "upload_version": (_l("This server speaks tus 1.0.0."), ""),
    "upload_gone": (
        _l("This upload is no longer here: unfinished ones are kept for 24 hours."),
        _l("Start the upload again."),
    ),
    "file_missing": (_l("No file was chosen."), _l("Choose a video or a picture.")),
    # What the file is
    "file_empty": (_l("The file is empty."), _SEND_AGAIN),
    "file_unknown_type": (
        _l("This is neither a video nor a picture that we know."),
        _l("Upload a video as MP4 or MOV, or a picture as JPEG or PNG."),
    ),
    "file_playlist": (
        _l("This is a playlist, not a video: it only names other files."),
        _l("Upload the video itself."),
    ),
    "file_page": (_l("This is a web page or a drawing in code, not a video or a photo."), _AS_PHOTO),
    "file_archive": (_l("This is an archive."), _l("Unpack it and upload the video or picture inside.")),
    "file_polyglot": (
        _l("Something else is hidden in this file besides the video or picture, so it is not accepted."),
        _l("Export it once more from your editor."),
    ),
    "file_audio": (_l("This file has sound but no picture."), _l("Upload a video.")),
    "file_heic": (
        _l("Pictures in the format HEIC or AVIF cannot be read here."),
        _l("Save it as JPEG; on an iPhone: Settings, Camera, Formats, «Most compatible»."),
    ),
    "file_external": (_l("The video's picture or sound lies in another file."), _EXPORT_MP4),
    "file_encrypted": (_l("The video is protected against copying."), _l("Upload one without protection.")),
    "file_truncated": (
        _l("The end of the video is missing: the recording or the copying was broken off."),
        _SEND_AGAIN,
    ),
    "file_broken": (_l("The file is damaged and cannot be read."), _EXPORT_MP4),
    "file_lost": (_l("The uploaded file is no longer on the server's disk."), _SEND_AGAIN),
    # What Instagram or we cannot take
    "video_pixels": (
        _l("The video has %(width)s × %(height)s pixels, more than can be worked on."),
        _l("Export it in 1080 × 1920."),
    ),
    "reel_too_short": _reel_too_short,
    "reel_too_long": _reel_too_long,
    "reel_size": _reel_size,
    "reel_ratio": (
        _l("The video is %(width)s × %(height)s: too narrow or too wide for Instagram."),
        _l("Export it in 1080 × 1920."),
    ),
    "message_file_size": _message_file_size,
    "message_file_type": (
        _l("Instagram does not take this kind of file with a message."),
        _l("Pictures go as JPEG or PNG, videos as MP4, MOV, AVI, OGG or WebM, sound as M4A, AAC or WAV, texts as PDF."),
    ),
    "message_audio_type": (
        _l("Instagram does not take this kind of sound with a message."),
        _l("Save it as M4A, AAC or WAV."),
    ),
    "image_size": _image_size,
    "image_pixels": (
        _l("The picture has %(width)s × %(height)s pixels; at most %(most_megapixels)s megapixels can be worked on."),
        _l("Save it smaller and upload that."),
    ),
    "image_bomb": (
        _l("The picture has more than %(most_megapixels)s megapixels."),
        _l("Save it smaller and upload that."),
    ),
    # Our own failures
    "examine_failed": (
        _l("The file could not be examined: several tries were broken off."),
        _l("Try again; if that does not help, export it once more from your editor."),
    ),
    "examine_disk_full": (
        _l("The server's disk is too full to convert this file."),
        _l("Your upload is kept. Delete files you no longer need, then try again."),
    ),
}

FIXES: dict[str, LazyString] = {
    "video_codec": _l("video format"),
    "chroma": _l("colour format"),
    "fps_high": _l("too many frames a second"),
    "fps_low": _l("too few frames a second"),
    "width": _l("too wide"),
    "bitrate": _l("bitrate too high"),
    "interlaced": _l("interlaced lines"),
    "pixel_aspect": _l("stretched pixels"),
    "open_gop": _l("order of frames"),
    "trimmed": _l("hidden cut parts"),
    "audio_codec": _l("sound format"),
    "audio_hertz": _l("sampling rate of the sound"),
    "audio_channels": _l("number of sound channels"),
    "container": _l("file format"),
    "moov_last": _l("start of the file"),
    "edit_list": _l("edit list"),
    "image": _l("picture format"),
}


def fix_names(keys: Iterable[str]) -> list[str]:
    """Return the names of what is put right, in the page's language."""
    return [str(FIXES[key]) for key in keys if key in FIXES]
