"""Amara's week: what she is on from today, one tap to give it back, and nothing of what is over."""

import datetime as dt
import re

import pytest
from django.utils import timezone

from activities import actions
from activities.models import EventSignUp, OpenDay, SignUp
from members.models import House
from tests import make

pytestmark = [pytest.mark.page, pytest.mark.django_db]
MONDAY = dt.date(2026, 11, 23)


@pytest.fixture
def monday_at_ten(time_machine):
    make.house(lunch_until=dt.time(10, 30))
    time_machine.move_to(House.objects.current().at(MONDAY, dt.time(10)), tick=False)


def after(days: int) -> dt.date:
    return MONDAY + dt.timedelta(days=days)


def on(member, title, days=0, *, by=None, moved_up_at=None, **fields):
    task = make.task(title, day=after(days), **fields)
    SignUp.objects.create(task=task, member=member, at=timezone.now(), by=by or member.user, moved_up_at=moved_up_at)
    return task


def going(member, title, days=0, **fields):
    times = {"starts_at": dt.time(18), "ends_at": dt.time(20)} | fields
    event = make.event(title, day=after(days), **times)
    EventSignUp.objects.create(event=event, member=member, at=timezone.now(), by=member.user)
    return event


def main(page) -> str:
    return re.search(r"<main.*?</main>", page.content.decode(), re.S).group()


def days(page) -> dict[str, str]:
    """What stands on each day, in words."""
    found = re.findall(r'<li class="week-day.*?data-day="([^"]*)">(.*?)(?=<li class="week-day|</ol>)', main(page), re.S)
    return {day: " ".join(re.sub(r"<[^>]+>", " ", words).split()) for day, words in found}


def test_seven_days_as_they_go(as_, amara, noor, monday_at_ten):
    OpenDay.objects.create(day=after(3), is_open=False, note="Thanksgiving")
    on(amara, "Dishes", part="afternoon")
    on(amara, "Lunch for 50", starts_at=dt.time(9, 30))
    on(noor, "Canary of Noor")
    on(amara, "Canary of yesterday", -1)
    on(amara, "Canary of next week", 7)
    going(amara, "Film night", 1)
    going(noor, "Canary of an evening", 1)
    actions.save_lunch(day=after(1), member=amara, by=amara.user)
    make.house(lunch_until=dt.time(10, 30))
    assert days(as_(amara).get("/me/week/")) == {
        "2026-11-23": "Monday 23 November Today Lunch for 50 at 9:30 am, Kitchen Withdraw : Lunch for 50"
        " Dishes in the afternoon, Kitchen Withdraw : Dishes Save me a plate",
        "2026-11-24": "Tuesday 24 November Film night at 6 pm Withdraw : Film night"
        " A plate is saved for you. Take it back",
        "2026-11-25": "Wednesday 25 November Save me a plate",
        "2026-11-26": "Thursday 26 November Closed",
        "2026-11-27": "Friday 27 November Save me a plate",
        "2026-11-28": "Saturday 28 November Closed",
        "2026-11-29": "Sunday 29 November Closed",
    }
    following = as_(amara).get("/me/week/?week-after")
    assert list(days(following)) == [after(n).isoformat() for n in range(7, 14)]
    assert "Canary of next week" in main(following) and "Canary of Noor" not in main(following)


def test_she_gives_a_place_back_and_is_in_her_week_again(as_, amara, monday_at_ten):
    event = going(amara, "Film night", 8)
    answer = as_(amara).post(f"/whats-on/{event.pk}/sign-up/", {"action": "withdraw", "next": "/me/week/?week-after"})
    assert (answer.status_code, answer.url) == (302, "/me/week/?week-after")
    task = on(amara, "Dishes", 1)
    answer = as_(amara).post(f"/tasks/{task.pk}/sign-up/", {"action": "withdraw", "next": "/me/week/"}, follow=True)
    assert answer.redirect_chain == [("/me/week/", 302)]
    assert "You are off “Dishes”." in answer.content.decode()
    assert (EventSignUp.objects.count(), SignUp.objects.count()) == (0, 0)


def test_it_says_how_her_name_came_there(as_, amara, sam, monday_at_ten):
    on(amara, "Phones", by=sam.user)
    on(amara, "Garden", 1, by=sam.user, moved_up_at=timezone.now())
    on(amara, "Shopping", 2)
    gone = on(amara, "Newsletter", 3)
    actions.call_off_task(task=gone, by=sam.user)
    on(amara, "Dishes", 4, done_at=timezone.now())
    told = days(as_(amara).get("/me/week/"))
    assert "Phones in the morning, Kitchen Sam R. put your name up, at your word. Withdraw" in told["2026-11-23"]
    assert "A place came free for you" in told["2026-11-24"] and "Sam" not in told["2026-11-24"]
    assert told["2026-11-25"].startswith("Wednesday 25 November Shopping in the morning, Kitchen Withdraw")
    assert "Called off" in told["2026-11-26"] and "Withdraw" not in told["2026-11-26"]
    assert "Done" in told["2026-11-27"] and "Withdraw" not in told["2026-11-27"]


def test_a_free_week_says_what_to_do(as_, amara, monday_at_ten):
    assert "You are on no task or event these days." in main(as_(amara).get("/me/week/"))


def test_no_figure_of_the_past_stands_there(as_, amara, monday_at_ten):
    for offset in range(-20, 0):
        on(amara, f"Canary {offset}", offset)
    page = main(as_(amara).get("/me/week/"))
    assert "Canary" not in page and "20" not in re.sub(r"<[^>]+>", " ", page)


def test_a_member_finds_few_links_and_words(as_, amara, monday_at_ten):
    for offset in range(5):
        on(amara, "Lunch for 50", offset, starts_at=dt.time(9, 30))
    for address in ("/me/week/", "/me/week/?week-after"):
        page = main(as_(amara).get(address))
        assert page.count("<a ") <= 7
        assert len(re.sub(r"<[^>]*>", " ", page).split()) <= 150


@pytest.mark.parametrize("count", [1, 3])
def test_it_costs_the_same_for_any_number_of_things(as_, amara, monday_at_ten, count, django_assert_num_queries):
    for n in range(count):
        on(amara, f"Task {n}", n)
        going(amara, f"Event {n}", n)
        actions.save_lunch(day=after(n), member=amara, by=amara.user)
    client = as_(amara)
    client.get("/me/week/")
    with django_assert_num_queries(12):
        client.get("/me/week/")
