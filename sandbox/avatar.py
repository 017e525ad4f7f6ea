"""Drawing a profile picture."""

from io import BytesIO

from PIL import Image, ImageDraw, ImageFont

SIDE_PX = 320


def avatar(letter: str, hue: int) -> bytes:
    """Return a JPEG with a white letter on a colour of this hue (degrees)."""
    image = Image.new("RGB", (SIDE_PX, SIDE_PX), f"hsl({hue}, 55%, 45%)")
    middle = (SIDE_PX / 2, SIDE_PX / 2)
    ImageDraw.Draw(image).text(middle, letter, "white", ImageFont.load_default(SIDE_PX / 2), anchor="mm")
    out = BytesIO()
    image.save(out, "JPEG", quality=85)
    return out.getvalue()
