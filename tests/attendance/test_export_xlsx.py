"""The report as a workbook, opened by another program: numbers are numbers, days are days, no formula anywhere."""

import dataclasses
import datetime as dt
import io
import re
import zipfile
from decimal import Decimal

import pytest

from attendance import exports
from attendance.exports.board_pack import Letterhead
from attendance.models import GuestCount
from attendance.reports import DEFINITIONS, Report, figures, report_of
from attendance.reports.by_member import MemberLine
from attendance.reports.shapes import UnitDays
from clubhouse.converters import Month
from clubhouse.spans import Span
from tests import make
from tests.attendance import opened

pytestmark = pytest.mark.once
JUNE = Span.of(Month(2026, 6))
FORMULAS = [
    "=1+1", "+1", "-1", "@SUM(A1)", "\t=1+1", "\r=1+1", "{=1+1}", '=HYPERLINK("http://example.org")',
    "http://example.org", "mailto:a@example.org", "internal:Summary!A1", "12", "2026-06-01", "TRUE",
]  # fmt: skip


def day(text: str) -> dt.datetime:
    """As a workbook keeps it."""
    return dt.datetime.fromisoformat(text)


@pytest.fixture
def report(amara, noor) -> Report:
    make.visit(amara, dt.date(2026, 5, 4))
    make.visit(amara, dt.date(2026, 6, 1), unit=make.unit())
    make.visit(noor, dt.date(2026, 6, 2), "09:00", "09:38", unit=make.unit("Clerical"))
    GuestCount.objects.create(day=dt.date(2026, 6, 1), kind="tour", count=3)
    return report_of(JUNE, today=dt.date(2026, 7, 5))


def test_each_sheet_says_its_part(report):
    book = opened.workbook(exports.export_report(report, "xlsx"))
    assert book.sheetnames == [
        "Summary", "Daily", "By unit", "By weekday", "By hour", "Trend", "Every figure", "Definitions",
    ]  # fmt: skip
    summary = {row[0]: row[1:] for row in book["Summary"].values if row[0]}
    assert summary["Our Clubhouse"][0] is None
    assert summary["Figure"][:3] == ("June 2026", "The time before", "A year before")
    assert summary["Average daily attendance"][:3] == (0.09, 0.05, None)
    assert summary["Members served"][:2] == (2, None)
    daily = list(book["Daily"].values)
    assert daily[0] == ("Day", "Weekday", "The house", "Members")
    assert daily[1] == (day("2026-06-01"), "Monday", "open", 1)
    assert daily[6] == (day("2026-06-06"), "Saturday", "closed", None)
    assert len(daily) == 31
    assert list(book["By unit"].values)[1:] == [("Clerical", 1, 0.05), ("Kitchen", 1, 0.05)]
    assert list(book["Trend"].values)[1:] == [
        (day("2026-05-01"), 21, 1, 0.05, None),
        (day("2026-06-01"), 22, 2, 0.09, None),
    ]
    words = {row[0]: row for row in book["Definitions"].values}
    assert list(words)[1:] == list(DEFINITIONS)
    assert words["attendance.ada_wod"][3] == "3"
    told = opened.figures_of_xlsx(exports.export_report(report, "xlsx"))
    assert told == {(one.key, one.filter): None if one.value is None else float(one.value) for one in figures(report)}


def test_it_reads_well_on_the_screen_and_on_paper(report):
    content = exports.export_report(report, "xlsx", Letterhead(paper="us-letter"))
    book = opened.workbook(content)
    for sheet in book:
        assert sheet.freeze_panes is not None
        assert sheet.print_title_rows
        assert (sheet.page_setup.fitToHeight, sheet.sheet_properties.pageSetUpPr.fitToPage) == (0, True)
        assert sheet.page_setup.paperSize == 1
        assert all(width.width > 8 for width in sheet.column_dimensions.values())
    assert book["Daily"]["A2"].number_format == "yyyy-mm-dd"
    assert book["By unit"]["C2"].number_format == "#,##0.00"
    assert {sheet.title for sheet in book if sheet._charts} == {"Daily", "By unit", "By weekday", "By hour", "Trend"}
    assert book.properties.title == "Our Clubhouse: June 2026"
    assert book.properties.creator == "Our Clubhouse"
    assert book.properties.created == report.data_as_of.replace(tzinfo=None, microsecond=0)
    with zipfile.ZipFile(io.BytesIO(content)) as file:
        pictures = b"".join(file.read(name) for name in file.namelist() if re.search(r"drawings/drawing\d", name))
    assert pictures.count(b"descr=") == 5


@pytest.mark.parametrize("name", FORMULAS)
def test_no_name_becomes_a_formula_or_a_link(report, name):
    attendance = dataclasses.replace(report.attendance, by_unit={name: UnitDays(1, Decimal("0.05"))})
    hostile = dataclasses.replace(report, house=name, attendance=attendance)
    content = exports.export_report_with_names(hostile, [MemberLine(name, name, 1, 2, 3, 4, 5, 6)])
    book = opened.workbook(content)
    kinds = {cell.data_type for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None}
    assert kinds == {"s", "n", "d"}
    assert [cell.coordinate for sheet in book for row in sheet.iter_rows() for cell in row if cell.hyperlink] == []
    for place in (book["By unit"]["A2"], book["By member"]["A2"], book["By member"]["B2"], book["Summary"]["A1"]):
        assert (place.data_type, place.value.replace("_x000D_", "\r").strip()) == ("s", name.strip())
    with zipfile.ZipFile(io.BytesIO(content)) as file:
        assert not any(b"<f>" in file.read(part) for part in file.namelist() if "worksheets/" in part)
        assert not any("externalLink" in part or "vbaProject" in part for part in file.namelist())


@pytest.mark.parametrize(
    "span", [Span.of(Month(2026, 7)), Span.of(Month(2026, 8)), Span(dt.date(2016, 1, 1), dt.date(2026, 6, 30))]
)
def test_any_days_have_a_workbook(amara, span):
    make.visit(amara, dt.date(2026, 6, 1))
    report = report_of(span, today=dt.date(2026, 7, 5))
    days = len(list(opened.workbook(exports.export_report(report, "xlsx"))["Daily"].values)) - 1
    assert days == max(0, (report.until - report.first).days + 1)


def test_an_empty_house_has_a_workbook(db):
    report = report_of(JUNE, today=dt.date(2026, 7, 5))
    first, again = (exports.export_report(report, "xlsx") for _ in range(2))
    assert first == again
    assert opened.workbook(first).properties.created == day("2026-06-01")
