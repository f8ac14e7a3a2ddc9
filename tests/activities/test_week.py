"""What we did this week: the house together, no totals per person, no names but of those who said thanks."""

import datetime as dt
import re

import pytest
from django.utils import timezone

from activities.models import PlaceRole, SignUp
from activities.week import week
from members.models import House
from tests import make

pytestmark = [pytest.mark.page, pytest.mark.django_db]
MONDAY, THURSDAY = dt.date(2026, 10, 5), dt.date(2026, 10, 8)
DAY = dt.timedelta(days=1)


@pytest.fixture(autouse=True)
def on_thursday_afternoon(db, time_machine):
    time_machine.move_to(House.objects.current().at(THURSDAY, dt.time(14)), tick=False)


def done(title: str, day: dt.date, *, unit: str = "Kitchen", roles: str = "", **fields):
    """`roles`: one letter for each member on it: doing, showing or learning."""
    task = make.task(title, day=day, unit=make.unit(unit), done_at=timezone.now(), **fields)
    for letter in roles:
        role = next(role for role in PlaceRole if role.startswith(letter))
        member = make.member("Wanda Canary")
        SignUp.objects.create(task=task, member=member, at=timezone.now(), by=make.account(member), role=role)
    return task


def words(html: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", html.split("<main")[1].split("</main>")[0]).split())


def test_by_unit_how_often_and_together(amara):
    done("Lunch", MONDAY)
    done("lunch", MONDAY + DAY, roles="sl")
    done("Dishes", MONDAY, roles="dd")
    done("Newsletter", THURSDAY, unit="Clerical", roles="s")
    done("Lunch", MONDAY - DAY)  # last week
    make.task("Garden", day=MONDAY)  # not done
    done("Tour", MONDAY, called_off_at=timezone.now())
    found = week(THURSDAY, amara.user, House.objects.current())
    assert [(one.unit.name, [(it.title, it.times, it.together) for it in one.work]) for one in found.units] == [
        ("Clerical", [("Newsletter", 1, 0)]),
        ("Kitchen", [("Dishes", 1, 0), ("Lunch", 2, 1)]),
    ]
    assert (found.first, found.last, found.times, found.together) == (MONDAY, MONDAY + 6 * DAY, 4, 1)
    assert [day.day for day in found.open_days] == [MONDAY + n * DAY for n in range(4)]


def test_events_that_were_and_those_to_come(amara):
    make.event("Lake", day=MONDAY)
    make.event("Choir", day=THURSDAY, starts_at=dt.time(13))
    make.event("Games", day=THURSDAY)  # begins at a quarter past five
    make.event("Film", day=MONDAY, called_off_at=timezone.now())
    found = week(THURSDAY, amara.user, House.objects.current())
    assert [event.title for event in found.events] == ["Lake", "Choir"]


def test_no_name_but_of_those_who_said_thanks(as_, amara, noor, rosa):
    task = done("Lunch", MONDAY, roles="dsl")
    for member, choice, said in [(noor, "full", "Lovely soup!"), (rosa, "none", "So good.")]:
        member.board_name = choice
        member.save()
        task.thanks.create(words=said, at=timezone.now(), by=member.user)
    html = as_(amara).get("/tasks/week/").content.decode()
    assert "Lovely soup! Lunch, from Noor Haddad" in words(html)
    assert "So good. Lunch" in words(html)
    assert not re.search("Canary|Wanda|Rosa|Lind", html)
    assert "Once, somebody showed how, and somebody learned." in words(html)


def test_earlier_weeks_and_none_ahead(as_, amara):
    done("Lunch", MONDAY - DAY)
    client = as_(amara)
    html = client.get(f"/tasks/week/{MONDAY - DAY}/").content.decode()
    assert "What we did last week" in html and "Lunch" in words(html) and 'href="/tasks/week/"' in html
    assert "What we did that week" in client.get("/tasks/week/2026-01-07/").content.decode()
    assert "Nothing was written down that week." in client.get("/tasks/week/2026-01-07/").content.decode()
    assert client.get(f"/tasks/week/{MONDAY + 6 * DAY}/").status_code == 200
    assert client.get(f"/tasks/week/{MONDAY + 7 * DAY}/").status_code == 404
    assert client.get("/tasks/week/1900-01-01/").status_code == 200


def test_a_young_week_is_kind_and_the_board_leads_here(as_, amara):
    client = as_(amara)
    assert "The week is young." in client.get("/tasks/week/").content.decode()
    assert f'href="/tasks/week/{THURSDAY}/"' in client.get("/tasks/").content.decode()


@pytest.mark.parametrize("count", [1, 3, 40])
def test_a_busy_week_costs_what_a_quiet_one_does(count, as_, amara, noor, django_assert_num_queries):
    for number in range(count):
        task = done(f"Task {number}", MONDAY, unit=f"Unit {number % 5}", roles="sl")
        task.thanks.create(words="Thanks!", at=timezone.now(), by=noor.user)
        make.event(f"Event {number}", day=MONDAY)
    client = as_(amara)
    client.get("/tasks/week/")
    with django_assert_num_queries(9):
        html = client.get("/tasks/week/").content.decode()
    assert html.count("<q>") == count
