"""What needs a look: odd visits of the last weeks, each until somebody says it is right or puts it right."""

import datetime as dt
from uuid import uuid4

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from attendance import actions
from attendance.actions.door import log_at_door
from attendance.checks import how_many
from attendance.models import Mark, Visit
from members.models import House
from tests import make

pytestmark = [pytest.mark.page, pytest.mark.django_db]
MONDAY, TUESDAY = dt.date(2026, 10, 5), dt.date(2026, 10, 6)
DAY = dt.timedelta(days=1)


@pytest.fixture(autouse=True)
def on_tuesday_at_five():
    with time_machine.travel(dt.datetime(2026, 10, 6, 21, 0, tzinfo=dt.UTC), tick=False) as clock:
        yield clock


def found(client) -> list[tuple[str, list[str]]]:
    page = client.get("/arrivals/needs-a-look/")
    assert page.status_code == 200
    return [(str(check.visit.member), check.odd) for check in page.context["checks"]]


def test_a_day_like_any_other_needs_no_look(amara, noor, rosa, idris, stella, sam, as_):
    make.visit(amara, MONDAY, "09:00", "12:00")
    make.visit(amara, MONDAY, "12:00", "13:00")  # left and came back at once
    make.visit(noor, MONDAY, "08:00", "20:00")  # twelve hours, not more
    make.visit(rosa, TUESDAY, "09:00", None)
    make.visit(idris, MONDAY, "20:00", None, ending="not_written", kind="social")
    make.visit(stella, MONDAY, "09:00", "12:00", source="paper", noted_at=timezone.now())
    assert found(as_(sam)) == []
    page = as_(sam).get("/arrivals/needs-a-look/").content.decode()
    assert "Nothing unusual. All is as it should be." in page


def test_each_odd_thing_in_words(amara, noor, rosa, idris, sam, as_):
    make.visit(amara, MONDAY, "09:00", "12:00")
    make.visit(amara, MONDAY, "11:30", "13:00")
    make.visit(noor, MONDAY, "07:00", "21:20")
    make.visit(rosa, MONDAY, "09:00", "16:30", ending="assumed")
    make.visit(idris, MONDAY, "08:00", "12:00", noted_at=timezone.now())
    assert found(as_(sam)) == [
        ("Amara", ["At the same time as another visit: 9 am to noon."]),
        ("Rosa", ["The time out is assumed: 4:30 pm."]),
        ("Amara", ["At the same time as another visit: 11:30 am to 1 pm."]),
        ("Idris", ["Written down later, on Tuesday 6 October."]),
        ("Noor", ["Longer than 12 hours: 14 h 20 min."]),
    ]


def test_a_visit_may_be_odd_in_several_ways(amara, sam, as_):
    make.visit(amara, MONDAY, "07:00", "21:00", ending="assumed", noted_at=timezone.now())
    assert found(as_(sam)) == [
        (
            "Amara",
            [
                "Longer than 12 hours: 14 h 0 min.",
                "The time out is assumed: 9 pm.",
                "Written down later, on Tuesday 6 October.",
            ],
        )
    ]


@pytest.mark.parametrize(
    ("day", "first", "second", "odd"),
    [
        (TUESDAY, ("09:00", None, ""), ("13:00", "14:00", ""), 2),  # here now, and was here in between
        (TUESDAY, ("13:00", None, ""), ("09:00", "11:00", ""), 0),
        (MONDAY, ("09:00", None, "not_written"), ("13:00", "14:00", ""), 0),  # nobody knows when the first one ended
        (MONDAY, ("09:00", None, "here"), ("13:00", "14:00", ""), 0),
        (MONDAY, ("13:30", None, "not_written"), ("13:00", "14:00", ""), 2),
        (MONDAY, ("13:00", None, "not_written"), ("13:00", "14:00", ""), 2),
        (MONDAY, ("14:00", None, "not_written"), ("13:00", "14:00", ""), 0),
    ],
)
def test_what_overlaps_where_an_end_is_open(amara, sam, as_, day, first, second, odd):
    for at, (arrived, left, ending) in enumerate((first, second)):
        make.visit(amara, day, arrived, left, ending=ending, kind=["wod", "social"][at])
    assert len(found(as_(sam))) == odd
    assert all(words for _, words in found(as_(sam)))


@pytest.mark.parametrize(("source", "late"), [("screen", 1), ("door", 1), ("self", 1), ("paper", 0), ("import", 0)])
def test_only_what_is_written_down_as_it_happens_can_be_late(amara, sam, as_, source, late):
    make.visit(amara, MONDAY, "09:00", "12:00", source=source, noted_at=timezone.now())
    assert len(found(as_(sam))) == late


def test_late_is_told_by_the_clock_on_the_houses_wall(amara, sam, as_):
    """Noted at 23:30 in Detroit, which is the next day in UTC."""
    make.visit(amara, MONDAY, "22:00", "23:20", noted_at=dt.datetime(2026, 10, 6, 3, 30, tzinfo=dt.UTC))
    assert found(as_(sam)) == []


def test_the_last_sixty_days(amara, noor, sam, as_):
    make.visit(amara, TUESDAY - 60 * DAY, "07:00", "21:00")
    make.visit(noor, TUESDAY - 61 * DAY, "07:00", "21:00")
    assert [name for name, _ in found(as_(sam))] == ["Amara"]


def test_what_somebody_said_is_right_is_gone(amara, sam, as_):
    make.visit(amara, MONDAY, "07:00", "21:00", confirmed_at=timezone.now())
    assert found(as_(sam)) == []


# -- Times out that nobody wrote down ----------------------------------------------------------------------------------


def test_days_with_an_open_end_lead_to_their_closing(amara, noor, sam, as_):
    for who in (amara, noor):
        make.visit(who, MONDAY, "09:00", None, ending="not_written")
    make.visit(amara, TUESDAY - 14 * DAY, "09:00", None, ending="here")
    make.visit(noor, TUESDAY - 15 * DAY, "09:00", None, ending="not_written")
    make.visit(noor, TUESDAY, "09:00", None)
    page = as_(sam).get("/arrivals/needs-a-look/")
    days = page.context["missing"].unfinished
    assert [(it.day, it.people) for it in days] == [(MONDAY, 2), (TUESDAY - 14 * DAY, 1)]
    assert f'href="/arrivals/{MONDAY}/closing/"' in page.content.decode()


# -- Left at the door, but never arrived -------------------------------------------------------------------------------


@pytest.fixture
def leave(db):
    _client, tablet = make.paired_tablet()

    def leave(member):
        return log_at_door(member=member, action=Mark.Action.LEAVE, key=uuid4(), tablet=tablet)

    return leave


def leavings(client) -> list[str]:
    return [str(mark.member) for mark in client.get("/arrivals/needs-a-look/").context["missing"].leavings]


def test_somebody_left_at_the_door_who_had_not_arrived(amara, noor, sam, as_, leave, on_tuesday_at_five):
    leave(amara)
    make.visit(noor, TUESDAY, "09:00", None)
    leave(noor)
    assert leavings(as_(sam)) == ["Amara"]
    mark = Mark.objects.get(visit=None)
    for _ in range(2):
        assert as_(sam).post(f"/arrivals/needs-a-look/leavings/{mark.pk}/").status_code == 302
    assert leavings(as_(sam)) == []
    lines = as_(amara).get("/me/looks/").context["lines"]
    assert [line.did for line in lines] == [
        "looked at a leaving of yours at the door, and nothing is missing",
        "wrote down that you left",
    ]


def test_whose_arrival_was_written_down_since_is_not_listed(amara, sam, as_, leave):
    leave(amara)
    make.visit(amara, TUESDAY, "09:00", "16:50")
    assert leavings(as_(sam)) == []


def test_a_visit_taken_out_of_the_book_leaves_no_leaving_behind(amara, sam, as_, leave):
    visit = make.visit(amara, TUESDAY, "09:00", None)
    leave(amara)
    actions.remove_visit(visit=visit, why="slip", by=sam.user)
    assert leavings(as_(sam)) == []


# -- What it costs, and the number -------------------------------------------------------------------------------------


@pytest.mark.parametrize("people", [1, 3])
def test_the_page_costs_the_same_for_one_and_for_three(sam, as_, people, leave):
    for number in range(people):
        member = make.member(f"Person{number} Name{number}")
        make.visit(member, MONDAY, "09:00", "12:00", unit=make.unit(f"Unit {number}"))
        make.visit(member, MONDAY, "11:00", "13:00")
        make.visit(member, MONDAY - DAY, "09:00", None, ending="not_written")
        leave(member)
    client = as_(sam)
    client.get("/me/")
    with CaptureQueriesContext(connection) as captured:
        page = client.get("/arrivals/needs-a-look/")
    assert len(page.context["checks"]) == 2 * people
    # session, user, house; how many, these, the visits they overlap; days without a time out, unseen leavings
    assert len(captured) == 8, "\n".join(query["sql"] for query in captured)


def test_the_number_comes_after_the_page(amara, rosa, sam, as_):
    make.visit(amara, MONDAY, "07:00", "21:00")
    link = "/arrivals/needs-a-look/count/"
    assert link in as_(sam).get("/arrivals/").content.decode()
    assert link not in as_(rosa).get("/arrivals/").content.decode()
    with CaptureQueriesContext(connection) as captured:
        number = as_(sam).get(link).content.decode()
    assert "1<span" in number
    # signing in by the test aside: session, user, house, odd visits, leavings
    assert len([q for q in captured if "COUNT" in q["sql"]]) == 2


def test_the_number_stops_at_a_hundred(sam, as_):
    for minute in range(103):
        arrived = dt.time(7, minute % 60).isoformat("minutes")
        make.visit(make.member(f"P{minute} X"), MONDAY, arrived, "22:00")
    assert how_many(House.objects.current(), timezone.now()) == 100
    assert "100+" in as_(sam).get("/arrivals/needs-a-look/count/").content.decode()
    assert len(found(as_(sam))) == 30
    assert Visit.objects.count() == 103
