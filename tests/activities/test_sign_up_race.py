"""40 people, 8 places: however fast they tap, the task never has more people than places.

The second test is the control: the same driver with the lock taken away.
"""

import contextlib
import datetime as dt
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection
from django.utils import timezone

from activities import actions
from activities.models import UnitTaskQuerySet
from members import audit
from members.models import AuditHead, House, Member, User
from tests import make

PEOPLE, PLACES, AT_ONCE = 40, 8, 16

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def crowd() -> list[tuple[Member, User]]:
    AuditHead.objects.get_or_create(pk=1)
    members = [make.member(f"Member Number{number}") for number in range(PEOPLE)]
    return [(member, make.account(member)) for member in members]


def race(crowd, rounds: int) -> list[int]:
    """How many places were taken after each round of everybody tapping at once."""
    next_week = timezone.localdate() + dt.timedelta(days=7)
    tasks = [make.task(day=next_week + dt.timedelta(days=number), places=PLACES) for number in range(rounds)]
    house = House.objects.current()
    together = threading.Barrier(AT_ONCE)

    def tap(people: list[tuple[Member, User]]) -> None:
        try:
            for task in tasks:
                together.wait(timeout=30)
                for member, user in people:
                    with contextlib.suppress(actions.TaskFull):
                        actions.sign_up(task=task, member=member, by=user, house=house)
        finally:
            connection.close()

    with ThreadPoolExecutor(AT_ONCE) as pool:
        list(pool.map(tap, [crowd[start::AT_ONCE] for start in range(AT_ONCE)]))
    return [task.sign_ups.count() for task in tasks]


@pytest.mark.parametrize("rounds", [4, pytest.param(20, marks=pytest.mark.slow)])
def test_forty_people_race_for_eight_places(crowd, rounds):
    assert race(crowd, rounds) == [PLACES] * rounds
    assert list(audit.broken_records()) == []


def test_without_the_lock_the_same_race_oversells(crowd, monkeypatch):
    monkeypatch.setattr(UnitTaskQuerySet, "select_for_update", lambda tasks, **how: tasks.all())
    assert max(race(crowd, rounds=5)) > PLACES


def test_places_cannot_shrink_under_people_who_are_signing_up(crowd):
    task = make.task(day=timezone.localdate() + dt.timedelta(days=7), places=PLACES)
    editor = crowd[0][1]
    together = threading.Barrier(AT_ONCE)

    def act(number: int) -> None:
        try:
            connection.ensure_connection()
            together.wait(timeout=20)
            member, user = crowd[number]
            if number % 4 == 0:
                actions.edit_task(task=task, title=task.title, part="morning", places=3, by=editor)
            else:
                actions.sign_up(task=task, member=member, by=user)
        except (actions.TaskFull, actions.TooFewPlaces):
            pass
        finally:
            connection.close()

    with ThreadPoolExecutor(AT_ONCE) as pool:
        list(pool.map(act, range(AT_ONCE)))
    task.refresh_from_db()
    assert task.sign_ups.count() <= task.places
