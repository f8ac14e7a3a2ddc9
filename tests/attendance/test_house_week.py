"""What we did, by message: Monday 9:30 for the week before, for members and staff who asked; no member's name."""

import pytest
from django.core import mail

from activities.models import OpenDay, SignUp
from attendance.notices import HOUSE_WEEK
from members import notices
from members.models import Message
from tests import make
from tests.attendance.letters import DAY, MONDAY, asks, facts_of, left, local, piece
from tests.members.notes import LONG_AGO

pytestmark = pytest.mark.django_db
WEEK_BEFORE = MONDAY - 7 * DAY


@pytest.fixture(autouse=True)
def house_with_mail(settings):
    settings.MAIL_READY, settings.ADDRESS = True, "https://house.example.org"


def done(title: str, day, *members, **fields):
    task = make.task(title, day=day, done_at=LONG_AGO, **fields)
    for member in members:
        SignUp.objects.create(task=task, member=member, at=LONG_AGO, by=member.user)
    return task


def close(first) -> None:
    OpenDay.objects.bulk_create(OpenDay(day=first + DAY * n, is_open=False) for n in range(7))


def test_what_we_did_for_members_and_staff_alike(amara, noor, sam):
    for person in (amara, sam):
        asks(person, HOUSE_WEEK)
    done("Lunch for 50", WEEK_BEFORE, noor).thanks.create(words="Thank you, Noor", at=LONG_AGO, by=noor.user)
    done("Lunch for 50", WEEK_BEFORE + DAY, noor)
    done("Newsletter", WEEK_BEFORE, noor, unit=make.unit("Clerical"))
    done("Overdue letters", WEEK_BEFORE, noor, unit=make.unit("Recovery"))
    make.task("Canary: not done", day=WEEK_BEFORE)
    make.event("Film night", day=WEEK_BEFORE + 4 * DAY)
    make.event("Canary: of this week", day=MONDAY)
    notices.send_due(local(MONDAY, "09:29"))
    assert mail.outbox == []
    notices.send_due(local(MONDAY))
    assert left() == ["amara", "sam"]
    for letter in mail.outbox:
        assert piece(letter) == (
            "This is what we did, Monday 5 October to Sunday 11 October.\n\n"
            "The house was open on 5 days. Together we did 4 tasks.\n\n"
            "Clerical\n- Newsletter\n\nKitchen\n- Lunch for 50, 2 times\n\nWith us\n- a task\n\n"
            "We met for\n- Film night, Friday\n\n"
            "Thank you, all of you.\n\n"
            "The whole week, with the thanks:\nhttps://house.example.org/tasks/week/2026-10-05/"
        )
        assert "Noor" not in letter.body


def test_nothing_after_a_week_without_an_open_day(amara):
    asks(amara, HOUSE_WEEK)
    close(WEEK_BEFORE)
    notices.send_due(local(MONDAY))
    assert (mail.outbox, Message.objects.count()) == ([], 0)


def test_nothing_when_the_calendar_says_so_afterwards(amara):
    asks(amara, HOUSE_WEEK)
    notices.send_due(local(MONDAY, "08:00"))
    close(WEEK_BEFORE)
    notices.send_due(local(MONDAY))
    assert (mail.outbox, Message.objects.get().reason) == ([], "untrue")


@pytest.mark.parametrize(("days", "sent"), [(0, 1), (6, 1), (7, 0)])
def test_once_and_late_after_the_machine_was_off(amara, days, sent):
    """A week later it is the turn of the next week, which was closed here."""
    asks(amara, HOUSE_WEEK)
    close(MONDAY)
    for hour in ("10:00", "11:00"):
        notices.send_due(local(MONDAY + days * DAY, hour))
    assert len(mail.outbox) == sent


@pytest.mark.once
def test_not_for_a_week_that_was_over_before_they_asked(amara):
    asks(amara, HOUSE_WEEK, since_at=local(MONDAY, "09:31"))
    notices.send_due(local(MONDAY, "10:00"))
    assert mail.outbox == []


def test_it_costs_the_same_for_one_and_for_three(amara, noor, sam, django_assert_num_queries):
    house = make.house()
    for number, person in enumerate((amara, noor, sam), start=1):
        asks(person, HOUSE_WEEK)
        done(f"Task {number}", WEEK_BEFORE, noor)
        Message.objects.all().delete()
        with django_assert_num_queries(6):  # anybody? three of the calendar, who, and the rows
            assert notices.KINDS[HOUSE_WEEK].prepare(house, local(MONDAY)) == number
        with django_assert_num_queries(1):
            assert notices.KINDS[HOUSE_WEEK].prepare(house, local(MONDAY)) == 0
        with django_assert_num_queries(2 + 6):  # the house and the rows are asked here
            assert len(facts_of(HOUSE_WEEK, local(MONDAY))) == number
