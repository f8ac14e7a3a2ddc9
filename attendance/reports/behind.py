"""What stands behind each figure: the days it is made of, and the visits, members or reach-outs of those days.

One table for all of them: `BEHIND` below. The report itself counts in another way (see `month.py`), so the two check
each other in `tests/attendance/test_behind_figures.py`.
"""

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum
from functools import cached_property
from statistics import median

from django.db.models import QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from activities import workdays
from attendance.models import Kind, ReachOut, Visit
from attendance.reports.figures import Figure, Value, figures
from attendance.reports.measures import ByDay, Measure, Members
from attendance.reports.minutes import half_up
from attendance.reports.shapes import Report
from members.models import House, Member

Words = str | Promise


class How(StrEnum):
    """How the figure comes from its days."""

    SUM = "sum"
    AVERAGE = "average"
    MEDIAN = "median"
    MIN = "min"
    MAX = "max"
    DAYS = "days"  # how many they are
    HOURS = "hours"  # their minutes / 60
    RATIO = "ratio"  # one number of theirs divided by the other
    DISTINCT = "distinct"  # members who came on any of them, each once
    MEMBERS = "members"  # made of members, of no days
    WORDS = "words"  # about many people at once, never opened
    BEFORE_THE_BOOK = "before"


SAYS_HOW: dict[How, Words] = {
    How.SUM: _("Add up these days."),
    How.AVERAGE: _("Add up these days, and divide by how many they are."),
    How.MEDIAN: _("Put the days in order from the fewest to the most. This is the one in the middle."),
    How.MIN: _("The lowest of these days."),
    How.MAX: _("The highest of these days."),
    How.DAYS: _("Count these days."),
    How.HOURS: _("Add up these days, and divide by 60."),
    How.RATIO: _("Add up both numbers of these days. Divide the first by the second."),
    How.DISTINCT: _("Each person counts once here, on however many of these days. So the days do not add up to it."),
    How.MEMBERS: _("This counts members and no days. Each counts once."),
    How.WORDS: _("This is about many people at once. It is never opened to one person."),
    How.BEFORE_THE_BOOK: _("The book had not begun then, so there is nothing behind it."),
}


@dataclass(frozen=True)
class Scope:
    """The days that a figure looks at."""

    report: Report
    first: dt.date
    until: dt.date
    only: Callable[[dt.date], bool] = lambda day: True

    @cached_property
    def open_days(self) -> list[workdays.Day]:
        return [day for day in workdays.calendar(self.first, self.until) if day.is_open and self.only(day.day)]

    @property
    def open_dates(self) -> list[dt.date]:
        return [day.day for day in self.open_days]

    @property
    def days(self) -> tuple[dt.date, dt.date]:
        return self.first, self.until

    def visits(self, *kinds: str) -> QuerySet[Visit]:
        return Visit.objects.filter(day__range=self.days, kind__in=kinds)

    def wod(self) -> QuerySet[Visit]:
        """On open days only."""
        return self.visits(Kind.WOD).filter(day__in=self.open_dates)

    def narrowed(self, only: Callable[[dt.date], bool]) -> "Scope":
        return replace(self, only=only)

    def over(self, first: dt.date, until: dt.date) -> "Scope":
        return replace(self, first=first, until=until)


@dataclass(frozen=True)
class Behind:
    """One way to open a figure. What is None is not there to be opened."""

    how: How
    count: Callable[[Scope], ByDay] | None = None
    noun: Words = ""  # of what the number is: "Members"
    every: Callable[[Scope], Iterable[dt.date]] | None = None  # days that count also with nobody
    beside: Callable[[Scope], ByDay] | None = None
    beside_noun: Words = ""
    visits: Callable[[Scope], QuerySet[Visit]] | None = None
    measure: Measure | None = None
    reach_outs: Callable[[Scope], QuerySet[ReachOut]] | None = None
    members: Callable[[Scope], QuerySet[Member]] | None = None
    leads_to: str = ""  # the page that shows a day where it is not the visits


@dataclass(frozen=True)
class DayLine:
    day: dt.date
    count: int
    beside: int | None = None


class Opened:
    """A figure of a report, opened."""

    def __init__(self, figure: Figure, behind: Behind, scope: Scope) -> None:
        self.figure, self.behind, self.scope = figure, behind, scope
        self.how = behind.how

    @cached_property
    def days(self) -> list[DayLine]:
        """The days it is made of, the first first. Constant number of queries."""
        if self.behind.count is None:
            return []
        counts = self.behind.count(self.scope)
        if self.behind.every is not None:
            counts = {day: counts.get(day, 0) for day in self.behind.every(self.scope)}
        beside = self.behind.beside(self.scope) if self.behind.beside else None
        return [DayLine(day, counts[day], beside.get(day, 0) if beside else None) for day in sorted(counts)]

    @property
    def says_how(self) -> Words:
        return SAYS_HOW[self.how]

    @property
    def most(self) -> int:
        return max((line.count for line in self.days), default=0)

    @property
    def is_of_days(self) -> bool:
        return self.behind.count is not None

    @property
    def beside_noun(self) -> Words:
        """Of what the second number of a day is; empty where there is none."""
        return self.behind.beside_noun

    @property
    def has_names(self) -> bool:
        """Whether each of the days can be opened to the visits or reach-outs behind it."""
        return self.behind.visits is not None or self.behind.reach_outs is not None

    def visits_of(self, day: dt.date) -> list[Visit]:
        if self.behind.visits is None:
            return []
        found = self.behind.visits(self.scope).filter(day=day).select_related("member", "unit")
        those_of = getattr(self.behind.measure, "those_of", list)
        return those_of(found.order_by("arrived_at", "pk"))

    def reach_outs_of(self, day: dt.date) -> list[ReachOut]:
        if self.behind.reach_outs is None:
            return []
        house = House.objects.current()
        begin, end = house.at(day, dt.time()), house.at(day + dt.timedelta(days=1), dt.time())
        found = self.behind.reach_outs(self.scope).filter(at__gte=begin, at__lt=end)
        return list(found.select_related("member", "by__member", "by__staff").order_by("at", "pk"))

    @property
    def members(self) -> QuerySet[Member] | None:
        """Whom the figure counts, where it counts each once."""
        if self.behind.members is not None:
            return self.behind.members(self.scope)
        if self.how == How.DISTINCT and self.behind.visits is not None:
            return Member.objects.filter(pk__in=self.behind.visits(self.scope).order_by().values("member"))
        return None

    def adds_up(self) -> Value:
        """The figure, counted from what stands behind it."""
        counts = [line.count for line in self.days]
        if self.how in (How.DISTINCT, How.MEMBERS):
            return self.members.count() if self.members is not None else None
        if self.how == How.SUM:
            return sum(counts)
        if self.how == How.DAYS:
            return len(counts)
        if self.how == How.HOURS:
            return half_up(sum(counts), 60)
        if not counts:
            return None
        if self.how == How.RATIO:
            beside = sum(line.beside or 0 for line in self.days)
            return half_up(sum(counts), beside) if beside else None
        if self.how == How.AVERAGE:
            return half_up(sum(counts), len(counts))
        if self.how == How.MEDIAN:
            return half_up(Decimal(median(counts)))
        return min(counts) if self.how == How.MIN else max(counts)


def of_visits(
    visits: Callable[[Scope], QuerySet[Visit]], measure: Measure | None = None, how: How = How.SUM, **more
) -> Behind:
    """Made of visits, counted by `measure` (default: members)."""
    measure = measure or Members()
    return Behind(
        how, lambda scope: measure.by_day(visits(scope)), measure.noun, visits=visits, measure=measure, **more
    )


def of_numbers(count: Callable[[Scope], ByDay], noun, how: How = How.SUM, **more) -> Behind:
    """Made of numbers that no visit stands behind."""
    return Behind(how, count, noun, **more)


def of_members(members: Callable[[Scope], QuerySet[Member]]) -> Behind:
    return Behind(How.MEMBERS, members=members)


def figure_of(report: Report, key: str, part: str) -> Figure | None:
    return next((figure for figure in figures(report) if (figure.key, figure.filter) == (key, part)), None)
