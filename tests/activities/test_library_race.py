"""Eight colleagues write the same guide, or fill the same library, at one moment: nothing is lost or stands twice."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import IntegrityError, connection

from activities import actions
from activities.library import TRADES
from activities.models import GuideStep, LibraryTask, LibraryTaskQuerySet, Unit
from tests import make

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]
COLLEAGUES = 8


def at_once(work: Callable[[int], None]) -> None:
    together = threading.Barrier(COLLEAGUES)

    def one(number: int) -> None:
        try:
            connection.ensure_connection()
            together.wait(timeout=20)
            work(number)
        finally:
            connection.close()

    with ThreadPoolExecutor(COLLEAGUES) as pool:
        list(pool.map(one, range(COLLEAGUES)))


def write_together() -> list[int]:
    sam = make.account(make.staff("Sam Rivers"))
    bread = LibraryTask.objects.create(unit=make.unit(), title="Bread", places=1)
    at_once(lambda number: actions.write_guide_step(library_task=bread, words=f"Step of {number}.", by=sam) and None)
    return list(GuideStep.objects.values_list("number", flat=True))


def test_eight_steps_written_at_once_are_eight_steps():
    assert write_together() == list(range(1, COLLEAGUES + 1))


def test_without_the_lock_steps_get_in_each_others_way(monkeypatch):
    monkeypatch.setattr(LibraryTaskQuerySet, "select_for_update", lambda rows, **_: rows.all())
    with pytest.raises(IntegrityError, match="one_step_per_number"):
        write_together()


def test_the_usual_tasks_are_brought_once():
    kitchen = make.unit()
    at_once(
        lambda _number: actions.add_usual_tasks(unit=Unit.objects.get(pk=kitchen.pk), trade=TRADES[0], by=None) and None
    )
    assert sorted(LibraryTask.objects.values_list("title", flat=True)) == sorted(
        str(usual.title) for usual in TRADES[0].usual
    )
