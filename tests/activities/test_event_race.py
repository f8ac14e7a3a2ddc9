"""Eight people, three places: whoever finds an event full waits, and nobody is lost or counted twice.

The second test is the control: the same driver with the lock taken away.
"""

import contextlib
import datetime as dt
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import IntegrityError, connection
from django.utils import timezone

from activities import actions
from activities.models import Event, EventQuerySet
from members import audit
from members.models import AuditHead
from tests import make

PEOPLE, PLACES, ROUNDS = 8, 3, 10

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


def race(leaving: bool) -> list[Event]:
    """Everybody comes or waits at once, and half of them give their place back again."""
    AuditHead.objects.get_or_create(pk=1)
    people = [(member, make.account(member)) for member in (make.member(f"Member N{n}") for n in range(PEOPLE))]
    next_week = timezone.localdate() + dt.timedelta(days=7)
    events = [make.event(f"Event {number}", day=next_week, places=PLACES) for number in range(ROUNDS)]
    together = threading.Barrier(PEOPLE)

    def tap(number: int) -> None:
        member, user = people[number]
        try:
            for event in events:
                together.wait(timeout=30)
                with contextlib.suppress(IntegrityError):
                    try:
                        actions.join_event(event=event, member=member, by=user)
                    except actions.EventFull:
                        actions.wait_for_event(event=event, member=member, by=user)
                if leaving and number % 2:
                    actions.leave_event(event=event, member=member, by=user)
        finally:
            connection.close()

    with ThreadPoolExecutor(PEOPLE) as pool:
        list(pool.map(tap, range(PEOPLE)))
    return events


def test_nobody_is_lost_and_no_place_is_given_twice():
    for event in race(leaving=True):
        coming = set(event.sign_ups.values_list("member", flat=True))
        waiting = set(event.waiting.values_list("member", flat=True))
        assert len(coming) == PLACES and not coming & waiting  # with so many about, no place stays free
        assert len(coming | waiting) >= PEOPLE // 2
    assert list(audit.broken_records()) == []


def test_without_the_lock_the_same_race_oversells(monkeypatch):
    monkeypatch.setattr(EventQuerySet, "select_for_update", lambda events, **how: events.all())
    assert max(event.sign_ups.count() for event in race(leaving=False)) > PLACES
