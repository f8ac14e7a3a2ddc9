"""The reach-out digest: on the first open day of a week, how many people are on the list, and nothing else."""

import datetime as dt

import pytest
from django.core import mail

from activities.models import OpenDay
from attendance.notices import REACH_OUT_DIGEST
from members import notices
from members.models import Member, Message
from tests import make
from tests.attendance.letters import DAY, HOUR, MONDAY, asks, facts_of, left, local, piece, sweep

pytestmark = pytest.mark.django_db
LONG_UNSEEN = MONDAY - 60 * DAY


@pytest.fixture(autouse=True)
def house_with_mail(settings):
    settings.MAIL_READY, settings.ADDRESS = True, "https://house.example.org"


@pytest.fixture
def four(sam):
    """Four people whom nobody has seen for a while, and Noor, who was here on Friday."""
    for number in range(4):
        member = make.member(f"Canary{number} Canary", phone="555 0100")
        make.visit(member, LONG_UNSEEN)
    make.visit(make.member("Noor Canary", phone="555 0100"), MONDAY - 3 * DAY)
    asks(sam, REACH_OUT_DIGEST)


def test_a_number_and_a_link_for_who_may_see_the_list(four, sam, amara, idris):
    for member in (amara, idris):  # Idris has the duty; both were here today
        make.visit(member, MONDAY)
        asks(member, REACH_OUT_DIGEST)
    notices.send_due(local(MONDAY, "09:29"))
    assert mail.outbox == []
    notices.send_due(local(MONDAY))
    assert left() == ["idris", "sam"]
    for letter in mail.outbox:
        assert piece(letter) == (
            "Your reach-out list has 4 people. Sign in to see it.\nhttps://house.example.org/reach-out/"
        )
        assert "Canary" not in letter.body
    assert Message.objects.get(member=amara).state == "dropped"


def test_nobody_is_told_of_themselves(idris):
    idris.phone = "555 0100"
    asks(idris, REACH_OUT_DIGEST)
    make.visit(idris, LONG_UNSEEN)
    make.visit(make.member("Amara Okafor", phone="555 0101"), LONG_UNSEEN)
    notices.send_due(local(MONDAY))
    assert piece().startswith("Your reach-out list has one person. Sign in to see it.")


def test_nothing_when_the_list_is_empty(sam):
    asks(sam, REACH_OUT_DIGEST)
    sweep(local(MONDAY, "08:00"), local(MONDAY, "16:00"), 2 * HOUR)
    assert (mail.outbox, Message.objects.get().reason) == ([], "untrue")


@pytest.mark.parametrize("gone", ["switched off", "without a login"])
def test_not_to_somebody_who_could_not_open_it(four, sam, gone):
    if gone == "switched off":
        sam.user.is_active = False
        sam.user.save()
    else:
        sam.user = None
        sam.save()
    notices.send_due(local(MONDAY))
    assert mail.outbox == []


@pytest.mark.once
def test_once_a_week_on_its_first_open_day(four):
    OpenDay.objects.create(day=MONDAY, is_open=False)
    OpenDay.objects.create(day=MONDAY + 6 * DAY, is_open=True)  # the last of its week, not the first of the next
    moments = sweep(local(MONDAY, "00:30"), local(MONDAY + 8 * DAY, "23:00"), 3 * HOUR)
    assert [at.astimezone(local(MONDAY).tzinfo).date() for at in moments] == [MONDAY + DAY, MONDAY + 7 * DAY]
    assert sorted(Message.objects.values_list("occurrence", "state")) == [
        ("week 2026-W42", "sent"),
        ("week 2026-W43", "sent"),
    ]


@pytest.mark.parametrize(("days", "week"), [(3, "week 2026-W42"), (6, "week 2026-W42"), (7, "week 2026-W43")])
def test_late_after_the_machine_was_off(four, days, week):
    sweep(local(MONDAY + days * DAY, "11:00"), local(MONDAY + days * DAY, "13:00"), HOUR)
    assert [message.occurrence for message in Message.objects.all()] == [week]
    assert len(mail.outbox) == 1


def test_it_costs_the_same_for_one_and_for_three(four, dana, django_assert_num_queries):
    house = make.house()
    for number in (1, 2, 3):
        if number > 1:
            colleague = dana if number == 2 else make.staff("Sasha Rivers")
            if number == 3:
                make.account(colleague)
            asks(colleague, REACH_OUT_DIGEST)
            make.visit(make.member(f"Person{number}", phone="555 0100"), LONG_UNSEEN)
        Message.objects.all().delete()
        with django_assert_num_queries(6):  # anybody? three of the calendar, who, and the rows
            assert notices.KINDS[REACH_OUT_DIGEST].prepare(house, local(MONDAY)) == number
        with django_assert_num_queries(1):
            assert notices.KINDS[REACH_OUT_DIGEST].prepare(house, local(MONDAY)) == 0
        with django_assert_num_queries(2 + 8):  # the house and the rows are asked here
            assert len(facts_of(REACH_OUT_DIGEST, local(MONDAY))) == number
    assert Member.objects.filter(enrolled_on__lt=dt.date(2026, 1, 1)).count() == 7
