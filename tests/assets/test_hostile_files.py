"""Whatever is uploaded: nothing is fetched, nothing runs away, and nothing but media gets through."""

import io
import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.assets.errors import ExamineFailed, FileRefused
from app.assets.examiner import INSPECTION, examine
from app.assets.sniff import Container, sniff
from tests.assets.hostile import Hostile, hostile_files, movie
from tests.media_files import MediaFiles

SAMPLE = 12


class Trap:
    """Counts whoever connects."""

    def __init__(self) -> None:
        self.server = socket.create_server(("127.0.0.1", 0))
        self.port = self.server.getsockname()[1]
        self.connections = 0
        threading.Thread(target=self._count, daemon=True).start()

    def _count(self) -> None:
        while True:
            try:
                connection, _ = self.server.accept()
            except OSError:
                return
            self.connections += 1
            connection.close()


@pytest.fixture
def trap() -> Iterator[Trap]:
    made = Trap()
    yield made
    made.server.close()


def corpus(media_files: MediaFiles, port: int) -> list[Hostile]:
    return list(hostile_files(media_files.reel(width=128, height=128).read_bytes(), port=port))


def test_five_hundred_hostile_files_are_refused_or_told_to_be_plain_media(media_files: MediaFiles) -> None:
    files = corpus(media_files, port=9)
    assert len(files) >= 500
    passed = []
    for file in files:
        try:
            sniffed = sniff(io.BytesIO(file.content), len(file.content))
        except FileRefused as refused:
            assert refused.key.startswith("file_")
        else:
            assert isinstance(sniffed.container, Container)
            passed.append(file)
    assert [file.name for file in passed if file.is_surely_refused] == []


def test_hostile_files_reach_out_to_nothing_when_the_media_library_sees_them(
    media_files: MediaFiles, trap: Trap, tmp_path: Path
) -> None:
    seen = 0
    doubtful = [file for file in corpus(media_files, trap.port) if not file.is_surely_refused]
    for file in doubtful[:: len(doubtful) // SAMPLE]:
        path = tmp_path / "file.mp4"
        path.write_bytes(file.content)
        try:
            examine({"do": "inspect", "source": str(path), "poster": str(tmp_path / "poster.webp")}, INSPECTION)
        except (FileRefused, ExamineFailed):
            seen += 1
    assert seen > 0
    assert trap.connections == 0


@pytest.mark.parametrize("name", ["playlist", "data reference"])
def test_a_file_that_names_an_address_is_refused_and_the_address_never_called(
    name: str, trap: Trap, tmp_path: Path
) -> None:
    address = f"http://127.0.0.1:{trap.port}/a.ts"
    content = {
        "playlist": f"#EXTM3U\n#EXTINF:5,\n{address}\n#EXT-X-ENDLIST\n".encode(),
        "data reference": movie(url=address),
    }[name]
    path = tmp_path / "video.mp4"
    path.write_bytes(content)
    with pytest.raises(FileRefused) as refused:
        examine({"do": "inspect", "source": str(path), "poster": str(tmp_path / "poster.webp")}, INSPECTION)
    assert refused.value.key == {"playlist": "file_playlist", "data reference": "file_external"}[name]
    assert trap.connections == 0
