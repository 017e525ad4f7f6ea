"""Covers, encoded anew."""

import io
from pathlib import Path

import pytest
from PIL import Image

from app.assets.errors import FileRefused
from app.assets.pictures import encode_anew, measure_image, save_jpeg
from app.assets.sniff import Container
from tests.assets.hostile import png_claiming


def jpeg_from_a_phone() -> bytes:
    """A wide picture with the mark «turn me clockwise», a place, and a script in its comment."""
    image = Image.new("RGB", (400, 200), "#FF0000")
    image.paste("#0000FF", (0, 0, 200, 200))
    exif = Image.Exif()
    exif[0x0112] = 6
    exif[0x010E] = "secret place"
    target = io.BytesIO()
    image.save(target, "JPEG", exif=exif, comment=b"secret comment", progressive=True)
    return target.getvalue()


def anew(content: bytes, container: Container, tmp_path: Path) -> tuple[Image.Image, bytes]:
    target = tmp_path / "anew.jpg"
    save_jpeg(encode_anew(io.BytesIO(content), container), target)
    return Image.open(target), target.read_bytes()


def test_a_picture_is_turned_upright_and_loses_all_but_its_pixels(tmp_path: Path) -> None:
    image, written = anew(jpeg_from_a_phone(), Container.JPEG, tmp_path)
    assert (image.format, image.size, image.mode) == ("JPEG", (200, 400), "RGB")
    assert image.getexif() == {}
    assert b"secret" not in written
    assert not image.info.get("progressive")
    upper, lower = image.getpixel((100, 50)), image.getpixel((100, 350))
    assert isinstance(upper, tuple) and isinstance(lower, tuple)
    assert upper[2] > 200 and lower[0] > 200  # blue was left, so it is above now


def test_what_shines_through_becomes_white(tmp_path: Path) -> None:
    target = io.BytesIO()
    Image.new("RGBA", (50, 50), (255, 0, 0, 0)).save(target, "PNG")
    image, _ = anew(target.getvalue(), Container.PNG, tmp_path)
    assert image.getpixel((20, 20)) == (255, 255, 255)


@pytest.mark.parametrize("mode", ["1", "L", "P", "I;16", "CMYK"])
def test_pictures_of_every_mode_become_rgb(mode: str, tmp_path: Path) -> None:
    target = io.BytesIO()
    kind, container = ("JPEG", Container.JPEG) if mode == "CMYK" else ("PNG", Container.PNG)
    Image.new(mode, (40, 40)).save(target, kind)
    image, _ = anew(target.getvalue(), container, tmp_path)
    assert image.mode == "RGB"


def test_large_pictures_come_out_small_enough(tmp_path: Path) -> None:
    noise = Image.effect_noise((4_000, 5_000), 120).convert("RGB")
    target = io.BytesIO()
    noise.save(target, "JPEG", quality=80)
    image, written = anew(target.getvalue(), Container.JPEG, tmp_path)
    assert image.width <= 1_440 and len(written) <= 8_000_000


def test_a_bomb_is_refused_before_its_pixels_are_made() -> None:
    for width, height in ((30_000, 30_000), (1 << 20, 1 << 20)):
        with pytest.raises(FileRefused):
            encode_anew(io.BytesIO(png_claiming(width, height)), Container.PNG)


def test_a_cut_off_picture_is_refused() -> None:
    whole = jpeg_from_a_phone()
    with pytest.raises(FileRefused) as refused:
        encode_anew(io.BytesIO(whole[: len(whole) // 2]), Container.JPEG)
    assert refused.value.key == "file_broken"


def test_a_picture_is_read_as_what_it_was_found_to_be_and_as_nothing_else() -> None:
    with pytest.raises(FileRefused):
        measure_image(io.BytesIO(jpeg_from_a_phone()), 100, Container.PNG)
