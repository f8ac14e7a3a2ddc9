"""The people of one day in four groups. The arrivals page, its pieces and the sheet on paper are skins over it.

*Expected* is asked here and never stored; after today nobody is expected any more.
"""

import datetime as dt
import hashlib
import uuid
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery

from activities import workdays
from activities.models import Event, EventSignUp, SignUp, Unit, UnitTask
from attendance.models import Kind, Mark, Visit
from members.models import House, Member

MOST_RECENT = 60
EXPECTED, HERE, LEFT, RECENT, AWAY = "expected", "here", "left", "recent", "away"
ORDER = (EXPECTED, HERE, LEFT, RECENT)


@dataclass(frozen=True)
class Person:
    """One tile. `state` is one of expected, here, left, recent, away."""

    pk: int
    member_no: str
    name: str
    state: str
    unit: str = ""
    unit_pk: int | None = None
    unit_colour: int | None = None
    visit: int | None = None
    day: dt.date | None = None
    arrived_at: dt.datetime | None = None
    left_at: dt.datetime | None = None
    kind: Kind | None = None
    signed_up: bool = False
    can_undo: bool = False
    told_apart: int = 0  # 1: another on this page has the same short name; 2: the same full name too
    key: uuid.UUID = field(default_factory=uuid.uuid4)

    @classmethod
    def of_visit(cls, visit: Visit, member: Any, is_here: bool, *, told_apart: int = 0) -> "Person":
        """Somebody who was marked. The unit's words come with `to_mark` or with the visit, without a query."""
        words: tuple[str, int | None] = ("", None)
        if visit.unit_id and visit.unit_id == getattr(member, "habit_id", None) and hasattr(member, "habit_unit"):
            words = (member.habit_unit, member.habit_colour)
        elif visit.unit is not None:
            words = (visit.unit.name, visit.unit.colour)
        return cls(
            pk=member.pk,
            member_no=member.member_no,
            name=name_of(member, told_apart),
            state=HERE if is_here else LEFT,
            unit=words[0],
            unit_pk=visit.unit_id,
            unit_colour=words[1],
            visit=visit.pk,
            day=visit.day,
            arrived_at=visit.arrived_at,
            left_at=visit.left_at,
            kind=Kind(visit.kind),
            can_undo=getattr(visit, "can_undo", True),
            told_apart=told_apart,
        )

    @classmethod
    def of_member(cls, member: Any, state: str, units: dict[int, Unit], *, told_apart: int = 0) -> "Person":
        """Somebody not marked yet; `member` comes from `with_habit`."""
        unit = units.get(member.habit_id)
        return cls(
            pk=member.pk,
            member_no=member.member_no,
            name=name_of(member, told_apart),
            state=state,
            unit=unit.name if unit else "",
            unit_pk=unit.pk if unit else None,
            unit_colour=unit.colour if unit else None,
            signed_up=getattr(member, "signed_up", False),
            told_apart=told_apart,
        )

    @property
    def version(self) -> str:
        """Changes with whatever the tile says: a page that asks what is new swaps only tiles of another version."""
        said = (self.state, self.visit, self.day, self.arrived_at, self.left_at, self.kind, self.unit, self.signed_up)
        return hashlib.blake2s(repr((*said, self.name)).encode(), digest_size=6).hexdigest()

    @property
    def has_open_end(self) -> bool:
        return self.visit is not None and self.left_at is None


@dataclass(frozen=True)
class Sheet:
    """One day. `today` is the house's; `people` holds everybody on the page once, in the order of their names."""

    day: workdays.Day
    today: dt.date
    people: dict[int, Person]
    units: tuple[Unit, ...] = ()

    @property
    def groups(self) -> dict[str, list[Person]]:
        groups: dict[str, list[Person]] = {state: [] for state in ORDER}
        for person in self.people.values():
            groups[person.state].append(person)
        groups[LEFT].sort(key=lambda person: (person.left_at or person.arrived_at, person.pk), reverse=True)
        return groups

    @property
    def is_today(self) -> bool:
        return self.day.day == self.today

    @property
    def is_future(self) -> bool:
        return self.day.day > self.today


def day_sheet(day: dt.date, house: House, now: dt.datetime, *, only: Member | None = None) -> Sheet:
    """Everybody of `day`; five queries, however many they are. `only` looks at one person."""
    today = house.day_of(now)
    calendar_day = workdays.on(day)
    if day > today:
        return Sheet(calendar_day, today, {})
    seen = _visits(day, now, today, only)
    expected = _expected(calendar_day, seen, only) if day == today else []
    known = {*seen, *(member.pk for member in expected)}
    recent = _recent(day, house.recent_days, known, only)
    units = {unit.pk: unit for unit in Unit.objects.all()}
    people = [Person.of_visit(visit, visit.member, is_here) for visit, is_here in seen.values()]
    people += [Person.of_member(member, EXPECTED, units) for member in expected]
    people += [Person.of_member(member, RECENT, units) for member in recent]
    members = [*(visit.member for visit, _ in seen.values()), *expected, *recent]
    return Sheet(calendar_day, today, _in_order(members, people), tuple(units.values()))


def here_and_expected(day: dt.date, house: House, now: dt.datetime) -> dict[int, str]:
    """By id: who is *here* now and who is *expected*; nobody on another day than today. Five queries at most."""
    today = house.day_of(now)
    if day != today:
        return {}
    seen = _visits(day, now, today, None)
    states = {member.pk: EXPECTED for member in _expected(workdays.on(day), seen, None)}
    return states | {pk: HERE for pk, (_visit, is_here) in seen.items() if is_here}


def person_on(day: dt.date, house: House, now: dt.datetime, member: Member, *, told_apart: int = 0) -> Person:
    """How things stand with one person now; `away` who is not on the page otherwise."""
    person = day_sheet(day, house, now, only=member).people.get(member.pk)
    if person is None:
        unit = {unit.pk: unit for unit in Unit.objects.all()}
        person = Person.of_member(with_habit(Member.objects.all(), day).get(pk=member.pk), AWAY, unit)
    return replace(person, name=name_of(member, told_apart), told_apart=told_apart)


def results(sheet: Sheet, members: list[Member]) -> list[Person]:
    """`members` as tiles, in the same order and in the state of the page; `away` who is not on it otherwise."""
    away = [member.pk for member in members if member.pk not in sheet.people]
    habits = {member.pk: member for member in with_habit(Member.objects.filter(pk__in=away), sheet.day.day)}
    units = {unit.pk: unit for unit in Unit.objects.all()}
    people = [sheet.people.get(member.pk) or Person.of_member(habits[member.pk], AWAY, units) for member in members]
    told_apart = _in_order(members, people)
    return [told_apart[member.pk] for member in members]


def with_habit(members: QuerySet, day: dt.date) -> QuerySet:
    """Each member with the id of the unit they are usually in, as `habit_id`."""
    return members.annotate(habit_id=Visit.objects.habit(day))


def to_mark(day: dt.date, **who: str | int) -> Member | None:
    """Whoever a tap is about (`member_no` or `pk`), with the words for their tile; None for nobody.

    Everyone ever enrolled is welcome."""
    unit = Unit.objects.filter(pk=OuterRef("habit_id"))
    members = with_habit(Member.objects.welcome(), day).annotate(
        habit_unit=Subquery(unit.values("name")),
        habit_colour=Subquery(unit.values("colour")),
        last_seen_on=Subquery(
            Visit.objects.filter(member=OuterRef("pk"), day__lte=day).order_by("-day").values("day")[:1]
        ),
        left_last_at=Subquery(
            Visit.objects.filter(member=OuterRef("pk"), day=day).order_by("-arrived_at").values("left_at")[:1]
        ),
    )
    # A number on an old card, or a tap that waited, still means the person whose two rows became one.
    return (
        members.filter(**who).first() or members.filter(**{f"merged__{name}": it for name, it in who.items()}).first()
    )


def all_to_mark(numbers: list[str], day: dt.date) -> list[Member]:
    """The people with these numbers, by name; also by the number of a row that was merged into theirs. One query."""
    meant = Q(member_no__in=numbers) | Q(merged__member_no__in=numbers)
    return list(with_habit(Member.objects.welcome(), day).filter(meant).distinct().order_by("search_name", "pk"))


def name_of(member: Member, told_apart: int = 0) -> str:
    """As much of a name as a shared screen needs; more where two people would look the same."""
    full = f"{member.known_as} {member.last_name}".strip()
    return [member.short_name, full, f"{full} ({member.member_no})"][told_apart]


def _in_order(members: Iterable[Member], people: list[Person]) -> dict[int, Person]:
    """By name, and people who would look the same told apart."""
    by_pk = {member.pk: member for member in members}
    for step in (1, 2):
        names = Counter(person.name.casefold() for person in people)
        people = [
            replace(person, name=name_of(by_pk[person.pk], step), told_apart=step)
            if names[person.name.casefold()] > 1
            else person
            for person in people
        ]
    return {person.pk: person for person in sorted(people, key=lambda person: (person.name.casefold(), person.pk))}


def _visits(day: dt.date, now: dt.datetime, today: dt.date, only: Member | None) -> dict[int, tuple[Visit, bool]]:
    """By member: the visit that says where they are now, and whether they are here."""
    marks = Mark.objects.filter(visit=OuterRef("pk"), day=day, undone=False)
    of_the_day = Visit.objects.of_the_day(day, now, today)
    visits = of_the_day.select_related("member", "unit").annotate(can_undo=Exists(marks))
    if only is not None:
        visits = visits.filter(member=only)
    found: dict[int, tuple[Visit, bool]] = {}
    for visit in visits.order_by("arrived_at", "pk"):
        is_here = day == today and visit.ending == Visit.Ending.HERE and not visit.is_forgotten(now, today)
        if visit.member_id not in found or not found[visit.member_id][1]:
            found[visit.member_id] = (visit, is_here)
    return found


def _expected(day: workdays.Day, seen: Iterable[int], only: Member | None) -> list[Member]:
    """Signed up for a task or an event of today, or usually here on this weekday (a closed day has no usual)."""
    tasks = UnitTask.objects.standing().on(day.day)
    on_tasks = SignUp.objects.filter(task__in=tasks).order_by().values("member")
    events = Event.objects.standing().at_the_house().filter(day=day.day)
    at_events = EventSignUp.objects.filter(event__in=events).order_by().values("member")
    signed_up = on_tasks.union(at_events)
    coming = on_tasks.union(at_events, Visit.objects.usual_on(day.day)) if day.is_open else signed_up
    members = with_habit(Member.objects.welcome().filter(pk__in=coming), day.day).exclude(pk__in=list(seen))
    if only is not None:
        members = members.filter(pk=only.pk)
    is_on = Exists(on_tasks.filter(member=OuterRef("pk"))) | Exists(at_events.filter(member=OuterRef("pk")))
    return list(members.annotate(signed_up=is_on))


def _recent(day: dt.date, days: int, known: Iterable[int], only: Member | None) -> list[Member]:
    visits = Visit.objects.exclude(member__in=list(known)).filter(member__deceased_on=None)
    if only is not None:
        visits = visits.filter(member=only)
    recent = visits.lately(day, days, limit=MOST_RECENT)
    return list(with_habit(Member.objects.filter(pk__in=recent), day))
