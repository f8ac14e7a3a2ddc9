"""Repairs under eight hands at once, on PostgreSQL with real commits; each with the variant that goes wrong."""

import datetime as dt
import uuid
from contextlib import suppress
from itertools import pairwise

import pytest

from attendance import actions
from attendance.actions import paper, removals
from attendance.models import Visit
from members import audit
from members.refusals import Refusal
from tests import make
from tests.test_races import at_once

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]
MONDAY = dt.date(2026, 10, 5)
NINE = dt.datetime(2026, 10, 5, 13, 0, tzinfo=dt.UTC)
MINUTE, HOUR = dt.timedelta(minutes=1), dt.timedelta(hours=1)


def overlaps() -> int:
    visits = Visit.objects.order_by("member", "arrived_at")
    return sum(one.member_id == two.member_id and two.arrived_at < one.left_at for one, two in pairwise(visits))


def eight_sheets(people: list) -> list[Exception]:
    """Eight colleagues type in the same people, each a minute off: only the first of each stands."""

    def type_in(off: int):
        for member in people:
            at = NINE + off * MINUTE
            with suppress(Refusal):
                actions.log_paper(
                    member=member, day=MONDAY, arrived_at=at, left_at=at + HOUR, key=uuid.uuid4(), by=None
                )

    return at_once([lambda off=off: type_in(off) for off in range(8)])


@pytest.fixture
def people():
    audit.record(by=None, verb="tests.begin")
    return [make.member(f"Person{number} Name") for number in range(15)]


def test_eight_sheets_write_everybody_down_once(people):
    assert eight_sheets(people) == []
    assert (Visit.objects.count(), overlaps()) == (15, 0)
    assert list(audit.broken_records()) == []


def test_control_looking_without_being_alone_writes_people_down_twice(people, monkeypatch):
    monkeypatch.setattr(paper, "one_at_a_time", lambda member: None)
    eight_sheets(people)
    assert overlaps() > 0


def moved_to_noor(people) -> int:
    """Eight visits of eight people at the same time were Noor's, say eight colleagues."""
    noor = make.member("Noor Haddad")
    visits = [make.visit(person, MONDAY, f"09:0{at}", "12:00") for at, person in enumerate(people[:8])]

    def move(visit):
        was = {"arrived_at": visit.arrived_at, "left_at": visit.left_at, "ending": "known", "kind": "wod", "unit": None}
        with suppress(actions.TwoAtOnce):
            actions.correct_visit(visit=visit, why="Hers.", by=None, member=noor, **was)

    assert at_once([lambda visit=visit: move(visit) for visit in visits]) == []
    return Visit.objects.filter(member=noor).count()


def test_eight_visits_become_one_persons_and_one_does(people):
    assert moved_to_noor(people) == 1


def test_control_moved_without_being_alone_she_is_here_several_times_at_once(people, monkeypatch):
    monkeypatch.setattr(removals, "one_at_a_time", lambda member: None)
    assert moved_to_noor(people) > 1


def test_a_visit_put_back_by_eight_hands_is_back_once(people):
    removed = actions.remove_visit(visit=make.visit(people[0], MONDAY), why="slip", by=None)
    assert at_once([lambda: actions.restore_visit(removed=removed, by=None)] * 8) == []
    assert Visit.objects.count() == 1


def test_a_closing_sent_eight_times_is_stored_once(people):
    visits = [make.visit(person, MONDAY, "09:00", None, ending="not_written") for person in people]
    key = uuid.uuid4()
    leavings = [actions.Leaving(visit, NINE + HOUR) for visit in visits]
    errors = at_once([lambda: actions.close_day(day=MONDAY, leavings=leavings, key=key, by=None)] * 8)
    assert errors == []
    assert Visit.objects.filter(ending="known").count() == 15
    assert actions.undo_batch(batch=key, by=None).back == list(reversed(people))
