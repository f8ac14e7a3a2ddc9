"""The reminder of an event: as that of a task, only for who asked, and never with the link to join."""

import datetime as dt

import pytest
import time_machine
from django.core import mail

from activities import actions
from activities.actions import TASK_REMINDER
from members import notices
from members.models import House, Message, MessageWish
from tests import make
from tests.members.notes import LONG_AGO

pytestmark = pytest.mark.django_db
WEDNESDAY, THURSDAY = dt.date(2026, 10, 7), dt.date(2026, 10, 8)


@pytest.fixture(autouse=True)
def house_with_mail(settings):
    settings.MAIL_READY = True
    settings.ADDRESS = "https://house.example.org"


@pytest.fixture
def amara(amara):
    amara.email = "amara@example.org"
    amara.save()
    MessageWish.objects.create(member=amara, kind=TASK_REMINDER, channel="email", since_at=LONG_AGO)
    return amara


def clock(day: dt.date, hour: int, minute: int = 0) -> dt.datetime:
    return House.objects.current().at(day, dt.time(hour, minute))


def joins(member, event, at=None) -> None:
    with time_machine.travel(at or clock(WEDNESDAY, 10), tick=False):
        actions.join_event(event=event, member=member, by=member.user)


def letters(at: dt.datetime) -> list[str]:
    mail.outbox.clear()
    with time_machine.travel(at, tick=False):
        notices.send_due(at)
    return [letter.body for letter in mail.outbox]


def test_it_says_what_and_when_and_not_where_to_click_in(amara):
    event = make.event("Games", day=THURSDAY, join_link="https://meet.example.org/x", meeting_point="Maple Street 4")
    joins(amara, event)
    assert letters(clock(WEDNESDAY, 17, 59)) == []
    (body,) = letters(clock(WEDNESDAY, 18))
    assert "Tomorrow, Thursday 8 October, 5:15 pm\nGames\n" in body
    assert f"https://house.example.org/whats-on/{event.pk}/\n" in body
    assert "meet.example.org" not in body and "Maple Street 4" not in body


@pytest.mark.parametrize(
    ("starts_at", "joined", "due"),
    [
        (dt.time(17, 15), (WEDNESDAY, 18, 1), (THURSDAY, 9, 0)),
        (dt.time(11), (WEDNESDAY, 18, 1), None),
        (dt.time(17, 15), (THURSDAY, 9, 1), None),
    ],
)
def test_who_comes_along_late_hears_in_the_morning_or_not_at_all(amara, starts_at, joined, due):
    joins(amara, make.event("Games", day=THURSDAY, starts_at=starts_at, ends_at=dt.time(20)), at=clock(*joined))
    assert [message.due_at for message in Message.objects.all()] == ([clock(*due)] if due else [])


def test_a_title_that_tells_too_much_is_not_said(amara):
    joins(amara, make.event("Wellness at the Clubhouse", day=THURSDAY))
    (body,) = letters(clock(WEDNESDAY, 18))
    assert "what you wished to join" in body and "Wellness" not in body


def test_nobody_hears_of_what_was_given_back_or_called_off(amara, sam):
    given_back, off = make.event("Games", day=THURSDAY), make.event("Choir", day=THURSDAY)
    for event in (given_back, off):
        joins(amara, event)
    with time_machine.travel(clock(WEDNESDAY, 11), tick=False):
        actions.leave_event(event=given_back, member=amara, by=amara.user)
        actions.call_off_event(event=off, by=sam.user)
    assert letters(clock(WEDNESDAY, 18)) == []
    with time_machine.travel(clock(WEDNESDAY, 12), tick=False):
        actions.put_back_event(event=off, by=sam.user)
    (body,) = letters(clock(WEDNESDAY, 18))
    assert "Choir" in body and "Games" not in body


def test_a_new_time_is_the_time_it_says(amara, sam):
    event = make.event("Games", day=THURSDAY)
    joins(amara, event)
    with time_machine.travel(clock(WEDNESDAY, 11), tick=False):
        actions.edit_event(event=event, starts_at=dt.time(18), by=sam.user)
    (body,) = letters(clock(WEDNESDAY, 18))
    assert "Thursday 8 October, 6 pm" in body


def test_asking_after_joining_is_early_enough(noor):
    noor.email = "noor@example.org"
    noor.save()
    joins(noor, make.event("Games", day=THURSDAY))
    Message.objects.all().delete()
    MessageWish.objects.create(member=noor, kind=TASK_REMINDER, channel="email", since_at=clock(WEDNESDAY, 12))
    (body,) = letters(clock(WEDNESDAY, 18))
    assert "Games" in body


def test_nobody_who_did_not_ask_gets_one(noor):
    noor.email = "noor@example.org"
    noor.save()
    joins(noor, make.event("Games", day=THURSDAY))
    assert letters(clock(WEDNESDAY, 18)) == []


def test_who_moved_up_is_told_and_reminded(amara, noor):
    event = make.event("Games", day=THURSDAY, places=1)
    joins(noor, event)
    amara.message_wishes.create(kind="place_free", channel="email", since_at=clock(WEDNESDAY, 8))
    with time_machine.travel(clock(WEDNESDAY, 11), tick=False):
        actions.wait_for_event(event=event, member=amara, by=amara.user)
        actions.leave_event(event=event, member=noor, by=noor.user)
    assert sorted(Message.objects.filter(member=amara).values_list("kind", "occurrence", "state")) == [
        ("place_free", f"event {event.pk}", "waiting"),
        ("task_reminder", f"event {event.pk}", "waiting"),
    ]
