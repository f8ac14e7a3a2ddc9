"""What's on: the coming two weeks, as the house's calendar says."""

import datetime as dt
import re

import pytest

from activities.models import OpenDay, OpeningHours, OpeningWeek, SignUp
from members.models import House
from tests import make

pytestmark = pytest.mark.django_db
MONDAY = dt.date(2026, 11, 23)


@pytest.fixture
def monday_morning(time_machine):
    time_machine.move_to(House.objects.current().at(MONDAY, dt.time(10)), tick=False)


@pytest.fixture
def calendar():
    week = OpeningWeek.objects.create(starts_on=dt.date(2026, 1, 1))
    for weekday in range(5):
        OpeningHours.objects.create(week=week, weekday=weekday, opens_at=dt.time(8, 30), closes_at=dt.time(16, 30))
    OpenDay.objects.create(day=dt.date(2026, 11, 26), is_open=False, note="Thanksgiving")
    OpenDay.objects.create(
        day=dt.date(2026, 11, 28), is_open=True, opens_at=dt.time(10), closes_at=dt.time(14), note="Craft market"
    )


def rows(html: str) -> dict[str, str]:
    found = re.findall(r'data-day="([^"]*)">(.*?)</li>', html, re.DOTALL)
    return {day: " ".join(re.sub(r"<[^>]+>", " ", row).split()) for day, row in found}


def test_a_week_from_today_with_hours_notes_and_reasons(as_, amara, monday_morning, calendar):
    days = rows(as_(amara).get("/whats-on/").content.decode())
    assert list(days) == [(MONDAY + dt.timedelta(days=offset)).isoformat() for offset in range(7)]
    assert days["2026-11-23"] == "Mon 23 Monday 23 November Today Open from 8:30 am to 4:30 pm"
    assert days["2026-11-26"] == "Thu 26 Thursday 26 November Closed Thanksgiving"
    assert days["2026-11-28"] == "Sat 28 Saturday 28 November Open from 10 am to 2 pm Craft market"
    assert days["2026-11-29"] == "Sun 29 Sunday 29 November Closed"


def test_the_week_after_is_one_tap_away(as_, amara, monday_morning, calendar):
    assert 'href="/whats-on/?week-after"' in as_(amara).get("/whats-on/").content.decode()
    days = rows(as_(amara).get("/whats-on/?week-after").content.decode())
    assert list(days) == [(MONDAY + dt.timedelta(days=offset)).isoformat() for offset in range(7, 14)]


def test_a_member_finds_few_words_and_links(as_, amara, monday_morning, calendar):
    for offset in (0, 1, 2, 4, 7, 8, 9, 10, 11):  # the days that are open, but for the market
        make.task("Lunch", day=MONDAY + dt.timedelta(days=offset))
    for address in ("/whats-on/", "/whats-on/?week-after"):
        main = re.search(r"<main.*?</main>", as_(amara).get(address).content.decode(), re.DOTALL).group()
        assert main.count("<a ") <= 7
        assert len(re.sub(r"<[^>]*>", " ", main).split()) <= 150


def test_where_a_pair_of_hands_is_welcome(as_, amara, noor, monday_morning, calendar):
    tuesday = MONDAY + dt.timedelta(days=1)
    make.task("Lunch", day=tuesday)
    make.task("Dishes", day=tuesday)
    full = make.task("Menu", day=tuesday, places=1)
    SignUp.objects.create(task=full, member=noor, at=House.objects.current().at(MONDAY, dt.time(9)), by=noor.user)
    make.task("Car wash", day=tuesday, called_off_at=House.objects.current().at(MONDAY, dt.time(9)))
    html = as_(amara).get("/whats-on/").content.decode()
    assert "2 tasks have room" in rows(html)["2026-11-24"]
    assert 'href="/tasks/2026-11-24/"' in html
    assert re.findall(r"\d+ tasks? ha(?:s|ve) room", html) == ["2 tasks have room"]


@pytest.mark.parametrize("count", [1, 3])
def test_it_costs_the_same_for_any_number_of_tasks(
    count, as_, amara, monday_morning, calendar, django_assert_num_queries
):
    for number in range(count):
        make.task(f"Task {number}", day=MONDAY + dt.timedelta(days=number))
    client = as_(amara)
    client.get("/whats-on/")
    with django_assert_num_queries(7):
        html = client.get("/whats-on/").content.decode()
    assert html.count("has room") == count
