"""Pictures that people bring: looked at before anything is unpacked, then made anew, so that nothing hides in them."""

import io

from django.utils.translation import gettext_lazy as _
from PIL import Image, ImageOps

from members.refusals import Refusal

KINDS = ("PNG", "JPEG", "WEBP")  # no SVG: it can hold scripts, and is another page more than a picture
MOST_BYTES = 2 * 1024 * 1024
LONGEST_SIDE = 4000
KEPT_SIDE = 480  # sharp on a tablet and in print
LARGE_FILE = 60_000  # a photograph; 256 colours are enough at the size it is shown
TOO_LARGE = _("This file is too large. Bring one of 2 megabytes or less.")
TOO_BIG = _("This picture is too big. Bring one of 4,000 dots a side or less.")
NO_PICTURE = _("Bring a PNG, JPEG or WebP file. This one is none of them.")
BROKEN = _("This picture is broken. Save it once more, and bring it again.")


class NoSuchPicture(Refusal):
    """What was brought cannot be the house's logo, and the sentence says why."""

    field = "picture"


def clean(content: bytes) -> bytes:
    """The picture as a small PNG with its pixels only: no place, no camera, no comment, nothing after its end."""
    if len(content) > MOST_BYTES:
        raise NoSuchPicture(str(TOO_LARGE))
    try:
        with Image.open(io.BytesIO(content), formats=KINDS) as picture:  # reads its head, and unpacks nothing yet
            if max(picture.size) > LONGEST_SIDE:
                raise NoSuchPicture(str(TOO_BIG))
            kind = picture.format
            pixels = _pixels(picture)
    except Image.DecompressionBombError:
        raise NoSuchPicture(str(TOO_BIG)) from None
    except Image.UnidentifiedImageError:
        raise NoSuchPicture(str(NO_PICTURE)) from None
    except Refusal:
        raise
    except Exception:  # a broken picture makes a decoder say anything at all
        raise NoSuchPicture(str(BROKEN)) from None
    return _as_png(pixels, photograph=kind == "JPEG")


def _pixels(picture: Image.Image) -> Image.Image:
    """Unpacked, the right way up, small, and without all that came along."""
    if picture.mode.startswith("I"):  # 16 bits of grey
        picture = picture.convert("I").point(lambda grey: grey / 256).convert("L")
    upright = ImageOps.exif_transpose(picture).convert("RGBA")
    upright.thumbnail((KEPT_SIDE, KEPT_SIDE))
    return Image.frombytes("RGBA", upright.size, upright.tobytes())


def _as_png(pixels: Image.Image, photograph: bool) -> bytes:
    if pixels.getchannel("A").getextrema() == (255, 255):
        pixels = pixels.convert("RGB")
    content = _saved(pixels)
    if photograph or len(content) > LARGE_FILE:
        content = min(content, _saved(pixels.quantize(256, Image.Quantize.FASTOCTREE)), key=len)
    return content


def _saved(pixels: Image.Image) -> bytes:
    file = io.BytesIO()
    pixels.save(file, "PNG", optimize=True)
    return file.getvalue()
