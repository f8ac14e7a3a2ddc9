"""The weekly summary: Monday 9:30 house time for the Monday to Sunday before, at most once, only for who asked."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.core import mail

from activities.models import SignUp
from attendance.models import Visit
from attendance.notices.weekly_summary import WEEKLY_SUMMARY, occurrence
from members import notices
from members.models import Message, MessageWish
from tests import make
from tests.members.notes import LONG_AGO

pytestmark = pytest.mark.django_db

DETROIT = ZoneInfo("America/Detroit")
MONDAY = dt.date(2026, 10, 12)
WEEK_BEFORE = MONDAY - dt.timedelta(days=7)


def local(day: dt.date, clock: str, zone: ZoneInfo = DETROIT) -> dt.datetime:
    return dt.datetime.combine(day, dt.time.fromisoformat(clock), tzinfo=zone)


@pytest.fixture(autouse=True)
def house_with_mail(settings):
    settings.MAIL_READY = True


@pytest.fixture
def amara(amara):
    amara.email = "amara@example.org"
    amara.save()
    asks(amara)
    return amara


def asks(member, since_at: dt.datetime = LONG_AGO) -> None:
    MessageWish.objects.create(member=member, kind=WEEKLY_SUMMARY, channel="email", since_at=since_at)


def signs_up(member, title: str, day: dt.date) -> None:
    SignUp.objects.create(task=make.task(title, day=day), member=member, at=LONG_AGO, by=member.user)


def test_what_i_joined_and_what_is_coming_up(amara, noor):
    make.visit(amara, WEEK_BEFORE)
    make.visit(amara, WEEK_BEFORE, "13:00", "15:00")
    make.visit(amara, WEEK_BEFORE + dt.timedelta(days=6), kind="social")
    make.visit(amara, WEEK_BEFORE - dt.timedelta(days=1))
    signs_up(amara, "Lunch for 50", WEEK_BEFORE)
    signs_up(amara, "Garden", WEEK_BEFORE + dt.timedelta(days=2))  # and did not come: nobody's business
    signs_up(amara, "Newsletter", MONDAY + dt.timedelta(days=2))
    signs_up(amara, "Inventory", MONDAY + dt.timedelta(days=9))
    signs_up(noor, "Dishes", MONDAY)
    notices.send_due(local(MONDAY, "09:29"))
    assert mail.outbox == []
    notices.send_due(local(MONDAY, "09:30"))
    assert len(mail.outbox) == 1
    piece = mail.outbox[0].body.split("\n\n", 2)[2].split("You asked for this")[0].strip()
    assert piece == (
        "Last week, Monday 5 October to Sunday 11 October, you joined us on\n"
        "- Monday 5 October\n- Sunday 11 October\n\n"
        "You took on\n- Lunch for 50 (Kitchen), Monday\n\n"
        "Thank you for the time you shared.\n\n"
        "Coming up, as you signed up\n- Wednesday 14 October: Newsletter (Kitchen)"
    )


def test_thanks_for_what_i_did_without_a_name_and_in_our_voice(amara, noor, sam):
    make.visit(amara, WEEK_BEFORE)
    for title, words, by in [
        ("Lunch", "Lovely soup!", noor),
        ("Dishes", "What a support you are", sam),  # a word that tells more of a place than a street name
        ("Garden", "Thank you, said Amara herself", amara),
    ]:
        task = make.task(title, day=WEEK_BEFORE, done_at=LONG_AGO)
        SignUp.objects.create(task=task, member=amara, at=LONG_AGO, by=amara.user)
        task.thanks.create(words=words, at=LONG_AGO, by=by.user)
    not_mine = make.task("Phones", day=WEEK_BEFORE, done_at=LONG_AGO)
    not_mine.thanks.create(words="Well called!", at=LONG_AGO, by=sam.user)
    away = make.task("Shelves", day=WEEK_BEFORE + dt.timedelta(days=2), done_at=LONG_AGO)  # a day she did not come
    SignUp.objects.create(task=away, member=amara, at=LONG_AGO, by=amara.user)
    away.thanks.create(words="So straight!", at=LONG_AGO, by=sam.user)
    notices.send_due(local(MONDAY, "09:30"))
    piece = mail.outbox[0].body.split("Others wrote")[1].split("Thank you for the time")[0].strip()
    assert piece == "- Lunch: “Lovely soup!”\n- Dishes: “Thank you!”"


def test_nothing_after_an_empty_week(amara):
    make.visit(amara, WEEK_BEFORE - dt.timedelta(days=1))
    make.visit(amara, MONDAY)
    notices.send_due(local(MONDAY, "09:30"))
    assert (mail.outbox, Message.objects.count()) == ([], 0)


def test_nothing_when_the_only_visit_turned_out_wrong(amara):
    visit = make.visit(amara, WEEK_BEFORE)
    notices.send_due(local(MONDAY, "08:00"))
    visit.delete()
    notices.send_due(local(MONDAY, "09:30"))
    assert (mail.outbox, Message.objects.get().reason) == ([], "untrue")


def test_only_for_who_asked_before_it_was_due(amara, noor):
    noor.email = "noor@example.org"
    noor.save()
    asks(noor, since_at=local(MONDAY, "09:31"))
    for member in (amara, noor):
        make.visit(member, WEEK_BEFORE)
    notices.send_due(local(MONDAY, "10:00"))
    assert [letter.to for letter in mail.outbox] == [["amara@example.org"]]


@pytest.mark.parametrize(("days", "sent"), [(0, 1), (3, 1), (6, 1), (7, 0)])
def test_a_machine_that_was_off_catches_up_in_the_same_week_once(amara, days, sent):
    make.visit(amara, WEEK_BEFORE)
    for hours in (0, 1, 24):
        notices.send_due(local(MONDAY + dt.timedelta(days=days), "11:00") + dt.timedelta(hours=hours))
    assert len(mail.outbox) == sent


@pytest.mark.once
def test_three_weeks_make_three_letters(amara):
    """The sweep runs all the time, and there are never two for one week."""
    for week in range(3):
        make.visit(amara, WEEK_BEFORE + dt.timedelta(weeks=week))
    at = local(MONDAY, "00:00")
    while at < local(MONDAY + dt.timedelta(weeks=3), "00:00"):
        with time_machine.travel(at, tick=False):
            notices.send_due()
        at += dt.timedelta(hours=5)
    assert sorted(Message.objects.values_list("occurrence", "state")) == [
        ("week 2026-W41", "sent"),
        ("week 2026-W42", "sent"),
        ("week 2026-W43", "sent"),
    ]
    assert len(mail.outbox) == 3


@pytest.mark.parametrize(
    ("monday", "name"),
    [
        (dt.date(2026, 12, 28), "week 2026-W53"),
        (dt.date(2027, 1, 4), "week 2027-W01"),
        (dt.date(2025, 12, 29), "week 2026-W01"),
        (dt.date(2028, 2, 28), "week 2028-W09"),
    ],
)
def test_weeks_are_named_by_the_iso_calendar(amara, monday, name):
    """A year with a 53rd week, a week in two years, and one with 29 February."""
    assert occurrence(monday) == name
    make.visit(amara, monday + dt.timedelta(days=3))
    notices.send_due(local(monday + dt.timedelta(days=7), "09:30"))
    assert (Message.objects.get().occurrence, len(mail.outbox)) == (name, 1)
    assert f"- {monday + dt.timedelta(days=3):%A} {(monday + dt.timedelta(days=3)).day} " in mail.outbox[0].body


@pytest.mark.once
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
def test_half_past_nine_is_so_by_the_clock_on_the_wall(amara, zone, change):
    """The clocks change on a Sunday; on the Monday after, the letter leaves at 9:30 as ever, once."""
    make.house(time_zone=zone)
    make.visit(amara, change, "11:00", "12:00")
    monday = change + dt.timedelta(days=1)
    half_past_nine = local(monday, "09:30", ZoneInfo(zone))
    sent: list[dt.datetime] = []
    at = half_past_nine.astimezone(dt.UTC) - dt.timedelta(hours=3)
    while at <= half_past_nine + dt.timedelta(hours=2):
        notices.send_due(at)
        sent += [at] * (len(mail.outbox) - len(sent))
        at += dt.timedelta(minutes=30)
    assert sent == [half_past_nine]


def test_a_week_begins_at_midnight_of_the_house(amara):
    """A visit late on Sunday belongs to the week before, also when it is Monday elsewhere."""
    make.house(time_zone="Pacific/Auckland")
    make.visit(amara, MONDAY - dt.timedelta(days=1), "23:00", "23:30")
    notices.send_due(local(MONDAY, "09:30", ZoneInfo("Pacific/Auckland")))
    assert Message.objects.get().occurrence == "week 2026-W41"


def test_it_joins_a_reminder_that_leaves_half_an_hour_before(amara):
    """One a day at most: the two go together."""
    MessageWish.objects.create(member=amara, kind="task_reminder", channel="email", since_at=LONG_AGO)
    make.visit(amara, WEEK_BEFORE)
    task = make.task("Dishes", day=MONDAY, part="afternoon")
    SignUp.objects.create(task=task, member=amara, at=local(MONDAY, "08:00"), by=amara.user)
    notices.send_due(local(MONDAY, "09:00"))
    notices.send_due(local(MONDAY, "09:30"))
    assert len(mail.outbox) == 1
    assert sorted(Message.objects.values_list("kind", "state")) == [
        ("task_reminder", "sent"),
        ("weekly_summary", "sent"),
    ]


def test_preparing_costs_the_same_for_one_and_for_three(amara, noor, rosa, django_assert_num_queries):
    house = make.house()
    for position, member in enumerate((amara, noor, rosa)):
        member.email = f"{member.pk}@example.org"
        member.save()
        make.visit(member, WEEK_BEFORE)
        if position:
            asks(member)
        Message.objects.all().delete()
        with django_assert_num_queries(2):
            assert notices.KINDS[WEEKLY_SUMMARY].prepare(house, local(MONDAY, "09:30")) == position + 1
    assert Visit.objects.count() == 3
