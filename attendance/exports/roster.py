"""The attendance roster as files: CSV in pieces, and a workbook with a sheet for each year. Both hold names."""

import datetime as dt
import io
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from xlsxwriter import Workbook
from xlsxwriter.exceptions import FileCreateError
from xlsxwriter.worksheet import Worksheet

from attendance.reports.definitions import RULES
from attendance.reports.roster import COLUMNS, MINUTES_OF_A_DAY, Dress, Roster
from clubhouse import spreadsheet

FORMATS = ("csv", "xlsx")
Progress = Callable[[int, int], object]  # rows so far, rows there will be

CLOCK = [f"{minute // 60:02}:{minute % 60:02}" for minute in range(MINUTES_OF_A_DAY)]
DAY_ZERO = dt.date(1899, 12, 30)  # of spreadsheet programs
WIDTHS = {"name": 28, "date": 12, "time_out": 28, "kind": 20, "unit": 22, "source": 16}


def roster_csv(roster: Roster, progress: Progress) -> Iterator[bytes]:
    """A piece for each month. The names of the columns are the same in every language."""
    done, total = 0, roster.count()
    yield spreadsheet.to_csv([COLUMNS])
    for _first, rows in roster.months(Dress(spreadsheet.safe_text, dt.date.isoformat, CLOCK)):
        yield spreadsheet.csv_piece(rows)
        done += len(rows)
        progress(done, total)


def roster_xlsx(roster: Roster, out: str | BinaryIO, folder: Path, progress: Progress) -> None:
    """Real days, times and numbers; text is text and never a formula. `folder` holds what is half made."""
    options = {"constant_memory": True, "tmpdir": str(folder)}
    book = Workbook(out, options | {f"strings_to_{kind}": False for kind in ("formulas", "urls", "numbers")})
    data_as_of = roster.data_as_of or dt.datetime.combine(roster.span.first, dt.time(), dt.UTC)
    book.set_properties({"title": _("Attendance roster"), "created": data_as_of.astimezone(dt.UTC)})
    day, clock = (book.add_format({"num_format": shape}) for shape in ("yyyy-mm-dd", "hh:mm"))
    formats = {2: day, 3: clock, 4: clock}
    cells = Dress(str, lambda day: (day - DAY_ZERO).days, [n / MINUTES_OF_A_DAY for n in range(MINUTES_OF_A_DAY)])
    done, total, sheet, row = 0, roster.count(), None, 0
    for first, rows in roster.months(cells):
        if sheet is None or sheet.get_name() != str(first.year):
            sheet, row = _sheet(book, str(first.year)), 0
        for values in rows:
            row += 1
            for column, value in enumerate(values):
                if isinstance(value, str):
                    sheet.write_string(row, column, value)
                elif value is not None:
                    sheet.write_number(row, column, value, formats.get(column))
        sheet.autofilter(0, 0, row, len(COLUMNS) - 1)
        done += len(rows)
        progress(done, total)
    if sheet is None:
        _sheet(book, str(roster.span.first.year))
    _definitions(book, roster)
    try:
        book.close()
    except FileCreateError as error:
        raise OSError(str(error)) from error


def _sheet(book: Workbook, name: str) -> Worksheet:
    sheet = book.add_worksheet(name)
    bold = book.add_format({"bold": True, "bottom": 1})
    for column, (key, (label, _words)) in enumerate(COLUMNS.items()):
        sheet.set_column(column, column, WIDTHS.get(key, 10))
        sheet.write_string(0, column, str(label), bold)
    sheet.freeze_panes(1, 0)
    return sheet


def _definitions(book: Workbook, roster: Roster) -> None:
    sheet = book.add_worksheet(_("Definitions"))
    bold, wrapped = book.add_format({"bold": True, "valign": "top"}), book.add_format({"text_wrap": True})
    sheet.set_column(0, 0, 26)
    sheet.set_column(1, 1, 90)
    for row, (name, words) in enumerate([*about(roster), *((str(n), str(words)) for n, words in COLUMNS.values())]):
        sheet.write_string(row, 0, name, bold)
        sheet.write_string(row, 1, words, wrapped)


def about(roster: Roster) -> list[tuple[str, str]]:
    """What the file is, for whoever opens it later."""
    span = _("%(first)s to %(last)s") % {
        "first": date_format(roster.span.first),
        "last": date_format(max(roster.until, roster.span.first)),
    }
    found = [(_("House"), roster.house.name), (_("Days"), span)]
    if roster.is_running:
        found.append((_("Still running"), _("These days are not all over. The roster stops at yesterday.")))
    found.append((_("Rule of the 15-minute units"), str(RULES[roster.rule])))
    if roster.data_as_of:
        found.append((_("Latest change"), roster.data_as_of.astimezone(roster.zone).strftime("%Y-%m-%d %H:%M")))
    return found


def export_roster(roster: Roster, format: str) -> bytes:
    """The whole file at once, for a span of few visits. Raises KeyError for a format that is none."""
    if format == "csv":
        return b"".join(roster_csv(roster, _no_progress))
    if format != "xlsx":
        raise KeyError(format)
    out = io.BytesIO()
    with tempfile.TemporaryDirectory() as folder:
        roster_xlsx(roster, out, Path(folder), _no_progress)
    return out.getvalue()


def write_roster(roster: Roster, format: str, path: Path, progress: Progress) -> None:
    """The same file to `path`, in little memory; what is half made lies beside it."""
    if format == "xlsx":
        return roster_xlsx(roster, str(path), path.parent, progress)
    with path.open("wb") as file:
        file.writelines(roster_csv(roster, progress))


def _no_progress(done: int, total: int) -> None:
    """Nobody waits long enough to look."""
