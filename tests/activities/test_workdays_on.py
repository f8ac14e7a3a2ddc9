"""One day asked alone says the same as the calendar, and costs one query."""

import datetime as dt

import pytest

from activities import workdays
from activities.models import OpenDay, OpeningHours, OpeningWeek

pytestmark = pytest.mark.django_db
FIRST, LAST = dt.date(2026, 9, 28), dt.date(2026, 10, 25)


@pytest.fixture
def a_full_calendar():
    for starts_on, weekdays in [(dt.date(2026, 10, 5), (0, 1, 4)), (dt.date(2026, 10, 19), (5,))]:
        week = OpeningWeek.objects.create(starts_on=starts_on)
        for weekday in weekdays:
            OpeningHours.objects.create(week=week, weekday=weekday, opens_at=dt.time(9), closes_at=dt.time(15))
    OpenDay.objects.create(day=dt.date(2026, 9, 29), is_open=False, note="Holiday")
    OpenDay.objects.create(day=dt.date(2026, 10, 6), is_open=True, closes_at=dt.time(12), note="Half a day")
    OpenDay.objects.create(day=dt.date(2026, 10, 7), is_open=True, note="Garden day")
    OpenDay.objects.create(day=dt.date(2026, 10, 24), is_open=False, note="Snow")


def test_one_day_says_the_same_as_the_calendar(a_full_calendar):
    days = [FIRST + dt.timedelta(days=offset) for offset in range((LAST - FIRST).days + 1)]
    assert [workdays.on(day) for day in days] == workdays.calendar(FIRST, LAST)


def test_one_day_costs_one_query(a_full_calendar, django_assert_num_queries):
    with django_assert_num_queries(1):
        workdays.on(dt.date(2026, 10, 6))
