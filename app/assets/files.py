"""Where files lie under MEDIA_DIR. Their names are random; nothing of them comes from an uploader."""

import os
import secrets
import shutil
from collections.abc import Iterable
from pathlib import Path

UPLOADS = "uploads"
SCRATCH = "scratch"
"""Half-made files, until they are moved to their places in one step."""
ORIGINALS, RENDITIONS, POSTERS = "originals", "renditions", "posters"
PLACES = (ORIGINALS, RENDITIONS, POSTERS)
NAME_BYTES = 18


def new_name(suffix: str) -> str:
    """Return a random file name; `suffix` is one of ours, such as `.mp4`."""
    return secrets.token_urlsafe(NAME_BYTES).replace("-", "x").replace("_", "y") + suffix


def place_for(workspace_id: int, place: str, name: str) -> str:
    """Return the path of a workspace's file, relative to MEDIA_DIR."""
    return f"{workspace_id}/{place}/{name}"


def locate(media_dir: Path, relative: str) -> Path:
    """Return where a stored relative path leads. Raises ValueError if that were outside of MEDIA_DIR."""
    path = (media_dir / relative).resolve()
    if not path.is_relative_to(media_dir.resolve()):
        raise ValueError("outside of the media folder")
    return path


def scratch_file(media_dir: Path, suffix: str) -> Path:
    """Return a path for a half-made file; nothing is there yet."""
    folder = media_dir / SCRATCH
    folder.mkdir(parents=True, exist_ok=True)
    return folder / new_name(suffix)


def move_into_place(source: Path, media_dir: Path, relative: str) -> None:
    """Move a file that is complete and on disk to its place, so that a crash leaves it here or there, whole."""
    target = locate(media_dir, relative)
    target.parent.mkdir(parents=True, exist_ok=True)
    source.replace(target)
    for folder in {source.parent, target.parent}:
        _sync_folder(folder)


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def remove_files(media_dir: Path, paths: Iterable[str | None]) -> None:
    """Remove files by their relative paths; those that are gone already are fine."""
    for relative in paths:
        if relative:
            locate(media_dir, relative).unlink(missing_ok=True)


def free_bytes(media_dir: Path) -> int:
    """Return how much room is left for files."""
    media_dir.mkdir(parents=True, exist_ok=True)
    return shutil.disk_usage(media_dir).free
