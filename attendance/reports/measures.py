"""What is counted of the visits of a day: members, visits, minutes, units, or who was here in one hour.

Each counts twice: many days at once, by the database where it can, and the visits of one day that are looked at.
"""

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

from django.db.models import Count, QuerySet, Sum
from django.utils.translation import gettext_lazy

from attendance.models import Visit
from attendance.reports.hours import Clock
from attendance.reports.minutes import ElapsedMinutes, units
from members.models import House

ByDay = dict[dt.date, int]


class Measure(Protocol):
    @property
    def noun(self):
        """What its numbers are of: "Members"."""

    def by_day(self, visits: QuerySet[Visit]) -> ByDay:
        """Days with nothing are left out."""

    def of(self, visits: Iterable[Visit]) -> int:
        """Of the visits of one day."""


@dataclass(frozen=True)
class Members:
    noun = gettext_lazy("Members")

    def by_day(self, visits: QuerySet[Visit]) -> ByDay:
        return _grouped(visits, Count("member", distinct=True))

    def of(self, visits: Iterable[Visit]) -> int:
        return len({visit.member_id for visit in visits})


@dataclass(frozen=True)
class Visits:
    noun = gettext_lazy("Visits")

    def by_day(self, visits: QuerySet[Visit]) -> ByDay:
        return _grouped(visits, Count("pk"))

    def of(self, visits: Iterable[Visit]) -> int:
        return len(list(visits))


@dataclass(frozen=True)
class Minutes:
    noun = gettext_lazy("Minutes")

    def by_day(self, visits: QuerySet[Visit]) -> ByDay:
        return _grouped(visits, Sum(ElapsedMinutes("arrived_at", "left_at")))

    def of(self, visits: Iterable[Visit]) -> int:
        return sum(visit.minutes or 0 for visit in visits)


@dataclass(frozen=True)
class Units:
    """15-minute units by a rule: a member's minutes of the day, or each visit by itself."""

    rounding: str
    per_visit: bool = False
    noun = gettext_lazy("Units")

    def by_day(self, visits: QuerySet[Visit]) -> ByDay:
        rows = visits.order_by().values_list("day", "member_id", "pk", ElapsedMinutes("arrived_at", "left_at"))
        lasted: Counter[tuple] = Counter()
        for day, member, pk, minutes in rows.iterator():
            lasted[day, pk if self.per_visit else member] += minutes or 0
        found: Counter[dt.date] = Counter()
        for (day, _who), minutes in lasted.items():
            found[day] += units(minutes, self.rounding)
        return dict(found)

    def of(self, visits: Iterable[Visit]) -> int:
        lasted: Counter[int] = Counter()
        for visit in visits:
            lasted[visit.pk if self.per_visit else visit.member_id] += visit.minutes or 0
        return sum(units(minutes, self.rounding) for minutes in lasted.values())


@dataclass(frozen=True)
class InHour:
    """Members who were here in hour number `hour` of the day."""

    hour: int
    noun = Members.noun

    def by_day(self, visits: QuerySet[Visit]) -> ByDay:
        clock, here = Clock(House.objects.current().zone), defaultdict(set)
        rows = visits.order_by("day").values_list("day", "member_id", "arrived_at", "left_at")
        for day, member, arrived_at, left_at in rows.iterator():
            if clock.hours_of(day, arrived_at, left_at) >> self.hour & 1:
                here[day].add(member)
        return {day: len(members) for day, members in here.items()}

    def of(self, visits: Iterable[Visit]) -> int:
        return Members().of(self.those_of(visits))

    def those_of(self, visits: Iterable[Visit]) -> list[Visit]:
        clock = Clock(House.objects.current().zone)
        return [it for it in visits if clock.hours_of(it.day, it.arrived_at, it.left_at) >> self.hour & 1]


def _grouped(visits: QuerySet[Visit], counted) -> ByDay:
    return dict(visits.order_by().values_list("day").annotate(counted=counted))
