"""The month is ready: by mail on the first open day after it, 9:30 house time, a link only, at most once."""

import datetime as dt
import re
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.core import mail

from activities.models import OpenDay, SignUp
from attendance.notices import MONTHLY_REPORT
from members import notices
from members.models import Message
from tests import make
from tests.members.notes import wish

pytestmark = pytest.mark.django_db

DETROIT = ZoneInfo("America/Detroit")
MONDAY = dt.date(2026, 11, 2)  # the first open day of November 2026, whose first is a Sunday
DAY, HOUR = dt.timedelta(days=1), dt.timedelta(hours=1)


def local(day: dt.date, clock: str = "09:30", zone: ZoneInfo = DETROIT) -> dt.datetime:
    return dt.datetime.combine(day, dt.time.fromisoformat(clock), tzinfo=zone)


def close(first: dt.date, last: dt.date) -> None:
    days = [first + DAY * n for n in range((last - first).days + 1)]
    OpenDay.objects.bulk_create(OpenDay(day=day, is_open=False) for day in days)


@pytest.fixture(autouse=True)
def house_with_mail(settings):
    settings.MAIL_READY, settings.ADDRESS = True, "https://house.example.org"


@pytest.fixture
def amara(amara):
    amara.email = "amara@example.org"
    amara.save()
    wish(amara, MONTHLY_REPORT)
    return amara


@pytest.fixture
def sam(sam):
    sam.email = "sam@example.org"
    sam.save()
    wish(sam, MONTHLY_REPORT)
    return sam


def sent() -> list[str]:
    """To whom, and the month that the link opens."""
    return sorted(f"{each.to[0].split('@')[0]} {re.findall('/reports/([0-9-]+)/', each.body)}" for each in mail.outbox)


def sweep(first: dt.datetime, last: dt.datetime, step: dt.timedelta) -> list[dt.datetime]:
    """When letters left."""
    left, at = [], first.astimezone(dt.UTC)
    while at <= last:
        notices.send_due(at)
        left += [at] * (len(mail.outbox) - len(left))
        at += step
    return left


def test_members_and_staff_who_asked_get_a_link_and_no_figure(amara, noor, sam, dana):
    for day in (dt.date(2026, 10, 5), dt.date(2026, 10, 6), MONDAY):
        make.visit(noor, day)
    notices.send_due(local(MONDAY - DAY, "12:00"))  # Sunday, the first: closed
    notices.send_due(local(MONDAY, "09:29"))
    assert mail.outbox == []
    assert notices.send_due(local(MONDAY))["sent"] == 2
    assert sent() == ["amara ['2026-10']", "sam ['2026-10']"]
    for letter, name in zip(sorted(mail.outbox, key=lambda each: each.to), ("Amara", "Sam"), strict=True):
        assert letter.subject == "A message from us"
        piece = letter.body.split("\n\n", 2)
        assert piece[0] == f"Hello {name},"
        assert piece[2].split("You asked for this")[0].strip() == (
            "What we wrote down for October 2026 is ready. Sign in to read it:\n"
            "https://house.example.org/reports/2026-10/"
        )


@pytest.mark.once
def test_each_gets_it_once_however_often_the_sweep_runs(amara, sam):
    left = sweep(local(dt.date(2026, 11, 1), "00:10"), local(dt.date(2026, 12, 4), "23:00"), 11 * HOUR)
    assert sent() == [
        f"{name} ['{month}']" for name in ("amara", "sam") for month in ("2026-10", "2026-11")
    ]  # fmt: skip
    assert {at.astimezone(DETROIT).date() for at in left} == {MONDAY, dt.date(2026, 12, 1)}


@pytest.mark.once
@pytest.mark.parametrize("first_open", [dt.date(2026, 11, 9), dt.date(2026, 11, 30)])
def test_a_house_that_is_closed_first_tells_it_on_its_first_open_day(amara, first_open):
    close(dt.date(2026, 11, 1), first_open - DAY)
    notices.send_due(local(MONDAY))
    left = sweep(local(first_open - DAY, "06:30"), local(first_open, "15:30"), 3 * HOUR)
    assert [at.astimezone(DETROIT) for at in left] == [local(first_open, "09:30")]
    assert sent() == ["amara ['2026-10']"]


def test_after_a_month_without_open_days_both_months_come_in_one_letter(amara):
    close(dt.date(2026, 11, 1), dt.date(2026, 11, 30))
    assert sweep(local(dt.date(2026, 11, 1)), local(dt.date(2026, 11, 30)), 7 * DAY) == []
    notices.send_due(local(dt.date(2026, 12, 1)))
    assert sent() == ["amara ['2026-10', '2026-11']"]


def test_a_saturday_that_the_calendar_opens_is_the_first_open_day(amara):
    OpenDay.objects.create(day=dt.date(2026, 8, 1), is_open=True)
    notices.send_due(local(dt.date(2026, 8, 1)))
    assert sent() == ["amara ['2026-07']"]


@pytest.mark.parametrize(
    ("day", "month"),
    [(MONDAY + 4 * DAY, "2026-10"), (dt.date(2026, 11, 30), "2026-10"), (dt.date(2026, 12, 1), "2026-11")],
)
def test_a_machine_that_was_off_catches_up_in_the_same_month_once(amara, day, month):
    """On 1 December it tells of November, and not of October any more."""
    sweep(local(day, "11:00"), local(day, "11:00") + 3 * HOUR, HOUR)
    assert sent() == [f"amara ['{month}']"]


def test_nothing_for_a_month_that_was_over_before_they_asked(noor, rosa):
    november = local(dt.date(2026, 11, 1), "00:00")
    for member, since_at in ((noor, november - HOUR), (rosa, november)):
        member.email = f"{member.first_name.lower()}@example.org"
        member.save()
        asked = wish(member, MONTHLY_REPORT)
        asked.since_at = since_at
        asked.save()
    notices.send_due(local(MONDAY))
    assert sent() == ["noor ['2026-10']"]


@pytest.mark.parametrize("gone", ["switched off", "without a login", "works no more", "no address"])
def test_not_to_somebody_who_could_not_open_it(sam, gone):
    notices.send_due(local(MONDAY, "08:00"))
    if gone == "switched off":
        sam.user.is_active = False
        sam.user.save()
    sam.user = None if gone == "without a login" else sam.user
    sam.ended_on = MONDAY if gone == "works no more" else None
    sam.email = "" if gone == "no address" else sam.email
    sam.save()
    notices.send_due(local(MONDAY))
    reason = {"works no more": "works_no_more", "no address": "no_address"}.get(gone, "untrue")
    assert (mail.outbox, Message.objects.get().reason) == ([], reason)


def test_who_works_here_no_more_is_not_even_asked(sam):
    sam.ended_on = MONDAY
    sam.save()
    notices.send_due(local(MONDAY))
    assert (mail.outbox, Message.objects.count()) == ([], 0)


def test_stopping_takes_back_what_waits(sam, as_):
    notices.send_due(local(MONDAY, "08:00"))
    as_(sam).post("/me/messages/", {"kind": MONTHLY_REPORT, "tap": "email no"})
    notices.send_due(local(MONDAY))
    assert (mail.outbox, Message.objects.get().reason) == ([], "unwished")


@pytest.mark.once
@pytest.mark.parametrize(
    ("zone", "change"),
    [
        ("America/Detroit", dt.date(2026, 11, 1)),
        ("Europe/Helsinki", dt.date(2026, 3, 29)),
        ("Australia/Lord_Howe", dt.date(2026, 10, 4)),
        ("Pacific/Kiritimati", dt.date(2026, 11, 1)),
    ],
)
def test_half_past_nine_is_so_by_the_clock_on_the_wall(amara, zone, change):
    """The first open day is the one after the night in which the clocks change."""
    first, there = change.replace(day=1), ZoneInfo(zone)
    make.house(time_zone=zone)
    close(first, change)
    half_past_nine = local(change + DAY, "09:30", there)
    assert sweep(half_past_nine - 4 * HOUR, half_past_nine + 2 * HOUR, HOUR / 2) == [half_past_nine]


@pytest.mark.once
def test_quiet_hours_come_first(amara):
    make.house(quiet_from=dt.time(18), quiet_until=dt.time(11))
    left = sweep(local(MONDAY, "09:00"), local(MONDAY, "12:00"), HOUR / 2)
    assert [at.astimezone(DETROIT) for at in left] == [local(MONDAY, "11:00")]


def test_it_joins_a_reminder_that_leaves_half_an_hour_before(amara):
    """One a day at most: the two go together."""
    wish(amara, "task_reminder")
    task = make.task("Dishes", day=MONDAY, part="afternoon")
    SignUp.objects.create(task=task, member=amara, at=local(MONDAY, "08:00"), by=amara.user)
    sweep(local(MONDAY, "00:30"), local(MONDAY, "12:30"), HOUR / 2)
    assert len(mail.outbox) == 1
    assert sorted(Message.objects.values_list("kind", "state")) == [
        ("monthly_report", "sent"),
        ("task_reminder", "sent"),
    ]


def test_the_clock_of_the_machine_decides_when_nobody_says_a_time(amara):
    with time_machine.travel(local(MONDAY), tick=False):
        notices.send_due()
    assert sent() == ["amara ['2026-10']"]


def test_preparing_costs_one_query_when_there_is_nothing_to_do(amara, sam, noor, django_assert_num_queries):
    house, prepare = make.house(), notices.KINDS[MONTHLY_REPORT].prepare
    wishes = 2
    for member in (None, noor):
        if member:
            member.email, wishes = "noor@example.org", 3
            member.save()
            wish(member, MONTHLY_REPORT)
        Message.objects.all().delete()
        with django_assert_num_queries(6):  # anybody? three of the calendar, who, and the rows
            assert prepare(house, local(MONDAY)) == wishes
        with django_assert_num_queries(1):
            assert prepare(house, local(MONDAY)) == 0
