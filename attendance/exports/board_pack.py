"""The report as a board pack: a tagged PDF (PDF/UA-1) that says the same in the same bytes for the same data."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from attendance.exports.board_pages import pages
from attendance.exports.drawing import draw
from attendance.reports import Report
from members.models import House, HouseLogo


@dataclass(frozen=True)
class Letterhead:
    """What stands around the figures: the house's picture, and the paper its printers hold."""

    logo: bytes | None = None  # a PNG
    paper: str = "a4"

    @classmethod
    def of(cls, house: House) -> "Letterhead":
        logo = HouseLogo.objects.filter(house=house).first() if house.logo_version else None
        paper = "us-letter" if house.time_zone.startswith(("America/", "US/", "Canada/")) else "a4"
        return cls(bytes(logo.png) if logo else None, paper)


def to_pdf(report: Report, letterhead: Letterhead) -> bytes:
    pack = pages(report) | {
        "paper": letterhead.paper,
        "logo": letterhead.logo is not None,
        "picture": list(letterhead.logo or b""),
        "logo_words": _("Logo of %(house)s") % {"house": report.house},
    }
    return draw("board_pack.typ", pack)
