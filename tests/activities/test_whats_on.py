"""What's on: the days to come as the house's calendar says, with what is on and where hands are welcome."""

import datetime as dt
import re

import pytest

from activities.models import EventSignUp, EventWaiting, OpenDay, OpeningHours, OpeningWeek, SignUp
from members.models import House
from tests import make

pytestmark = [pytest.mark.page, pytest.mark.django_db]
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
    """The words of each day, by day."""
    found = re.findall(r'data-day="([^"]*)">(.*?)(?=data-day=|</ol>)', html, re.DOTALL)
    return {day: " ".join(re.sub(r"<[^>]*>?", " ", row).split()) for day, row in found}


def test_a_week_from_today_with_hours_notes_and_reasons(as_, amara, monday_morning, calendar):
    days = rows(as_(amara).get("/whats-on/").content.decode())
    assert list(days) == [(MONDAY + dt.timedelta(days=offset)).isoformat() for offset in range(7)]
    assert days["2026-11-23"] == "Mon 23 Monday 23 November Today Open from 8:30 am to 4:30 pm"
    assert days["2026-11-26"] == "Thu 26 Thursday 26 November Closed Thanksgiving"
    assert days["2026-11-28"] == "Sat 28 Saturday 28 November Open from 10 am to 2 pm Craft market"
    assert days["2026-11-29"] == "Sun 29 Sunday 29 November Closed"


def test_later_weeks_are_one_tap_away_each(as_, amara, monday_morning, calendar):
    client = as_(amara)
    assert 'href="/whats-on/?from=2026-11-30"' in client.get("/whats-on/").content.decode()
    html = client.get("/whats-on/?from=2026-11-30").content.decode()
    assert list(rows(html)) == [(MONDAY + dt.timedelta(days=offset)).isoformat() for offset in range(7, 14)]
    assert 'href="/whats-on/?from=2026-12-07"' in html and 'href="/whats-on/"' in html


@pytest.mark.parametrize("odd", ["2026-11-01", "2026-02-30", "x", "", "9999-12-31"])
def test_an_odd_day_is_today(odd, as_, amara, monday_morning):
    assert list(rows(as_(amara).get(f"/whats-on/?from={odd}").content.decode()))[0] == "2026-11-23"


def test_there_is_an_end_a_year_ahead(as_, amara, monday_morning):
    html = as_(amara).get("/whats-on/?from=2099-01-01").content.decode()
    assert list(rows(html))[0] == "2027-11-24" and "The week after" not in html


def test_a_member_finds_few_words_and_links(as_, amara, monday_morning, calendar):
    for offset in (0, 1, 2, 4, 7, 8, 9, 10, 11):  # the days that are open, but for the market
        make.task("Lunch", day=MONDAY + dt.timedelta(days=offset))
    for offset in (3, 5, 6, 10):
        make.event("Games evening", day=MONDAY + dt.timedelta(days=offset))
    for address in ("/whats-on/", "/whats-on/?from=2026-11-30"):
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
    assert 'href="/tasks/"' in html
    assert re.findall(r"\d+ tasks? ha(?:s|ve) room", html) == ["2 tasks have room"]


def test_events_stand_under_their_day_in_the_order_of_the_clock(as_, amara, monday_morning, calendar):
    make.event("Late film", day=MONDAY, starts_at=dt.time(20), ends_at=dt.time(22))
    make.event("Breakfast club", day=MONDAY, starts_at=dt.time(8), ends_at=dt.time(9))
    make.event("Coffee online", day=MONDAY, starts_at=dt.time(18), join_link="https://meet.example.org/tea")
    days = rows(as_(amara).get("/whats-on/").content.decode())
    assert days["2026-11-23"] == (
        "Mon 23 Monday 23 November Today Open from 8:30 am to 4:30 pm "
        "Breakfast club 8 am , Together Over Coffee online 6 pm , Together · online Late film 8 pm , Together"
    )


def test_each_event_says_how_it_stands_with_me(as_, amara, noor, monday_morning):
    def joined(event, *members, row=EventSignUp):
        for member in members:
            row.objects.create(
                event=event, member=member, at=House.objects.current().at(MONDAY, dt.time(9)), by=noor.user
            )

    events = {name: make.event(name, day=MONDAY, places=2) for name in ("Mine", "Waiting", "Full", "Few", "Off")}
    make.event("Everybody", day=MONDAY)
    joined(events["Mine"], amara, noor)
    joined(events["Waiting"], noor, make.member())
    joined(events["Waiting"], amara, row=EventWaiting)
    joined(events["Full"], noor, make.member())
    joined(events["Few"], noor)
    joined(events["Off"], amara)
    events["Off"].called_off_at = House.objects.current().at(MONDAY, dt.time(9))
    events["Off"].save()
    html = as_(amara).get("/whats-on/").content.decode()
    found = re.findall(r'event-title">([^<]*)<.*?</span>\s*</span>\s*(.*?)</a>', html, re.DOTALL)
    said = {title: " ".join(re.sub(r"<[^>]*>", " ", rest).split()) for title, rest in found}
    assert said == {
        "Everybody": "", "Few": "1 place left", "Full": "Full", "Mine": "You are coming", "Off": "Called off",
        "Waiting": "You wait",
    }  # fmt: skip
    assert not re.search("Noor|Haddad", html)


def test_one_kind_for_four_weeks(as_, amara, monday_morning, calendar):
    make.event("Yoga", day=MONDAY, sort="wellness")
    make.event("Lake", day=dt.date(2026, 12, 20), sort="trip")
    make.event("Hill", day=dt.date(2026, 12, 27), sort="trip")
    client = as_(amara)
    html = client.get("/whats-on/").content.decode()
    assert re.findall(r'name="kind" value="(\w*)" aria-pressed="(\w+)"', html) == [
        ("", "true"), ("wellness", "false"), ("trip", "false"),
    ]  # fmt: skip
    html = client.get("/whats-on/?kind=trip").content.decode()
    assert list(rows(html)) == ["2026-12-20"] and "Lake" in rows(html)["2026-12-20"]
    assert 'href="/whats-on/?from=2026-12-21&amp;kind=trip"' in html
    assert "Nothing of this kind" in client.get("/whats-on/?kind=sport").content.decode()
    assert len(rows(client.get("/whats-on/?kind=nonsense").content.decode())) == 7


@pytest.mark.parametrize("count", [1, 10, 150])
def test_it_costs_the_same_for_any_number_of_tasks_and_events(
    count, as_, amara, monday_morning, calendar, django_assert_num_queries
):
    for number in range(count):
        day = MONDAY + dt.timedelta(days=number % 7)
        make.task(f"Task {number}", day=day)
        event = make.event(f"Event {number}", day=day, places=3)
        EventSignUp.objects.create(
            event=event, member=amara, at=event.begins_at(House.objects.current()), by=amara.user
        )
    client = as_(amara)
    client.get("/whats-on/")
    with django_assert_num_queries(9):  # session, person, house; kinds, three for the calendar, tasks, events
        html = client.get("/whats-on/").content.decode()
    assert html.count("data-event=") == count
