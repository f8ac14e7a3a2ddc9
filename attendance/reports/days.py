"""The visits of the report's own days, read once in the order of their days and folded day by day.

However long the time, no more is held than the visits of one day and who came at all.
"""

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterator
from decimal import Decimal
from itertools import groupby
from operator import itemgetter
from statistics import median

from activities import workdays
from attendance.models import GuestCount, Kind, Visit
from attendance.reports.hours import Clock
from attendance.reports.minutes import ElapsedMinutes, Seconds, half_up, units
from attendance.reports.shapes import Apart, Attendance, UnitDays, Units15
from members.models import House, Rounding

# Names of the weekdays in files, whatever the language of the house.
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
CHUNK = 5000


class Kept:
    """Days and people of one kind of visit."""

    def __init__(self) -> None:
        self.days: set[dt.date] = set()
        self.member_days = 0
        self.members: set[int] = set()

    def add(self, day: dt.date, here: set[int]) -> None:
        if here:
            self.days.add(day)
            self.member_days += len(here)
            self.members |= here

    @property
    def apart(self) -> Apart:
        return Apart(len(self.days), self.member_days, len(self.members))


class Days:
    """What was counted on the days from `first` to `until`."""

    def __init__(self, first: dt.date, until: dt.date, open_days: list[workdays.Day], house: House) -> None:
        self.first, self.until, self.open_days, self.house = first, until, open_days, house
        self.clock = Clock(house.zone)
        self.here = dict.fromkeys((day.day for day in open_days), 0)
        self.closed: dict[dt.date, int] = {}
        self.kinds: dict[str, Kept] = defaultdict(Kept)
        self.in_unit: Counter[int] = Counter()
        self.minutes_of_visits: Counter[int] = Counter()  # minutes -> how many visits lasted so long
        self.minutes_of_days: Counter[int] = Counter()
        self.hours: Counter[int] = Counter()  # bits of the hours -> how many member-days
        self.missing = self.estimated = self.estimated_minutes = 0
        for day, rows in groupby(self._rows(), key=itemgetter(0)):
            self._add(day, rows)

    def _rows(self) -> Iterator[tuple]:
        visits = Visit.objects.filter(day__range=(self.first, self.until)).order_by("day")
        minutes, arrived = ElapsedMinutes("arrived_at", "left_at"), Seconds("arrived_at")
        left = Seconds("left_at", up=True)
        columns = visits.values_list("day", "member_id", "kind", "unit_id", "ending", minutes, arrived, left)
        return columns.iterator(CHUNK)

    def _add(self, day: dt.date, rows: Iterator[tuple]) -> None:
        is_open = day in self.here
        here: dict[str, set[int]] = defaultdict(set)
        in_unit, lasted, hours = set(), Counter[int](), dict[int, int]()
        for _, member, kind, unit, ending, minutes, arrived, left in rows:
            if kind != Kind.WOD:
                here[kind].add(member)
                continue
            if not is_open:
                self.closed[day] = self.closed.get(day, 0) + 1
                continue
            here[kind].add(member)
            hours[member] = hours.get(member, 0) | self.clock.hours(day, arrived, left)
            if unit is not None:
                in_unit.add((unit, member))
            if minutes is None:
                self.missing += 1
            elif ending == Visit.Ending.ASSUMED:  # stays outside billing until confirmed
                self.estimated += 1
                self.estimated_minutes += minutes
            else:
                self.minutes_of_visits[minutes] += 1
                lasted[member] += minutes
        for kind, members in here.items():
            self.kinds[kind].add(day, members)
        if is_open:
            self.here[day] = len(here[Kind.WOD])
        self.in_unit.update(unit for unit, _ in in_unit)
        self.minutes_of_days.update(lasted.values())
        self.hours.update(hours.values())

    def attendance(self, unit_names: dict[int, str], guests: dict[str, int]) -> Attendance:
        counts = list(self.here.values())
        on_weekday: dict[int, list[int]] = defaultdict(list)
        for day, count in self.here.items():
            on_weekday[day.weekday()].append(count)
        minutes, timed = _total(self.minutes_of_visits), self.minutes_of_visits.total()
        wod, social, virtual = self.kinds[Kind.WOD], self.kinds[Kind.SOCIAL], self.kinds[Kind.VIRTUAL]
        in_unit = sorted((unit_names[unit], pairs) for unit, pairs in self.in_unit.items())
        return Attendance(
            open_wod_days=len(counts),
            member_days=sum(counts),
            ada_wod=half_up(sum(counts), len(counts)) if counts else None,
            distinct_members=len(wod.members),
            minutes=minutes,
            hours=half_up(minutes, 60),
            minutes_per_visit=half_up(minutes, timed) if timed else None,
            median=half_up(Decimal(median(counts))) if counts else None,
            min=min(counts, default=None),
            max=max(counts, default=None),
            missing_sign_outs=self.missing,
            estimated_sign_outs=self.estimated,
            estimated_minutes=self.estimated_minutes,
            by_day={day.isoformat(): count for day, count in self.here.items()},
            by_weekday={WEEKDAYS[n]: half_up(sum(on_weekday[n]), len(on_weekday[n])) for n in sorted(on_weekday)},
            by_hour=self._by_hour(),
            by_unit={name: UnitDays(pairs, half_up(pairs, len(counts))) for name, pairs in in_unit},
            social=social.apart,
            virtual=virtual.apart,
            offsite=self.kinds[Kind.OFFSITE].apart,
            distinct_served=len(wod.members | social.members | virtual.members),
            guests=sum(guests.values()),
            guests_by_kind=guests,
            visits_on_closed_days=sum(self.closed.values()),
            closed_days_with_visits={day.isoformat(): count for day, count in self.closed.items()},
        )

    def _by_hour(self) -> dict[str, Decimal]:
        found: Counter[int] = Counter()
        for bits, times in self.hours.items():
            for hour in range(24):
                if bits >> hour & 1:
                    found[hour] += times
        return {f"{hour:02}": half_up(found[hour], len(self.open_days)) for hour in sorted(found)}

    def units_15(self) -> Units15:
        def total(lengths: Counter[int], rounding: str) -> int:
            return sum(units(minutes, rounding) * times for minutes, times in lengths.items())

        per_day, per_visit, house = self.minutes_of_days, self.minutes_of_visits, self.house
        return Units15(
            floor_per_day=total(per_day, Rounding.FLOOR),
            eight_minute_per_day=total(per_day, Rounding.EIGHT_MINUTE),
            up_to_per_day=total(per_day, Rounding.UP_TO),
            floor_per_visit=total(per_visit, Rounding.FLOOR),
            house_rule=f"{house.rounding}_{'per_visit' if house.rounding_per_visit else 'per_day'}",
            house_units=total(per_visit if house.rounding_per_visit else per_day, house.rounding),
        )


def _total(lengths: Counter[int]) -> int:
    return sum(minutes * times for minutes, times in lengths.items())


def guests_of(first: dt.date, until: dt.date) -> dict[str, int]:
    """Guests by kind; kinds that nobody was are left out."""
    found: Counter[str] = Counter()
    for kind, count in GuestCount.objects.filter(day__range=(first, until), count__gt=0).values_list("kind", "count"):
        found[kind] += count
    return dict(sorted(found.items()))
