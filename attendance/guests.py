"""How many guests a day had, by kind."""

import datetime as dt
import uuid
from dataclasses import dataclass, field

from attendance.models import GuestCount


@dataclass(frozen=True)
class Guests:
    """One kind of guests of a day."""

    kind: str
    label: str
    count: int
    key: uuid.UUID = field(default_factory=uuid.uuid4)


def guests_on(day: dt.date) -> list[Guests]:
    """Every kind, also those of whom nobody came. One query."""
    counts = dict(GuestCount.objects.filter(day=day).values_list("kind", "count"))
    return [Guests(kind.value, str(kind.label), counts.get(kind.value, 0)) for kind in GuestCount.Kind]
