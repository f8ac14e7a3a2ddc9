"""Rules by which work comes again: against a plain predicate asked day by day, against dates from a paper calendar,
in three zones on the nights when the clock changes, and never on a closed day."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import ValidationError
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from activities import tasks, workdays
from activities.models import (
    OpenDay,
    OpeningHours,
    OpeningWeek,
    RepeatingTask,
    monthly,
    repeats,
    weekly,
)
from activities.models.repeats import LAST, days_of, validate_rule, words_of
from members.models import House
from tests import make

ONE_DAY, ONE_WEEK = dt.timedelta(days=1), dt.timedelta(days=7)
MONDAY, TUESDAY, WEDNESDAY, FRIDAY, SUNDAY = 0, 1, 2, 4, 6
THREE_YEARS = (dt.date(2026, 1, 1), dt.date(2028, 12, 31))


# -- what a rule means, once more, without the library -----------------------------------------------------------------


@dataclass(frozen=True)
class Meant:
    """What somebody asked for. `nth` 0: every `every`th week on `weekdays`; else on one weekday of each month."""

    weekdays: frozenset[int]
    every: int = 1
    nth: int = 0

    @property
    def rule(self) -> str:
        return monthly(min(self.weekdays), nth=self.nth) if self.nth else weekly(self.weekdays, every=self.every)

    def falls_on(self, day: dt.date, starts_on: dt.date) -> bool:
        if day < starts_on or day.weekday() not in self.weekdays:
            return False
        if self.nth == LAST:
            return (day + ONE_WEEK).month != day.month
        if self.nth:
            return 7 * (self.nth - 1) < day.day <= 7 * self.nth
        weeks = (monday_of(day) - monday_of(starts_on)).days // 7
        return weeks % self.every == 0


def monday_of(day: dt.date) -> dt.date:
    return day - day.weekday() * ONE_DAY


def days_between(first: dt.date, last: dt.date) -> list[dt.date]:
    return [first + n * ONE_DAY for n in range((last - first).days + 1)]


WEEKDAYS = st.integers(MONDAY, SUNDAY)
RULES = st.one_of(
    st.builds(Meant, st.frozensets(WEEKDAYS, min_size=1), st.sampled_from([1, 2])),
    st.builds(lambda weekday, nth: Meant(frozenset([weekday]), nth=nth), WEEKDAYS, st.sampled_from([1, 2, 3, 4, LAST])),
)
STARTS = st.dates(dt.date(2025, 12, 1), dt.date(2028, 12, 31))


def agrees(meant: Meant, starts_on: dt.date, found: Callable = days_of) -> bool:
    """Whether three years of the rule, seen in one go and in pieces, are the days that were meant."""
    first, last = THREE_YEARS
    right = [day for day in days_between(first, last) if meant.falls_on(day, starts_on)]
    half = dt.date(2027, 6, 27)
    in_pieces = found(meant.rule, starts_on, first, half) + found(meant.rule, starts_on, half + ONE_DAY, last)
    return found(meant.rule, starts_on, first, last) == right == in_pieces


@pytest.mark.once
@settings(max_examples=120, deadline=None)
@given(meant=RULES, starts_on=STARTS)
def test_a_rule_is_what_was_meant_day_by_day(meant, starts_on):
    assert agrees(meant, starts_on)


def every_week(rule, starts_on, first, last):
    return days_of(rule.replace("INTERVAL=2;", ""), starts_on, first, last)


def counted_from_the_day_looked_at(rule, starts_on, first, last):
    return days_of(rule, max(starts_on, first), first, last)


def last_is_the_fourth(rule, starts_on, first, last):
    return days_of(rule.replace("BYDAY=-1", "BYDAY=4"), starts_on, first, last)


def without_the_last_day(rule, starts_on, first, last):
    return days_of(rule, starts_on, first, last - ONE_DAY)


@pytest.mark.once
@pytest.mark.parametrize(
    "broken", [every_week, counted_from_the_day_looked_at, last_is_the_fourth, without_the_last_day]
)
def test_the_comparison_sees_a_rule_that_is_wrong(broken):
    meant = [
        Meant(frozenset([TUESDAY, SUNDAY]), 2),
        Meant(frozenset([FRIDAY]), nth=LAST),
    ]
    assert [agrees(each, dt.date(2026, 1, 6), broken) for each in meant].count(False) >= 1
    assert all(agrees(each, dt.date(2026, 1, 6)) for each in meant)


# -- by hand, from a paper calendar ------------------------------------------------------------------------------------

FROM = dt.date(2026, 1, 5)
FIRST_MONDAYS = {2026: "5 2 2 6 4 1 6 3 7 5 2 7", 2027: "4 1 1 5 3 7 5 2 6 4 1 6", 2028: "3 7 6 3 1 5 3 7 4 2 6 4"}
LAST_FRIDAYS = {
    2026: "30 27 27 24 29 26 31 28 25 30 27 25",
    2027: "29 26 26 30 28 25 30 27 24 29 26 31",
    2028: "28 25 31 28 26 30 28 25 29 27 24 29",
}
# Every second Tuesday from 6 January 2026; the year 2026 has 53 weeks.
SECOND_TUESDAYS = {
    2026: "6 20 / 3 17 / 3 17 31 / 14 28 / 12 26 / 9 23 / 7 21 / 4 18 / 1 15 29 / 13 27 / 10 24 / 8 22",
    2027: "5 19 / 2 16 / 2 16 30 / 13 27 / 11 25 / 8 22 / 6 20 / 3 17 31 / 14 28 / 12 26 / 9 23 / 7 21",
    2028: "4 18 / 1 15 29 / 14 28 / 11 25 / 9 23 / 6 20 / 4 18 / 1 15 29 / 12 26 / 10 24 / 7 21 / 5 19",
}


def written(calendar: dict[int, str]) -> list[dt.date]:
    days = []
    for year, numbers in calendar.items():
        months = numbers.split(" / ") if "/" in numbers else numbers.split()
        assert len(months) == 12
        days += [dt.date(year, n, int(day)) for n, month in enumerate(months, start=1) for day in month.split()]
    return days


@pytest.mark.once
@pytest.mark.parametrize(
    ("rule", "calendar"),
    [
        (monthly(MONDAY, nth=1), FIRST_MONDAYS),
        (monthly(FRIDAY, nth=LAST), LAST_FRIDAYS),
        (weekly([TUESDAY], every=2), SECOND_TUESDAYS),
    ],
)
def test_three_years_of_dates_written_by_hand(rule, calendar):
    assert days_of(rule, FROM, *THREE_YEARS) == written(calendar)


# -- in words ----------------------------------------------------------------------------------------------------------


@pytest.mark.once
@pytest.mark.parametrize(
    ("rule", "words"),
    [
        (weekly([TUESDAY]), "every week on Tuesday"),
        (weekly([WEDNESDAY, MONDAY]), "every week on Monday and Wednesday"),
        (weekly([MONDAY, WEDNESDAY, FRIDAY]), "every week on Monday, Wednesday and Friday"),
        (weekly(range(5)), "every week from Monday to Friday"),
        (weekly(range(7)), "every day"),
        (weekly([TUESDAY], every=2), "every second week on Tuesday"),
        (weekly(range(7), every=2), "every second week from Monday to Sunday"),
        (monthly(MONDAY, nth=1), "on the first Monday of the month"),
        (monthly(TUESDAY, nth=2), "on the second Tuesday of the month"),
        (monthly(WEDNESDAY, nth=3), "on the third Wednesday of the month"),
        (monthly(FRIDAY, nth=4), "on the fourth Friday of the month"),
        (monthly(SUNDAY, nth=LAST), "on the last Sunday of the month"),
    ],
)
def test_a_rule_is_said_in_words(rule, words):
    validate_rule(rule)
    assert words_of(rule) == words


@pytest.mark.once
@pytest.mark.parametrize("rule", ["", "every Tuesday", "FREQ=SOMETIMES", "FREQ=WEEKLY;BYDAY=XX"])
def test_what_is_no_rule_is_refused(rule):
    with pytest.raises(ValidationError):
        validate_rule(rule)


# -- the worker, on the nights when the clock changes ------------------------------------------------------------------

CLOCK_CHANGES = {
    "America/Detroit": ["2026-03-08", "2026-11-01", "2027-03-14", "2027-11-07", "2028-03-12", "2028-11-05"],
    "Europe/Helsinki": ["2026-03-29", "2026-10-25", "2027-03-28", "2027-10-31", "2028-03-26", "2028-10-29"],
    "Australia/Lord_Howe": ["2026-04-05", "2026-10-04", "2027-04-04", "2027-10-03", "2028-04-02", "2028-10-01"],
}
BESIDE_MIDNIGHT = [dt.time(0, 0, 1), dt.time(2, 15), dt.time(23, 59, 59)]


@pytest.mark.django_db
@pytest.mark.parametrize("zone", CLOCK_CHANGES)
def test_the_worker_makes_the_days_of_the_house_whatever_the_clock_does(zone, time_machine):
    make.house(time_zone=zone)
    open_every_day()
    starts_on = dt.date(2026, 3, 1)
    meant = [Meant(frozenset(range(7))), Meant(frozenset([SUNDAY, MONDAY]), 2), Meant(frozenset([SUNDAY]), nth=1)]
    for each in meant:
        repeating(each, starts_on)
    for changes_on in map(dt.date.fromisoformat, CLOCK_CHANGES[zone]):
        assert hours_of(changes_on, zone) != 24
        OpenDay.objects.create(day=changes_on + ONE_WEEK, is_open=False)
        for today in (changes_on - ONE_DAY, changes_on, changes_on + ONE_DAY):
            for time in BESIDE_MIDNIGHT:
                time_machine.move_to(House.objects.current().at(today, time), tick=False)
                tasks.make_repeating_tasks()
                ahead = [day for day in days_between(today, today + 4 * ONE_WEEK) if day != changes_on + ONE_WEEK]
                assert board_from(today) == [
                    [day for day in ahead if each.falls_on(day, starts_on)] for each in meant
                ], f"{zone} {today} {time}"


def hours_of(day: dt.date, zone: str) -> float:
    starts, ends = (dt.datetime.combine(each, dt.time(), tzinfo=ZoneInfo(zone)) for each in (day, day + ONE_DAY))
    return (ends.astimezone(dt.UTC) - starts.astimezone(dt.UTC)).total_seconds() / 3600


def open_every_day() -> None:
    week = OpeningWeek.objects.create(starts_on=dt.date(2025, 1, 1))
    OpeningHours.objects.bulk_create(
        OpeningHours(week=week, weekday=weekday, opens_at=dt.time(9), closes_at=dt.time(17)) for weekday in range(7)
    )


def repeating(meant: Meant, starts_on: dt.date, title: str = "Dishes") -> RepeatingTask:
    return RepeatingTask.objects.create(unit=make.unit(), title=title, rule=meant.rule, starts_on=starts_on, places=2)


def board_from(day: dt.date) -> list[list[dt.date]]:
    """The days of each repeating task from `day` on."""
    return [
        list(each.tasks.filter(day__gte=day).order_by("day").values_list("day", flat=True))
        for each in RepeatingTask.objects.order_by("pk")
    ]


# -- never on a closed day ---------------------------------------------------------------------------------------------

TODAY = dt.date(2026, 10, 5)
CLOSED = st.frozensets(st.integers(0, 28).map(lambda n: TODAY + n * ONE_DAY), max_size=12)


def made_where_it_should(meant: Meant, starts_on: dt.date, closed: frozenset[dt.date]) -> bool:
    """Whether the worker makes exactly the days of the rule on which the house is open; nothing of it stays."""
    with transaction.atomic():
        open_every_day()
        OpenDay.objects.bulk_create(OpenDay(day=day, is_open=False) for day in closed)
        repeating(meant, starts_on)
        made = tasks.make_repeating_tasks()
        days = board_from(dt.date.min)[0]
        right = [
            day
            for day in days_between(TODAY, TODAY + 4 * ONE_WEEK)
            if meant.falls_on(day, starts_on) and day not in closed
        ]
        transaction.set_rollback(True)
    return days == right and made == len(right)


@pytest.fixture
def monday_morning(db, time_machine):
    time_machine.move_to(House.objects.current().at(TODAY, dt.time(8)), tick=False)


@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(meant=RULES, starts_on=st.dates(TODAY - 8 * ONE_WEEK, TODAY + 5 * ONE_WEEK), closed=CLOSED)
def test_never_on_a_closed_day(monday_morning, meant, starts_on, closed):
    assert made_where_it_should(meant, starts_on, closed)


def test_a_worker_that_forgets_the_calendar_is_seen(monday_morning, monkeypatch):
    story = Meant(frozenset([WEDNESDAY])), TODAY, frozenset([TODAY + 9 * ONE_DAY])
    assert made_where_it_should(*story)
    monkeypatch.setattr(workdays, "open_wod_days", days_between)
    assert not made_where_it_should(*story)


def test_a_worker_that_moves_work_to_the_next_day_is_seen(monday_morning, monkeypatch):
    closed = TODAY + 9 * ONE_DAY
    story = Meant(frozenset([WEDNESDAY])), TODAY, frozenset([closed])
    assert made_where_it_should(*story)

    def moved(rule, starts_on, first, last):
        return [day + ONE_DAY if day == closed else day for day in days_of(rule, starts_on, first, last)]

    monkeypatch.setattr(repeats, "days_of", moved)
    assert not made_where_it_should(*story)
