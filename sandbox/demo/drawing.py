"""Draws the shop's pictures and Reels: flat, warm, and free of anybody's rights."""

import colorsys
import math
import random
from fractions import Fraction
from io import BytesIO
from pathlib import Path

import av
from PIL import Image, ImageDraw

SUBJECTS = ("cup", "cake", "beans", "mountains", "table", "glass")
SIZE, REEL_SIZE = (864, 1080), (540, 960)
SECONDS, FPS = 4, 12
Colour = tuple[int, int, int]
DARK: Colour = (92, 56, 36)
CREAM: Colour = (255, 250, 240)


def _colour(hue: float, saturation: float, value: float) -> Colour:
    red, green, blue = colorsys.hsv_to_rgb(hue % 1, saturation, value)
    return round(red * 255), round(green * 255), round(blue * 255)


def draw(key: str, size: tuple[int, int] = SIZE, at: float = 0.0) -> Image.Image:
    """Return the picture of this key (`<seed>-<subject>`); `at` moves it, in seconds."""
    chance = random.Random(key)  # noqa: S311 (reproducible on purpose)
    hue = chance.uniform(0.03, 0.14) if chance.random() < 0.7 else chance.uniform(0.3, 0.6)
    picture = _background(size, _colour(hue, 0.22, 0.99), _colour(hue + 0.03, 0.5, 0.72))
    accent = _colour(hue + chance.uniform(0.35, 0.6), 0.45, 0.8)
    subject = key.rpartition("-")[2]
    {"cup": _cup, "cake": _cake, "beans": _beans, "mountains": _mountains, "table": _table}.get(subject, _glass)(
        picture, chance, accent, at
    )
    return picture


def _background(size: tuple[int, int], top: Colour, bottom: Colour) -> Image.Image:
    strip = Image.new("RGB", (1, 64))
    for y in range(64):
        share = y / 63
        strip.putpixel((0, y), tuple(round(a + (b - a) * share) for a, b in zip(top, bottom, strict=True)))
    return strip.resize(size, Image.Resampling.BICUBIC)


def _unit(picture: Image.Image) -> tuple[ImageDraw.ImageDraw, float, float, float]:
    """Return a pen, a tenth of the width, the middle, and the line things stand on."""
    return ImageDraw.Draw(picture, "RGBA"), picture.width / 10, picture.width / 2, picture.height * 0.66


def _shadow(pen: ImageDraw.ImageDraw, x: float, y: float, width: float) -> None:
    pen.ellipse((x - width, y - width * 0.12, x + width, y + width * 0.16), fill=(40, 20, 10, 60))


def _cup(picture: Image.Image, chance: random.Random, accent: Colour, at: float) -> None:
    pen, unit, x, y = _unit(picture)
    _shadow(pen, x, y + 2.4 * unit, 3.6 * unit)
    pen.ellipse((x - 3.4 * unit, y + 1.7 * unit, x + 3.4 * unit, y + 2.7 * unit), fill=CREAM)
    pen.ellipse((x + 1.6 * unit, y - 0.8 * unit, x + 3.5 * unit, y + 1.1 * unit), outline=CREAM, width=round(unit / 2))
    pen.pieslice((x - 2.5 * unit, y - 4.2 * unit, x + 2.5 * unit, y + 2.2 * unit), 0, 180, fill=CREAM)
    pen.ellipse((x - 2.5 * unit, y - 1.7 * unit, x + 2.5 * unit, y - 0.3 * unit), fill=CREAM)
    pen.ellipse((x - 2.25 * unit, y - 1.55 * unit, x + 2.25 * unit, y - 0.45 * unit), fill=DARK)
    pen.ellipse((x - unit, y - 1.3 * unit, x + unit, y - 0.7 * unit), fill=(226, 186, 140))
    _steam(pen, x, y - 2 * unit, unit, at)


def _steam(pen: ImageDraw.ImageDraw, x: float, y: float, unit: float, at: float) -> None:
    for wisp in (-1.0, 0.1, 1.1):
        line = [
            (x + unit * (wisp + 0.3 * math.sin(step / 3 - 2.5 * at + wisp)), y - unit * step * 0.16)
            for step in range(20)
        ]
        pen.line(line, fill=(255, 253, 248), width=max(3, round(unit / 5)), joint="curve")


def _cake(picture: Image.Image, chance: random.Random, accent: Colour, at: float) -> None:
    pen, unit, x, y = _unit(picture)
    _shadow(pen, x, y + 2.2 * unit, 3.8 * unit)
    pen.ellipse((x - 3.7 * unit, y + 1.4 * unit, x + 3.7 * unit, y + 2.5 * unit), fill=CREAM)
    for layer in range(4):
        top = y + 1.2 * unit - layer * 0.95 * unit
        body = (x - 2.5 * unit, top - 0.85 * unit, x + 2.5 * unit, top)
        pen.rounded_rectangle(body, unit * 0.2, fill=(201, 140, 84) if layer % 2 == 0 else (255, 244, 224))
    top = y - 2.6 * unit
    pen.rounded_rectangle((x - 2.6 * unit, top, x + 2.6 * unit, top + 0.6 * unit), unit * 0.3, fill=(*accent, 255))
    for berry in range(5):
        left = x - 2 * unit + berry * unit + 0.08 * unit * math.sin(at * 2 + berry)
        pen.ellipse((left - 0.35 * unit, top - 0.55 * unit, left + 0.35 * unit, top + 0.15 * unit), fill=(190, 50, 60))


def _beans(picture: Image.Image, chance: random.Random, accent: Colour, at: float) -> None:
    pen, unit, x, y = _unit(picture)
    _shadow(pen, x, y + 2.6 * unit, 3.2 * unit)
    pen.rounded_rectangle((x - 2.3 * unit, y - 4 * unit, x + 2.3 * unit, y + 2.6 * unit), unit * 0.3, fill=(58, 44, 40))
    pen.rectangle((x - 2.3 * unit, y - 4 * unit, x + 2.3 * unit, y - 3.3 * unit), fill=(40, 30, 28))
    pen.rounded_rectangle((x - 1.6 * unit, y - 2 * unit, x + 1.6 * unit, y + 0.9 * unit), unit * 0.2, fill=accent)
    pen.ellipse((x - 0.8 * unit, y - 1.3 * unit, x + 0.8 * unit, y + 0.3 * unit), fill=CREAM)
    for _ in range(26):
        left, top = chance.uniform(0, picture.width), y + chance.uniform(2.7, 4.6) * unit
        _bean(pen, left, top + 0.04 * unit * math.sin(3 * at + left), unit * 0.42)


def _bean(pen: ImageDraw.ImageDraw, x: float, y: float, size: float) -> None:
    pen.ellipse((x - size, y - size * 0.65, x + size, y + size * 0.65), fill=DARK)
    pen.line((x - size * 0.7, y + size * 0.15, x, y - size * 0.1, x + size * 0.7, y + size * 0.15), (50, 28, 18), 3)


def _mountains(picture: Image.Image, chance: random.Random, accent: Colour, at: float) -> None:
    pen = ImageDraw.Draw(picture, "RGBA")
    width, height = picture.size
    sun = width * (0.25 + 0.02 * math.sin(at))
    pen.ellipse((sun, height * 0.14, sun + width * 0.2, height * 0.14 + width * 0.2), fill=(255, 244, 210, 230))
    for ridge, shade in enumerate(((150, 168, 190), (104, 126, 148), (62, 86, 92))):
        base, points = height * (0.45 + ridge * 0.13), [(0.0, float(height))]
        for step in range(9):
            rise = chance.uniform(0.02, 0.2 - ridge * 0.05) * height * (1 if step % 2 else 0.25)
            points.append((width * step / 8, base - rise))
        pen.polygon([*points, (float(width), float(height))], fill=shade)
        if ridge == 0:
            for step in range(1, 9, 2):
                _snow(pen, *points[step + 1], width)
    _cup_on_rail(pen, width, height)


def _snow(pen: ImageDraw.ImageDraw, x: float, y: float, width: float) -> None:
    drop = width * 0.05
    pen.polygon([(x, y), (x - drop, y + drop * 1.1), (x, y + drop * 0.8), (x + drop, y + drop * 1.2)], fill=CREAM)


def _cup_on_rail(pen: ImageDraw.ImageDraw, width: int, height: int) -> None:
    pen.rectangle((0, height * 0.9, width, height), fill=(120, 80, 54))
    x, y, unit = width * 0.72, height * 0.9, width / 14
    pen.polygon([(x - unit, y - 3 * unit), (x + unit, y - 3 * unit), (x + 0.75 * unit, y), (x - 0.75 * unit, y)], CREAM)
    pen.rectangle((x - 1.15 * unit, y - 3.3 * unit, x + 1.15 * unit, y - 2.9 * unit), fill=DARK)


def _table(picture: Image.Image, chance: random.Random, accent: Colour, at: float) -> None:
    pen, unit, x, y = _unit(picture)
    pen.rectangle((0, y, picture.width, picture.height), fill=(150, 100, 66))
    for lamp in (2.2, 5.0, 7.8):
        swing = 0.1 * math.sin(at * 1.5 + lamp)
        left = unit * (lamp + swing)
        pen.line((left, 0, left, unit * 2.4), fill=(60, 44, 40), width=4)
        pen.pieslice((left - unit, unit * 1.6, left + unit, unit * 3.6), 180, 360, fill=accent)
        pen.ellipse((left - 0.3 * unit, unit * 2.5, left + 0.3 * unit, unit * 3.1), fill=(255, 236, 170))
    for seat in (2.4, 7.6):
        pen.rounded_rectangle(
            (unit * (seat - 1), y - 2.6 * unit, unit * (seat + 1), y + 2.4 * unit), unit * 0.3, fill=(84, 58, 46)
        )
    pen.ellipse((x - 3 * unit, y - 0.5 * unit, x + 3 * unit, y + 0.7 * unit), fill=(214, 170, 122))
    pen.rectangle((x - 0.2 * unit, y + 0.5 * unit, x + 0.2 * unit, y + 3 * unit), fill=(60, 44, 40))
    for cup in (-1.2, 1.0):
        pen.ellipse((x + (cup - 0.5) * unit, y - 0.5 * unit, x + (cup + 0.5) * unit, y + 0.1 * unit), fill=CREAM)


def _glass(picture: Image.Image, chance: random.Random, accent: Colour, at: float) -> None:
    pen, unit, x, y = _unit(picture)
    _shadow(pen, x, y + 2.5 * unit, 2.6 * unit)
    for layer, shade in enumerate(((238, 220, 196), (196, 146, 100), DARK)):
        top = y + 2.3 * unit - (layer + 1) * 1.9 * unit
        pen.rectangle((x - 1.7 * unit, top, x + 1.7 * unit, top + 1.95 * unit), fill=shade)
    pen.rounded_rectangle(
        (x - 1.9 * unit, y - 3.9 * unit, x + 1.9 * unit, y + 2.5 * unit),
        unit * 0.3,
        outline=CREAM,
        width=round(unit / 6),
    )
    for cube in (-0.9, 0.1, 0.8):
        lift = 0.15 * unit * math.sin(at * 2 + cube * 3)
        left, top = x + cube * unit - 0.45 * unit, y - 3.1 * unit + lift
        pen.rounded_rectangle((left, top, left + 0.9 * unit, top + 0.9 * unit), 6, fill=(255, 255, 255, 120))
    pen.line((x + unit, y - 6 * unit, x + 0.2 * unit, y + 2 * unit), fill=accent, width=round(unit / 4))


def picture_bytes(key: str, size: tuple[int, int] = SIZE) -> bytes:
    """Return a JPEG of this key."""
    target = BytesIO()
    draw(key, size).save(target, "JPEG", quality=85)
    return target.getvalue()


def write_reel(key: str, path: Path) -> None:
    """Write a short silent MP4 of this key."""
    with av.open(str(path), "w", format="mp4", options={"movflags": "+faststart"}) as container:
        video = container.add_stream("libx264", rate=FPS)
        assert isinstance(video, av.VideoStream)
        video.width, video.height, video.pix_fmt = *REEL_SIZE, "yuv420p"
        video.options = {"preset": "ultrafast", "crf": "27"}
        for number in range(SECONDS * FPS):
            image = draw(key, REEL_SIZE, number / FPS)
            frame = av.VideoFrame.from_image(image)  # type: ignore[no-untyped-call]
            frame.pts, frame.time_base = number, Fraction(1, FPS)
            container.mux(video.encode(frame))
        container.mux(video.encode(None))
