"""Houses full of invented people, for figures by group: drawn by chance, the same each time."""

import datetime as dt
import random

from activities import workdays
from attendance.models import Visit
from clubhouse.converters import Month
from clubhouse.spans import Span
from members.models import House, Member
from tests import make

YEARS = Span.of(Month(2025, 1), Month(2026, 6))
TODAY = dt.date(2026, 7, 15)
LANGUAGES = ["en"] * 14 + ["es"] * 5 + ["fi"] * 3 + ["so", "so", "ar", "sv"]
AREAS = ["Eastside"] * 9 + ["Harbour"] * 6 + ["Mill Hill", "Old Town", "", "", "Valley"]


def crowd(seed: int, people: int = 110) -> None:
    """A year and a half of a house. Some come nearly every month, some for a while; a few groups are small."""
    astray = random.Random(f"{seed} astray")  # now and then somebody helps in another unit
    chance, units = random.Random(seed), [make.unit(name) for name in ("Kitchen", "Clerical", "Garden", "Shop", "Van")]
    members = Member.objects.bulk_create(
        Member(
            member_no=f"CANARY{n}",
            first_name=f"Canary{n}",
            enrolled_on=dt.date(2000 + n % 25, 1, 1 + n % 28),
            born_on=dt.date(chance.randint(1945, 2006), 1 + n % 12, 1 + n % 28) if n % 9 else None,
            language=chance.choice(LANGUAGES),
            area=chance.choice(AREAS),
        )
        for n in range(people)
    )
    visits, zone = [], House.objects.current().zone
    for member in members:
        comes, home = chance.choice([0.95, 0.95, 0.9, 0.4]), chance.choice([0, 0, 0, 0, 1, 1, 1, 2, 2, 3, 4])
        for month in YEARS.months:
            if chance.random() < comes:
                for day in chance.sample(workdays.open_wod_days(month.first, month.last), chance.randint(1, 2)):
                    at = dt.datetime.combine(day, dt.time(9), tzinfo=zone)
                    visits.append(
                        Visit(
                            member=member,
                            day=day,
                            arrived_at=at,
                            left_at=at + dt.timedelta(hours=3),
                            ending=Visit.Ending.KNOWN,
                            unit=units[home] if astray.random() < 0.9 else astray.choice(units),
                            noted_at=at,
                        )
                    )
    Visit.objects.bulk_create(visits)


def times() -> list[Span]:
    """Every month, quarter and year of it, each way a year can begin."""
    months = YEARS.months
    found = [Span.of(first, last) for n, first in enumerate(months) for last in months[n : n + 12]]
    return [span for span in found if span.is_for_outside]
