"""The printed card: its link as a picture that a phone can read."""

import base64
import io

import qrcode
from qrcode.image.svg import SvgPathFillImage

from members.actions.invitations import VALID_FOR

HOURS = int(VALID_FOR.total_seconds() // 3600)


def picture(link: str) -> str:
    """A QR code of `link` as a data: address for an `<img>` (black on white, also on a dark page)."""
    image = io.BytesIO()
    qrcode.make(link, image_factory=SvgPathFillImage, border=2).save(image)
    return "data:image/svg+xml;base64," + base64.b64encode(image.getvalue()).decode()
