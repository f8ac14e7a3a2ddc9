"""When a reminder leaves: as the member likes it, outside quiet hours, and in time."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.core import mail

from activities import actions
from activities.actions import PLACE_FREE, TASK_REMINDER
from activities.models import Part
from members import notices
from members.models import Channel, Message, MessageWish
from members.models.messages import Reason
from tests import make
from tests.members.notes import LONG_AGO, wish

pytestmark = pytest.mark.django_db
MONDAY, TUESDAY = dt.date(2026, 10, 5), dt.date(2026, 10, 6)
CHANGES = [
    ("America/Detroit", dt.date(2026, 3, 8)),
    ("America/Detroit", dt.date(2026, 11, 1)),
    ("Europe/Helsinki", dt.date(2026, 3, 29)),
    ("Europe/Helsinki", dt.date(2026, 10, 25)),
    ("Australia/Lord_Howe", dt.date(2026, 4, 5)),
    ("Australia/Lord_Howe", dt.date(2026, 10, 4)),
]


def at(day: dt.date, clock: str, zone: str = "America/Detroit") -> dt.datetime:
    return dt.datetime.combine(day, dt.time.fromisoformat(clock), tzinfo=ZoneInfo(zone))


@pytest.fixture(autouse=True)
def house_with_mail(settings):
    settings.MAIL_READY = True


@pytest.fixture
def amara(amara):
    amara.email = "amara@example.org"
    amara.reminder_time = "morning"
    amara.save()
    wish(amara, TASK_REMINDER)
    return amara


def signs_up(member, offer, now: dt.datetime) -> None:
    act = actions.sign_up if hasattr(offer, "unit") else actions.join_event
    with time_machine.travel(now, tick=False):
        act(member=member, by=member.user, **{"task" if hasattr(offer, "unit") else "event": offer})


def sends(now: dt.datetime) -> list[str]:
    """The letters of one sweep, by their first word about a thing: Today or Tomorrow."""
    mail.outbox.clear()
    with time_machine.travel(now, tick=False):
        notices.send_due(now)
    return [letter.body.split("well today.")[1].split()[0] for letter in mail.outbox]


@pytest.mark.parametrize(
    ("starts_at", "asked", "due"),
    [
        ("10:30", "10:00", "6 09:00"),
        ("09:30", "10:00", "6 09:00"),
        ("09:15", "10:00", "5 18:00"),  # at nine there is no time to get ready, before it is quiet
        ("08:00", "10:00", "5 18:00"),
        ("08:00", "18:01", None),
        ("14:00", "21:00", "6 09:00"),
    ],
)
def test_who_likes_the_morning_has_it_in_time(amara, starts_at, asked, due):
    signs_up(amara, make.task(day=TUESDAY, starts_at=dt.time.fromisoformat(starts_at)), at(MONDAY, asked))
    due_at = Message.objects.values_list("due_at", flat=True).first()
    assert due_at == (at(dt.date(2026, 10, int(due[0])), due[2:]) if due else None)


@pytest.mark.parametrize(
    ("house", "member", "evening", "morning"),
    [
        ({"quiet_from": "17:00"}, {}, "16:45", "09:00"),  # as near to six as it may be
        ({"quiet_until": "10:30"}, {}, "18:00", "10:30"),
        ({"quiet_until": "07:00"}, {}, "18:00", "09:00"),
        ({}, {"contact_from": "19:00"}, "19:00", None),  # that day they hear nothing before the work begins
        ({}, {"contact_until": "12:00"}, "11:45", "09:00"),
        ({}, {"contact_from": "20:00", "contact_until": "23:00"}, None, None),  # the house is quiet then
    ],
)
def test_quiet_hours_leave_the_nearest_time(amara, house, member, evening, morning):
    make.house(**{name: dt.time.fromisoformat(value) for name, value in house.items()})
    for name, value in member.items():
        setattr(amara, name, dt.time.fromisoformat(value))
    task = make.task(day=TUESDAY, part=Part.AFTERNOON)
    times = {
        likes: actions.telling.reminder_due_at(
            task,
            amara_likes(amara, likes),
            house=make.house(),
            now=at(TUESDAY, "00:01") if likes == "morning" else LONG_AGO,
        )
        for likes in ("evening", "morning")
    }
    assert times == {
        "evening": evening and at(MONDAY, evening),
        "morning": morning and at(TUESDAY, morning),
    }


def amara_likes(amara, likes: str):
    amara.reminder_time = likes
    return amara


@pytest.mark.parametrize(("zone", "change"), CHANGES)
@pytest.mark.parametrize("days", [0, 1])
def test_nine_is_nine_by_the_clock_on_the_wall(amara, zone, change, days):
    make.house(time_zone=zone)
    day = change + dt.timedelta(days=days)
    signs_up(amara, make.event("Choir", day=day), at(day - dt.timedelta(days=3), "10:00", zone))
    nine = at(day, "09:00", zone)
    assert [sends(nine - dt.timedelta(seconds=1)), sends(nine), sends(nine + dt.timedelta(hours=1))] == [
        [], ["Today,"], [],
    ]  # fmt: skip


def test_another_wish_moves_what_waits(amara):
    signs_up(amara, make.task(day=TUESDAY, starts_at=dt.time(11)), at(MONDAY, "10:00"))
    amara_likes(amara, "evening").save()
    assert (sends(at(MONDAY, "17:00")), Message.objects.get().due_at) == ([], at(MONDAY, "18:00"))
    amara_likes(amara, "morning").save()
    assert (sends(at(MONDAY, "17:59")), Message.objects.get().due_at) == ([], at(TUESDAY, "09:00"))
    amara_likes(amara, "evening").save()  # too late for that: it stays where it is
    assert [sends(at(MONDAY, "19:00")), sends(at(TUESDAY, "09:00"))] == [[], ["Today,"]]


def test_what_quiet_hours_put_off_is_not_planned_anew(amara):
    """The machine was off at six and came back in the night: it waits for nine, and no sweep takes it forward."""
    amara_likes(amara, "evening").save()
    signs_up(amara, make.task(day=TUESDAY, starts_at=dt.time(11)), at(MONDAY, "10:00"))
    assert [sends(at(MONDAY, "22:00")), sends(at(MONDAY, "23:00")), sends(at(TUESDAY, "09:00"))] == [
        [], [], ["Today,"],
    ]  # fmt: skip


def test_a_machine_that_was_off_too_long_sends_nothing_old(amara):
    signs_up(amara, make.task(day=TUESDAY, starts_at=dt.time(11)), at(MONDAY, "10:00"))
    assert sends(at(TUESDAY, "11:00")) == []
    assert list(Message.objects.values_list("state", "reason")) == [("dropped", Reason.EXPIRED)]


def test_a_second_way_wished_later_gets_its_own_row(amara):
    signs_up(amara, make.task(day=TUESDAY, starts_at=dt.time(11)), at(MONDAY, "10:00"))
    MessageWish.objects.create(member=amara, kind=TASK_REMINDER, channel=Channel.PAGE, since_at=at(MONDAY, "11:00"))
    assert sends(at(MONDAY, "12:00")) == []
    assert sorted(Message.objects.values_list("channel", "due_at")) == [
        ("email", at(TUESDAY, "09:00")), ("page", at(TUESDAY, "09:00")),
    ]  # fmt: skip


def test_nobody_is_reminded_of_work_on_a_day_that_was_closed(amara, sam):
    signs_up(amara, make.task(day=TUESDAY, starts_at=dt.time(11)), at(MONDAY, "10:00"))
    actions.edit_open_day(day=TUESDAY, is_open=False, by=sam.user)
    assert (sends(at(TUESDAY, "09:00")), Message.objects.get().reason) == ([], Reason.UNTRUE)


@pytest.mark.parametrize(("name", "queries"), [(TASK_REMINDER, 4), (PLACE_FREE, 3)])
def test_the_facts_cost_the_same_for_one_and_for_three(
    amara, noor, rosa, sam, name, queries, django_assert_num_queries
):
    """The messages; places on tasks and on events; for reminders the days that are closed."""
    kind, house = notices.KINDS[name], make.house()
    for number, member in enumerate((amara, noor, rosa)):
        MessageWish.objects.filter(member=member).delete()
        wish(member, name)
        with time_machine.travel(at(MONDAY, "10:00"), tick=False):
            task, event = make.task(day=TUESDAY, places=1), make.event(day=TUESDAY, places=1)
            moves_up(member, task, event, sam=sam)
        with django_assert_num_queries(queries):
            assert len(kind.facts(list(Message.objects.all()), house, at(MONDAY, "11:00"))) == 2 * (number + 1)


def moves_up(member, task, event, *, sam) -> None:
    """Somebody else was first, and gave both places back."""
    first = make.member("First One")
    actions.sign_up(task=task, member=first, by=sam.user)
    actions.join_event(event=event, member=first, by=sam.user)
    actions.wait(task=task, member=member, by=member.user)
    actions.wait_for_event(event=event, member=member, by=member.user)
    actions.withdraw(task=task, member=first, by=sam.user)
    actions.leave_event(event=event, member=first, by=sam.user)
