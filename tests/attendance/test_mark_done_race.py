"""Eight colleagues mark, take back and carry over at once: units agree with what is done, and work goes on once.

The second test is the control: the same race with the lock of the visits taken away.
"""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from activities import actions as work
from activities.models import SignUp, UnitTask
from attendance import actions
from attendance.models import Visit, VisitQuerySet
from members import audit
from members.models import AuditHead
from tests import make

AT_ONCE, ROUNDS = 8, 8

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def users(amara):
    AuditHead.objects.get_or_create(pk=1)
    return [make.account(make.member(f"Member {number}"), duty_meeting=True) for number in range(AT_ONCE)]


def at_once(users, act) -> None:
    """`act(number, user)` by everybody at the same moment."""
    together = threading.Barrier(AT_ONCE)

    def one(pair):
        try:
            together.wait(timeout=30)
            act(*pair)
        finally:
            connection.close()

    with ThreadPoolExecutor(AT_ONCE) as pool:
        list(pool.map(one, enumerate(users)))


def wrong_units(amara, users) -> int:
    """After how many rounds the visit is in another unit than that of the first task done."""
    wrong = 0
    visit = make.visit(amara)
    tasks = [make.task(f"Task {number}", unit=make.unit(f"Unit {number}")) for number in range(AT_ONCE)]
    for task in tasks:
        SignUp.objects.create(task=task, member=amara, at=visit.arrived_at, by=amara.user)
    for _ in range(ROUNDS):
        UnitTask.objects.update(done_at=None)
        Visit.objects.update(unit=None, unit_from=Visit.UnitFrom.HABIT)
        at_once(users, lambda number, user: actions.mark_done(task=tasks[number], by=user))
        first = UnitTask.objects.order_by("done_at", "pk").first()
        visit.refresh_from_db()
        wrong += visit.unit_id != first.unit_id
    return wrong


def test_the_unit_is_that_of_the_first_task_done(amara, users):
    assert wrong_units(amara, users) == 0
    assert list(audit.broken_records()) == []


def test_without_the_lock_of_the_visits_it_is_not(amara, users, monkeypatch):
    monkeypatch.setattr(VisitQuerySet, "select_for_update", lambda self, **_how: self)
    assert wrong_units(amara, users) > 0


def test_work_is_carried_over_once(users):
    tasks = [make.task(f"Task {number}", carries_over=True) for number in range(ROUNDS)]
    for task in tasks:
        at_once(users, lambda number, user, task=task: work.carry_over(task=task, by=user))
    assert UnitTask.objects.filter(carried_from__isnull=False).count() == ROUNDS
