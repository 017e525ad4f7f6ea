"""Covers as a coffee shop in Almaty would film them, drawn: no picture of anybody else's is needed."""

import math
import random
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import av
from PIL import Image, ImageDraw, ImageFilter

WIDTH, HEIGHT = 720, 1280
FPS = 24

Colour = tuple[int, int, int]
Scene = Callable[[Image.Image], None]


def write_video(path: Path, scene: Scene, seconds: int) -> Path:
    """Write a video of one still scene, and return `path`."""
    picture = Image.new("RGB", (WIDTH, HEIGHT))
    scene(picture)
    _vignette(picture)
    with av.open(str(path), "w", options={"movflags": "+faststart"}) as container:
        video = container.add_stream("libx264", rate=FPS)
        assert isinstance(video, av.VideoStream)
        video.width, video.height, video.pix_fmt = WIDTH, HEIGHT, "yuv420p"
        video.options = {"preset": "ultrafast", "crf": "20", "bf": "0"}
        for number in range(FPS * seconds):
            frame = av.VideoFrame.from_image(picture)  # type: ignore[no-untyped-call]
            frame.pts, frame.time_base = number, Fraction(1, FPS)
            container.mux(video.encode(frame))
        container.mux(video.encode(None))
    return path


def latte(picture: Image.Image) -> None:
    """A cup from above on a wooden table, with a leaf in the milk."""
    _wood(picture, (176, 122, 78))
    draw = _shadowed(picture, (120, 420, 620, 920))
    _disc(draw, 360, 660, 270, (244, 238, 228))
    _disc(draw, 360, 660, 215, (252, 250, 246))
    _disc(draw, 360, 660, 190, (150, 92, 48))
    for step in range(7):
        y, half = 540 + step * 38, 40 + 18 * (3 - abs(step - 3))
        draw.pieslice((360 - half, y - 26, 360 + half, y + 26), 0, 180, fill=(243, 222, 190))
    draw.polygon([(360, 510), (340, 800), (380, 800)], fill=(243, 222, 190))


def sea_buckthorn(picture: Image.Image) -> None:
    """An orange drink in a glass, with ice and berries."""
    _gradient(picture, (255, 240, 214), (247, 190, 106))
    draw = _shadowed(picture, (200, 1010, 560, 1090))
    draw.polygon([(220, 430), (500, 430), (466, 1060), (254, 1060)], fill=(255, 250, 240))
    draw.polygon([(228, 500), (492, 500), (464, 1048), (256, 1048)], fill=(240, 132, 24))
    draw.polygon([(236, 640), (484, 640), (464, 1048), (256, 1048)], fill=(226, 104, 12))
    for x, y, turn in ((290, 540, 12), (390, 520, -18), (340, 610, 30), (420, 620, 8)):
        _ice(picture, x, y, turn)
    berries = ImageDraw.Draw(picture)
    for x, y in ((250, 420), (290, 404), (330, 424), (372, 402), (414, 420), (458, 408), (350, 392)):
        _disc(berries, x, y, 24, (246, 140, 20))
        _disc(berries, x - 7, y - 8, 6, (255, 214, 140))


def matcha(picture: Image.Image) -> None:
    """Matcha over milk in a tall glass."""
    _gradient(picture, (232, 240, 224), (176, 204, 160))
    draw = _shadowed(picture, (200, 1010, 560, 1090))
    draw.polygon([(226, 400), (494, 400), (470, 1060), (250, 1060)], fill=(250, 252, 248))
    for row in range(580):
        share = row / 580
        colour = _between((116, 158, 70), (250, 248, 238), max(0.0, min(1.0, (share - 0.35) * 2.6)))
        inset = 234 + int(18 * share)
        draw.line((inset, 470 + row, 720 - inset, 470 + row), fill=colour)
    for x, y, turn in ((300, 505, 20), (400, 520, -12), (350, 560, 40)):
        _ice(picture, x, y, turn)
    ImageDraw.Draw(picture).line((410, 250, 372, 640), fill=(226, 92, 84), width=22)


def beans(picture: Image.Image) -> None:
    """Roasted beans, close."""
    _gradient(picture, (74, 44, 26), (38, 22, 14))
    chance = random.Random(7)
    for _ in range(230):
        x, y = chance.randrange(-40, WIDTH), chance.randrange(-40, HEIGHT)
        bean = Image.new("RGBA", (150, 150), (0, 0, 0, 0))
        draw = ImageDraw.Draw(bean)
        shade = chance.randrange(0, 40)
        draw.ellipse((22, 42, 128, 108), fill=(96 + shade, 58 + shade // 2, 32 + shade // 3, 255))
        draw.ellipse((34, 48, 104, 78), fill=(116 + shade, 74 + shade // 2, 44 + shade // 3, 120))
        draw.arc((30, 60, 120, 96), 190, 350, fill=(40, 22, 12, 255), width=6)
        turned = bean.rotate(chance.randrange(360), resample=Image.Resampling.BICUBIC)
        picture.paste(turned, (x, y), turned)


def berry_cake(picture: Image.Image) -> None:
    """A round cake from above, with berries on it."""
    _gradient(picture, (246, 214, 214), (222, 168, 176))
    draw = _shadowed(picture, (90, 400, 650, 960))
    _disc(draw, 360, 670, 290, (255, 255, 255))
    _disc(draw, 360, 670, 240, (250, 236, 210))
    draw.pieslice((120, 430, 600, 910), -70, -25, fill=(255, 255, 255))
    chance = random.Random(3)
    for ring, number in ((200, 22), (140, 14), (74, 8)):
        for step in range(number):
            angle = math.tau * step / number
            if -70 < (math.degrees(angle) + 180) % 360 - 180 < -25:
                continue
            x, y = 360 + ring * math.cos(angle), 670 + ring * math.sin(angle)
            colour = chance.choice([(190, 30, 60), (214, 44, 74), (64, 48, 120), (150, 20, 52)])
            _disc(draw, x, y, 25, colour)
            _disc(draw, x - 7, y - 8, 6, _between(colour, (255, 255, 255), 0.6))


def mountains(picture: Image.Image) -> None:
    """The mountains over the city in the morning, with a paper cup."""
    _gradient(picture, (120, 160, 214), (252, 214, 178))
    draw = ImageDraw.Draw(picture)
    chance = random.Random(11)
    for base, height, colour in ((760, 330, (126, 142, 176)), (860, 250, (92, 112, 150)), (960, 170, (62, 84, 116))):
        ridge = [(x, base - height * abs(math.sin(x / 170 + base)) - chance.randrange(24)) for x in range(-20, 760, 40)]
        draw.polygon([(-20, HEIGHT), *ridge, (760, HEIGHT)], fill=colour)
        for x, y in ridge:
            if base == 760 and y < 560:
                draw.polygon([(x - 34, y + 44), (x, y), (x + 34, y + 44), (x, y + 26)], fill=(246, 248, 252))
    draw = _shadowed(picture, (230, 1090, 520, 1160))
    draw.polygon([(250, 720), (470, 720), (440, 1130), (280, 1130)], fill=(250, 246, 240))
    draw.polygon([(258, 830), (462, 830), (449, 1000), (271, 1000)], fill=(196, 44, 62))
    draw.rounded_rectangle((236, 680, 484, 730), 18, fill=(52, 40, 36))


def shop_front(picture: Image.Image) -> None:
    """The shop in the evening, its windows lit."""
    _gradient(picture, (36, 42, 78), (96, 74, 110))
    draw = ImageDraw.Draw(picture)
    draw.rectangle((40, 400, 680, 1160), fill=(64, 46, 44))
    draw.rectangle((90, 640, 430, 1040), fill=(255, 214, 132))
    draw.rectangle((480, 640, 630, 1160), fill=(255, 226, 160))
    draw.rectangle((255, 640, 265, 1040), fill=(64, 46, 44))
    for step in range(10):
        x = 40 + step * 64
        colour = (196, 44, 62) if step % 2 == 0 else (250, 246, 240)
        draw.polygon([(x, 520), (x + 64, 520), (x + 64, 610), (x, 610)], fill=colour)
        draw.pieslice((x, 580, x + 64, 640), 0, 180, fill=colour)
    for x in (130, 200, 320, 390):
        _disc(draw, x, 720, 22, (255, 246, 214))
        draw.line((x, 640, x, 700), fill=(64, 46, 44), width=4)
    draw.rectangle((0, 1160, WIDTH, HEIGHT), fill=(52, 44, 58))
    glow = Image.new("RGB", picture.size, (255, 190, 96))
    mask = Image.new("L", picture.size, 0)
    ImageDraw.Draw(mask).ellipse((60, 980, 660, 1300), fill=90)
    picture.paste(glow, mask=mask.filter(ImageFilter.GaussianBlur(50)))


def _gradient(picture: Image.Image, top: Colour, bottom: Colour) -> None:
    draw = ImageDraw.Draw(picture)
    for y in range(HEIGHT):
        draw.line((0, y, WIDTH, y), fill=_between(top, bottom, y / HEIGHT))


def _wood(picture: Image.Image, colour: Colour) -> None:
    draw, chance = ImageDraw.Draw(picture), random.Random(5)
    for plank in range(6):
        shade = _between(colour, (90, 56, 32), chance.random() * 0.4)
        draw.rectangle((plank * 120, 0, plank * 120 + 117, HEIGHT), fill=shade)
        for _ in range(14):
            x = plank * 120 + chance.randrange(6, 112)
            draw.line((x, 0, x + chance.randrange(-6, 6), HEIGHT), fill=_between(shade, (60, 36, 20), 0.22), width=2)


def _shadowed(picture: Image.Image, box: tuple[int, int, int, int]) -> ImageDraw.ImageDraw:
    """Lay a soft shadow, and return what draws on top of it."""
    mask = Image.new("L", picture.size, 0)
    left, top, right, bottom = box
    ImageDraw.Draw(mask).ellipse((left + 20, top + 40, right + 40, bottom + 50), fill=130)
    picture.paste((30, 18, 10), mask=mask.filter(ImageFilter.GaussianBlur(28)))
    return ImageDraw.Draw(picture)


def _ice(picture: Image.Image, x: int, y: int, turn: int) -> None:
    cube = Image.new("RGBA", (110, 110), (0, 0, 0, 0))
    draw = ImageDraw.Draw(cube)
    draw.rounded_rectangle((18, 18, 92, 92), 14, fill=(255, 255, 255, 120), outline=(255, 255, 255, 190), width=3)
    turned = cube.rotate(turn, resample=Image.Resampling.BICUBIC)
    picture.paste(turned, (x - 55, y - 55), turned)


def _disc(draw: ImageDraw.ImageDraw, x: float, y: float, radius: float, colour: Colour) -> None:
    draw.ellipse((x - radius, y - radius, x + radius, y + radius), fill=colour)


def _vignette(picture: Image.Image) -> None:
    mask = Image.new("L", picture.size, 90)
    ImageDraw.Draw(mask).ellipse((-160, -120, WIDTH + 160, HEIGHT + 120), fill=0)
    picture.paste((20, 12, 8), mask=mask.filter(ImageFilter.GaussianBlur(120)))


def _between(one: Colour, other: Colour, share: float) -> Colour:
    red, green, blue = (round(a + (b - a) * share) for a, b in zip(one, other, strict=True))
    return red, green, blue
