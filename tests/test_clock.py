"""Wall-clock times around clock changes: the first of two, none that never was."""

import datetime as dt
import re
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.utils import timezone

from clubhouse import clock
from clubhouse.clock import NoSuchTime, moment, typed_time
from clubhouse.converters import DayConverter, Month

pytestmark = pytest.mark.once


@pytest.mark.parametrize(
    ("zone", "day", "time", "utc"),
    [
        ("America/Detroit", "2026-11-01", "01:30", "2026-11-01T05:30"),  # happens twice: the first
        ("America/Detroit", "2026-11-01", "02:30", "2026-11-01T07:30"),
        ("Europe/Helsinki", "2026-10-25", "03:30", "2026-10-25T00:30"),
        ("Australia/Lord_Howe", "2026-04-05", "01:45", "2026-04-04T14:45"),  # half an hour only
        ("America/Detroit", "2024-02-29", "09:00", "2024-02-29T14:00"),
    ],
)
def test_the_moment_of_a_time(zone, day, time, utc):
    found = moment(dt.date.fromisoformat(day), dt.time.fromisoformat(time), ZoneInfo(zone))
    assert found == dt.datetime.fromisoformat(utc).replace(tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("zone", "day", "time"),
    [
        ("America/Detroit", "2026-03-08", "02:30"),
        ("Europe/Helsinki", "2026-03-29", "03:00"),
        ("Australia/Lord_Howe", "2026-10-04", "02:15"),
    ],
)
def test_a_time_that_never_was_is_refused(zone, day, time):
    with pytest.raises(NoSuchTime):
        moment(dt.date.fromisoformat(day), dt.time.fromisoformat(time), ZoneInfo(zone))


def test_months_follow_each_other():
    december = Month.parse("2026-12")
    assert (december.next, december.previous) == (Month(2027, 1), Month(2026, 11))
    assert Month.parse("2024-02").last == dt.date(2024, 2, 29)


@pytest.mark.parametrize("text", ["2026-13", "2026-00", "0001-01", "9999-12", "2026-1", "hello"])
def test_what_is_no_month_is_refused(text):
    with pytest.raises(ValueError):
        Month.parse(text)


@pytest.mark.parametrize("text", ["2026-02-29", "0001-01-01", "9999-12-31", "2026-13-01"])
def test_what_is_no_day_is_refused(text):
    with pytest.raises(ValueError):
        DayConverter().to_python(text)


@pytest.mark.parametrize(
    ("time", "words"),
    [
        (dt.time(14), "2 pm"),
        (dt.time(8, 52), "8:52 am"),
        (dt.time(12), "noon"),
        (dt.time(0), "midnight"),
        (dt.datetime(2026, 10, 6, 14, 41, tzinfo=dt.UTC), "10:41 am"),
    ],
)
def test_times_are_said_one_way(time, words):
    with timezone.override("America/Detroit"):
        assert clock.time_words(time) == words


@pytest.mark.parametrize(
    ("day", "words"),
    [
        (dt.date(2026, 10, 6), "Tuesday 6 October"),
        (dt.date(2025, 10, 6), "Monday 6 October 2025"),
        (dt.datetime(2026, 10, 7, 2, tzinfo=dt.UTC), "Tuesday 6 October"),
    ],
)
def test_days_are_said_one_way(day, words):
    with time_machine.travel("2026-12-01T12:00:00Z"), timezone.override("America/Detroit"):
        assert clock.day_words(day) == words


def test_a_moment_is_a_day_and_a_time():
    with time_machine.travel("2026-12-01T12:00:00Z"), timezone.override("America/Detroit"):
        assert clock.moment_words(dt.datetime(2026, 10, 6, 18, tzinfo=dt.UTC)) == "Tuesday 6 October, 2 pm"


def test_no_template_writes_a_time_another_way():
    """Dates and times go through the filters of members/templatetags/house.py; what machines read may not."""
    templates = Path(__file__).parent.parent / "templates"
    other = re.compile(r"\|(?:time\b|date:[\"'][^\"']*(?:[gGhH]:i|l j F(?! Y)|N j)[^\"']*[\"'])")
    found = {
        (path.name, hit)
        for path in sorted(templates.rglob("*.*"))
        for line in path.read_text().splitlines()
        if not re.search(r'type="(time|hidden)"|href="\?at=', line)
        for hit in other.findall(line)
    }
    assert found == set()


@pytest.mark.parametrize(
    ("typed", "after", "said"),
    [
        ("915", None, "09:15"),
        ("9:15", None, "09:15"),
        ("9.15", None, "09:15"),
        ("9h15", None, "09:15"),
        ("9 15", None, "09:15"),
        ("9", None, "09:00"),
        ("1230", None, "12:30"),
        ("16", None, "16:00"),
        ("4p", None, "16:00"),
        ("4:15 p.m.", None, "16:15"),
        ("4 PM", None, "16:00"),
        ("12a", None, "00:00"),
        ("12pm", None, "12:00"),
        ("1", None, "13:00"),
        ("01", None, "01:00"),
        ("0", None, "00:00"),
        ("530", None, "17:30"),
        ("6", None, "06:00"),
        ("7", "09:00", "19:00"),
        ("430", "09:15", "16:30"),
        ("11", "09:15", "11:00"),
        ("8", "20:30", "08:00"),
        ("1", "20:30", "01:00"),
        ("0030", "20:30", "00:30"),
    ],
)
def test_a_time_typed_in_haste(typed, after, said):
    assert f"{typed_time(typed, after=after and dt.time.fromisoformat(after)):%H:%M}" == said


@pytest.mark.parametrize("typed", ["", "x", "25", "960", "9:1", "13p", "0p", "12345", "9:15:00", "nine"])
def test_what_is_no_time(typed):
    with pytest.raises(ValueError):
        typed_time(typed)
