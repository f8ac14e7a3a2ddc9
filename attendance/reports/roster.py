"""The roster: every visit of a span with its minutes and 15-minute units, a row each, a month at a time.

Ten years of a large house are a million rows, so the database gives plain numbers, and what repeats (a day, a member,
a time of the day) is said once and looked up. No more than a month is ever in memory.
"""

import datetime as dt
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

from django.db.models import CharField, Max, Min
from django.db.models.functions import Cast
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from activities import workdays
from activities.models import Unit
from attendance.models import Kind, Visit
from attendance.reports.changes import visits_as_of
from attendance.reports.minutes import ElapsedMinutes, Seconds, units
from clubhouse.spans import Span
from members.models import House, Member

DAY = dt.timedelta(days=1)
MINUTES_OF_A_DAY = 24 * 60
WOD, ASSUMED = Kind.WOD.value, Visit.Ending.ASSUMED.value

# Name of the column in files for programs -> its name for people, and what stands in it.
COLUMNS = {
    "member_no": (_("Member number"), _("The number that the house gave.")),
    "name": (_("Name"), _("First name and family name.")),
    "date": (_("Date"), _("The day on which the visit began, in house time.")),
    "in": (_("In"), _("Time of arriving, by the clock on the house's wall.")),
    "out": (_("Out"), _("Time of leaving. It is empty where nobody wrote it down, and never made up.")),
    "time_out": (_("About the time out"), _("Whether it is known, assumed, or not written down.")),
    "assumed": (
        _("Assumed"),
        _("1 where the time out is an estimate. Its minutes count once somebody says that it is right."),
    ),
    "minutes": (
        _("Minutes"),
        _("Full minutes of the work-ordered day on open days. They add up to the minutes of the report."),
    ),
    "other_minutes": (
        _("Other minutes"),
        _("Full minutes that stand apart: social, virtual, off-site, and on days that were closed."),
    ),
    "units_15": (
        _("15-minute units"),
        _("By the house's rule; the column adds up to the report. Per day, they stand at the member's first visit."),
    ),
    "kind": (_("Kind"), _("What the visit was for.")),
    "unit": (_("Unit"), _("The unit of the house.")),
    "source": (_("Source"), _("How the visit came into the book.")),
}  # fmt: skip


class RosterRow(NamedTuple):
    """As the columns say. What `date`, `in` and `out` look like is for whoever asks."""

    member_no: Any
    name: Any
    date: Any
    came: Any
    left: Any
    time_out: Any
    assumed: int
    minutes: int | None
    other_minutes: int | None
    units_15: int | None
    kind: Any
    unit: Any
    source: Any


@dataclass(frozen=True)
class RosterDay:
    """A day, as far as its rows need it. `is_steady`: the clock is not changed on it, nor on the day after."""

    day: dt.date
    cell: Any
    midnight: int
    is_steady: bool
    is_open: bool


class Dress(NamedTuple):
    """How a file writes what stands in a row: text that somebody typed, a day, and each of the 1,440 minutes of one."""

    text: Callable[[str], Any]
    day: Callable[[dt.date], Any]
    clock: Sequence[Any]


class Roster:
    """The visits of `span`, up to yesterday: those of the report of the same span."""

    def __init__(self, span: Span, *, today: dt.date | None = None) -> None:
        self.house = House.objects.current()
        self.zone = self.house.zone
        yesterday = (today or timezone.localdate(timezone=self.zone)) - DAY
        self.span, self.until = span, min(span.last, yesterday)
        self.visits = Visit.objects.filter(day__range=(span.first, self.until)).order_by()

        self.rule = f"{self.house.rounding}_{'per_visit' if self.house.rounding_per_visit else 'per_day'}"

    @cached_property
    def data_as_of(self) -> dt.datetime | None:
        """The latest change behind the rows."""
        return visits_as_of(self.span.first, self.until)

    @property
    def is_running(self) -> bool:
        return self.until < self.span.last

    def count(self) -> int:
        return self.visits.count()

    def months(self, dress: Dress) -> Iterator[tuple[dt.date, list[RosterRow]]]:
        """The rows of each month that has some, with its first day, in the order in which people came."""
        people, in_unit = _LookedUp(lambda: _people(dress)), _LookedUp(lambda: _units(dress))
        words = {value: str(label) for value, label in [*Kind.choices, *Visit.Source.choices, *Visit.Ending.choices]}
        words["later"] = str(_("time out known, on a later day"))
        book = self.visits.aggregate(first=Min("day"), last=Max("day"))
        for month in Span(book["first"], book["last"]).months if book["first"] else []:
            first, last = max(month.first, self.span.first), min(month.last, self.until)
            if rows := self._rows(first, last, dress, people, in_unit, words):
                yield first, rows

    def _rows(self, first: dt.date, last: dt.date, dress: Dress, people: dict, in_unit: dict, words: dict) -> list:
        days, visits, rows = self._days(first, last, dress), self._visits(first, last), []
        rounding, per_visit, two_days = self.house.rounding, self.house.rounding_per_visit, [*dress.clock, *dress.clock]
        of_a_day = {} if per_visit else _minutes_of_days(visits, days)
        for member, day, came, left, minutes, ending, kind, unit, source in visits:
            that, assumed = days[day], int(ending == ASSUMED)
            counted = quarters = other = leaving = None
            said, arriving = words[ending], two_days[self._wall(came, that)]
            if left is not None:
                leaving_at = self._wall(left, that)
                leaving = two_days[leaving_at]
                if assumed:
                    pass  # outside billing until somebody confirms it
                elif kind == WOD and that.is_open:
                    counted = minutes
                    # A day's units stand once, so that the column adds up to the report.
                    sum_of_day = minutes if per_visit else of_a_day.pop((member, day), 0)
                    quarters = units(sum_of_day, rounding) or None
                else:
                    other = minutes
                if leaving_at >= MINUTES_OF_A_DAY and not assumed:
                    said = words["later"]
            rows.append(
                (*people[member], that.cell, arriving, leaving, said, assumed, counted, other,
                 quarters, words[kind], in_unit[unit], words[source])
            )  # fmt: skip
        return rows

    def _visits(self, first: dt.date, last: dt.date) -> list[tuple]:
        minutes = ElapsedMinutes("arrived_at", "left_at")
        columns: list = ["member_id", Cast("day", CharField()), Seconds("arrived_at"), Seconds("left_at"), minutes]
        visits = self.visits.filter(day__range=(first, last)).order_by("day", "arrived_at", "pk")
        return list(visits.values_list(*columns, "ending", "kind", "unit_id", "source"))

    def _days(self, first: dt.date, last: dt.date, dress: Dress) -> dict[str, RosterDay]:
        days = {}
        for day in workdays.calendar(first, last):
            begin, end = (dt.datetime.combine(on, dt.time(), self.zone) for on in (day.day, day.day + 2 * DAY))
            is_steady = begin.utcoffset() == end.utcoffset()
            cell = dress.day(day.day)
            days[str(day.day)] = RosterDay(day.day, cell, int(begin.timestamp()), is_steady, day.is_open)
        return days

    def _wall(self, seconds: int, that: RosterDay) -> int:
        """The minute by the house's clock, from 0 to 1,439; 1,440 and more on a later day than `that` one."""
        passed = (seconds - that.midnight) // 60
        if that.is_steady and 0 <= passed < 2 * MINUTES_OF_A_DAY:
            return passed
        moment = dt.datetime.fromtimestamp(seconds, self.zone)
        return moment.hour * 60 + moment.minute + (moment.date() > that.day) * MINUTES_OF_A_DAY


class _LookedUp(dict):
    """What `ask` answers, by number; asked once more for who came to the roll, or which unit opened, meanwhile."""

    def __init__(self, ask: Callable[[], dict]) -> None:
        super().__init__(ask())
        self.ask = ask

    def __missing__(self, pk: int) -> Any:
        self.update(self.ask())
        return super().__getitem__(pk) if pk in self else None


def _people(dress: Dress) -> dict[int, tuple[Any, Any]]:
    """Member number and name of everybody."""
    names = Member.objects.values_list("pk", "member_no", "first_name", "last_name")
    return {
        pk: (dress.text(number), dress.text(f"{first} {last}".strip())) for pk, number, first, last in names.iterator()
    }


def _units(dress: Dress) -> dict[int | None, Any]:
    return {None: None} | {pk: dress.text(name) for pk, name in Unit.objects.values_list("pk", "name")}


def _minutes_of_days(visits: list[tuple], days: dict[str, RosterDay]) -> dict[tuple[int, str], int]:
    """(member, day) -> minutes that count for billing."""
    found: dict[tuple[int, str], int] = {}
    for member, day, _came, _left, minutes, ending, kind, *_rest in visits:
        if minutes is not None and kind == WOD and ending != ASSUMED and days[day].is_open:
            found[member, day] = found.get((member, day), 0) + minutes
    return found
