"""Only real pictures of a sane size are kept, and only their pixels."""

from io import BytesIO

import pytest
from PIL import Image

from app.accounts.profile_picture import SIDE_PX, NotAPicture, shrink


def drawn(size: tuple[int, int], kind: str, **options: object) -> bytes:
    out = BytesIO()
    Image.new("RGB", size, "teal").save(out, kind, **options)
    return out.getvalue()


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
@pytest.mark.parametrize("size", [(320, 320), (1080, 400), (10, 10)])
def test_a_picture_becomes_a_small_square(kind: str, size: tuple[int, int]) -> None:
    with Image.open(BytesIO(shrink(drawn(size, kind)))) as small:
        assert (small.format, small.size, small.mode) == ("WEBP", (SIDE_PX, SIDE_PX), "RGB")


def test_its_metadata_stays_behind() -> None:
    exif = Image.Exif()
    exif[0x010E] = "taken at home"
    assert b"taken at home" not in shrink(drawn((50, 50), "JPEG", exif=exif))


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        b"<!doctype html>",
        drawn((50, 50), "GIF"),
        drawn((50, 50), "JPEG")[:200],
        drawn((5000, 5000), "PNG"),
    ],
    ids=["nothing", "svg", "html", "gif", "cut off", "too many pixels"],
)
def test_anything_else_is_refused(raw: bytes) -> None:
    with pytest.raises(NotAPicture):
        shrink(raw)
