"""The week ahead: Sunday at 18:00, what the member is on from Monday to Sunday, at most once."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.core import mail

from activities import actions
from activities.actions import WEEK_AHEAD
from members import notices
from members.models import House, Message, MessageWish
from tests import make
from tests.activities.test_reminder_times import CHANGES
from tests.members.notes import wish

pytestmark = pytest.mark.django_db
SUNDAY = dt.date(2026, 10, 4)


@pytest.fixture(autouse=True)
def house_with_mail(settings):
    settings.MAIL_READY = True
    settings.ADDRESS = "https://house.example.org"


@pytest.fixture
def amara(amara):
    amara.email = "amara@example.org"
    amara.save()
    wish(amara, WEEK_AHEAD)
    return amara


def at(day: dt.date, clock: str) -> dt.datetime:
    return House.objects.current().at(day, dt.time.fromisoformat(clock))


def day(number: int, sunday: dt.date = SUNDAY) -> dt.date:
    """1: the Monday after `sunday`."""
    return sunday + dt.timedelta(days=number)


def signs_up(member, offer, now: dt.datetime | None = None) -> None:
    is_task = hasattr(offer, "unit")
    act = actions.sign_up if is_task else actions.join_event
    with time_machine.travel(now or at(offer.day - dt.timedelta(days=9), "10:00"), tick=False):
        act(member=member, by=member.user, **{"task" if is_task else "event": offer})


def letters(now: dt.datetime) -> list[str]:
    mail.outbox.clear()
    with time_machine.travel(now, tick=False):
        notices.send_due(now)
    return [sent.body for sent in mail.outbox]


def test_it_says_what_i_am_on_from_monday_to_sunday(amara, noor, sam):
    lunch, off = make.task("Lunch", day=day(2), starts_at=dt.time(9, 30)), make.task("Garden", day=day(3))
    for offer in (lunch, off, make.task("Dishes", day=day(1)), make.event("Games", day=day(7))):
        signs_up(amara, offer)
    signs_up(amara, make.event("Too early", day=SUNDAY))
    signs_up(amara, make.event("Too late", day=day(8)))
    signs_up(noor, lunch)
    signs_up(noor, make.event("Choir", day=day(2)))
    off.called_off_at = at(SUNDAY, "10:00")
    off.save()
    assert letters(at(SUNDAY, "17:59")) == []
    (body,) = letters(at(SUNDAY, "18:00"))
    assert body.split("well today.\n\n")[1].split("\n\nYou asked")[0] == (
        "Your week, Monday 5 October to Sunday 11 October:\n"
        "- Monday 5 October, in the morning: Dishes (Kitchen)\n"
        "- Tuesday 6 October, 9:30 am: Lunch (Kitchen)\n"
        "- Sunday 11 October, 5:15 pm: Games\n"
        "\n"
        "You said that you come. Good that you are with us.\n"
        "Something else came up? Give a place back with one tap, no reason needed:\n"
        "https://house.example.org/me/week/"
    )
    assert letters(at(SUNDAY, "18:30")) == []
    assert Message.objects.filter(kind=WEEK_AHEAD).count() == 1


def test_an_empty_week_is_not_told(amara):
    signs_up(amara, make.task(day=day(8)))
    assert (letters(at(SUNDAY, "18:00")), Message.objects.count()) == ([], 0)


@pytest.mark.parametrize("given_back", ["before six", "after six, while the house is quiet"])
def test_a_place_given_back_leaves_nothing(amara, given_back):
    make.house(quiet_from=dt.time(18, 30))
    task = make.task(day=day(1))
    signs_up(amara, task)
    if given_back != "before six":
        assert letters(at(SUNDAY, "18:45")) == []
        assert Message.objects.count() == 1
    with time_machine.travel(at(SUNDAY, "18:50"), tick=False):
        actions.withdraw(task=task, member=amara, by=amara.user)
    assert (letters(at(day(1), "09:00")), Message.objects.count()) == ([], 0)


@pytest.mark.parametrize(
    ("asked", "back", "comes"),
    [
        ("12:00", (1, "09:30"), True),  # the machine was off on Sunday
        ("12:00", (1, "19:59"), True),
        ("12:00", (1, "20:00"), False),  # the week is under way
        ("18:01", (0, "18:02"), False),  # asked after it was due
    ],
)
def test_late_is_better_than_not_until_monday_evening(amara, asked, back, comes):
    MessageWish.objects.update(since_at=at(SUNDAY, asked))
    make.house(quiet_from=dt.time(22))
    signs_up(amara, make.task(day=day(2)), at(SUNDAY, "11:00"))
    assert len(letters(at(day(back[0]), back[1]))) == comes
    assert letters(at(day(2), "10:00")) == []


def test_what_is_taken_up_on_monday_makes_no_summary(amara):
    signs_up(amara, make.task(day=day(2)), at(day(1), "09:30"))
    assert (letters(at(day(1), "09:31")), Message.objects.count()) == ([], 0)


def test_late_on_monday_what_has_begun_is_left_out(amara):
    signs_up(amara, make.task("Dishes", day=day(1)))
    signs_up(amara, make.task("Lunch", day=day(2)))
    (body,) = letters(at(day(1), "09:30"))
    assert "Lunch" in body and "Dishes" not in body


@pytest.mark.parametrize(
    ("house", "member", "comes"),
    [({"quiet_from": "17:00"}, {}, "16:45"), ({}, {"contact_until": "13:00"}, "12:45"), ({}, {}, "18:00")],
)
def test_quiet_hours_leave_the_nearest_time(amara, house, member, comes):
    make.house(**{name: dt.time.fromisoformat(value) for name, value in house.items()})
    for name, value in member.items():
        setattr(amara, name, dt.time.fromisoformat(value))
    amara.save()
    signs_up(amara, make.task(day=day(2)))
    due_at = at(SUNDAY, comes)
    assert (letters(due_at - dt.timedelta(minutes=1)), len(letters(due_at))) == ([], 1)


@pytest.mark.parametrize(("zone", "change"), CHANGES)
def test_six_on_the_sunday_when_the_clock_changes(amara, zone, change):
    make.house(time_zone=zone)
    signs_up(amara, make.task(day=day(1, change), starts_at=dt.time(9, 30)))
    six = dt.datetime.combine(change, dt.time(18), tzinfo=ZoneInfo(zone))
    assert (letters(six - dt.timedelta(seconds=1)), len(letters(six))) == ([], 1)


def test_the_53rd_week(amara):
    sunday = dt.date(2026, 12, 27)
    signs_up(amara, make.event("New Year", day=day(5, sunday)))
    (body,) = letters(at(sunday, "18:00"))
    assert "Your week, Monday 28 December to Sunday 3 January 2027:\n- Friday 1 January 2027, 5:15 pm: New Year" in body
    assert Message.objects.get(kind=WEEK_AHEAD).occurrence == "week 2026-W53"


def test_it_costs_the_same_for_one_and_for_three(amara, noor, rosa, django_assert_num_queries):
    kind, house, now = notices.KINDS[WEEK_AHEAD], House.objects.current(), at(SUNDAY, "18:00")
    lunch, games = make.task("Lunch", day=day(2), places=5), make.event("Games", day=day(3))
    for number, member in enumerate((amara, noor, rosa)):
        if member != amara:
            member.email = f"{member.pk}@example.org"
            member.save()
            wish(member, WEEK_AHEAD)
        signs_up(member, lunch)
        signs_up(member, games)
        with django_assert_num_queries(4):  # wishes, tasks, events, the rows
            assert kind.prepare(house, now) == 1
        with django_assert_num_queries(1):
            assert kind.prepare(house, now) == 0
        with django_assert_num_queries(4):  # the messages, tasks, events, closed days
            assert len(kind.facts(list(Message.objects.filter(kind=WEEK_AHEAD)), house, now)) == number + 1
