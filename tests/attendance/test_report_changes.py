"""When the data behind a report last changed: whatever alters a figure moves the moment; what does not, leaves it."""

import datetime as dt
from uuid import uuid4

import pytest
import time_machine
from django.utils import timezone

from activities import actions as planning
from activities.models import UnitTask
from attendance import actions, exports
from attendance.actions.counts import count_day
from attendance.models import Kind, Visit
from attendance.reports import monthly_report
from clubhouse.converters import Month
from members.models import House
from tests import make

OCTOBER = Month(2026, 10)
MONDAY = dt.date(2026, 10, 5)
NOON = dt.datetime(2026, 10, 5, 16, tzinfo=dt.UTC)
LATER = dt.datetime(2026, 10, 7, 16, tzinfo=dt.UTC)


@pytest.fixture
def monday(amara, noor, dana):
    """Two visits, a task that Amara did, one of which the rest went on to Tuesday; told on Wednesday."""
    with time_machine.travel(NOON, tick=False), timezone.override(House.objects.current().zone):
        make.visit(amara, MONDAY)
        make.visit(noor, MONDAY, "10:00", None)
        planning.sign_up(task=make.task("Lunch", day=MONDAY), member=amara, by=dana.user)
        done = make.task("Soup", day=MONDAY)
        actions.mark_done(task=done, by=dana.user)
        make.task("Shelves", day=MONDAY)
    with time_machine.travel(NOON + dt.timedelta(hours=6), tick=False):
        planning.carry_over(task=UnitTask.objects.get(title="Shelves"), by=dana.user)


def rest() -> UnitTask:
    return UnitTask.objects.get(title="Shelves", carried_from__isnull=False)


def task(title: str) -> UnitTask:
    return UnitTask.objects.get(title=title)


CHANGES = {
    "somebody left": lambda amara, noor, by: actions.log_leaving(
        member=noor, day=MONDAY, at=NOON, key=uuid4(), by=by
    ),
    "they came for something else": lambda amara, noor, by: actions.change_visit(
        visit=Visit.objects.get(member=amara), kind=Kind.SOCIAL, by=by
    ),
    "an arrival is taken back": lambda amara, noor, by: taken_back(noor, by),
    "guests were counted": lambda amara, noor, by: count_day(day=MONDAY, kind="tour", key=uuid4(), by=by, change=2),
    "staff were counted": lambda amara, noor, by: count_day(day=MONDAY, kind="staff", key=uuid4(), by=by, change=2),
    "a task was done": lambda amara, noor, by: actions.mark_done(task=task("Lunch"), by=by),
    "a task was not done": lambda amara, noor, by: actions.mark_not_done(task=task("Soup"), by=by),
    "somebody helped": lambda amara, noor, by: actions.add_helper(task=task("Soup"), member=noor, by=by),
    "a task was called off": lambda amara, noor, by: planning.call_off_task(task=task("Lunch"), by=by),
    "the rest is left after all": lambda amara, noor, by: planning.leave_after_all(task=rest(), by=by),
    "the rest is called off": lambda amara, noor, by: planning.call_off_task(task=rest(), by=by),
    "the calendar closes the day": lambda amara, noor, by: planning.edit_open_day(
        day=MONDAY, is_open=False, note="Snow", by=by
    ),
}  # fmt: skip


def taken_back(member, by):
    Visit.objects.filter(member=member).delete()
    with time_machine.travel(LATER - dt.timedelta(minutes=5), tick=False):
        actions.log_arrival(member=member, day=MONDAY, at=NOON, kind=Kind.WOD, key=uuid4(), by=by)
    actions.undo_mark(member=member, day=MONDAY, key=uuid4(), by=by)


@pytest.mark.parametrize("change", CHANGES)
def test_whatever_alters_a_figure_moves_the_moment(monday, amara, noor, dana, change):
    before = monthly_report(OCTOBER, today=dt.date(2026, 10, 7))
    assert before.data_as_of == NOON + dt.timedelta(hours=6)
    with time_machine.travel(LATER, tick=False), timezone.override(House.objects.current().zone):
        CHANGES[change](amara, noor, dana.user)
    after = monthly_report(OCTOBER, today=dt.date(2026, 10, 7))
    assert after.data_as_of == LATER
    assert exports.to_json(after).replace(b"2026-10-07T16", b"2026-10-05T22") != exports.to_json(before)


def test_what_happens_on_other_days_leaves_it(monday, amara, noor, dana):
    """November's visits, tasks, numbers and names are nothing to October."""
    before = exports.to_json(monthly_report(OCTOBER, today=dt.date(2026, 12, 1)))
    day = dt.date(2026, 11, 3)
    with (
        time_machine.travel(dt.datetime(2026, 11, 3, 16, tzinfo=dt.UTC), tick=False),
        timezone.override(House.objects.current().zone),
    ):
        actions.log_arrival(member=amara, day=day, at=timezone.now(), kind=Kind.WOD, key=uuid4(), by=dana.user)
        actions.undo_mark(member=amara, day=day, key=uuid4(), by=dana.user)
        count_day(day=day, kind="tour", key=uuid4(), by=dana.user, change=1)
        planning.sign_up(task=make.task("Pie", day=day), member=noor, by=dana.user)
        actions.mark_done(task=task("Pie"), by=dana.user)
    assert exports.to_json(monthly_report(OCTOBER, today=dt.date(2026, 12, 1))) == before
