"""Pictures: measuring, encoding anew, and the small ones that stand for a file.

Runs only in the process of its own that `app.assets.examine` is.
"""

import io
from pathlib import Path
from typing import BinaryIO

from PIL import Image, ImageCms, ImageOps, UnidentifiedImageError
from PIL.ImageCms import PyCMSError

from app.assets.errors import FileRefused
from app.assets.facts import ImageFacts
from app.assets.limits import IMAGE_PIXELS, POSTER_BYTES, POSTER_WIDTH_PX
from app.assets.rules import judge_image
from app.assets.sniff import Container
from app.instagram.limits import IMAGE_BYTES, IMAGE_LARGEST_WIDTH_PX

DECODERS = {Container.JPEG: "JPEG", Container.PNG: "PNG", Container.WEBP: "WEBP"}
TALLEST_PX = 2_560
QUALITIES = (92, 88, 82, 75, 65, 50)
POSTER_QUALITIES = (75, 60, 45, 30, 15)
ORIENTATION = 0x0112

Image.MAX_IMAGE_PIXELS = IMAGE_PIXELS


def measure_image(file: BinaryIO, size: int, container: Container) -> ImageFacts:
    """Return what the picture's header says, turned as it is shown. Raises FileRefused when there is no reading it."""
    try:
        with Image.open(file, formats=[DECODERS[container]]) as image:
            width, height = image.size
            if image.getexif().get(ORIENTATION, 1) in {5, 6, 7, 8}:
                width, height = height, width
    except Image.DecompressionBombError as error:
        raise FileRefused("image_bomb", most_megapixels=IMAGE_PIXELS // 1_000_000) from error
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, EOFError) as error:
        raise FileRefused("file_broken") from error
    return ImageFacts(container, size, width, height)


def encode_anew(file: BinaryIO, container: Container) -> Image.Image:
    """Return the picture as plain sRGB pixels, turned upright, with nothing else of the file kept.

    Raises FileRefused when the file is cut off, damaged, or too many pixels.
    """
    refusal = judge_image(measure_image(file, 0, container)).refusal
    if refusal is not None:
        raise FileRefused(refusal.key, **refusal.values)
    try:
        file.seek(0)
        with Image.open(file, formats=[DECODERS[container]]) as image:
            image.draft("RGB", (IMAGE_LARGEST_WIDTH_PX * 2, TALLEST_PX * 2))
            image.load()
            upright = ImageOps.exif_transpose(image)
            upright.thumbnail((IMAGE_LARGEST_WIDTH_PX, TALLEST_PX), Image.Resampling.LANCZOS)
            return _flat(_as_srgb(upright))
    except (OSError, ValueError, SyntaxError, EOFError, MemoryError, Image.DecompressionBombError) as error:
        raise FileRefused("file_broken") from error


def save_jpeg(image: Image.Image, target: Path) -> None:
    """Write a baseline JPEG without metadata, of at most Instagram's size."""
    for quality in QUALITIES:
        encoded = io.BytesIO()
        image.save(encoded, "JPEG", quality=quality, progressive=False, optimize=False)
        if encoded.tell() <= IMAGE_BYTES:
            break
    target.write_bytes(encoded.getvalue())


def save_poster(image: Image.Image, target: Path) -> None:
    """Write a small WebP picture, light enough for a list of many."""
    small = image.convert("RGB")
    small.thumbnail((POSTER_WIDTH_PX, POSTER_WIDTH_PX * 3), Image.Resampling.LANCZOS)
    for quality in POSTER_QUALITIES:
        encoded = io.BytesIO()
        small.save(encoded, "WEBP", quality=quality, method=4)
        if encoded.tell() <= POSTER_BYTES:
            break
    target.write_bytes(encoded.getvalue())


def _as_srgb(image: Image.Image) -> Image.Image:
    """Convert from the picture's own colour profile; a profile that makes no sense is ignored."""
    profile = image.info.get("icc_profile")
    if profile and image.mode in {"RGB", "RGBA", "CMYK", "L"}:
        try:
            mode = "RGBA" if image.mode == "RGBA" else "RGB"
            own = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            converted = ImageCms.profileToProfile(image, own, ImageCms.createProfile("sRGB"), outputMode=mode)
            return converted if converted is not None else image
        except (PyCMSError, OSError, ValueError):
            return image
    return image


def _flat(image: Image.Image) -> Image.Image:
    """Return RGB; what shone through is white."""
    if image.mode in {"RGBA", "LA", "PA"} or "transparency" in image.info:
        layer = image.convert("RGBA")
        ground = Image.new("RGBA", layer.size, (255, 255, 255, 255))
        return Image.alpha_composite(ground, layer).convert("RGB")
    plain = Image.new("RGB", image.size)
    plain.paste(image.convert("RGB"))
    return plain
