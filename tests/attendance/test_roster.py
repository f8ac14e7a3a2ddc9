"""The roster's rows: every visit as it stands in the book, and columns that add up to the report."""

import csv
import datetime as dt
import io
from collections import Counter
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.db.models import Count
from openpyxl import load_workbook

from activities.models import OpenDay
from attendance.actions.import_house import import_house
from attendance.exports.roster import CLOCK, export_roster
from attendance.models import Visit
from attendance.reports import monthly_report, report_of
from attendance.reports.roster import COLUMNS, Dress, Roster
from clubhouse.converters import Month
from clubhouse.spans import Span
from members.models import Rounding
from tests import make
from tests.attendance.random_houses import RandomHouse
from tests.attendance.spreadsheets import of_folder

JUNE = Span.of(Month(2026, 6))
LATER = dt.date(2026, 12, 1)
MONDAY, TUESDAY, SATURDAY = dt.date(2026, 6, 1), dt.date(2026, 6, 2), dt.date(2026, 6, 6)
HOSTILE = [
    "=cmd|' /C calc'!A0",
    "@SUM(1+1)*cmd",
    "\t=1+1",
    "\r=1+1",
    "\n=1+1",
    "+1",
    "-1",
    "\u202eevil",
    "Zoë\n=1",
    '"=1"',
]


def lines(span: Span = JUNE, today: dt.date = LATER) -> list[dict]:
    content = export_roster(Roster(span, today=today), "csv")
    assert content.startswith(b"\xef\xbb\xbf")
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def sheets(span: Span = JUNE, today: dt.date = LATER):
    return load_workbook(io.BytesIO(export_roster(Roster(span, today=today), "xlsx")))


def midnight(*day: int) -> dt.datetime:
    """As a workbook is read back."""
    return dt.datetime.combine(dt.date(*day), dt.time())


def total(rows: list[dict], column: str) -> int:
    return sum(int(row[column] or 0) for row in rows)


@pytest.mark.parametrize(
    ("folder", "month"),
    [("fixture-week", "2026-06"), pytest.param("maple-street", "2026-10", marks=pytest.mark.slow)],
)
def test_by_every_rule_the_columns_add_up_to_the_report(db, folder, month):
    import_house(files=of_folder(folder), by=None)
    span = Span.parse(month)
    for rounding in Rounding.values:
        for per_visit in (False, True):
            make.house(rounding=rounding, rounding_per_visit=per_visit)
            report, rows = monthly_report(span.month, today=LATER), lines(span)
            assert total(rows, "units_15") == report.units_15.house_units
            assert total(rows, "minutes") == report.attendance.minutes
            assert len(rows) == Visit.objects.filter(day__range=(span.first, span.last)).count()


@pytest.mark.parametrize("seed", range(10))
def test_on_houses_that_nobody_thought_up(db, seed):
    """Clocks that change, evenings past midnight, no open day: the same sums, and times as on the wall."""
    house = RandomHouse(seed)
    house.store()
    span = Span(*house.span)
    report, rows = report_of(span, today=house.today), lines(span, house.today)
    assert total(rows, "units_15") == report.units_15.house_units
    assert total(rows, "minutes") == report.attendance.minutes
    stays = [stay for stay in house.paper.stays if span.first <= stay.day <= report.until]
    assert Counter((row["in"], row["out"]) for row in rows) == Counter(
        tuple(at.astimezone(house.zone).strftime("%H:%M") if at else "" for at in (stay.arrived_at, stay.left_at))
        for stay in stays
    )


def test_the_fixture_week_to_the_unit(db):
    import_house(files=of_folder("fixture-week"), by=None)
    assert (total(lines(), "units_15"), total(lines(), "minutes")) == (66, 1028)
    assert [row["units_15"] for row in lines() if row["minutes"] == "14"] == [""]  # comes to none: not reported
    make.house(rounding_per_visit=True)
    assert total(lines(), "units_15") == 65


def test_each_visit_as_it_stands_in_the_book(amara, noor):
    kitchen = make.unit("Kitchen")
    amara.member_no, noor.member_no = "M1", "M2"
    amara.save()
    noor.save()
    make.visit(amara, MONDAY, "09:00", "09:10", unit=kitchen)
    make.visit(amara, MONDAY, "13:00", "13:25", source="import")
    make.visit(noor, MONDAY, "09:30", None, ending="not_written")
    make.visit(noor, TUESDAY, "10:00", "16:30", ending="assumed")
    make.visit(noor, SATURDAY, "10:00", "10:31")
    make.visit(amara, TUESDAY, "18:00", "20:00", kind="social")
    known, monday = "time out known", "2026-06-01"
    assert [tuple(row.values()) for row in lines()] == [
        ("M1", "Amara Okafor", monday, "09:00", "09:10", known, "0", "10", "", "2", "Work-ordered day", "Kitchen",
         "arrivals page"),
        ("M2", "Noor Haddad", monday, "09:30", "", "time out not written down", "0", "", "", "", "Work-ordered day", "",
         "arrivals page"),
        ("M1", "Amara Okafor", monday, "13:00", "13:25", known, "0", "25", "", "", "Work-ordered day", "",
         "spreadsheet"),
        ("M2", "Noor Haddad", "2026-06-02", "10:00", "16:30", "time out assumed", "1", "", "", "", "Work-ordered day",
         "", "arrivals page"),
        ("M1", "Amara Okafor", "2026-06-02", "18:00", "20:00", known, "0", "", "120", "", "Social programme", "",
         "arrivals page"),
        ("M2", "Noor Haddad", "2026-06-06", "10:00", "10:31", known, "0", "", "31", "", "Work-ordered day", "",
         "arrivals page"),
    ]  # fmt: skip
    assert list(lines()[0]) == list(COLUMNS)


def test_a_closed_day_opened_later_counts(amara):
    make.visit(amara, SATURDAY, "10:00", "10:31")
    OpenDay.objects.create(day=SATURDAY, is_open=True)
    assert [(row["minutes"], row["other_minutes"], row["units_15"]) for row in lines()] == [("31", "", "2")]


@pytest.mark.parametrize(
    ("day", "arrived", "left", "shown"),
    [
        ((2026, 6, 1), "21:00", (2026, 6, 2, 0, 30), ("21:00", "00:30", "time out known, on a later day")),
        ((2026, 6, 1), "21:00", (2026, 6, 3, 20, 0), ("21:00", "20:00", "time out known, on a later day")),
        ((2026, 11, 1), "00:30", (2026, 11, 1, 4, 0), ("00:30", "04:00", "time out known")),  # the clock goes back
        ((2026, 10, 31), "23:30", (2026, 11, 1, 5, 0), ("23:30", "05:00", "time out known, on a later day")),
        ((2026, 3, 8), "01:30", (2026, 3, 8, 3, 30), ("01:30", "03:30", "time out known")),  # and forward
    ],
)
def test_times_are_those_on_the_wall(amara, day, arrived, left, shown):
    house = make.house(time_zone="America/Detroit")
    visit = make.visit(amara, dt.date(*day), arrived, None, ending="not_written", kind="social")
    visit.left_at, visit.ending = dt.datetime(*left, tzinfo=house.zone), "known"
    visit.save()
    row = lines(Span(dt.date(*day), dt.date(*day)))[0]
    assert (row["in"], row["out"], row["time_out"]) == shown
    assert row["other_minutes"] == str(Visit.objects.get().minutes)


def test_a_house_that_moved_to_another_time_zone_keeps_its_days(amara):
    make.visit(amara, MONDAY, "00:30", "01:30")
    make.house(time_zone="America/Los_Angeles")  # half past midnight is the evening before, there
    assert [(row["date"], row["in"], row["out"]) for row in lines()] == [("2026-06-01", "21:30", "22:30")]


def test_a_running_month_stops_at_yesterday(amara):
    make.visit(amara, MONDAY)
    make.visit(amara, TUESDAY)
    assert [row["date"] for row in lines(today=TUESDAY)] == ["2026-06-01"]
    definitions = sheets(today=TUESDAY)["Definitions"]
    assert "The roster stops at yesterday." in definitions["B3"].value
    assert lines(today=MONDAY) == []


def test_the_workbook_has_days_times_and_numbers(amara):
    make.visit(amara, dt.date(2025, 12, 31), "09:00", "12:00", unit=make.unit("Kitchen"))
    make.visit(amara, dt.date(2026, 1, 1), "09:05", "10:00", kind="social")
    book = sheets(Span(dt.date(2025, 12, 1), dt.date(2026, 1, 31)))
    assert book.sheetnames == ["2025", "2026", "Definitions"]
    sheet = book["2025"]
    assert [cell.value for cell in sheet[1]] == [str(label) for label, _words in COLUMNS.values()]
    assert sheet.freeze_panes == "A2"
    assert [cell.value for cell in sheet[2]][2:5] == [midnight(2025, 12, 31), dt.time(9), dt.time(12)]
    assert [sheet["H2"].value, sheet["J2"].value, sheet["H2"].data_type] == [180, 12, "n"]
    assert [cell.value for cell in book["2026"][2]][2:9] == [
        midnight(2026, 1, 1), dt.time(9, 5), dt.time(10), "time out known", 0, None, 55,
    ]  # fmt: skip
    assert {str(words) for _label, words in COLUMNS.values()} <= {row[1].value for row in book["Definitions"]}


def test_an_empty_span_is_a_file_all_the_same(db):
    assert lines() == []
    assert sheets().sheetnames == ["2026", "Definitions"]


def test_the_same_data_give_the_same_bytes(amara):
    make.visit(amara, MONDAY)
    files = []
    for moment in (dt.datetime(2026, 8, 1, tzinfo=dt.UTC), dt.datetime(2027, 3, 9, tzinfo=ZoneInfo("Asia/Tokyo"))):
        with time_machine.travel(moment, tick=False):
            files.append([export_roster(Roster(JUNE), format) for format in ("csv", "xlsx")])
    assert files[0] == files[1]
    created = load_workbook(io.BytesIO(files[0][1])).properties.created
    assert created == Visit.objects.get().left_at.replace(tzinfo=None)  # the latest that was written down


def test_no_name_becomes_a_formula(db):
    for number, name in enumerate(HOSTILE):
        somebody = make.member(name, member_no=f"=F{number}")
        make.visit(somebody, MONDAY, unit=make.unit(f"@unit {number}"))
    cells = [cell for row in lines() for cell in row.values()]
    assert [cell for cell in cells if cell.startswith(("=", "+", "-", "@", "\t", "\r", "\n"))] == []
    assert {row["name"].removeprefix("'") for row in lines()} == {_full(name) for name in HOSTILE}
    book = sheets()
    assert {cell.data_type for sheet in book for row in sheet.iter_rows() for cell in row} <= {"s", "n", "d"}
    assert _full(HOSTILE[0]) in {row[1].value for row in book["2026"].iter_rows(min_row=2)}


def _full(name: str) -> str:
    first, _, last = name.partition(" ")
    return f"{first} {last}".strip()


def test_somebody_who_came_to_the_roll_meanwhile(amara):
    """Ten years take a while, and reception goes on."""
    make.visit(amara, MONDAY)
    make.visit(amara, dt.date(2026, 7, 1))
    months = Roster(Span(MONDAY, dt.date(2026, 7, 31)), today=LATER).months(Dress(str, str, CLOCK))
    next(months)
    make.visit(make.member("Noor Haddad"), dt.date(2026, 7, 2), unit=make.unit("Garden"))
    _july, rows = next(months)
    assert [(row[1], row[11]) for row in rows] == [("Amara Okafor", None), ("Noor Haddad", "Garden")]


def test_what_is_no_format_is_no_file(db):
    with pytest.raises(KeyError):
        export_roster(Roster(JUNE), "pdf")


@pytest.mark.parametrize("months", [1, 3])
def test_a_roster_costs_the_same_for_each_month(amara, noor, django_assert_num_queries, months):
    for number in range(1, months + 1):
        for member in (amara, noor)[: months - 1 or 1]:
            make.visit(member, dt.date(2026, number, 5), unit=make.unit(f"Unit {number}"))
    roster = Roster(Span(dt.date(2026, 1, 1), dt.date(2026, months, 28)), today=LATER)
    with django_assert_num_queries(4 + 4 * months):  # the calendar and the visits of each month
        export_roster(roster, "csv")
    assert Visit.objects.values("member").aggregate(people=Count("member", distinct=True))["people"] == min(months, 2)
