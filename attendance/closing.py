"""Who of a day has no time out, and what may be proposed for them. Asked, never stored."""

import datetime as dt
import uuid
from dataclasses import dataclass

from django.db.models import Q

from activities import workdays
from attendance.models import Mark, Visit
from attendance.search import told_apart
from members.models import House, User


@dataclass(frozen=True)
class StillOpen:
    """Somebody without a time out; `closes_at` only where "left at closing" may be said of this visit."""

    visit: Visit
    name: str
    closes_at: dt.datetime | None


@dataclass(frozen=True)
class ClosedBefore:
    """People who were written down as gone together, and can be brought back together."""

    batch: uuid.UUID
    marks: list[Mark]

    @property
    def by(self) -> User | None:
        return self.marks[0].by

    @property
    def at(self) -> dt.datetime:
        return self.marks[0].noted_at


def still_open(day: dt.date, house: House, now: dt.datetime) -> list[StillOpen]:
    """Everybody of `day` without a time out, by name; of two open visits of one person the later. Two queries."""
    today = house.day_of(now)
    is_open = Q(pk__in=Visit.objects.still_here(now, today).values("pk")) if day == today else Q(day=day)
    open_visits = Visit.objects.filter(is_open, left_at=None)
    latest = {visit.member_id: visit for visit in open_visits.select_related("member", "unit")}
    closes_at = workdays.on(day).closes_at
    closing = house.at(day, closes_at) if closes_at and house.closing_estimate else None
    names = told_apart(visit.member for visit in latest.values())
    people = [
        StillOpen(visit, names[visit.member_id], closing if closing and visit.arrived_at <= closing <= now else None)
        for visit in latest.values()
    ]
    return sorted(people, key=lambda person: (person.name.casefold(), person.visit.pk))


def closed_before(day: dt.date) -> list[ClosedBefore]:
    """The closings of `day` that still stand, the latest first. One query."""
    leavings = Mark.objects.filter(day=day, batch__isnull=False, undone=False, visit__isnull=False)
    batches: dict[uuid.UUID, list[Mark]] = {}
    for mark in leavings.select_related("member", "visit", "by").order_by("-pk"):
        if mark.batch:
            batches.setdefault(mark.batch, []).append(mark)
    return [
        ClosedBefore(batch, marks)
        for batch, marks in batches.items()
        if all(mark.action == Mark.Action.LEAVE for mark in marks)
    ]
