"""Reads the five spreadsheets of a house (UTF-8 CSV) into rows with typed values; says in plain words what is wrong.

It asks no database. Every reason is for the person who typed the sheet: `visits.csv:12: left_at is before arrived_at`.
"""

import csv
import datetime as dt
import io
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from activities.models import OpenDay, Unit
from attendance.models import GuestCount, Kind, ReachOut
from attendance.sheets.cells import (
    BadCell,
    Cell,
    a_date,
    a_day_and_time,
    a_number,
    a_time,
    an_address,
    as_time,
    at,
    names,
    one_of,
    words,
)
from members.models import Member

csv.field_size_limit(100_000)  # characters in one cell; more is a quotation mark that was never closed

MOST_GUESTS = 2000
MOST_COLUMNS = 200
MOST_PROBLEMS = 500  # in one file: whoever mends so many brings it again


@dataclass(frozen=True, order=True)
class Problem:
    """Something in a spreadsheet that cannot be stored. `str(problem)` is `file:line: reason`."""

    file: str
    line: int
    reason: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.reason}"


@dataclass(frozen=True)
class Row:
    """One row. `key` is the data README's key joined with "|"; in `values` are dates, moments (UTC), numbers, texts."""

    file: str
    line: int
    key: str
    values: dict[str, Any]


@dataclass
class Sheet:
    """What a file says. `keys` are all readable keys, also of rows that have a problem elsewhere."""

    file: str
    rows: list[Row] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    keys: set[str] = field(default_factory=set)
    readable: bool = True  # the header is there, so that a key which is missing is really missing


# -- The five sheets ---------------------------------------------------------------------------------------------------


def longest(model, name: str) -> int | None:
    return model._meta.get_field(name).max_length


MEMBER_NO = words(longest(Member, "member_no"), needed=True)

COLUMNS: dict[str, dict[str, Cell]] = {
    "members.csv": {
        "member_no": MEMBER_NO,
        "name_to_use": words(longest(Member, "name_to_use")),
        "first_name": words(longest(Member, "first_name"), needed=True),
        "last_name": words(longest(Member, "last_name")),
        "pronouns": words(longest(Member, "pronouns")),
        "born_on": a_date(),
        "enrolled_on": a_date(needed=True),
        "phone": words(longest(Member, "phone")),
        "email": an_address(longest(Member, "email")),
        "language": words(longest(Member, "language")),
        "units": names(longest(Unit, "name")),
        "withdrawn_on": a_date(),
        "deceased_on": a_date(),
    },
    "calendar.csv": {
        "day": a_date(needed=True),
        "state": one_of("open", "closed"),
        "opens_at": a_time(),
        "closes_at": a_time(),
        "note": words(longest(OpenDay, "note")),
    },
    "visits.csv": {
        "member_no": MEMBER_NO,
        "day": a_date(needed=True),
        "arrived_at": a_time(needed=True),
        "left_at": words(None),  # a time of that day, or a day and a time: see `finish`
        "kind": one_of(*Kind.values),
        "unit": words(longest(Unit, "name")),
    },
    "guests.csv": {
        "day": a_date(needed=True),
        "kind": one_of(*GuestCount.Kind.values),
        "count": a_number(MOST_GUESTS),
    },
    "reach_outs.csv": {
        "member_no": MEMBER_NO,
        "at": a_day_and_time,
        "channel": one_of(*ReachOut.Channel.values),
        "replied": one_of("yes", "no"),
    },
}
FILES = tuple(COLUMNS)  # in the order in which they rely on each other
KEYS = {
    "members.csv": ("member_no",),
    "calendar.csv": ("day",),
    "visits.csv": ("member_no", "day", "arrived_at", "kind"),
    "guests.csv": ("day", "kind"),
    "reach_outs.csv": ("member_no", "at", "channel"),
}


def finish(file: str, values: dict[str, Any], zone: ZoneInfo) -> None:
    """What one cell cannot know by itself: moments, and times that come in pairs. Changes `values`."""
    if file == "calendar.csv":
        opens, closes = values["opens_at"], values["closes_at"]
        if opens and closes and closes <= opens:
            raise BadCell(_("closes_at is not after opens_at"))
    elif file == "visits.csv":
        day, left = values["day"], values["left_at"]
        values["arrived_at"] = at("arrived_at", day, values["arrived_at"], zone)
        if left == "":
            values["left_at"] = None
        elif " " in left:
            values["left_at"] = at("left_at", *a_day_and_time("left_at", left), zone)
        else:
            values["left_at"] = at("left_at", day, as_time("left_at", left), zone)
        if values["left_at"] and values["left_at"] < values["arrived_at"]:
            raise BadCell(_("left_at is before arrived_at (write the day too when it was after midnight)"))
    elif file == "reach_outs.csv":
        day, time = values["at"]
        values["at"] = at("at", day, time, zone)


def key_of(file: str, values: dict[str, Any]) -> str:
    """The key as one text, the same however the time was typed (9:05 and 09:05)."""
    return "|".join(_key_part(values[name]) for name in KEYS[file])


def _key_part(value: Any) -> str:
    if isinstance(value, tuple):
        return " ".join(map(_key_part, value))
    return f"{value:%H:%M}" if isinstance(value, dt.time) else str(value)


# -- Reading -----------------------------------------------------------------------------------------------------------


def read(file: str, content: bytes, zone: ZoneInfo) -> Sheet:
    """Everything `file` says. Never raises: whatever is wrong stands in `problems`."""
    sheet = Sheet(file)
    try:
        lines = _lines(file, content)
        header, line = next(lines, ([], 1))
        places = _places(file, header, line, sheet)
        if places is None:
            sheet.readable = False
            return sheet
        seen: dict[str, int] = {}
        for cells, line in lines:
            if any(cells):
                _read_row(sheet, places, len(header), cells, line, zone, seen)
            if len(sheet.problems) >= MOST_PROBLEMS:
                raise _Unreadable(file, line, _("there are more mistakes below. Mend these first"))
    except _Unreadable as unreadable:
        sheet.problems.append(unreadable.problem)
        sheet.readable = False
    return sheet


class _Unreadable(Exception):
    def __init__(self, file: str, line: int, reason: str):
        super().__init__(reason)
        self.problem = Problem(file, line, reason)


def _text(file: str, content: bytes) -> str:
    how = _("Save it as “CSV UTF-8”.")
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise _Unreadable(file, 1, _("this is not UTF-8 but UTF-16. %(how)s") % {"how": how})
    if content.startswith(b"PK\x03\x04"):
        raise _Unreadable(file, 1, _("this is a workbook, not a CSV file. %(how)s") % {"how": how})
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise _Unreadable(file, line, _("a letter here is not UTF-8. %(how)s") % {"how": how}) from None
    if "\0" in text:
        line = text.count("\n", 0, text.index("\0")) + 1
        raise _Unreadable(file, line, _("there is a NUL byte here, so this is not a CSV file. %(how)s") % {"how": how})
    return text


def _look_at_width(file: str, text: str, delimiter: str) -> None:
    """Before any row is taken apart: a line of nothing but commas would be millions of cells."""
    for line, row in enumerate(io.StringIO(text), start=1):
        if row.count(delimiter) > MOST_COLUMNS:
            raise _Unreadable(file, line, _("this row has more than %(most)d columns") % {"most": MOST_COLUMNS})


def _lines(file: str, content: bytes) -> Iterator[tuple[list[str], int]]:
    """The cells of each row, without spaces around them, and the line on which the row begins."""
    text = _text(file, content)
    first = text.split("\n", 1)[0]
    delimiter = max(",;\t", key=first.count)  # ties: the comma
    _look_at_width(file, text, delimiter)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    line = 1
    try:
        for cells in reader:
            yield [cell.strip() for cell in cells], line
            line = reader.line_num + 1
    except csv.Error:
        raise _Unreadable(
            file, line, _("this row cannot be read: a quotation mark is opened and not closed, or stands inside a cell")
        ) from None


def _places(file: str, header: list[str], line: int, sheet: Sheet) -> dict[str, int] | None:
    """Where each column stands, or None with the problem noted. Columns that nobody asked for are left alone."""
    if not any(header):
        sheet.problems.append(Problem(file, line, _("the first line must name the columns")))
        return None
    found = [name.lower() for name in header]
    for name in COLUMNS[file]:
        if name not in found:
            sheet.problems.append(Problem(file, line, _("the column %(column)s is missing") % {"column": name}))
        elif found.count(name) > 1:
            sheet.problems.append(Problem(file, line, _("the column %(column)s is there twice") % {"column": name}))
    return None if sheet.problems else {name: found.index(name) for name in COLUMNS[file]}


def _read_row(
    sheet: Sheet,
    places: dict[str, int],
    width: int,
    cells: list[str],
    line: int,
    zone: ZoneInfo,
    seen: dict[str, int],
) -> None:
    file = sheet.file

    def problem(reason: str) -> None:
        sheet.problems.append(Problem(file, line, reason))

    if len(cells) < width or any(cells[width:]):
        problem(
            _("this row has %(found)d cells, the first line has %(expected)d")
            % {"found": len(cells), "expected": width}
        )
        return
    values: dict[str, Any] = {}
    for name, cell in COLUMNS[file].items():
        try:
            values[name] = cell(name, cells[places[name]])
        except BadCell as error:
            problem(str(error))
    if any(name not in values for name in KEYS[file]):
        return
    key = key_of(file, values)
    sheet.keys.add(key)
    if key in seen:
        problem(_("this is the same row as in line %(line)d (%(key)s)") % {"line": seen[key], "key": key})
        return
    seen[key] = line
    if len(values) < len(COLUMNS[file]):
        return
    try:
        finish(file, values, zone)
    except BadCell as error:
        problem(str(error))
        return
    sheet.rows.append(Row(file, line, key, values))
