"""Word that something changed: once, as it is when it leaves, and not to who changed it."""

import datetime as dt

import pytest
import time_machine
from django.core import mail

from activities import actions
from activities.actions import CHANGED, TASK_REMINDER, tasks
from activities.models import UnitTask
from activities.models.repeats import weekly
from members import notices
from members.models import House, Message
from tests import make
from tests.members.notes import wish

pytestmark = pytest.mark.django_db
MONDAY, WEDNESDAY = dt.date(2026, 10, 5), dt.date(2026, 10, 7)
MINUTE = dt.timedelta(minutes=1)


@pytest.fixture
def clock():
    """It is Monday, 10 o'clock."""
    with time_machine.travel(House.objects.current().at(MONDAY, dt.time(10)), tick=False) as traveller:
        yield traveller


@pytest.fixture(autouse=True)
def house_with_mail(settings, clock):
    settings.MAIL_READY = True
    settings.ADDRESS = "https://house.example.org"


@pytest.fixture
def amara(amara):
    return asks(amara)


def asks(member):
    member.email = f"{member.first_name.lower()}@example.org"
    member.save()
    wish(member, CHANGED)
    return member


def letters(clock, *, later: dt.timedelta = 6 * MINUTE) -> list[str]:
    """What the letters of one sweep say, below the greeting and above the link that stops them."""
    mail.outbox.clear()
    clock.shift(later)
    notices.send_due()
    return [sent.body.split("well today.\n\n")[1].split("\n\nYou asked")[0] for sent in mail.outbox]


def move(task, by, **fields):
    details = {"title": task.title, "part": task.part, "starts_at": task.starts_at, "places": task.places}
    return actions.edit_task(task=task, by=by.user, **details | fields)


@pytest.fixture
def lunch(amara):
    task = make.task("Lunch for 50", day=WEDNESDAY, starts_at=dt.time(9, 30))
    actions.sign_up(task=task, member=amara, by=amara.user)
    return task


def test_another_time_is_told_with_the_time_before(lunch, amara, sam, clock):
    move(lunch, sam, starts_at=dt.time(11))
    assert letters(clock, later=4 * MINUTE) == []  # somebody may still think better of it
    assert letters(clock) == [
        "This begins at another time now.\n"
        "Lunch for 50\n"
        "Now: Wednesday 7 October, 11 am\n"
        "Before: Wednesday 7 October, 9:30 am\n"
        "\n"
        "It does not suit you now? Give the place back with one tap, no reason needed:\n"
        "https://house.example.org/tasks/2026-10-07/"
    ]
    assert letters(clock) == []


def test_two_changes_are_one_message_with_the_latest_truth(lunch, amara, sam, clock):
    move(lunch, sam, starts_at=dt.time(11))
    move(lunch, sam, starts_at=dt.time(10, 15))
    (body,) = letters(clock)
    assert "Now: Wednesday 7 October, 10:15 am\nBefore: Wednesday 7 October, 9:30 am\n" in body


def test_a_change_after_it_left_is_told_too(lunch, amara, sam, clock):
    move(lunch, sam, starts_at=dt.time(11))
    assert len(letters(clock)) == 1
    clock.shift(dt.timedelta(days=1))
    move(lunch, sam, starts_at=dt.time(9, 30))
    (body,) = letters(clock)
    assert "Now: Wednesday 7 October, 9:30 am\nBefore: Wednesday 7 October, 11 am\n" in body


@pytest.mark.parametrize(("state", "rows"), [("waiting", 1), ("claimed", 2), ("sending", 2), ("sent", 2)])
def test_a_change_while_it_is_written_makes_a_second_row(lunch, amara, sam, state, rows):
    """Whoever is writing it has asked already what is true."""
    move(lunch, sam, starts_at=dt.time(11))
    Message.objects.update(state=state)
    move(lunch, sam, starts_at=dt.time(10, 15))
    was = [" 1 20261007 0930 ", " 2 20261007 1100 "]
    assert list(Message.objects.order_by("pk").values_list("occurrence", flat=True)) == [
        f"task {lunch.pk}{count_and_time}{lunch.unit_id}" for count_and_time in was[:rows]
    ]


def test_what_is_as_it_was_is_not_told(lunch, amara, sam, clock):
    actions.call_off_task(task=lunch, by=sam.user)
    actions.put_back_task(task=lunch, by=sam.user)
    move(lunch, sam, starts_at=dt.time(11))
    move(lunch, sam, starts_at=dt.time(9, 30))
    move(lunch, sam, places=3, good_to_know="Bring an apron.")
    assert (letters(clock), Message.objects.count()) == ([], 0)


def test_called_off_and_on_after_all(lunch, amara, sam, clock):
    actions.call_off_task(task=lunch, by=sam.user)
    (body,) = letters(clock)
    assert body.startswith("We are sorry: this was called off.\nLunch for 50\nWednesday 7 October, 9:30 am\n")
    clock.shift(dt.timedelta(days=1))
    actions.put_back_task(task=lunch, by=sam.user)
    (body,) = letters(clock)
    assert body.startswith("Good news: this takes place after all.\nLunch for 50\n")


def test_a_day_that_closes_is_as_good_as_called_off(lunch, amara, sam, clock):
    wish(amara, TASK_REMINDER)
    actions.edit_open_day(day=WEDNESDAY, is_open=False, by=sam.user)
    actions.remove_open_day(day=WEDNESDAY, by=sam.user)
    assert letters(clock) == []
    actions.edit_open_day(day=WEDNESDAY, is_open=False, by=sam.user)
    (body,) = letters(clock)
    assert body.startswith("We are sorry: this was called off.\nLunch for 50\n")
    assert not Message.objects.filter(kind=TASK_REMINDER, state="waiting").exists()


def test_an_event_that_meets_elsewhere(amara, sam, clock):
    games = make.event("Games", day=WEDNESDAY, meeting_point="Maple Street 4")
    actions.join_event(event=games, member=amara, by=amara.user)
    actions.edit_event(event=games, title="Games night", by=sam.user)
    assert letters(clock) == []
    actions.edit_event(event=games, meeting_point="The library", by=sam.user)
    (body,) = letters(clock)
    assert body.startswith("This is in another place now.\nGames night\nWednesday 7 October, 5:15 pm\n")
    assert "library" not in body and "Maple Street 4" not in body


def test_who_waits_hears_it_and_who_changed_it_does_not(amara, noor, clock):
    task = make.task("Dishes", day=WEDNESDAY, places=1)
    noor.user.role = "coordinator"
    noor.user.save()
    actions.sign_up(task=task, member=asks(noor), by=noor.user)
    actions.wait(task=task, member=amara, by=amara.user)
    actions.call_off_task(task=task, by=noor.user)
    assert [len(letters(clock)), mail.outbox[0].to] == [1, ["amara@example.org"]]
    assert "Noor" not in mail.outbox[0].body


@pytest.mark.parametrize("role", ["on it", "in line"])
def test_who_withdraws_before_it_leaves_hears_nothing_and_leaves_no_row(amara, noor, sam, clock, role):
    task = make.task("Dishes", day=WEDNESDAY, places=1)
    if role == "in line":
        actions.sign_up(task=task, member=noor, by=noor.user)
        actions.wait(task=task, member=amara, by=amara.user)
    else:
        actions.sign_up(task=task, member=amara, by=amara.user)
    actions.call_off_task(task=task, by=sam.user)
    assert Message.objects.filter(kind=CHANGED).count() == 1
    (actions.stop_waiting if role == "in line" else actions.withdraw)(task=task, member=amara, by=amara.user)
    assert (Message.objects.count(), letters(clock)) == (0, [])


def test_nobody_who_did_not_ask_hears_it(noor, sam, clock):
    task = make.task(day=WEDNESDAY)
    actions.sign_up(task=task, member=noor, by=noor.user)
    actions.call_off_task(task=task, by=sam.user)
    assert Message.objects.count() == 0


def test_what_begins_soon_is_told_at_once(amara, sam, clock):
    task = make.task("Dishes", day=MONDAY, starts_at=dt.time(10, 45))
    actions.sign_up(task=task, member=amara, by=amara.user)
    actions.call_off_task(task=task, by=sam.user)
    assert len(letters(clock, later=dt.timedelta(0))) == 1


def test_it_goes_with_the_letter_that_leaves_today_anyway(lunch, amara, sam, clock):
    """One letter a day: a change told at noon would hold back the evening's reminder."""
    wish(amara, TASK_REMINDER)
    dishes = make.task("Dishes", day=MONDAY + dt.timedelta(days=1))
    actions.sign_up(task=dishes, member=amara, by=amara.user)
    move(lunch, sam, starts_at=dt.time(11))
    assert letters(clock) == []
    (body,) = letters(clock, later=dt.timedelta(hours=8))
    assert "Dishes (Kitchen)" in body and "Now: Wednesday 7 October, 11 am" in body


def test_a_rule_tells_of_two_weeks_in_one_letter(amara, sam, clock):
    with time_machine.travel(House.objects.current().at(MONDAY, dt.time(8)), tick=False):
        first = tasks.post_task(
            unit=make.unit(), title="Dishes", part="morning", places=2, day=MONDAY, by=sam.user, rule=weekly([0])
        )
    coming = list(UnitTask.objects.filter(repeats=first.repeats).order_by("day"))
    for task in coming[1:]:
        actions.sign_up(task=task, member=amara, by=amara.user)
    tasks.stop_repeating(repeats=first.repeats, last_day=MONDAY, by=sam.user)
    (body,) = letters(clock)
    assert [line for line in body.splitlines() if "October" in line] == [
        "Monday 12 October, in the morning", "Monday 19 October, in the morning",
    ]  # fmt: skip


def test_the_facts_cost_the_same_for_one_and_for_three(amara, noor, rosa, sam, django_assert_num_queries):
    house, now = House.objects.current(), House.objects.current().at(MONDAY, dt.time(11))
    facts = notices.KINDS[CHANGED].facts
    for number, member in enumerate((amara, asks(noor), asks(rosa))):
        task = make.task("Dishes", day=WEDNESDAY)
        event = make.event("Games", day=WEDNESDAY)
        actions.sign_up(task=task, member=member, by=member.user)
        actions.join_event(event=event, member=member, by=member.user)
        actions.call_off_task(task=task, by=sam.user)
        actions.call_off_event(event=event, by=sam.user)
        with django_assert_num_queries(6):  # the messages; places and lines, of tasks and of events; closed days
            assert len(facts(list(Message.objects.all()), house, now)) == 2 * (number + 1)
