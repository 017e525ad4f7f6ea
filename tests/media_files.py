"""Small real media files, drawn when they are first asked for and kept for the test run."""

import hashlib
import os
from pathlib import Path
from typing import Any

from PIL import Image

from app.demo.reel_drawing import Drawing, draw_reel


class MediaFiles:
    """Videos and pictures in a folder that all workers of a test run share."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)

    def reel(self, suffix: str = ".mp4", **values: Any) -> Path:
        """Return a video that Instagram takes as a Reel; `values` are those of `Drawing` and may spoil it."""
        drawing = Drawing(**values)
        path = self._path(repr(drawing), suffix)
        return path if path.exists() else self._keep(path, lambda part: draw_reel(part, drawing))

    def picture(self, suffix: str = ".jpg", *, width: int = 1080, height: int = 1350, colour: str = "#C47C4E") -> Path:
        """Return a picture of one colour; the suffix names its format."""
        path = self._path(f"{width}x{height} {colour}", suffix)
        if path.exists():
            return path
        return self._keep(path, lambda part: Image.new("RGB", (width, height), colour).save(part))

    def _path(self, what: str, suffix: str) -> Path:
        return self.folder / f"{hashlib.sha256(what.encode()).hexdigest()[:16]}{suffix}"

    def _keep(self, path: Path, draw: Any) -> Path:
        """Draw beside the final place and move there, so that no worker ever reads half a file."""
        part = path.with_name(f"{os.getpid()}-{path.name}")
        draw(part)
        part.replace(path)
        return path
