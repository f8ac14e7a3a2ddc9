"""Reminders, summaries and reports by the calendar: nights when the clock changes, own hours, week 53, month ends."""

import datetime as dt

import pytest
import time_machine
from django.core import mail

from activities.models import Part, SignUp
from attendance.notices import monthly_report, weekly_summary
from clubhouse.converters import IsoWeek, Month
from members import notices
from members.models import Message, MessageWish, Staff
from members.notices import hours
from tests import make
from tests.members.notes import LONG_AGO
from tests.members.test_notices_clock import CHANGES, MINUTE, local

pytestmark = [pytest.mark.django_db, pytest.mark.once]
DAY = dt.timedelta(days=1)
ZONES = ["America/Detroit", "Europe/Helsinki", "Australia/Lord_Howe"]


@pytest.fixture(autouse=True)
def post_office(settings):
    settings.MAIL_READY = True


def asks(person, kind: str):
    person.email = f"{person.first_name.lower()}@example.org"
    person.save()
    whose = {"staff": person} if isinstance(person, Staff) else {"member": person}
    MessageWish.objects.create(**whose, kind=kind, channel="email", since_at=LONG_AGO)


def leaves_at(*moments: dt.datetime) -> list[dt.datetime]:
    """At which of these a letter left, for a house that looks then, and a second before each."""
    times: list[dt.datetime] = []
    for moment in moments:
        for at in (moment - dt.timedelta(seconds=1), moment):
            with time_machine.travel(at.astimezone(dt.UTC), tick=False):
                notices.send_due()
            times += [at] * (len(mail.outbox) - len(times))
    return times


# -- Nights when the clock changes -------------------------------------------------------------------------------------


@pytest.mark.parametrize(("zone", "change"), CHANGES)
def test_a_reminder_leaves_at_six_in_the_evening_before_a_short_or_long_night_and_before_the_next(
    amara, sam, zone, change
):
    make.house(time_zone=zone)
    asks(amara, "task_reminder")
    for day in (change, change + DAY):
        task = make.task(f"Lunch of {day:%A}", day=day, part=Part.MORNING)
        SignUp.objects.create(task=task, member=amara, at=LONG_AGO, by=sam.user)
    first, second = (local(day, "18:00", zone) for day in (change - DAY, change))
    morning = local(change, "09:00", zone)
    assert leaves_at(first - DAY, first, morning, second, morning + DAY) == [first, second]


@pytest.mark.parametrize(("zone", "change"), CHANGES)
def test_after_a_sunday_with_another_clock_the_summary_leaves_on_monday_at_half_past_nine(amara, zone, change):
    assert change.weekday() == 6
    make.house(time_zone=zone)
    asks(amara, "weekly_summary")
    make.visit(amara, change, "10:00", "12:00")
    nine, half_past = (local(change + DAY, clock, zone) for clock in ("09:00", "09:30"))
    assert leaves_at(local(change, "21:00", zone), nine, half_past, half_past + DAY) == [half_past]


@pytest.mark.parametrize(
    ("zone", "change", "quiet"),
    [  # the hour, or half hour, that comes twice
        ("America/Detroit", dt.date(2026, 11, 1), ("01:15", "01:45")),
        ("Europe/Helsinki", dt.date(2026, 10, 25), ("03:15", "03:45")),
        ("Australia/Lord_Howe", dt.date(2026, 4, 5), ("01:40", "01:55")),
    ],
)
def test_quiet_hours_inside_the_hour_that_comes_twice_are_kept_both_times(zone, change, quiet):
    begins, ends = (dt.time.fromisoformat(clock) for clock in quiet)
    house = make.house(time_zone=zone, quiet_from=begins, quiet_until=ends)
    for fold in (0, 1):
        first = local(change, quiet[0], zone, fold)
        assert not house.is_quiet(first - MINUTE)
        assert house.is_quiet(first)
        assert hours.quiet_ends_at(house, first) == local(change, quiet[1], zone, fold)
    assert local(change, quiet[0], zone, 1).astimezone(dt.UTC) > local(change, quiet[1], zone, 0).astimezone(dt.UTC)


@pytest.mark.parametrize(
    ("zone", "change", "quiet", "next_clock"),
    [  # the clock jumps over them
        ("America/Detroit", dt.date(2026, 3, 8), ("02:15", "02:45"), "03:00"),
        ("Europe/Helsinki", dt.date(2026, 3, 29), ("03:15", "03:45"), "04:00"),
        ("Australia/Lord_Howe", dt.date(2026, 10, 4), ("02:05", "02:25"), "02:30"),
    ],
)
def test_quiet_hours_that_the_clock_jumps_over_hold_nothing_back_that_night(zone, change, quiet, next_clock):
    begins, ends = (dt.time.fromisoformat(clock) for clock in quiet)
    house = make.house(time_zone=zone, quiet_from=begins, quiet_until=ends)
    after = local(change, next_clock, zone).astimezone(dt.UTC)
    around = [after + count * MINUTE for count in range(-90, 90)]
    assert not any(house.is_quiet(at) for at in around)
    assert any(house.is_quiet(at + DAY) for at in around)


# -- A member's own hours ----------------------------------------------------------------------------------------------


def own_hours(amara, first: str, last: str):
    amara.contact_from, amara.contact_until = dt.time.fromisoformat(first), dt.time.fromisoformat(last)
    amara.save()
    return amara


@pytest.mark.parametrize(
    ("own", "clock", "opens"),
    [
        (("11:00", "13:00"), "09:00", (0, "11:00")),
        (("11:00", "13:00"), "12:59", (0, "12:59")),
        (("11:00", "13:00"), "13:00", (1, "11:00")),
        (("07:00", "10:00"), "07:30", (0, "09:00")),  # the house's quiet ends later
        (("18:00", "23:00"), "20:00", (1, "18:00")),  # and begins earlier
        (("18:00", "10:00"), "11:00", (0, "18:00")),  # over midnight: an evening and a morning
        (("18:00", "10:00"), "21:00", (1, "09:00")),
        (("21:00", "02:00"), "12:00", None),  # nothing of it is outside the quiet hours
    ],
)
def test_own_hours_lie_inside_those_in_which_the_house_writes(amara, own, clock, opens):
    house = make.house(quiet_from=dt.time(20), quiet_until=dt.time(9))
    day = dt.date(2026, 10, 7)
    now = local(day, clock, "America/Detroit")
    found = hours.opens_at(own_hours(amara, *own), house, now)
    assert found == (local(day + opens[0] * DAY, opens[1], "America/Detroit") if opens else None)


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize("own", [("10:00", "12:00"), ("19:00", "09:30"), ("01:30", "02:10"), ("02:10", "02:40")])
def test_own_hours_are_kept_every_minute_of_the_nights_when_the_clock_changes(amara, zone, own):
    house = make.house(time_zone=zone, quiet_from=dt.time(22), quiet_until=dt.time(1))
    amara = own_hours(amara, *own)
    for change in [day for name, day in CHANGES if name == zone]:
        start = local(change - DAY, "17:00", zone).astimezone(dt.UTC)
        for now in (start + count * MINUTE for count in range(0, 24 * 60, 53)):
            opens = hours.opens_at(amara, house, now)
            assert opens is not None
            assert hours.is_open(amara, house, opens)
            assert not any(
                hours.is_open(amara, house, now + count * MINUTE) for count in range((opens - now) // MINUTE)
            )


def test_a_message_waits_for_own_hours_and_leaves_in_them(amara, sam):
    make.house(time_zone="America/Detroit")
    asks(amara, "weekly_summary")
    own_hours(amara, "11:00", "13:00")
    make.visit(amara, dt.date(2026, 10, 7))
    monday = dt.date(2026, 10, 12)
    half_past_nine, eleven = (local(monday, clock, "America/Detroit") for clock in ("09:30", "11:00"))
    assert leaves_at(half_past_nine, eleven, eleven + DAY) == [eleven]


# -- Week 53 -----------------------------------------------------------------------------------------------------------


def test_every_week_of_forty_years_has_one_name_and_is_found_by_it():
    mondays = [dt.date(2019, 12, 30) + 7 * count * DAY for count in range(40 * 52)]
    names = [weekly_summary.occurrence(IsoWeek.of(monday)) for monday in mondays]
    assert len(set(names)) == len(names)
    assert [weekly_summary.week_of(Message(occurrence=name)).first for name in names] == mondays
    assert {name for name in names if name.endswith("W53") and name < "week 2033"} == {
        "week 2020-W53", "week 2026-W53", "week 2032-W53",
    }  # fmt: skip


@pytest.mark.parametrize("zone", ZONES)
def test_the_summary_of_week_53_leaves_in_the_new_year_once(amara, zone):
    make.house(time_zone=zone)
    asks(amara, "weekly_summary")
    make.visit(amara, dt.date(2026, 12, 31))
    make.visit(amara, dt.date(2027, 1, 2))
    monday = dt.date(2027, 1, 4)
    half_past = local(monday, "09:30", zone)
    assert leaves_at(local(dt.date(2027, 1, 1), "09:30", zone), half_past, half_past + 7 * DAY) == [half_past]
    assert Message.objects.get().occurrence == "week 2026-W53"
    assert "Thursday 31 December 2026" in mail.outbox[0].body
    assert "Saturday 2 January\n" in mail.outbox[0].body


# -- Month ends --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "day",
    [dt.date(2026, 11, 1), dt.date(2027, 1, 1), dt.date(2027, 3, 1), dt.date(2028, 2, 29), dt.date(2028, 3, 1)],
)
def test_a_reminder_leaves_on_the_last_evening_of_the_month_before(amara, sam, day):
    make.house(time_zone="America/Detroit")
    asks(amara, "task_reminder")
    SignUp.objects.create(
        task=make.task("Lunch", day=day, part=Part.MORNING), member=amara, at=LONG_AGO, by=sam.user
    )  # fmt: skip
    evening = local(day - DAY, "18:00", "America/Detroit")
    assert leaves_at(evening, evening + 15 * MINUTE) == [evening]
    assert f"Tomorrow, {day:%A} {day.day} {day:%B}" in mail.outbox[0].body


@pytest.mark.parametrize(
    ("zone", "month"),
    [
        ("America/Detroit", "2026-10"),
        ("Europe/Helsinki", "2026-12"),
        ("Australia/Lord_Howe", "2026-02"),
        ("Australia/Lord_Howe", "2028-02"),
    ],
)
def test_word_of_a_month_leaves_on_its_next_open_day_by_the_clock_of_the_house(sam, zone, month):
    """On the first of the month it is still the last of it elsewhere."""
    make.house(time_zone=zone)
    asks(sam, "monthly_report")
    over = Month.parse(month)
    first_open = next(day for day in (over.next.first + count * DAY for count in range(4)) if day.weekday() < 5)
    half_past = local(first_open, "09:30", zone)
    assert leaves_at(local(over.last, "23:59", zone), half_past, half_past + 2 * DAY) == [half_past]
    assert Message.objects.get(state="sent").occurrence == monthly_report.occurrence(over)
