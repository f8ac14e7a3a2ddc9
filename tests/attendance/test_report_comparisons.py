"""Other times beside a report's own, the months of its trend, and the hours of its days: told in small stories."""

import datetime as dt
from decimal import Decimal

import pytest

from activities.models import OpenDay
from attendance import exports
from attendance.models import Visit
from attendance.reports import monthly_report, read_report, report_of
from attendance.reports.shapes import Stretch
from clubhouse.converters import Month
from clubhouse.spans import Span
from tests import make

OCTOBER = Month(2026, 10)
LATER = dt.date(2027, 6, 1)


def day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


def begins(report) -> dict[str, str | None]:
    """When each of the other times begins and ends."""
    found = {}
    for name, stretch in vars(report.comparisons).items():
        found[name] = f"{stretch.first} {stretch.until}" if stretch else None
    return found


@pytest.fixture
def old_book(amara):
    make.visit(amara, day("2015-03-02"))


def test_the_times_beside_a_month(old_book):
    assert begins(monthly_report(OCTOBER, today=LATER)) == {
        "last_month": "2026-09-01 2026-09-30",
        "same_month_last_year": "2025-10-01 2025-10-31",
        "rolling_12": "2025-11-01 2026-10-31",
        "year_to_date": "2026-01-01 2026-10-31",
        "fiscal_july": "2026-07-01 2026-10-31",
        "fiscal_october": "2026-10-01 2026-10-31",
    }
    june = begins(monthly_report(Month(2026, 6), today=LATER))
    assert (june["fiscal_july"], june["fiscal_october"]) == ("2025-07-01 2026-06-30", "2025-10-01 2026-06-30")


def test_the_times_beside_a_month_that_runs_stop_at_yesterday(old_book):
    assert begins(monthly_report(OCTOBER, today=day("2026-10-13"))) == {
        "last_month": "2026-09-01 2026-09-30",
        "same_month_last_year": "2025-10-01 2025-10-31",
        "rolling_12": "2025-11-01 2026-10-12",
        "year_to_date": "2026-01-01 2026-10-12",
        "fiscal_july": "2026-07-01 2026-10-12",
        "fiscal_october": "2026-10-01 2026-10-12",
    }


@pytest.mark.parametrize(
    ("span", "before", "a_year_ago", "twelve"),
    [
        ("2026-07-01_2026-09-30", "2026-04-01 2026-06-30", "2025-07-01 2025-09-30", "2025-10-01 2026-09-30"),
        ("2025-10-01_2026-09-30", "2024-10-01 2025-09-30", "2024-10-01 2025-09-30", "2025-10-01 2026-09-30"),
        ("2026-10-05_2026-10-18", "2026-09-21 2026-10-04", "2025-10-05 2025-10-18", "2025-10-19 2026-10-18"),
        ("2024-02-29_2024-02-29", "2024-02-28 2024-02-28", "2023-02-28 2023-02-28", "2023-03-01 2024-02-29"),
        ("2024-02", "2024-01-01 2024-01-31", "2023-02-01 2023-02-28", "2023-03-01 2024-02-29"),
    ],
)
def test_the_times_beside_other_days(old_book, span, before, a_year_ago, twelve):
    found = begins(report_of(Span.parse(span), today=LATER))
    assert (found["last_month"], found["same_month_last_year"], found["rolling_12"]) == (before, a_year_ago, twelve)


def test_no_time_begins_before_the_book(amara, noor):
    """The first visit is of 12 August 2026: what lies before is nothing that anybody counted."""
    make.visit(amara, day("2026-08-12"))
    make.visit(noor, day("2026-10-01"))
    report = monthly_report(OCTOBER, today=LATER)
    since_august = "2026-08-01 2026-10-31"
    assert begins(report) == {
        "last_month": "2026-09-01 2026-09-30",
        "same_month_last_year": None,
        "rolling_12": since_august,
        "year_to_date": since_august,
        "fiscal_july": since_august,
        "fiscal_october": "2026-10-01 2026-10-31",
    }
    assert report.comparisons.rolling_12 == Stretch(
        day("2026-08-01"), day("2026-10-31"), 65, 2, Decimal("0.03"), distinct_members=2
    )
    assert report.comparisons.last_month == Stretch(
        day("2026-09-01"), day("2026-09-30"), 22, 0, Decimal("0.00"), distinct_members=0
    )
    assert [month.month for month in report.trend] == ["2026-08", "2026-09", "2026-10"]
    assert begins(monthly_report(Month(2026, 7), today=LATER)) == dict.fromkeys(begins(report))


def test_other_times_count_open_days_of_the_calendar_alone(amara, noor, old_book):
    OpenDay.objects.create(day=day("2026-09-07"), is_open=False)
    make.visit(amara, day("2026-09-07"))
    make.visit(amara, day("2026-09-08"))
    make.visit(noor, day("2026-09-08"))
    make.visit(noor, day("2026-09-09"), kind="social")
    before = monthly_report(OCTOBER, today=LATER).comparisons.last_month
    assert (before.open_wod_days, before.member_days, before.distinct_members) == (21, 2, 2)


def test_the_trend_is_thirteen_months_each_by_itself(old_book, noor):
    make.visit(noor, day("2026-10-20"))
    trend = report_of(Span.parse("2026-10-01_2026-10-05"), today=day("2026-10-26")).trend
    assert (len(trend), trend[0].month, trend[-1].month) == (13, "2025-10", "2026-10")
    assert (trend[-1].member_days, trend[-1].open_wod_days, trend[-1].running) == (1, 17, True)
    assert (trend[-2].running, trend[-2].ada_wod) == (False, Decimal("0.00"))


# -- hours of the day ----------------------------------------------------------------------------------------------


def hours(report) -> dict[str, Decimal]:
    return {hour: average * report.attendance.open_wod_days for hour, average in report.attendance.by_hour.items()}


@pytest.fixture
def one_day(db):
    """A day in October, whichever it is: a span of its own, open."""

    def report(text: str):
        OpenDay.objects.get_or_create(day=day(text), defaults={"is_open": True})
        return report_of(Span(day(text), day(text)), today=LATER)

    return report


def test_members_count_in_every_hour_they_were_here(amara, noor, rosa, one_day):
    make.visit(amara, day("2026-10-05"), "09:50", "11:00")  # not in the hour that begins when they leave
    make.visit(amara, day("2026-10-05"), "11:30", "11:40")
    make.visit(noor, day("2026-10-05"), "10:00", "10:00")
    make.visit(noor, day("2026-10-05"), "10:10", "10:40")  # twice in an hour counts once
    make.visit(rosa, day("2026-10-05"), "09:00", None, ending="not_written")
    make.visit(rosa, day("2026-10-05"), "14:00", "15:30", ending="assumed")
    make.visit(rosa, day("2026-10-05"), "18:00", "19:00", kind="social")
    assert hours(one_day("2026-10-05")) == {"09": 2, "10": 2, "11": 1, "14": 1, "15": 1}


def test_hours_are_averages_over_open_days(amara):
    make.visit(amara, day("2026-10-05"), "09:00", "10:00")
    assert monthly_report(OCTOBER, today=LATER).attendance.by_hour == {"09": Decimal("0.05")}  # 1 / 22


@pytest.mark.parametrize(
    ("zone", "night", "begun", "left", "expected"),
    [
        ("America/Detroit", "2026-10-05", "22:30", "2026-10-06 02:00", "22 23 00 01"),  # past midnight
        ("America/Detroit", "2026-11-01", "00:30", "2026-11-01 02:30", "00 01 02"),  # 1 o'clock comes twice
        ("America/Detroit", "2026-03-08", "00:30", "2026-03-08 04:30", "00 01 03 04"),  # 2 o'clock does not come
        ("Europe/Helsinki", "2026-03-29", "02:30", "2026-03-29 04:30", "02 04"),
        ("Europe/Helsinki", "2026-10-25", "02:30", "2026-10-25 05:00", "02 03 04"),
        ("Australia/Lord_Howe", "2026-04-05", "01:00", "2026-04-05 02:00", "01"),  # half an hour twice
        ("Australia/Lord_Howe", "2026-10-04", "01:00", "2026-10-04 03:00", "01 02"),
        ("America/Detroit", "2026-10-05", "09:30", "2026-10-07 09:00", " ".join(f"{n:02}" for n in range(24))),
    ],
)  # fmt: skip
def test_the_clock_on_the_wall_says_which_hour_it_is(amara, one_day, zone, night, begun, left, expected):
    house = make.house(time_zone=zone)
    visit = make.visit(amara, day(night), begun, None, ending="not_written")
    left_on, left_at = left.split()
    left_at = house.at(day(left_on), dt.time.fromisoformat(left_at))
    Visit.objects.filter(pk=visit.pk).update(left_at=left_at, ending=Visit.Ending.KNOWN)
    assert hours(one_day(night)) == dict.fromkeys(sorted(expected.split()), 1)


def test_hours_and_minutes_of_a_visit(amara, noor, one_day):
    make.visit(amara, day("2026-10-05"), "09:00", "10:00")
    make.visit(noor, day("2026-10-05"), "09:00", "09:25")
    make.visit(noor, day("2026-10-05"), "11:00", "12:00", ending="assumed")
    found = one_day("2026-10-05").attendance
    assert (found.minutes, found.hours, found.minutes_per_visit) == (85, Decimal("1.42"), Decimal("42.50"))


# -- kept and read again -------------------------------------------------------------------------------------------


def test_a_report_that_was_kept_reads_back_the_same(amara, old_book):
    make.visit(amara, day("2026-10-05"), unit=make.unit())
    report = monthly_report(OCTOBER, today=LATER)
    assert read_report(exports.to_json(report)) == report
    assert read_report(exports.to_json(report).decode()) == report


def test_an_empty_book_compares_with_nothing(db):
    report = monthly_report(OCTOBER, today=LATER)
    assert set(vars(report.comparisons).values()) == {None}
    assert [month.month for month in report.trend] == ["2026-10"]
    assert read_report(exports.to_json(report)) == report
