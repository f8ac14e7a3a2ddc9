"""The report as a workbook: real numbers and dates, charts the spreadsheet draws itself, and no formula anywhere.

Text is written as text whatever it begins with, so a name cannot become a formula or a link.
"""

import datetime as dt
import io
from collections.abc import Iterable, Sequence
from decimal import Decimal

import xlsxwriter
from django.utils.dates import WEEKDAYS as WEEKDAY_NAMES
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from attendance.reports import DEFINITIONS, Report, definition, figures, label, parts
from attendance.reports.by_member import MemberLine
from clubhouse.converters import Month
from clubhouse.spans import Span

OPTIONS = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
PAPERS = {"us-letter": 1, "a4": 9}  # as the file format numbers them
GREEN, SUN, TINT, FULL = "#1d5543", "#f4b740", "#e9f2ed", "#84b79f"
HEADINGS = {
    "attendance": gettext_lazy("Attendance"),
    "units_15": gettext_lazy("15-minute units"),
    "membership": gettext_lazy("Members"),
    "reach_out": gettext_lazy("Reach-out"),
    "tasks": gettext_lazy("Tasks"),
    "meetings": gettext_lazy("Meetings"),
    "programme": gettext_lazy("Social programme"),
    "staff": gettext_lazy("Staff"),
}
COMPARABLE = ("ada_wod", "open_wod_days", "member_days", "distinct_members")
STRETCHES = ("last_month", "same_month_last_year", "rolling_12", "year_to_date", "fiscal_july", "fiscal_october")
Cell = str | int | Decimal | dt.date | None


class _Book:
    """A workbook in the looks of the house."""

    def __init__(self, report: Report, paper: str, title: str) -> None:
        self.content = io.BytesIO()
        self.book = xlsxwriter.Workbook(self.content, OPTIONS)
        self.report, self.paper = report, PAPERS[paper]
        about = {"title": title, "author": report.house, "comments": _counted(report)}
        made = report.data_as_of or dt.datetime.combine(report.first, dt.time(), dt.UTC)
        self.book.set_properties(about | {"created": made.astimezone(dt.UTC).replace(tzinfo=None)})
        plain = {"font_name": "Calibri", "font_size": 11, "valign": "top"}

        def look(**more):
            return self.book.add_format(plain | more)

        self.text, self.wrapped = look(), look(text_wrap=True)
        self.whole, self.parts = look(num_format="#,##0"), look(num_format="#,##0.00")
        self.day, self.month = look(num_format="yyyy-mm-dd", align="left"), look(num_format="mmm yyyy", align="left")
        self.title = look(bold=True, font_size=16, font_color=GREEN)
        self.section = look(bold=True, font_color=GREEN)
        self.head = look(bold=True, text_wrap=True, bottom=2, bottom_color=GREEN)
        self.number_head = look(bold=True, text_wrap=True, bottom=2, bottom_color=GREEN, align="right")

    def sheet(self, name: str, head: Sequence[str], widths: Sequence[int], *, at: int = 0, texts: int = 1):
        """A sheet with its header row at `at`, frozen on screen and repeated on paper. `texts`: columns of words."""
        sheet = self.book.add_worksheet(name)
        for column, (words, width) in enumerate(zip(head, widths, strict=True)):
            sheet.set_column(column, column, width)
            sheet.write_string(at, column, words, self.head if column < texts else self.number_head)
        sheet.freeze_panes(at + 1, 1)
        sheet.repeat_rows(at)
        sheet.set_paper(self.paper)
        sheet.fit_to_pages(1, 0)
        if sum(widths) > 90:
            sheet.set_landscape()
        sheet.set_footer("&L&A&R&P / &N")
        return sheet

    def row(self, sheet, at: int, cells: Iterable[Cell], *, day=None, words=None) -> None:
        for column, cell in enumerate(cells):
            if cell is None:
                continue
            if isinstance(cell, str):
                sheet.write_string(at, column, cell, words or self.text)
            elif isinstance(cell, dt.date):
                sheet.write_datetime(at, column, dt.datetime.combine(cell, dt.time()), day or self.day)
            else:
                sheet.write_number(at, column, float(cell), self.parts if isinstance(cell, Decimal) else self.whole)

    def columns(self, sheet, place: str, title: str, says: str, rows: int, *, names: int, values: int) -> None:
        """Draws the column `values` over the column `names`, from the rows under the header."""
        if not rows:
            return
        chart = self.book.add_chart({"type": "column"})
        name = sheet.get_name()
        chart.add_series(
            {
                "name": [name, 0, values],
                "categories": [name, 1, names, rows, names],
                "values": [name, 1, values, rows, values],
                "fill": {"color": GREEN},
                "gap": 40,
            }
        )
        chart.set_title({"name": title, "overlay": False, "name_font": {"size": 12, "color": GREEN}})
        chart.set_legend({"none": True})
        chart.set_y_axis({"min": 0, "major_gridlines": {"visible": True, "line": {"color": "#e3daca"}}})
        chart.set_size({"width": 760, "height": 330})
        sheet.insert_chart(place, chart, {"description": says, "object_position": 2})

    def close(self) -> bytes:
        self.book.close()
        return self.content.getvalue()


def to_xlsx(report: Report, *, paper: str = "a4") -> bytes:
    book = _Book(report, paper, f"{report.house}: {report.span.words}")
    _sheets(book)
    return book.close()


def export_report_with_names(report: Report, rows: Iterable[MemberLine], *, paper: str = "a4") -> bytes:
    """The same workbook with one sheet more, of members by name. Who takes it says why, and that is written down."""
    book = _Book(report, paper, _("%(house)s: %(time)s, with names") % _about(report))
    _sheets(book)
    head = [
        _("Member number"), _("Name"), label("attendance.open_wod_days"), label("attendance.minutes"),
        label("units_15.house_units"), label("attendance.social"), label("attendance.virtual"),
        label("attendance.offsite"),
    ]  # fmt: skip
    head[2] = _("Days here")
    sheet = book.sheet(_("By member"), head, (15, 30, 11, 11, 16, 12, 12, 12), texts=2)
    for n, one in enumerate(rows, 1):
        counts = (one.days, one.minutes, one.units_15, one.social_days, one.virtual_days, one.offsite_days)
        book.row(sheet, n, (one.member_no, one.name, *counts))
    return book.close()


def _about(report: Report) -> dict[str, str]:
    return {"house": report.house, "time": report.span.words}


def _counted(report: Report) -> str:
    words = {"day": date_format(report.until), "version": report.definition_version}
    if report.running:
        return _("It is not over yet. Counted until %(day)s. Definitions, version %(version)s.") % words
    return _("Counted until %(day)s. Definitions, version %(version)s.") % words


def _sheets(book: _Book) -> None:
    _summary(book)
    _daily(book)
    _by_unit(book)
    _by_weekday_and_hour(book)
    _trend(book)
    _every_figure(book)
    _definitions(book)


def _summary(book: _Book) -> None:
    report, at = book.report, 4
    names = [label(f"comparisons.{name}") for name in STRETCHES]
    beside = [getattr(report.comparisons, name) for name in STRETCHES]
    sheet = book.sheet(_("Summary"), [_("Figure"), report.span.words, *names], (44, 17, *[15] * 6), at=at)
    sheet.write_string(0, 0, report.house, book.title)
    sheet.write_string(1, 0, report.span.words, book.section)
    sheet.write_string(2, 0, _counted(report), book.text)
    at += 1
    whens = [Span(one.first, one.until).words if one else _("no book yet") for one in beside]
    book.row(sheet, at, ["", Span(report.first, max(report.first, report.until)).words, *whens], words=book.wrapped)
    section = ""
    for one in figures(report):
        area, name = one.key.split(".")
        if one.filter or area not in HEADINGS:
            continue
        if area != section:
            section = area
            at += 1
            sheet.write_string(at, 0, str(HEADINGS[area]), book.section)
        at += 1
        others = [getattr(other, name) if other else None for other in beside] if _compares(one.key) else []
        book.row(sheet, at, [one.label, one.value, *others])


def _compares(key: str) -> bool:
    return key in {f"attendance.{name}" for name in COMPARABLE}


def _daily(book: _Book) -> None:
    """Every day, open or closed: a day without a number was closed."""
    report = book.report
    head = [_("Day"), _("Weekday"), _("The house"), _("Members")]
    sheet = book.sheet(_("Daily"), head, (14, 14, 12, 11), texts=3)
    days = [report.first + dt.timedelta(days=n) for n in range((report.until - report.first).days + 1)]
    for n, day in enumerate(days, 1):
        here = report.attendance.by_day.get(day.isoformat())
        state = _("closed") if here is None else _("open")
        book.row(sheet, n, [day, str(WEEKDAY_NAMES[day.weekday()]), state, here])
    if days:
        heat = {"type": "2_color_scale", "min_color": TINT, "max_color": FULL}
        sheet.conditional_format(1, 3, len(days), 3, heat)
    title = _("Members here, day by day")
    book.columns(sheet, "F2", title, _("Columns for the days in this sheet."), len(days), names=0, values=3)


def _by_unit(book: _Book) -> None:
    head = [_("Unit"), _("Member-days"), _("Average")]
    sheet = book.sheet(_("By unit"), head, (34, 14, 12))
    units = book.report.attendance.by_unit
    for n, (name, unit) in enumerate(units.items(), 1):
        book.row(sheet, n, [name, unit.member_days, unit.ada])
    title = label("attendance.by_unit")
    book.columns(sheet, "E2", title, _("Columns for the units in this sheet."), len(units), names=0, values=2)


def _by_weekday_and_hour(book: _Book) -> None:
    found = parts(book.report)
    for key, sheet_name, first, says in (
        ("by_weekday", _("By weekday"), _("Weekday"), _("Columns for the weekdays in this sheet.")),
        ("by_hour", _("By hour"), _("Hour from"), _("Columns for the hours in this sheet.")),
    ):
        sheet = book.sheet(sheet_name, [first, _("Average")], (16, 12))
        lines = found.get(key, [])
        for n, one in enumerate(lines, 1):
            book.row(sheet, n, [one.part, one.value])
        book.columns(sheet, "D2", label(f"attendance.{key}"), says, len(lines), names=0, values=1)


def _trend(book: _Book) -> None:
    head = [_("Month"), _("Open days"), _("Member-days"), _("Average"), _("Note")]
    sheet = book.sheet(_("Trend"), head, (13, 11, 13, 11, 15))
    months = book.report.trend
    for n, one in enumerate(months, 1):
        note = _("still running") if one.running else None
        cells: list[Cell] = [Month.parse(one.month).first, one.open_wod_days, one.member_days, one.ada_wod, note]
        book.row(sheet, n, cells, day=book.month)
    title = _("Average daily attendance, month after month")
    book.columns(sheet, "G2", title, _("Columns for the months in this sheet."), len(months), names=0, values=3)


def _every_figure(book: _Book) -> None:
    """The same rows as the CSV."""
    head = [_("Key"), _("Figure"), _("Part"), _("Filter"), _("Value")]
    sheet = book.sheet(_("Every figure"), head, (34, 36, 34, 44, 12), texts=4)
    lines = figures(book.report)
    for n, one in enumerate(lines, 1):
        book.row(sheet, n, [one.key, one.label, one.part, one.filter, one.value])
    sheet.autofilter(0, 0, len(lines), len(head) - 1)


def _definitions(book: _Book) -> None:
    head = [_("Key"), _("Figure"), _("What it means"), _("Version")]
    sheet = book.sheet(_("Definitions"), head, (34, 36, 90, 9), texts=4)
    for n, key in enumerate(DEFINITIONS, 1):
        cells = [key, label(key), definition(book.report, key), book.report.definition_version]
        book.row(sheet, n, cells, words=book.wrapped)
