"""What goes on by itself says when it did, and never fails for saying so."""

import time_machine
from django.db import OperationalError
from django.utils import timezone

from members import last_runs
from members.models import LastRun
from members.tasks import send_due


def test_one_row_for_each_name(db):
    last_runs.ran("x", ok=False, why="w" * 400)
    last_runs.ran("x")
    run = LastRun.objects.get(name="x")
    assert (run.ok, run.why) == (True, "")


def test_the_sweep_of_messages_says_that_it_went_on(db):
    with time_machine.travel("2026-10-05 12:00Z", tick=False):
        send_due()
        assert last_runs.seconds_since("send_due", timezone.now()) == 0
    with time_machine.travel("2026-10-05 12:06Z", tick=False):
        assert last_runs.seconds_since("send_due", timezone.now()) == 360
    assert last_runs.seconds_since("never", timezone.now()) is None


def test_a_database_that_takes_nothing_does_not_end_the_task(db, monkeypatch):
    def full(*args, **kwargs):
        raise OperationalError("database or disk is full")

    monkeypatch.setattr(LastRun.objects, "update_or_create", full)
    last_runs.ran("x")
    assert not LastRun.objects.exists()
