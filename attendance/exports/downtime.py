"""The pack for a day without the program as two files: sheets to print, and whom to call, which words open."""

import datetime as dt
import io
from collections.abc import Iterable

from django.utils.translation import get_language_bidi, ngettext
from django.utils.translation import gettext as _
from pypdf import PdfReader, PdfWriter

from activities.models import UnitTask
from attendance.day_sheet import Person
from attendance.exports.board_pack import Letterhead
from attendance.exports.drawing import draw
from attendance.models import GuestCount
from clubhouse.clock import day_words, moment_words
from members.models import House, Member

EMPTY_ROWS = 12
NUMBERED_ROWS = 46  # two pages, of A4 or Letter
EMPTY_TASKS = 8


def sheets_to_print(
    house: House, day: dt.date, expected: Iterable[Person], tasks: Iterable[UnitTask], at: dt.datetime
) -> bytes:
    """Who is expected, by the name on the arrivals page, and sheets to write on. Nobody else is named."""
    words = _around(house, _("%(day)s without the program") % {"day": day_words(day)}, at) | {
        "lead": [
            _("Write down on these sheets who comes and who leaves, and who takes which task."),
            _("When the program is back, type it in: Arrivals, More, Type in a sheet."),
            _("Then shred these sheets."),
        ],
        "sheets": [_expected(expected), _numbered(), _tasks(tasks), _guests()],
        "people": [],
    }
    return draw("downtime.typ", words)


def whom_to_call(house: House, members: Iterable[Member], at: dt.datetime, *, opens_with: str) -> bytes:
    """The emergency contacts of `members`, in AES-256: any PDF reader opens it, and asks for the words first."""
    people = [
        {
            "name": f"{member.known_as} {member.last_name}".strip(),
            "calls": [
                {"name": contact.name, "relation": contact.relation, "phone": contact.phone}
                for contact in member.emergency_contacts.all()
            ],
        }
        for member in members
    ]
    said = ngettext("%(n)s member wrote down whom to call.", "%(n)s members wrote down whom to call.", len(people))
    words = _around(house, _("Whom to call"), at) | {
        "lead": [
            said % {"n": len(people)},
            _("Open it only when something has happened. Then tell the member that you did."),
        ],
        "sheets": [],
        "people": people,
    }
    return seal(draw("downtime.typ", words), opens_with)


def seal(pdf: bytes, words: str) -> bytes:
    writer, sealed = PdfWriter(clone_from=io.BytesIO(pdf)), io.BytesIO()
    writer.encrypt(words, algorithm="AES-256")
    writer.write(sealed)
    return sealed.getvalue()


def opens(sealed: bytes, words: str) -> bool:
    """Whether `words` open it."""
    reader = PdfReader(io.BytesIO(sealed))
    return reader.is_encrypted and bool(reader.decrypt(words))


def _around(house: House, title: str, at: dt.datetime) -> dict:
    return {
        "title": title,
        "house": house.name,
        "made": _("%(house)s. Made on %(moment)s.") % {"house": house.name, "moment": moment_words(at)},
        "foot": f"{house.name} · {title}",
        "page": _("Page {n} of {of}"),
        "paper": Letterhead.of(house).paper,
        "right_to_left": get_language_bidi(),
    }


def _sheet(heading: str, head: list[str], columns: list[str], rows: list[list[str]], **other) -> dict:
    plain = {"words": "", "new_page": True, "height": 7}
    return plain | {"heading": heading, "head": head, "columns": columns, "rows": rows} | other


def _guests() -> dict:
    rows = [[str(label).capitalize(), ""] for label in GuestCount.Kind.labels]
    return _sheet(_("Guests, as a number"), [_("Who"), _("How many")], ["1", "1"], rows, new_page=False)


def _expected(expected: Iterable[Person]) -> dict:
    rows = [[person.name, person.unit, "", ""] for person in expected]
    return _sheet(
        _("Who is expected"),
        [_("Name"), _("Unit"), _("Time in"), _("Time out")],
        ["2.4", "1.6", "1", "1"],
        rows + [[""] * 4] * EMPTY_ROWS,
        new_page=False,
        words=_("Signed up for today, or usually here on this day. Whoever else comes is as welcome."),
    )


def _numbered() -> dict:
    return _sheet(
        _("A sheet without names, for the door"),
        [_("No."), _("Name or member number"), _("Time in"), _("Time out")],
        ["auto", "3", "1", "1"],
        [[str(number), "", "", ""] for number in range(1, NUMBERED_ROWS + 1)],
    )


def _tasks(tasks: Iterable[UnitTask]) -> dict:
    rows = [[task.unit.name, task.title, str(task.places), ""] for task in tasks]
    return _sheet(
        _("Tasks of the day"),
        [_("Unit"), _("Task"), _("Places"), _("Who takes it")],
        ["1.2", "2", "auto", "2.4"],
        rows + [[""] * 4] * EMPTY_TASKS,
        height=10,
    )
