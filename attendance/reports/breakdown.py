"""Members by group for people outside the house, small numbers hidden: how it is counted.

Members of the work-ordered day by age, unit, language and part of town, and their member-days. Which groups are counted
by themselves is decided in `suppression.py`, the same in every file of a year.
"""

import datetime as dt
import itertools
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field

from django.conf.locale import LANG_INFO
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from activities import workdays
from activities.models import Unit
from attendance.models import Kind, Visit
from attendance.reports import suppression
from clubhouse.converters import Month
from clubhouse.spans import Span
from members.models import House, Member
from members.models.house import parse_age_bands

AGE, UNIT, LANGUAGE, AREA = "age", "unit", "language", "area"
BY = (AGE, UNIT, LANGUAGE, AREA)
NOBODY, FEW, OTHER_GROUPS, NOT_OVER = "nobody", "few", "other_groups", "not_over"
ELSEWHERE = "\n"  # all units that are not counted by themselves; no unit has such a name
LABELS = {
    AGE: gettext_lazy("Age"),
    UNIT: gettext_lazy("Unit"),
    LANGUAGE: gettext_lazy("Language"),
    AREA: gettext_lazy("Part of town"),
}
Lists = dict[str, frozenset[str]]  # by what -> the groups that are counted by themselves


@dataclass(frozen=True)
class Group:
    """`key` is None for all others together. Numbers are None where they are hidden."""

    key: str | None
    label: str
    members: int | None = None
    member_days: int | None = None


@dataclass(frozen=True)
class Part:
    """All groups by one thing, like age; those that are not counted by themselves stand together in the last one."""

    by: str
    label: str
    groups: tuple[Group, ...]


@dataclass(frozen=True)
class Breakdown:
    """`withheld` says why there are no figures: empty when there are. `months`: those with too few people."""

    house: str
    span: Span
    withheld: str = ""
    months: tuple[Month, ...] = ()
    members: int = 0
    member_days: int = 0
    parts: tuple[Part, ...] = ()


@dataclass
class Table:
    """Who was here in a stretch of days, and on how many of them. A day belongs to the unit in which it began.

    So units do not overlap: where they did, adding them up would tell how few were in two of them.
    """

    days: Counter[int] = field(default_factory=Counter)  # member -> days
    unit_days: dict[str, Counter[int]] = field(default_factory=lambda: defaultdict(Counter))  # unit -> the same

    @classmethod
    def of(cls, unit_of: dict[tuple[int, dt.date], str]) -> "Table":
        table = cls()
        for (member, _day), unit in unit_of.items():
            table.days[member] += 1
            table.unit_days[unit][member] += 1
        return table

    def add(self, other: "Table") -> None:
        self.days.update(other.days)
        for unit, days in other.unit_days.items():
            self.unit_days[unit].update(days)

    def within(self, shown: Collection[str]) -> "Table":
        """The same with all units that are not `shown` as one."""
        table = Table(self.days)
        for unit, days in self.unit_days.items():
            table.unit_days[unit if unit in shown else ELSEWHERE].update(days)
        return table

    @property
    def units(self) -> dict[str, set[int]]:
        """Each member in the unit where most of their days began; where two are alike, the first one by name."""
        most: dict[int, tuple[int, str]] = {}
        for unit in sorted(self.unit_days):
            for member, days in self.unit_days[unit].items():
                if days > most.get(member, (0, ""))[0]:
                    most[member] = days, unit
        found: dict[str, set[int]] = defaultdict(set)
        for member, (_days, unit) in most.items():
            found[unit].add(member)
        return found


class People:
    """What each member's groups are. One query, for everybody ever enrolled."""

    def __init__(self, house: House) -> None:
        self.ages = parse_age_bands(house.age_bands)
        rows = Member.objects.values_list("pk", "born_on", "language", "area")
        self.of = {pk: (born_on, language or house.language, area) for pk, born_on, language, area in rows}
        spelled: dict[str, str] = {}
        for area in sorted({" ".join(area.split()) for *_rest, area in self.of.values()}):
            spelled.setdefault(area.casefold(), area)
        self.spelled = spelled

    def key(self, by: str, member: int, on: dt.date) -> str:
        born_on, language, area = self.of[member]
        if by == LANGUAGE:
            return language
        if by == AREA:
            return " ".join(area.split()).casefold()
        if born_on is None or born_on > on:
            return ""
        age = on.year - born_on.year - ((on.month, on.day) < (born_on.month, born_on.day))
        return next((str(begin) for begin in reversed(self.ages) if age >= begin), "0")

    def groups(self, by: str, table: Table, on: dt.date) -> dict[str, set[int]]:
        """Who was in which group, by how old they were `on` that day."""
        if by == UNIT:
            return table.units
        found: dict[str, set[int]] = defaultdict(set)
        for member in table.days:
            found[self.key(by, member, on)].add(member)
        return found

    def label(self, by: str, key: str) -> str:
        if by == UNIT:
            return key or _("no unit")
        if key == "":
            return _("not said")
        if by == LANGUAGE:
            return LANG_INFO.get(key, {}).get("name", key)
        if by == AREA:
            return self.spelled[key]
        return self._ages(int(key))

    def _ages(self, begin: int) -> str:
        end = next((age for age in self.ages if age > begin), None)
        if begin == 0:
            return _("under %(age)s") % {"age": end}
        if end is None:
            return _("%(age)s and over") % {"age": begin}
        return _("%(first)s to %(last)s") % {"first": begin, "last": end - 1}

    def known(self, by: str) -> list[str]:
        """Groups that are named even when nobody is in them, so that naming one tells nothing."""
        if by == AGE:
            return ["0", *map(str, self.ages), ""]
        return [*Unit.objects.values_list("name", flat=True), ""] if by == UNIT else []


@dataclass
class Gathered:
    """Who was here in a stretch of time, the groups that are counted by themselves, and whether it may leave."""

    house: House
    people: People
    table: Table = field(default_factory=Table)
    months: Counter[int] = field(default_factory=Counter)  # member -> months in which they were here
    lists: Lists = field(default_factory=dict)
    withheld: str = ""
    few: tuple[Month, ...] = ()


def breakdown(span: Span, *, today: dt.date | None = None) -> Breakdown:
    """Members by group in `span`: a month, a quarter or years that are over. Constant number of queries."""
    found = gather(span, today=today)
    if found.withheld:
        return Breakdown(found.house.name, span, found.withheld, found.few)
    parts = tuple(_part(by, found.people, found.table, found.lists[by], span.last) for by in BY)
    days = found.table.days
    return Breakdown(found.house.name, span, "", (), len(days), sum(days.values()), parts)


def may_leave(span: Span, *, today: dt.date | None = None) -> bool:
    """Whether files of `span` may leave the house: a whole month, quarter or years, and each of its days is over."""
    today = today or timezone.localdate(timezone=House.objects.current().zone)
    return span.is_for_outside and span.last < today


def gather(span: Span, *, today: dt.date | None = None) -> Gathered:
    house = House.objects.current()
    found, lists, few = Gathered(house, People(house)), [], []
    if not may_leave(span, today=today):
        found.withheld = NOT_OVER
        return found
    for month, table, shown in _months(span, found.people, house.fiscal_year_starts_in):
        if not table.days:
            continue
        lists.append(shown)
        if not _fits(found.people, table, shown, month.last):
            few.append(month)
        found.table.add(table)
        found.months.update(table.days.keys())
    found.lists, found.few = (lists or [found.lists])[-1], tuple(few)
    if not lists:
        found.withheld = NOBODY
    elif few:
        found.withheld = FEW
    elif any(shown != found.lists for shown in lists):
        found.withheld = OTHER_GROUPS
    elif not _fits(found.people, found.table, found.lists, span.last):  # people grow older within it
        found.withheld = FEW
    return found


def _months(span: Span, people: People, year_starts_in: int) -> Iterator[tuple[Month, Table, Lists]]:
    """Each month of `span` with the groups that are counted by themselves in its year."""
    begin = _year_of(Month.of(span.first), year_starts_in)
    before = Span.of(_back(begin), Month.of(span.last))
    kept: dict[Month, Table] = {}  # of this year and the one before
    lists: dict[Month, Lists] = {}  # a year's first month -> its groups
    for month, unit_of in _visits(before):
        year, table = _year_of(month, year_starts_in), Table.of(unit_of)
        kept = {m: t for m, t in kept.items() if m >= _back(year)} | ({month: table} if table.days else {})
        last_year = {m: t for m, t in kept.items() if m < year}
        if year not in lists and (last_year or table.days):
            lists[year] = _told(people, last_year or {month: table})
        shown = lists.get(year, dict.fromkeys(BY, frozenset()))
        if month.first >= span.first:
            yield month, table, shown


def _year_of(month: Month, starts_in: int) -> Month:
    return Month(month.year - (month.number < starts_in), starts_in)


def _back(year: Month) -> Month:
    return Month(year.year - 1, year.number)


def _visits(span: Span) -> Iterator[tuple[Month, dict[tuple[int, dt.date], str]]]:
    """Month by month: (member, open day) -> the unit of that day's first visit."""
    month_of = {day: Month.of(day) for day in workdays.open_wod_days(span.first, span.last)}
    visits = Visit.objects.filter(kind=Kind.WOD, day__range=(span.first, span.last)).order_by("day", "arrived_at", "pk")
    rows: Iterable[tuple] = visits.values_list("day", "member_id", "unit_id").iterator(5000)
    names: dict[int | None, str] = {None: "", **dict(Unit.objects.values_list("pk", "name"))}
    by_month = itertools.groupby((row for row in rows if row[0] in month_of), key=lambda row: month_of[row[0]])
    later = next(by_month, None)
    for month in span.months:
        unit_of: dict[tuple[int, dt.date], str] = {}
        if later and later[0] == month:
            for day, member, unit in later[1]:
                unit_of.setdefault((member, day), names[unit])
            later = next(by_month, None)
        yield month, unit_of


def _told(people: People, tables: dict[Month, Table]) -> Lists:
    return {
        by: suppression.told([people.groups(by, table, month.last) for month, table in tables.items()]) for by in BY
    }


def _fits(people: People, table: Table, lists: Lists, on: dt.date) -> bool:
    table = table.within(lists[UNIT])
    for by in BY:
        groups, shown = people.groups(by, table, on), lists[by]
        numbers = [len(groups.get(key, ())) for key in shown] + [len(suppression.others(groups, shown))]
        if not suppression.fit(numbers):
            return False
    return suppression.fit(len(days) for days in table.unit_days.values())  # also the people behind days


def _part(by: str, people: People, table: Table, shown: frozenset[str], on: dt.date) -> Part:
    table = table.within(shown) if by == UNIT else table
    groups = people.groups(by, table, on)

    def days(members: Iterable[int]) -> int:
        return sum(table.days[member] for member in members)

    def days_in(unit: str) -> int:
        return table.unit_days[unit].total() if unit in table.unit_days else 0

    found = []
    for key in dict.fromkeys([*people.known(by), *sorted(shown)]):
        label, members = people.label(by, key), groups.get(key, set())
        if key in shown:
            in_group = days_in(key) if by == UNIT else days(members)
            found.append(Group(key, label, len(members), in_group))
        else:
            found.append(Group(key, label))
    rest = suppression.others(groups, shown)
    together = Group(None, _("all other groups together"), len(rest), days_in(ELSEWHERE) if by == UNIT else days(rest))
    return Part(by, str(LABELS[by]), (*found, together))
