"""The weekly summary: Monday 9:30 house time for the Monday to Sunday before, at most once, only for who asked."""

import datetime as dt
import re

import pytest
import time_machine
from django.core import mail

from activities.models import EventSignUp, SignUp
from attendance.notices import WEEKLY_SUMMARY
from members import notices
from members.models import Message, Note
from tests import make
from tests.attendance.letters import DAY, MONDAY, asks, facts_of, left, local, piece
from tests.members.notes import LONG_AGO, wish

pytestmark = pytest.mark.django_db
WEEK_BEFORE = MONDAY - 7 * DAY


@pytest.fixture(autouse=True)
def house_with_mail(settings):
    settings.MAIL_READY, settings.ADDRESS = True, "https://house.example.org"


@pytest.fixture
def amara(amara):
    asks(amara, WEEKLY_SUMMARY)
    return amara


def on(member, title: str, day: dt.date, *, done: bool = False, **fields):
    task = make.task(title, day=day, done_at=LONG_AGO if done else None, **fields)
    SignUp.objects.create(task=task, member=member, at=LONG_AGO, by=member.user)
    return task


def going(member, title: str, day: dt.date) -> None:
    event = make.event(title, day=day)
    EventSignUp.objects.create(event=event, member=member, at=LONG_AGO, by=member.user)


@pytest.fixture
def full_week(amara, noor, sam):
    """Something of everything; the canaries are nobody's business, or another member's."""
    make.visit(amara, WEEK_BEFORE, unit=make.unit("Clerical"))
    make.visit(amara, WEEK_BEFORE + DAY, kind="virtual")
    make.visit(amara, WEEK_BEFORE + 2 * DAY, kind="offsite")
    make.visit(amara, WEEK_BEFORE + 6 * DAY, "17:00", "20:00", kind="social")
    make.visit(noor, WEEK_BEFORE + 3 * DAY)
    lunch = on(amara, "Lunch for 50", WEEK_BEFORE, done=True)
    SignUp.objects.create(task=lunch, member=noor, at=LONG_AGO, by=noor.user)
    lunch.thanks.create(words="Lovely soup!", at=LONG_AGO, by=noor.user)
    lunch.thanks.create(words="Well done, Noor", at=LONG_AGO, by=sam.user)
    on(amara, "Canary: she did not come", WEEK_BEFORE + 4 * DAY, done=True)
    on(noor, "Canary: of Noor", WEEK_BEFORE, done=True)
    going(amara, "Film night", WEEK_BEFORE + 6 * DAY)
    going(amara, "Canary: she did not come", WEEK_BEFORE + 5 * DAY)
    on(amara, "Newsletter", MONDAY + 2 * DAY)
    on(amara, "Dishes", MONDAY + 3 * DAY, starts_at=dt.time(13))
    going(amara, "Lake", MONDAY + 6 * DAY)
    on(amara, "Canary: the week after next", MONDAY + 7 * DAY)


def test_what_i_joined_thanks_and_what_is_on_next(full_week):
    notices.send_due(local(MONDAY, "09:29"))
    assert mail.outbox == []
    notices.send_due(local(MONDAY))
    assert left() == ["amara"]
    assert piece() == (
        "This was your week, Monday 5 October to Sunday 11 October.\n\n"
        "You joined us at the house on\n- Monday 5 October\n- Sunday 11 October\n\n"
        "You joined us from afar on\n- Tuesday 6 October\n\n"
        "You joined us out of the house on\n- Wednesday 7 October\n\n"
        "You were in these units\n- Clerical\n- Kitchen\n\n"
        "You did\n- Lunch for 50 (Kitchen), Monday\n\n"
        "We met for\n- Film night, Sunday\n\n"
        "Others wrote\n- Lunch for 50: “Lovely soup!”\n- Lunch for 50: “Thank you!”\n\n"
        "Thank you for the time you shared.\n\n"
        "Coming up, as you signed up\n- Wednesday 14 October: Newsletter (Kitchen)\n"
        "- Thursday 15 October, 1 pm: Dishes (Kitchen)\n- Sunday 18 October, 5:15 pm: Lake\n\n"
        "This week stands on your page, too:\nhttps://house.example.org/me/weeks/2026-W41/"
    )


def words(text: str) -> list[str]:
    return re.findall(r"[\w:]*\w", text)


@pytest.mark.page
@pytest.mark.once
def test_the_message_and_the_page_say_the_same(full_week, amara, as_):
    """Line by line: whatever stands in a list of one stands in a list of the other, in the same order."""
    asks(amara, WEEKLY_SUMMARY, "page", "note")
    with time_machine.travel(local(MONDAY), tick=False):
        notices.send_due()
        page = as_(amara).get("/me/weeks/2026-W41/").content.decode()
    main = re.search(r"<main.*?</main>", page, re.S).group()
    on_the_page = [words(re.sub(r"<[^>]+>", " ", line)) for line in re.findall(r"<li>.*?</li>", main, re.S)]
    assert len(on_the_page) == 13
    notes = Note.objects.order_by("message__channel").values_list("text", flat=True)
    for text in (mail.outbox[0].body, *notes):
        assert [words(line) for line in text.splitlines() if line.startswith("- ")] == on_the_page
    assert [("/me/weeks/" in text) for text in notes] == [False, True]  # on paper there is no link
    for text in (main, mail.outbox[0].body, *notes):
        assert "Noor" not in text and "Canary" not in text


def test_words_that_no_message_may_hold_are_said_in_ours(amara, sam):
    make.visit(amara, WEEK_BEFORE, unit=make.unit("Recovery"))
    task = on(amara, "Overdue letters", WEEK_BEFORE, done=True, unit=make.unit("Recovery"))
    task.thanks.create(words="What a support you are", at=LONG_AGO, by=sam.user)
    going(amara, "Wellness walk", MONDAY + DAY)
    notices.send_due(local(MONDAY))
    lines = [line for line in piece().splitlines() if line.startswith("- ")]
    assert lines == [
        "- Monday 5 October",
        "- a task (with us), Monday",
        "- a task: “Thank you!”",
        "- Tuesday 13 October, 5:15 pm: what you wished to join",
    ]


def test_nothing_after_an_empty_week(amara):
    make.visit(amara, WEEK_BEFORE - DAY)
    make.visit(amara, MONDAY)
    on(amara, "Lunch", WEEK_BEFORE, done=True)
    notices.send_due(local(MONDAY))
    assert (mail.outbox, Message.objects.count()) == ([], 0)


def test_who_wishes_it_hears_from_us_after_an_empty_week_too(amara):
    amara.summary_when_empty = True
    amara.save()
    on(amara, "Lunch", WEEK_BEFORE, done=True)
    on(amara, "Newsletter", MONDAY + 2 * DAY)
    notices.send_due(local(MONDAY))
    assert piece() == (
        "There is a place at the table for you, whenever you like.\n\n"
        "Coming up, as you signed up\n- Wednesday 14 October: Newsletter (Kitchen)\n\n"
        "This week stands on your page, too:\nhttps://house.example.org/me/weeks/2026-W41/"
    )


def test_nothing_when_the_only_visit_turned_out_wrong(amara):
    visit = make.visit(amara, WEEK_BEFORE)
    notices.send_due(local(MONDAY, "08:00"))
    visit.delete()
    notices.send_due(local(MONDAY))
    assert (mail.outbox, Message.objects.get().reason) == ([], "untrue")


def test_only_for_who_asked_before_it_was_due(amara, noor):
    asks(noor, WEEKLY_SUMMARY, since_at=local(MONDAY, "09:31"))
    for member in (amara, noor):
        make.visit(member, WEEK_BEFORE)
    notices.send_due(local(MONDAY, "10:00"))
    assert left() == ["amara"]


def test_no_link_for_who_cannot_sign_in(amara):
    amara.user.is_active = False
    amara.user.save()
    make.visit(amara, WEEK_BEFORE)
    notices.send_due(local(MONDAY))
    assert "your page, too" not in piece()


@pytest.mark.parametrize(("days", "sent"), [(0, 1), (3, 1), (6, 1), (7, 0)])
def test_a_machine_that_was_off_catches_up_in_the_same_week_once(amara, days, sent):
    make.visit(amara, WEEK_BEFORE)
    for hours in (0, 1, 24):
        notices.send_due(local(MONDAY + days * DAY, "11:00") + dt.timedelta(hours=hours))
    assert len(mail.outbox) == sent


@pytest.mark.once
def test_three_weeks_make_three_letters(amara):
    """The sweep runs all the time, and there are never two for one week."""
    for week in range(3):
        make.visit(amara, WEEK_BEFORE + dt.timedelta(weeks=week))
    at = local(MONDAY, "00:00")
    while at < local(MONDAY + 21 * DAY, "00:00"):
        with time_machine.travel(at, tick=False):
            notices.send_due()
        at += dt.timedelta(hours=11)
    assert sorted(Message.objects.values_list("occurrence", "state")) == [
        ("week 2026-W41", "sent"),
        ("week 2026-W42", "sent"),
        ("week 2026-W43", "sent"),
    ]
    assert len(mail.outbox) == 3


@pytest.mark.once
@pytest.mark.parametrize(
    ("monday", "name"),
    [
        (dt.date(2026, 12, 28), "week 2026-W53"),
        (dt.date(2027, 1, 4), "week 2027-W01"),
        (dt.date(2025, 12, 29), "week 2026-W01"),
        (dt.date(2028, 2, 28), "week 2028-W09"),
    ],
)
def test_weeks_at_the_ends_of_years_and_months(amara, monday, name):
    """A year with a 53rd week, a week in two years, and one with 29 February."""
    day = monday + 3 * DAY
    make.visit(amara, day)
    notices.send_due(local(monday + 7 * DAY))
    assert (Message.objects.get().occurrence, len(mail.outbox)) == (name, 1)
    assert f"- {day:%A} {day.day} " in piece()


@pytest.mark.once
def test_a_week_begins_at_midnight_of_the_house(amara):
    """A visit late on Sunday belongs to the week before, also when it is Monday elsewhere."""
    make.house(time_zone="Pacific/Auckland")
    make.visit(amara, MONDAY - DAY, "23:00", "23:30")
    notices.send_due(local(MONDAY, zone="Pacific/Auckland"))
    assert Message.objects.get().occurrence == "week 2026-W41"


def test_it_joins_a_reminder_that_leaves_half_an_hour_before(amara):
    """One a day at most: the two go together."""
    wish(amara, "task_reminder")
    make.visit(amara, WEEK_BEFORE)
    on(amara, "Dishes", MONDAY, part="afternoon")
    SignUp.objects.update(at=local(MONDAY, "08:00"))
    notices.send_due(local(MONDAY, "09:00"))
    notices.send_due(local(MONDAY))
    assert len(mail.outbox) == 1
    assert sorted(Message.objects.values_list("kind", "state")) == [
        ("task_reminder", "sent"),
        ("weekly_summary", "sent"),
    ]


def test_it_costs_the_same_for_one_and_for_three(amara, noor, rosa, sam, django_assert_num_queries):
    house = make.house()
    for position, member in enumerate((amara, noor, rosa)):
        make.visit(member, WEEK_BEFORE)
        on(member, "Lunch", WEEK_BEFORE, done=True).thanks.create(words="Thanks!", at=LONG_AGO, by=sam.user)
        if position:
            asks(member, WEEKLY_SUMMARY)
        Message.objects.all().delete()
        with django_assert_num_queries(2):
            assert notices.KINDS[WEEKLY_SUMMARY].prepare(house, local(MONDAY)) == position + 1
        with django_assert_num_queries(1):
            assert notices.KINDS[WEEKLY_SUMMARY].prepare(house, local(MONDAY)) == 0
        with django_assert_num_queries(2 + 6):  # the house and the rows are asked here
            assert len(facts_of(WEEKLY_SUMMARY, local(MONDAY))) == position + 1
