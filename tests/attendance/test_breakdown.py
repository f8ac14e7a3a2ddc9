"""Members by group, as a page and as files: who may have them, what they say, and what they keep to themselves."""

import csv
import datetime as dt
import io

import openpyxl
import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from attendance.exports import breakdown as files
from attendance.models import Visit
from attendance.outside import times_near
from attendance.reports.breakdown import FEW, NOT_OVER, OTHER_GROUPS, breakdown
from clubhouse.converters import Month
from clubhouse.spans import Span
from members.models import Member
from tests import make

MAY, JUNE = Span.of(Month(2026, 5)), Span.of(Month(2026, 6))
QUARTER = Span.of(Month(2026, 4), Month(2026, 6))


@pytest.fixture(autouse=True)
def in_july(db):
    with time_machine.travel(dt.datetime(2026, 7, 15, 16, tzinfo=dt.UTC), tick=False):
        yield


def come(number: int, day: dt.date = dt.date(2026, 6, 1), unit: str = "Kitchen", **fields) -> list[Member]:
    """So many members who were here that day."""
    came = [make.member(f"Canary{n} Person", **fields) for n in range(number)]
    for member in came:
        make.visit(member, day, unit=make.unit(unit) if unit else None)
    return came


def numbers(span: Span, by: str) -> dict[str, tuple[int | None, int | None]]:
    part = next(part for part in breakdown(span).parts if part.by == by)
    return {group.label: (group.members, group.member_days) for group in part.groups}


def file_of(by: str, response) -> dict[tuple[str, str], tuple[str, str]]:
    rows = csv.DictReader(io.StringIO(response.content.decode("utf-8-sig")))
    return {(row["group"], row["measure"]): (row["value"], row["hidden"]) for row in rows if row["by"] == by}


@pytest.fixture
def june():
    """20 speak English, 12 Spanish, 8 Finnish and 2 Somali."""
    make.house(language="en", age_bands="18, 65")
    english = come(20, born_on=dt.date(1980, 6, 30), area="Eastside")
    make.visit(english[0], dt.date(2026, 6, 1), "13:00", "14:00", unit=make.unit("Kitchen"))  # came back that day
    make.visit(english[0], dt.date(2026, 6, 2), unit=make.unit("Clerical"))
    make.visit(english[1], dt.date(2026, 6, 6), unit=make.unit("Clerical"))  # a Saturday
    come(12, language="es", area=" eastside ", born_on=dt.date(1961, 6, 30))
    come(8, unit="", language="fi", born_on=dt.date(1961, 7, 1))
    come(2, unit="", language="so")
    return english


def test_large_groups_are_told_and_small_ones_stand_together(june):
    assert numbers(JUNE, "language") == {
        "English": (20, 21),
        "Spanish": (12, 12),
        "all other groups together": (10, 10),
    }
    assert numbers(JUNE, "area") == {"Eastside": (32, 33), "all other groups together": (10, 10)}
    assert numbers(JUNE, "unit") == {
        "Clerical": (None, None),
        "Kitchen": (31, 32),
        "no unit": (None, None),
        "all other groups together": (11, 11),
    }


def test_units_add_up_so_that_nobody_counts_the_few_who_were_in_two(june):
    """One person had a day in the kitchen and one elsewhere, and another one both on one day."""
    make.visit(june[2], dt.date(2026, 6, 1), "13:00", "14:00", unit=make.unit("Clerical"))
    for span in (JUNE, QUARTER):
        of_units = [told for told in numbers(span, "unit").values() if told[0] is not None]
        assert tuple(map(sum, zip(*of_units, strict=True))) == (breakdown(span).members, breakdown(span).member_days)


def test_days_of_a_few_people_in_another_unit_are_not_given():
    """The twelve of the garden stay away in June, and two of the kitchen help there."""
    kitchen = come(20, MAY.first)
    come(12, MAY.first, unit="Garden")
    assert numbers(MAY, "unit")["Kitchen"] == (20, 20)
    for member in kitchen:
        make.visit(member, JUNE.first, unit=make.unit("Kitchen"))
        make.visit(member, dt.date(2026, 6, 2), unit=make.unit("Kitchen"))
    for member in kitchen[:2]:
        make.visit(member, dt.date(2026, 6, 3), unit=make.unit("Garden"))
    assert breakdown(JUNE).withheld == FEW


def test_age_is_counted_on_the_last_day(june):
    assert numbers(JUNE, "age") == {
        "under 18": (None, None),
        "18 to 64": (28, 29),
        "65 and over": (None, None),
        "not said": (None, None),
        "all other groups together": (14, 14),  # twelve who turned 65 that day, and two who did not say
    }


def test_dana_gives_a_funder_the_file(june, dana, as_):
    browser = as_(dana)
    response = browser.get("/reports/2026-06/groups.csv")
    assert response["Content-Disposition"] == 'attachment; filename="figures-by-group-2026-06.csv"'
    told = file_of("language", response)
    assert told["English", "members"] == ("20", "")
    assert told["all other groups together", "member_days"] == ("10", "")
    assert file_of("unit", response)["Clerical", "members"] == ("", "under 5 or hidden")
    assert file_of("all", response)["all members", "members"] == ("42", "")
    assert b"Canary" not in response.content and b"Somali" not in response.content
    assert browser.get("/reports/2026-06/groups.csv").content == response.content


def test_the_workbook_says_the_same_and_how_to_read_it(june, dana, as_):
    response = as_(dana).get("/reports/2026-06/groups.xlsx")
    assert response.content == as_(dana).get("/reports/2026-06/groups.xlsx").content
    book = openpyxl.load_workbook(io.BytesIO(response.content))
    rows = list(book["Groups"].iter_rows(values_only=True))
    plain = csv.reader(io.StringIO(as_(dana).get("/reports/2026-06/groups.csv").content.decode("utf-8-sig")))
    assert [[str(cell or "") for cell in row] for row in rows] == [row for row in plain if row[0] != "note"]
    assert next(row[:4] for row in rows if row[1] == "English") == ("language", "English", "members", 20)
    notes = [row[0] for row in book["How to read this"].iter_rows(values_only=True)]
    assert notes[1:] == files.how_to_read()
    assert book.properties.created.isoformat() == "2026-06-30T00:00:00"


def test_a_part_of_town_that_is_a_formula_stays_text(dana, as_):
    come(20, area="=1+1")
    come(12, area="Harbour")
    assert file_of("area", as_(dana).get("/reports/2026-06/groups.csv"))["'=1+1", "members"] == ("20", "")
    book = openpyxl.load_workbook(io.BytesIO(as_(dana).get("/reports/2026-06/groups.xlsx").content))
    cells = [cell for row in book["Groups"].iter_rows() for cell in row if cell.value == "=1+1"]
    assert {cell.data_type for cell in cells} <= {"s", "inlineStr"} and len(cells) == 2


def test_the_page_shows_what_the_file_says(june, sam, as_):
    shown = as_(sam).get("/reports/2026-06/groups/").content.decode()
    assert "42 members were here, on 43 member-days." in " ".join(shown.split())
    assert shown.count("under 5 or hidden") >= 2
    assert "Canary" not in shown and "Somali" not in shown
    assert "Figures for research" not in shown  # staff have no such file


@pytest.mark.parametrize("name", ["breakdown", "export_breakdown"])
def test_a_member_without_the_duty_has_none(june, amara, as_, name):
    kwargs = {"span": JUNE} | ({"format": "csv"} if name == "export_breakdown" else {})
    assert as_(amara).get(reverse(f"attendance:{name}", kwargs=kwargs)).status_code == 403


@pytest.mark.parametrize("span", ["2026-07", "2026-05-01_2026-06-30", "2026-06-01_2026-06-29", "2026-01-01_2026-12-31"])
def test_other_times_are_for_the_house_itself(june, stella, as_, span):
    browser = as_(stella)
    shown = browser.get(f"/reports/{span}/groups/")
    assert breakdown(Span.parse(span)).withheld == NOT_OVER
    assert (
        "There are figures for a whole month, a quarter or years, once the last day is over." in shown.content.decode()
    )
    response = browser.get(f"/reports/{span}/groups.csv")
    assert (response.status_code, response["Location"]) == (302, f"/reports/{span}/groups/")


def test_a_time_with_too_few_says_which_month(june, stella, as_):
    come(3, dt.date(2026, 5, 4))
    shown = " ".join(as_(stella).get(f"/reports/{QUARTER}/groups/").content.decode().split())
    assert "A group is too small in May 2026. So there are no figures of this time to give out." in shown
    with pytest.raises(ValueError, match="few"):
        files.export_breakdown(breakdown(QUARTER), "csv")


def test_nobody_was_here(stella, as_):
    shown = as_(stella).get("/reports/2026-06/groups/").content.decode()
    assert "Too few people were here in this time. So there are no figures to give out." in shown


def test_a_time_over_which_the_groups_changed_is_two_files():
    """Last year's Decembers decide: Spanish was a group of its own in 2024, but not in 2025."""
    spanish = come(12, dt.date(2024, 12, 2), language="es")
    english = come(30, dt.date(2024, 12, 2)) + come(11, dt.date(2024, 12, 2), language="fi")
    for member in english + spanish:
        make.visit(member, dt.date(2025, 6, 2))
    for member in english + spanish[:6]:
        make.visit(member, dt.date(2025, 12, 1))
        make.visit(member, dt.date(2026, 5, 4))
    months = [breakdown(Span.of(Month(*month))) for month in ((2025, 6), (2025, 12), (2026, 5))]
    assert [one.withheld for one in months] == ["", "", ""]
    assert breakdown(Span.of(Month(2025, 7), Month(2026, 6))).withheld == OTHER_GROUPS
    assert breakdown(Span.of(Month(2025, 1), Month(2025, 12))).withheld == ""


def test_the_same_number_of_questions_for_a_month_and_for_a_year(june):
    def questions(span: Span) -> int:
        with CaptureQueriesContext(connection) as asked:
            breakdown(span)
        return len(asked)

    Visit.objects.filter(day=dt.date(2026, 6, 2)).delete()
    assert questions(JUNE) == questions(Span.of(Month(2025, 7), Month(2026, 6))) == 9


def test_times_that_are_over_lie_near():
    near = times_near(Span.of(Month(2026, 7)), dt.date(2026, 7, 15), 4)
    assert [str(span) for span in near] == [
        "2026-06",
        "2026-04-01_2026-06-30",
        "2025-01-01_2025-12-31",
        "2025-04-01_2026-03-31",
    ]
    assert "2025-04-01_2025-06-30" in map(str, times_near(Span.of(Month(2025, 5)), dt.date(2026, 7, 15), 1))
