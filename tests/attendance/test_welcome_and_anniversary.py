"""A welcome the day after a first day, once in a life; a thank you on the day somebody joined. Only for who asked."""

import datetime as dt

import pytest
from django.core import mail

from attendance.notices import ANNIVERSARY, WELCOME
from attendance.notices.anniversary import day_in
from members import notices
from members.models import Member, Message
from tests import make
from tests.attendance.letters import DAY, HOUR, MONDAY, asks, facts_of, left, local, piece, sweep

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def house_with_mail(settings):
    settings.MAIL_READY, settings.ADDRESS = True, "https://house.example.org"


# -- Welcome -----------------------------------------------------------------------------------------------------------


@pytest.fixture
def new(amara):
    """Amara joined on Monday, and came that day."""
    Member.objects.filter(pk=amara.pk).update(enrolled_on=MONDAY)
    amara.refresh_from_db()
    asks(amara, WELCOME)
    make.visit(amara, MONDAY)
    return amara


def test_the_day_after_the_first_day_whom_to_ask_and_where_the_tasks_are(new, noor):
    asks(noor, WELCOME)
    make.visit(noor, MONDAY)  # her first line in the book, years after she joined
    make.house(help_line="Ask Sam in the kitchen.")
    make.visit(new, MONDAY + DAY)
    notices.send_due(local(MONDAY, "18:00"))
    notices.send_due(local(MONDAY + DAY, "09:59"))
    assert mail.outbox == []
    notices.send_due(local(MONDAY + DAY, "10:00"))
    assert left() == ["amara"]
    assert piece() == (
        "It was good to have you with us.\n\n"
        "Do you have a question, big or small?\nAsk Sam in the kitchen.\n\n"
        "Each morning we meet and say what there is to do. Take what you like, or just look on at first.\n\n"
        "You can see today's tasks here, too:\nhttps://house.example.org/tasks/\n\n"
        "Come when you like. You need not call first."
    )


def test_a_help_line_that_tells_too_much_is_said_in_our_words(new):
    make.house(help_line="Call the recovery centre.")
    notices.send_due(local(MONDAY + DAY, "10:00"))
    assert "\nAsk at reception. Somebody is glad to help.\n" in piece()


def test_only_for_who_asked_by_then(amara, new):
    new.message_wishes.update(since_at=local(MONDAY + DAY, "10:01"))
    notices.send_due(local(MONDAY + DAY, "11:00"))
    assert Message.objects.count() == 0


@pytest.mark.parametrize(("days", "sent"), [(1, 1), (7, 1), (8, 0)])
def test_seven_days_to_catch_up(new, days, sent):
    sweep(local(MONDAY + days * DAY, "11:00"), local(MONDAY + days * DAY, "13:00"), HOUR)
    assert len(mail.outbox) == sent


def test_once_in_a_life(new):
    """Also when the book is put right afterwards, and the first day is another one."""
    notices.send_due(local(MONDAY + DAY, "10:00"))
    new.visits.all().delete()
    make.visit(new, MONDAY + 3 * DAY)
    sweep(local(MONDAY + 4 * DAY, "10:00"), local(MONDAY + 12 * DAY, "10:00"), DAY)
    assert (len(mail.outbox), Message.objects.count()) == (1, 1)


def test_nothing_when_it_was_no_first_day_after_all(new):
    notices.send_due(local(MONDAY + DAY, "08:00"))
    make.visit(new, MONDAY - 20 * DAY)
    notices.send_due(local(MONDAY + DAY, "10:00"))
    assert (mail.outbox, Message.objects.get().reason) == ([], "untrue")


def test_a_welcome_costs_the_same_for_one_and_for_three(new, noor, rosa, django_assert_num_queries):
    house, now = make.house(), local(MONDAY + DAY)
    for number, member in enumerate((new, noor, rosa), start=1):
        if number > 1:
            member.enrolled_on = MONDAY
            asks(member, WELCOME)
            make.visit(member, MONDAY)
        Message.objects.all().delete()
        with django_assert_num_queries(3):
            assert notices.KINDS[WELCOME].prepare(house, now) == number
        with django_assert_num_queries(1):
            assert notices.KINDS[WELCOME].prepare(house, now) == 0
        with django_assert_num_queries(2 + 1):  # the house and the rows are asked here
            assert len(facts_of(WELCOME, now)) == number


# -- The day they joined -----------------------------------------------------------------------------------------------


def joined(member, day: dt.date) -> None:
    member.enrolled_on = day
    asks(member, ANNIVERSARY)


def days_told(member, first: dt.date, last: dt.date) -> list[dt.date]:
    """Days on which letters left, the machine being on at 9:59 and at 10:00."""
    days = []
    for n in range((last - first).days + 1):
        for clock in ("09:59", "10:00"):
            before = len(mail.outbox)
            notices.send_due(local(first + n * DAY, clock))
            days += [(first + n * DAY, clock)] * (len(mail.outbox) - before)
    assert {clock for _day, clock in days} <= {"10:00"}
    return [day for day, _clock in days]


def test_thanks_on_the_day_she_joined(amara, noor):
    joined(amara, dt.date(2023, 10, 12))
    joined(noor, dt.date(2023, 10, 13))
    assert days_told(amara, MONDAY - DAY, MONDAY) == [MONDAY]
    assert left() == ["amara"]
    assert piece() == (
        "You joined us on Thursday 12 October 2023. That is 3 years now.\n\n"
        "Thank you for being one of us. Your place here is yours for life."
    )


@pytest.mark.once
@pytest.mark.parametrize(
    ("enrolled_on", "year", "day"),
    [
        (dt.date(2024, 2, 29), 2025, dt.date(2025, 2, 28)),
        (dt.date(2024, 2, 29), 2028, dt.date(2028, 2, 29)),
        (dt.date(2023, 2, 28), 2028, dt.date(2028, 2, 28)),
        (dt.date(2023, 3, 1), 2025, dt.date(2025, 3, 1)),
        (dt.date(2023, 12, 31), 2026, dt.date(2026, 12, 31)),
        (dt.date(2023, 1, 1), 2027, dt.date(2027, 1, 1)),
    ],
)
def test_ends_of_months_and_29_february(amara, enrolled_on, year, day):
    joined(amara, enrolled_on)
    amara.message_wishes.update(since_at=local(dt.date(2024, 3, 1)))
    assert day_in(year, enrolled_on) == day
    assert days_told(amara, day - 2 * DAY, day + 2 * DAY) == [day]
    assert Message.objects.get().occurrence == f"year {year}"


def test_not_on_the_day_itself(amara):
    joined(amara, MONDAY)
    assert days_told(amara, MONDAY, MONDAY + DAY) == []


@pytest.mark.once
@pytest.mark.parametrize(("late", "sent"), [(3, 1), (6, 1), (7, 0)])
def test_a_machine_that_was_off_over_new_year_says_it_late_and_once(amara, late, sent):
    joined(amara, dt.date(2023, 12, 29))
    day = dt.date(2026, 12, 29) + late * DAY
    sweep(local(day, "11:00"), local(day, "14:00"), HOUR)
    assert (len(mail.outbox), list(Message.objects.values_list("occurrence", flat=True))) == (
        sent,
        ["year 2026"] * sent,
    )


def test_nothing_when_the_day_was_put_right(amara):
    joined(amara, dt.date(2023, 10, 12))
    notices.send_due(local(MONDAY, "08:00"))
    Member.objects.update(enrolled_on=dt.date(2023, 12, 10))
    notices.send_due(local(MONDAY, "10:00"))
    assert (mail.outbox, Message.objects.get().reason) == ([], "untrue")


def test_only_who_asked_and_by_then(amara, noor):
    Member.objects.update(enrolled_on=dt.date(2023, 10, 12))
    noor.refresh_from_db()
    asks(noor, ANNIVERSARY, since_at=local(MONDAY, "10:01"))
    notices.send_due(local(MONDAY, "11:00"))
    assert Message.objects.count() == 0


def test_thanks_cost_the_same_for_one_and_for_three(amara, noor, rosa, django_assert_num_queries):
    house = make.house()
    for number, member in enumerate((amara, noor, rosa), start=1):
        joined(member, dt.date(2023, 10, 12))
        Message.objects.all().delete()
        with django_assert_num_queries(2):
            assert notices.KINDS[ANNIVERSARY].prepare(house, local(MONDAY)) == number
        with django_assert_num_queries(1):
            assert notices.KINDS[ANNIVERSARY].prepare(house, local(MONDAY)) == 0
        with django_assert_num_queries(2):  # the house and the rows are asked here
            assert len(facts_of(ANNIVERSARY, local(MONDAY, "10:00"))) == number
