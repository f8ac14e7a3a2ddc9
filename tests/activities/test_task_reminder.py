"""The reminder of a task: the evening before at 18:00 in house time, only for who asked, only while it is true."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.core import mail
from django.utils import timezone

from activities.actions import sign_up, withdraw
from activities.models import Part, SignUp
from activities.notices import TASK_REMINDER
from members import actions, notices
from members.models import Message, MessageWish
from tests import make
from tests.members.notes import LONG_AGO

pytestmark = pytest.mark.django_db

DETROIT = ZoneInfo("America/Detroit")
TUESDAY = dt.date(2026, 10, 6)


def local(day: dt.date, clock: str, zone: ZoneInfo = DETROIT) -> dt.datetime:
    return dt.datetime.combine(day, dt.time.fromisoformat(clock), tzinfo=zone)


MONDAY_MORNING = local(TUESDAY - dt.timedelta(days=1), "10:00")
MONDAY_EVENING = local(TUESDAY - dt.timedelta(days=1), "18:00")


@pytest.fixture(autouse=True)
def house_with_mail(settings):
    settings.MAIL_READY = True
    settings.ADDRESS = "https://house.example.org"


@pytest.fixture
def amara(amara):
    amara.email = "amara@example.org"
    amara.save()
    return amara


def asks(member, since_at: dt.datetime = LONG_AGO) -> None:
    MessageWish.objects.create(member=member, kind=TASK_REMINDER, channel="email", since_at=since_at)


def signs_up(member, task, at: dt.datetime = MONDAY_MORNING) -> SignUp:
    with time_machine.travel(at, tick=False):
        return sign_up(task=task, member=member, by=member.user)


def test_it_says_what_when_and_how_to_give_the_place_back(amara):
    asks(amara)
    signs_up(amara, make.task("Lunch for 50", day=TUESDAY, starts_at=dt.time(9, 30)))
    notices.send_due(MONDAY_EVENING - dt.timedelta(seconds=1))
    assert mail.outbox == []
    notices.send_due(MONDAY_EVENING)
    assert len(mail.outbox) == 1
    body = mail.outbox[0].body
    assert body.startswith("Hello Amara,\n")
    assert "Tomorrow, Tuesday 6 October, 9:30 am\nLunch for 50 (Kitchen)\n" in body
    assert "https://house.example.org/tasks/2026-10-06/\n" in body


def test_a_task_without_a_time_names_the_part_of_the_day(amara):
    asks(amara)
    signs_up(amara, make.task("Dishes", day=TUESDAY, part=Part.AFTERNOON), at=local(TUESDAY, "8:00".zfill(5)))
    notices.send_due(local(TUESDAY, "09:00"))
    assert "Today, Tuesday 6 October, in the afternoon\nDishes (Kitchen)\n" in mail.outbox[0].body


def test_two_tasks_make_one_letter(amara):
    asks(amara)
    signs_up(amara, make.task("Breakfast", day=TUESDAY))
    signs_up(amara, make.task("Newsletter", day=TUESDAY, part=Part.AFTERNOON, unit=make.unit("Clerical")))
    notices.send_due(MONDAY_EVENING)
    assert len(mail.outbox) == 1
    assert ["Breakfast (Kitchen)" in mail.outbox[0].body, "Newsletter (Clerical)" in mail.outbox[0].body] == [
        True,
        True,
    ]


@pytest.mark.parametrize("what", ["place given back", "task called off", "task over"])
def test_it_does_not_come_when_it_is_not_true(amara, what):
    asks(amara)
    task = make.task(day=TUESDAY, starts_at=dt.time(10))
    signs_up(amara, task)
    now = MONDAY_EVENING
    if what == "place given back":
        SignUp.objects.all().delete()
    elif what == "task called off":
        task.called_off_at = MONDAY_MORNING
        task.save()
    else:
        now = local(TUESDAY, "10:00")
    notices.send_due(now)
    assert (mail.outbox, Message.objects.get().state) == ([], "dropped")


def test_nobody_who_did_not_ask_gets_one(amara, noor):
    noor.email = "noor@example.org"
    noor.save()
    asks(amara)
    task = make.task(day=TUESDAY)
    signs_up(amara, task)
    signs_up(noor, task)
    notices.send_due(MONDAY_EVENING)
    assert [letter.to for letter in mail.outbox] == [["amara@example.org"]]


def test_asking_after_signing_up_is_early_enough(amara):
    """The row was there from signing up, or was dropped when the wish was taken back: asking again brings it back."""
    task = make.task(day=TUESDAY)
    SignUp.objects.create(task=task, member=amara, at=MONDAY_MORNING, by=amara.user)
    asks(amara, since_at=MONDAY_MORNING)
    notices.send_due(MONDAY_MORNING)
    wish = {"person": amara, "kind": TASK_REMINDER, "channel": "email", "by": amara.user}
    actions.set_message_wish(**wish, wanted=False)
    assert (Message.objects.get().state, Message.objects.get().reason) == ("dropped", "unwished")
    notices.send_due(MONDAY_MORNING)
    assert Message.objects.get().state == "dropped"
    asks(amara, since_at=MONDAY_MORNING)
    notices.send_due(MONDAY_MORNING)
    assert Message.objects.get().state == "waiting"
    notices.send_due(MONDAY_EVENING)
    assert len(mail.outbox) == 1


def test_asking_too_late_brings_nothing(amara):
    SignUp.objects.create(task=make.task(day=TUESDAY), member=amara, at=MONDAY_MORNING, by=amara.user)
    asks(amara, since_at=MONDAY_EVENING + dt.timedelta(minutes=1))
    notices.send_due(MONDAY_EVENING + dt.timedelta(minutes=2))
    assert (mail.outbox, Message.objects.count()) == ([], 0)


def test_a_place_given_back_leaves_no_message_and_none_comes_back(amara):
    asks(amara)
    task = make.task(day=TUESDAY)
    signs_up(amara, task)
    withdraw(task=task, member=amara, by=amara.user)
    notices.send_due(MONDAY_MORNING)
    assert Message.objects.count() == 0


def test_a_title_with_a_word_we_do_not_send(amara):
    asks(amara)
    signs_up(amara, make.task("Must-do: compliance binder", day=TUESDAY))
    signs_up(amara, make.task("Soup", day=TUESDAY, unit=make.unit("Mental Health")))
    notices.send_due(MONDAY_EVENING)
    assert "your task (Kitchen)" in mail.outbox[0].body
    assert "Soup (with us)" in mail.outbox[0].body
    assert "compliance" not in mail.outbox[0].body


@pytest.mark.parametrize(
    ("zone", "change"),
    [
        ("America/Detroit", dt.date(2026, 3, 8)),
        ("America/Detroit", dt.date(2026, 11, 1)),
        ("Europe/Helsinki", dt.date(2026, 3, 29)),
        ("Europe/Helsinki", dt.date(2026, 10, 25)),
        ("Australia/Lord_Howe", dt.date(2026, 4, 5)),
        ("Australia/Lord_Howe", dt.date(2026, 10, 4)),
    ],
)
@pytest.mark.parametrize("days", [0, 1])
def test_six_in_the_evening_is_six_by_the_clock_on_the_wall(amara, zone, change, days):
    """The clock changes between signing up and the evening, or between the evening and the task."""
    make.house(time_zone=zone)
    asks(amara)
    day = change + dt.timedelta(days=days)
    evening = local(day - dt.timedelta(days=1), "18:00", ZoneInfo(zone))
    signs_up(amara, make.task(day=day), at=evening - dt.timedelta(days=3))
    notices.send_due(evening - dt.timedelta(seconds=1))
    assert mail.outbox == []
    notices.send_due(evening)
    assert len(mail.outbox) == 1
    assert timezone.localtime(Message.objects.get().due_at, ZoneInfo(zone)).strftime("%H:%M") == "18:00"


def test_looking_for_late_wishes_costs_the_same_for_one_and_for_three(amara, noor, rosa, django_assert_num_queries):
    task = make.task(day=TUESDAY, places=5)
    house = make.house()
    kind = notices.KINDS[TASK_REMINDER]
    for member in (amara, noor, rosa):
        member.email = f"{member.pk}@example.org"
        member.save()
        asks(member)
        signs_up(member, task)
        with django_assert_num_queries(4):  # wishes, known, tasks, events
            kind.prepare(house, MONDAY_MORNING)
