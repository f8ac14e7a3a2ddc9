"""Quiet hours by the clock on the wall: over midnight, by day, none at all, and when the clock changes in the night."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from django.core import mail

from members import notices
from members.models import Message
from members.notices.hours import quiet_ends_at
from tests import make
from tests.members import notes
from tests.members.notes import waiting, wish

# What leaves when is asked on both databases in test_send_due.py; here it is clocks.
pytestmark = [pytest.mark.django_db, pytest.mark.once]

CHANGES = [
    ("America/Detroit", dt.date(2026, 3, 8)),
    ("America/Detroit", dt.date(2026, 11, 1)),
    ("Europe/Helsinki", dt.date(2026, 3, 29)),
    ("Europe/Helsinki", dt.date(2026, 10, 25)),
    ("Australia/Lord_Howe", dt.date(2026, 4, 5)),
    ("Australia/Lord_Howe", dt.date(2026, 10, 4)),
]
MINUTE = dt.timedelta(minutes=1)


def local(day: dt.date, clock: str, zone: str, fold: int = 0) -> dt.datetime:
    return dt.datetime.combine(day, dt.time.fromisoformat(clock).replace(fold=fold), tzinfo=ZoneInfo(zone))


@pytest.fixture(autouse=True)
def post_office(monkeypatch, settings):
    settings.MAIL_READY = True
    kinds = {"note": notes.kind()}
    monkeypatch.setattr("members.notices.sweep.KINDS", kinds)
    monkeypatch.setattr("members.notices.claim.KINDS", kinds)


@pytest.fixture
def amara(amara):
    amara.email = "amara@example.org"
    amara.save()
    wish(amara)
    return amara


@pytest.mark.parametrize(("zone", "change"), CHANGES)
def test_the_night_ends_at_nine_also_when_the_clock_changes_in_it(amara, zone, change):
    make.house(time_zone=zone)
    evening = local(change - dt.timedelta(days=1), "20:00", zone)
    nine = local(change, "09:00", zone)
    waiting(amara, due_at=evening)
    at = evening.astimezone(dt.UTC)
    while at < nine:
        notices.send_due(at)
        at += 30 * MINUTE
    assert mail.outbox == []
    assert Message.objects.get().due_at == nine
    notices.send_due(nine - dt.timedelta(seconds=1))
    assert mail.outbox == []
    notices.send_due(nine)
    assert len(mail.outbox) == 1


@pytest.mark.parametrize(("zone", "change"), CHANGES)
@pytest.mark.parametrize("hours", [("20:00", "09:00"), ("22:00", "01:45"), ("23:30", "02:15"), ("12:00", "14:00")])
def test_the_end_of_quiet_hours_is_the_first_moment_that_is_not_quiet(zone, change, hours):
    """Also where the end falls into the hour that is left out or comes twice."""
    house = make.house(
        time_zone=zone, quiet_from=dt.time.fromisoformat(hours[0]), quiet_until=dt.time.fromisoformat(hours[1])
    )
    start = local(change - dt.timedelta(days=1), "19:00", zone).astimezone(dt.UTC)
    asked = [start + offset * MINUTE for offset in range(0, 20 * 60, 47)]
    ends = {now: quiet_ends_at(house, now) for now in asked if house.is_quiet(now)}
    assert len(ends) > 1
    for now, end in ends.items():
        between = [now + count * MINUTE for count in range((end - now) // MINUTE)]
        assert all(house.is_quiet(at) for at in [*between, end - MINUTE])
        assert not house.is_quiet(end)


@pytest.mark.parametrize(
    ("quiet", "clock", "sent"),
    [
        (("20:00", "09:00"), "19:59", 1),
        (("20:00", "09:00"), "20:00", 0),
        (("20:00", "09:00"), "23:59", 0),
        (("20:00", "09:00"), "00:00", 0),
        (("20:00", "09:00"), "08:59", 0),
        (("20:00", "09:00"), "09:00", 1),
        (("12:00", "14:00"), "13:00", 0),
        (("12:00", "14:00"), "03:00", 1),
        (("00:00", "00:00"), "00:00", 1),  # the same twice: a house without quiet hours
    ],
)
def test_quiet_hours_are_the_houses_own(amara, quiet, clock, sent):
    make.house(quiet_from=dt.time.fromisoformat(quiet[0]), quiet_until=dt.time.fromisoformat(quiet[1]))
    now = local(dt.date(2026, 10, 7), clock, "America/Detroit")
    waiting(amara, due_at=now)
    notices.send_due(now)
    assert len(mail.outbox) == sent


@pytest.mark.parametrize(("zone", "change"), CHANGES)
def test_a_day_of_the_cap_is_a_day_of_the_house(amara, zone, change):
    """23:30 and 0:30 are two days, 0:30 and 23:30 one, however long the day was."""
    make.house(time_zone=zone, quiet_from=dt.time(0), quiet_until=dt.time(0))
    day = dt.timedelta(days=1)
    times = [local(change - day, "23:30", zone), local(change, "00:30", zone), local(change, "23:30", zone)]
    for position, at in enumerate(times):
        waiting(amara, f"thing {position}", due_at=at)
        notices.send_due(at)
    assert list(Message.objects.order_by("due_at").values_list("state", flat=True)) == ["sent", "sent", "held"]
