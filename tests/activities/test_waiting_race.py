"""40 people tap "Wait for a place" at once, and some give their place back at the same moment.

The records are chained under one lock, so their order is the order of the commits. They are read again afterwards, and
a line kept on paper by them must end as the house's own line did. The last test is the control: no lock on the task.
"""

import contextlib
import datetime as dt
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import IntegrityError, connection
from django.utils import timezone

from activities import actions
from activities.models import UnitTask, UnitTaskQuerySet
from members import audit
from members.models import AuditHead, AuditRecord, Member, User
from members.refusals import Refusal
from tests import make

PEOPLE, PLACES, AT_ONCE = 40, 4, 16

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def crowd() -> list[tuple[Member, User]]:
    AuditHead.objects.get_or_create(pk=1)
    members = [make.member(f"Member Number{number}") for number in range(PEOPLE)]
    return [(member, make.account(member)) for member in members]


def race(crowd) -> UnitTask:
    """Everybody stands in line; every third changes their mind, and every fifth comes back."""
    task = make.task(day=timezone.localdate() + dt.timedelta(days=7), places=PLACES)
    together = threading.Barrier(AT_ONCE)

    def tap(start: int) -> None:
        try:
            connection.ensure_connection()
            together.wait(timeout=30)
            for number in range(start, PEOPLE, AT_ONCE):
                member, user = crowd[number]
                tapped = {"task": task, "member": member, "by": user}
                with contextlib.suppress(IntegrityError, Refusal):  # in the control only
                    actions.wait(**tapped)
                    if number % 3 == 0:
                        actions.stop_waiting(**tapped)  # who moved up a moment ago is on it, and withdraws
                        actions.withdraw(**tapped)
                    if number % 5 == 0:
                        actions.wait(**tapped)
        finally:
            connection.close()

    with ThreadPoolExecutor(AT_ONCE) as pool:
        list(pool.map(tap, range(AT_ONCE)))
    return task


def on_paper(task: UnitTask) -> tuple[list[int], list[int]]:
    """Who has a place and who waits, in order, as somebody would have it who wrote down one record after the other."""
    on: list[int] = []
    line: list[int] = []
    records = AuditRecord.objects.filter(subject=f"activities.unittask {task.pk}").order_by("seq")
    for verb, who in records.values_list("verb", "about"):
        match verb:
            case "sign_up":
                on.append(who)
            case "withdraw":
                on.remove(who)
            case "wait":
                line.append(who)
            case "stop_waiting":
                line.remove(who)
            case "move_up":
                assert line[0] == who, "somebody was passed over"
                on.append(line.pop(0))
        assert len(on) <= PLACES and len({*on, *line}) == len(on) + len(line)
    return on, line


def in_the_house(task: UnitTask) -> tuple[list[int], list[int]]:
    places = task.sign_ups.order_by("pk").values_list("member", flat=True)
    return list(places), list(task.waiting.order_by("pk").values_list("member", flat=True))


def test_the_line_is_in_the_order_of_the_commits(crowd):
    task = race(crowd)
    on, line = in_the_house(task)
    assert (len(on), on_paper(task)) == (PLACES, (on, line))
    stayed = {member.pk for number, (member, _user) in enumerate(crowd) if number % 3 or number % 5 == 0}
    assert {*on, *line} == stayed
    assert list(audit.broken_records()) == []


def goes_wrong(task: UnitTask) -> bool:
    try:
        return on_paper(task) != in_the_house(task) or task.sign_ups.count() > PLACES
    except (AssertionError, IndexError, ValueError):
        return True


def test_without_the_lock_the_same_race_goes_wrong(crowd, monkeypatch):
    monkeypatch.setattr(UnitTaskQuerySet, "select_for_update", lambda tasks, **how: tasks.all())
    assert any(goes_wrong(race(crowd)) for _round in range(5))
