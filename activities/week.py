"""What we did this week: the house together, never one person (handbook, "What the founding documents say")."""

import datetime as dt
from dataclasses import dataclass, field

from django.db.models import Exists, OuterRef
from django.utils import timezone

from activities import workdays
from activities.done import author
from activities.models import Event, EventQuerySet, PlaceRole, SignUp, Thanks, Unit, UnitTask, UnitTaskQuerySet
from activities.workdays import Day
from members.models import House, User

DAYS = 7


@dataclass
class Work:
    """One kind of work: `times` it was done, `together` how often one showed it to another."""

    title: str
    times: int = 0
    together: int = 0


@dataclass
class UnitWeek:
    unit: Unit
    work: list[Work] = field(default_factory=list)


@dataclass(frozen=True)
class WordsOfThanks:
    """`name` is as much of the author's name as they allow; empty for none."""

    words: str
    title: str
    name: str


@dataclass(frozen=True)
class Week:
    """Monday to Sunday; `open_days` and `events` only as far as they are over or begun."""

    first: dt.date
    last: dt.date
    open_days: list[Day]
    units: list[UnitWeek]
    events: list[Event]
    thanks: list[WordsOfThanks]

    @property
    def times(self) -> int:
        return sum(work.times for unit in self.units for work in unit.work)

    @property
    def together(self) -> int:
        return sum(work.together for unit in self.units for work in unit.work)


def monday_of(day: dt.date) -> dt.date:
    return day - dt.timedelta(days=day.weekday())


def week(day: dt.date, user: User, house: House) -> Week:
    """The week of `day`, as `user` may see it."""
    return _week(
        monday_of(day), house, timezone.now(), UnitTask.objects.visible_to(user), Event.objects.visible_to(user)
    )


def week_of_the_house(monday: dt.date, house: House, now: dt.datetime) -> Week:
    """The same for a message, which members and staff get without signing in: every one of them may see all of it."""
    return _week(monday, house, now, UnitTask.objects.all(), Event.objects.all())


def _week(first: dt.date, house: House, now: dt.datetime, tasks: UnitTaskQuerySet, events: EventQuerySet) -> Week:
    """The same number of queries for a quiet week and a busy one."""
    last = first + dt.timedelta(days=DAYS - 1)
    today = house.day_of(now)
    begun = events.standing().filter(day__range=(first, last)).in_order()
    thanks = Thanks.objects.filter(
        task__day__range=(first, last), task__done_at__isnull=False, task__called_off_at=None
    ).select_related("task", "by__member", "by__staff")
    return Week(
        first=first,
        last=last,
        open_days=[day for day in workdays.calendar(first, last) if day.is_open and day.day <= today],
        units=_units(tasks, first, last),
        events=[event for event in begun if event.begins_at(house) <= now],
        thanks=[WordsOfThanks(one.words, one.task.title, author(one.by)) for one in thanks],
    )


def _units(tasks: UnitTaskQuerySet, first: dt.date, last: dt.date) -> list[UnitWeek]:
    on_it = SignUp.objects.filter(task=OuterRef("pk"))
    done = tasks.standing().filter(day__range=(first, last), done_at__isnull=False)
    done = done.annotate(
        shown=Exists(on_it.filter(role=PlaceRole.SHOWING)), learned=Exists(on_it.filter(role=PlaceRole.LEARNING))
    )
    units: list[UnitWeek] = []
    for task in done.select_related("unit").order_by("unit__name", "title", "pk"):
        if not units or units[-1].unit != task.unit:
            units.append(UnitWeek(task.unit))
        work = units[-1].work
        if not work or work[-1].title.casefold() != task.title.casefold():
            work.append(Work(task.title))
        work[-1].times += 1
        work[-1].together += task.shown and task.learned
    return units
