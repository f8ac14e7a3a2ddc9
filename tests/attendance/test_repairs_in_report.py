"""Whatever is put right in the book, the month's report says so the next time it is asked."""

import datetime as dt
from decimal import Decimal
from uuid import uuid4

import pytest
import time_machine

from attendance import actions
from attendance.models import Visit
from attendance.reports import monthly_report
from clubhouse.converters import Month
from tests import make

pytestmark = pytest.mark.django_db
OCTOBER = Month(2026, 10)
MONDAY, TUESDAY = dt.date(2026, 10, 5), dt.date(2026, 10, 6)


@pytest.fixture(autouse=True)
def on_tuesday_at_ten():
    """Of October, Thursday, Friday and Monday are over and were open."""
    with time_machine.travel(dt.datetime(2026, 10, 6, 14, 0, tzinfo=dt.UTC), tick=False) as clock:
        yield clock


@pytest.fixture
def book(amara, noor):
    """Monday: Amara from 9 to noon, Noor from 9 to an assumed 16:30; and Amara again in the evening."""
    return [
        make.visit(amara, MONDAY, "09:00", "12:00"),
        make.visit(noor, MONDAY, "09:00", "16:30", ending="assumed"),
        make.visit(amara, MONDAY, "18:00", "20:00", kind="social"),
    ]


def figures() -> dict:
    report = monthly_report(OCTOBER)
    found = report.attendance
    return {
        "ada": found.ada_wod,
        "member_days": found.member_days,
        "minutes": found.minutes,
        "units": report.units_15.floor_per_day,
        "estimated": found.estimated_minutes,
        "missing": found.missing_sign_outs,
        "social": found.social.member_days,
        "served": found.distinct_served,
    }


BEFORE = {
    "ada": Decimal("0.67"), "member_days": 2, "minutes": 180, "units": 12, "estimated": 450, "missing": 0, "social": 1,
    "served": 2,
}  # fmt: skip


def correct(visit, sam, **fields) -> None:
    at = {"arrived_at": visit.arrived_at, "left_at": visit.left_at, "ending": visit.ending, "kind": visit.kind}
    actions.correct_visit(visit=visit, unit=visit.unit, why="She told me.", by=sam.user, **at | fields)


def test_before_anything_is_put_right(book):
    assert figures() == BEFORE


def test_a_corrected_time(book, sam):
    correct(book[0], sam, left_at=book[0].left_at + dt.timedelta(minutes=45))
    assert figures() == BEFORE | {"minutes": 225, "units": 15}


def test_a_corrected_kind(book, sam):
    correct(book[0], sam, kind="social")
    assert figures() == BEFORE | {"ada": Decimal("0.33"), "member_days": 1, "minutes": 0, "units": 0}


def test_a_visit_that_was_somebody_elses(book, idris, sam):
    correct(book[0], sam, member=idris)
    assert figures() == BEFORE | {"served": 3}
    correct(book[2], sam, member=idris)
    assert figures() == BEFORE


def test_a_visit_that_nobody_wrote_the_end_of(book, sam):
    correct(book[0], sam, left_at=None, ending="not_written")
    assert figures() == BEFORE | {"minutes": 0, "units": 0, "missing": 1}


def test_a_visit_taken_out_and_put_back(book, sam):
    removed = actions.remove_visit(visit=book[1], why="It was her sister.", by=sam.user)
    without = {"ada": Decimal("0.33"), "member_days": 1, "estimated": 0, "served": 1}
    assert figures() == BEFORE | without
    actions.restore_visit(removed=removed, by=sam.user)
    assert figures() == BEFORE


def test_an_assumed_time_adds_hours_once_somebody_says_it_is_right(book, sam):
    actions.confirm_visit(visit=book[1], seen=Visit.objects.get(pk=book[1].pk).version, by=sam.user)
    assert figures() == BEFORE | {"minutes": 630, "units": 42, "estimated": 0}


def test_a_sheet_typed_in_and_taken_back(book, stella, sam):
    at = [dt.datetime(2026, 10, 5, hour, tzinfo=dt.UTC) for hour in (13, 15)]
    key = uuid4()
    actions.log_paper(member=stella, day=MONDAY, arrived_at=at[0], left_at=at[1], key=key, by=sam.user)
    assert figures() == BEFORE | {"ada": Decimal("1.00"), "member_days": 3, "minutes": 300, "units": 20, "served": 3}
    actions.undo_batch(batch=key, by=sam.user)
    assert figures() == BEFORE


def test_a_day_closed_and_opened_again(book, idris, sam):
    make.house(closing_estimate=True)
    visit = make.visit(idris, MONDAY, "10:00", None, ending="not_written")
    open_end = BEFORE | {"ada": Decimal("1.00"), "member_days": 3, "missing": 1, "served": 3}
    assert figures() == open_end
    key = uuid4()
    leaving = actions.Leaving(visit, visit.arrived_at + dt.timedelta(hours=6, minutes=30), Visit.Ending.ASSUMED)
    actions.close_day(day=MONDAY, leavings=[leaving], key=key, by=sam.user)
    assert figures() == open_end | {"missing": 0, "estimated": 450 + 390}
    actions.undo_batch(batch=key, by=sam.user)
    assert figures() == open_end


@pytest.mark.parametrize("repair", ["correct", "remove", "restore", "confirm"])
def test_the_report_says_since_when_it_is_so(book, sam, on_tuesday_at_ten, repair):
    removed = actions.remove_visit(visit=book[0], why="slip", by=sam.user) if repair == "restore" else None
    on_tuesday_at_ten.shift(dt.timedelta(minutes=7))
    if repair == "correct":
        correct(book[1], sam, kind="offsite")
    elif repair == "remove":
        actions.remove_visit(visit=book[1], why="slip", by=sam.user)
    elif repair == "confirm":
        actions.confirm_visit(visit=book[1], seen=Visit.objects.get(pk=book[1].pk).version, by=sam.user)
    else:
        actions.restore_visit(removed=removed, by=sam.user)
    assert monthly_report(OCTOBER).data_as_of == dt.datetime(2026, 10, 6, 14, 7, tzinfo=dt.UTC)
