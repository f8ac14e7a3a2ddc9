"""What one member joined in a week. Computed once, for one member or for many; the message and the page dress it.

Only what was: nothing here tells what somebody signed up for and did not come to, and nothing is counted.
(What lies ahead of a member: `activities/my_days.py`. What the house did together: `activities/week.py`.)
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Max, Min, Q, QuerySet
from django.db.models.functions import TruncWeek

from activities.models import Event, EventSignUp, SignUp, Thanks, UnitTask
from attendance.actions.events import kind_of
from attendance.models import Kind, Visit
from attendance.models.visits import FORGOTTEN_AFTER
from clubhouse.converters import IsoWeek
from members.models import House, Member
from members.models.people import fold

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

Names = tuple[int | str | None, ...]  # a member's id, then what they are called
AT_THE_HOUSE = {Kind.WOD, Kind.SOCIAL}


@dataclass(frozen=True)
class Thing:
    """A task or an event. `unit` is empty for an event, `starts_at` (house time) None for a task of a whole morning."""

    title: "StrOrPromise"
    day: dt.date
    unit: "StrOrPromise" = ""
    starts_at: dt.time | None = None


@dataclass(frozen=True)
class Thanked:
    """Words of thanks for what they did; who wrote them stands on the board. No words: they name somebody else."""

    title: "StrOrPromise"
    words: "StrOrPromise"


@dataclass(frozen=True)
class MyWeek:
    """Monday to Sunday of one member. Days, units and things in order.

    `tasks` are done, and `events` begun, on days when the member was there. `ahead`: places of theirs in the week
    after, as far as that has not begun; so there is nothing ahead of a week long ago.
    """

    week: IsoWeek
    at_the_house: tuple[dt.date, ...] = ()
    from_afar: tuple[dt.date, ...] = ()
    elsewhere: tuple[dt.date, ...] = ()
    units: "tuple[StrOrPromise, ...]" = ()
    tasks: tuple[Thing, ...] = ()
    events: tuple[Thing, ...] = ()
    thanks: tuple[Thanked, ...] = ()
    ahead: tuple[Thing, ...] = ()

    @property
    def days(self) -> tuple[dt.date, ...]:
        """Every day with a visit, of whatever kind."""
        return tuple(sorted({*self.at_the_house, *self.from_afar, *self.elsewhere}))

    @property
    def is_empty(self) -> bool:
        return not self.days


def my_week(member: Member, week: IsoWeek, house: House, now: dt.datetime) -> MyWeek:
    """One week of one member. The same queries as for many."""
    return my_weeks([(member.pk, week)], house, now)[member.pk, week]


def my_weeks(asked: Iterable[tuple[int, IsoWeek]], house: House, now: dt.datetime) -> dict[tuple[int, IsoWeek], MyWeek]:
    """A week for each (member id, week) that was asked for. Six queries, however many they are."""
    asked = set(asked)
    if not asked:
        return {}
    book = _Book(
        {member for member, _week in asked},
        min(week.first for _member, week in asked),
        max(week.next.last for _member, week in asked),
        house,
    )
    return {(member, week): book.read(member, week, now) for member, week in asked}


class _Book:
    """Everything about `members` from `first` to `last`, fetched at once, to be read week by week."""

    def __init__(self, members: set[int], first: dt.date, last: dt.date, house: House):
        self.house = house
        self.visits = defaultdict(list)
        theirs = {"member__in": members}
        for visit in Visit.objects.filter(day__range=(first, last), **theirs).select_related("unit").order_by("day"):
            self.visits[visit.member_id].append(visit)
        self.tasks = defaultdict(list)
        places = SignUp.objects.filter(task__day__range=(first, last), task__called_off_at=None, **theirs)
        for place in places.select_related("task__unit"):
            self.tasks[place.member_id].append(place.task)
        self.events = list(Event.objects.standing().filter(day__range=(first, last)).in_order())
        self.places = set(
            EventSignUp.objects.filter(event__day__range=(first, last), **theirs).values_list("member", "event")
        )
        self.thanks = self._thanks({task.pk for tasks in self.tasks.values() for task in tasks if task.is_done})

    def _thanks(self, tasks: set[int]) -> dict[int, list[tuple[int | None, str, set[Names]]]]:
        """(id of the member who wrote it, words, names they may hold) of each, by task."""
        names: dict[int, set[Names]] = defaultdict(set)
        helpers = SignUp.objects.filter(task__in=tasks, task__thanks__isnull=False).distinct()
        for task, *theirs in helpers.values_list("task", "member", *_names_of("member__")):
            names[task].add(tuple(theirs))
        found = defaultdict(list)
        said = Thanks.objects.filter(task__in=tasks).order_by("task__day", "at", "pk")
        for task, words, *by in said.values_list("task", "words", "by__member", *_names_of("by__member__")):
            found[task].append((by[0], words, names[task] | {tuple(by)}))
        return found

    def read(self, member: int, week: IsoWeek, now: dt.datetime) -> MyWeek:
        visits = [visit for visit in self.visits[member] if week.first <= visit.day <= week.last]
        days = {visit.day for visit in visits}
        tasks = [task for task in self.tasks[member] if task.is_done and task.day in days]
        tasks.sort(key=lambda task: (task.day, task.begins_at(self.house), task.title, task.pk))
        return MyWeek(
            week=week,
            at_the_house=_days(visits, AT_THE_HOUSE),
            from_afar=_days(visits, {Kind.VIRTUAL}),
            elsewhere=_days(visits, {Kind.OFFSITE}),
            units=_units(visits, tasks),
            tasks=tuple(_thing(task) for task in tasks),
            events=tuple(_thing(event) for event in self.events if self._joined(member, event, visits)),
            thanks=tuple(
                Thanked(task.title, "" if _names_somebody(words, names, member) else words)
                for task in tasks
                for by, words, names in self.thanks[task.pk]
                if by != member
            ),
            ahead=self._ahead(member, week.next, now),
        )

    def _joined(self, member: int, event: Event, visits: list[Visit]) -> bool:
        """They signed up and were there at that time; or it was written down afterwards that they came."""
        began_at, ended_at = event.begins_at(self.house), event.finishes_at(self.house)
        if (member, event.pk) in self.places:
            return any(visit.arrived_at < ended_at and _until(visit) > began_at for visit in visits)
        written = (event.day, began_at, ended_at, kind_of(event))
        return any((visit.day, visit.arrived_at, visit.left_at, visit.kind) == written for visit in visits)

    def _ahead(self, member: int, week: IsoWeek, now: dt.datetime) -> tuple[Thing, ...]:
        tasks = [task for task in self.tasks[member] if not task.is_done]
        events = [event for event in self.events if (member, event.pk) in self.places]
        coming = [
            (offer.begins_at(self.house), offer.title, offer.pk, offer)
            for offer in (*tasks, *events)
            if week.first <= offer.day <= week.last and offer.begins_at(self.house) > now
        ]
        return tuple(_thing(offer) for *_order, offer in sorted(coming, key=lambda one: one[:3]))


def _until(visit: Visit) -> dt.datetime:
    """Where nobody wrote down when it ended: an evening goes on, of a working day only the beginning is sure."""
    goes_on = visit.ending == Visit.Ending.HERE or visit.kind != Kind.WOD
    return visit.left_at or visit.arrived_at + (FORGOTTEN_AFTER if goes_on else dt.timedelta(seconds=1))


def _days(visits: list[Visit], kinds: set[Kind]) -> tuple[dt.date, ...]:
    return tuple(sorted({visit.day for visit in visits if visit.kind in kinds}))


def _units(visits: list[Visit], tasks: list[UnitTask]) -> tuple[str, ...]:
    return tuple(sorted({visit.unit.name for visit in visits if visit.unit} | {task.unit.name for task in tasks}))


def _thing(offer: UnitTask | Event) -> Thing:
    unit = offer.unit.name if isinstance(offer, UnitTask) else ""
    return Thing(offer.title, offer.day, unit, offer.starts_at)


def _names_of(before: str) -> list[str]:
    return [f"{before}{name}" for name in ("first_name", "name_to_use", "last_name")]


def _names_somebody(words: str, names: Iterable[Names], member: int) -> bool:
    said = set(fold(words).split())
    return any(
        said & set(fold(" ".join(map(str, filter(None, rest)))).split()) for one, *rest in names if one != member
    )


# -- Which weeks -------------------------------------------------------------------------------------------------------


def mondays(member: Member) -> QuerySet:
    """The Monday of each week with a visit of theirs, the latest first."""
    visits = Visit.objects.filter(member=member).annotate(monday=TruncWeek("day"))
    return visits.order_by("-monday").values_list("monday", flat=True).distinct()


def days_of(member: Member, weeks: list[IsoWeek]) -> list[tuple[IsoWeek, list[dt.date]]]:
    """Each week with the days on which they came; `weeks` follow each other in `mondays`. One query."""
    if not weeks:
        return []
    span = (min(weeks).first, max(weeks).last)
    days = Visit.objects.filter(member=member, day__range=span).order_by("day").values_list("day", flat=True).distinct()
    found = {week: [day for day in days if IsoWeek.of(day) == week] for week in weeks}
    return list(found.items())


def beside(member: Member, week: IsoWeek) -> tuple[IsoWeek | None, IsoWeek | None]:
    """(the week before in which they came, the one after), None for none: nobody walks through empty weeks."""
    days = Visit.objects.filter(member=member).aggregate(
        before=Max("day", filter=Q(day__lt=week.first)), after=Min("day", filter=Q(day__gt=week.last))
    )
    before, after = days["before"], days["after"]
    return before and IsoWeek.of(before), after and IsoWeek.of(after)
