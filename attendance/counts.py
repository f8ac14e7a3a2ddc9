"""What of a day is a number: how many guests, by kind; staff on duty; people who asked about joining."""

import datetime as dt
import uuid
from dataclasses import dataclass, field

from attendance.models import DayCount, GuestCount


@dataclass(frozen=True)
class Counted:
    """One number of a day. `count` is None where nobody counted; guests that nobody counted are none."""

    kind: str
    label: str
    count: int | None
    key: uuid.UUID = field(default_factory=uuid.uuid4)


@dataclass(frozen=True)
class Counts:
    guests: list[Counted]
    others: list[Counted]


def counts_of(day: dt.date) -> Counts:
    """Every kind, also those that nobody counted. One query."""
    rows = GuestCount.objects.filter(day=day).values_list("kind", "count")
    counts = dict(rows.union(DayCount.objects.filter(day=day).values_list("kind", "count"), all=True))
    return Counts(
        guests=[Counted(kind.value, str(kind.label), counts.get(kind.value, 0)) for kind in GuestCount.Kind],
        others=[Counted(kind.value, str(kind.label), counts.get(kind.value)) for kind in DayCount.Kind],
    )
