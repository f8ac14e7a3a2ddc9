"""The unit meeting: one part of a day's work as the wall shows it, and whom a name said aloud may mean."""

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass
from functools import cached_property

from django.utils import timezone
from django.utils.translation import gettext as _

from activities.done import CARRIED, came_from, may_mark, standing_copy
from activities.models import Part, PlaceRole, SignUp, Unit, UnitTask
from attendance.day_sheet import EXPECTED, HERE, here_and_expected
from attendance.search import MOST_OFFERED, begins, cleaned, find_members, told_apart
from members.models import House, Member, User, fold

AFTERNOON_FROM = dt.time(12)
ORDER = {HERE: 0, EXPECTED: 1}  # and then everybody else
SEATS_DRAWN = 6  # more free places than this stand in words only


@dataclass(frozen=True)
class Place:
    """A taken place. `name` is as much as the member allows, empty for none; `words` what stands small below it."""

    pk: int
    name: str
    role: str
    at_their_word: bool

    @classmethod
    def of(cls, sign_up: SignUp) -> "Place":
        role = "" if sign_up.role == PlaceRole.DOING else str(PlaceRole(sign_up.role).label)
        at_their_word = sign_up.by_id != sign_up.member.user_id
        return cls(sign_up.pk, sign_up.member.name_for_board, role, at_their_word)


@dataclass(frozen=True)
class Row:
    """One task. `is_open`: its day is to come and no closed one; `is_left`: of the morning, and still to be done."""

    task: UnitTask
    places: list[Place]
    waiting: int
    is_open: bool
    is_left: bool = False
    may_mark: bool = False  # that it is done
    may_carry_over: bool = False

    @property
    def free(self) -> int:
        return max(0, self.task.places - len(self.places))

    @property
    def takes_names(self) -> bool:
        """Also where every place is taken: for the waiting list."""
        return self.is_open and not self.task.is_done

    @property
    def needs_people(self) -> bool:
        """What the morning left needs a word first: done, or carried over."""
        return self.takes_names and self.free > 0 and not self.is_left

    @property
    def came_from(self) -> str:
        return came_from(self.task)

    @property
    def open_seats(self) -> range:
        """The free seats to draw beside the one that takes a name."""
        return range(min(self.free, SEATS_DRAWN) - 1 if self.takes_names else 0)


@dataclass(frozen=True)
class Meeting:
    """`units` holds (unit, rows) for the part of the day; `left` what the morning left undone."""

    day: dt.date
    part: Part
    units: list[tuple[Unit, list[Row]]]
    left: list[Row]
    is_over: bool

    @cached_property
    def needs(self) -> str:
        """ "Still needs people: Dishes 2, Phones 1." """
        needing = [row for _unit, rows in self.units for row in rows if row.needs_people]
        if not self.units:
            return _("No tasks are named for this part of the day.")
        if not needing:
            return _("Every task has its people.")
        tasks = ", ".join(_("%(task)s %(count)d") % {"task": row.task.title, "count": row.free} for row in needing)
        return _("Still needs people: %(tasks)s.") % {"tasks": tasks}

    def row(self, pk: int) -> Row | None:
        rows = [*self.left, *(row for _unit, rows in self.units for row in rows)]
        return next((row for row in rows if row.task.pk == pk), None)


def part_now(now: dt.datetime) -> Part:
    """The part of the day that a meeting is about when nobody says otherwise, by house time."""
    return Part.AFTERNOON if timezone.localtime(now).time() >= AFTERNOON_FROM else Part.MORNING


def meeting(day: dt.date, part: Part, user: User, today: dt.date) -> Meeting:
    """The same number of queries for ten tasks and for a hundred and fifty."""
    tasks = UnitTask.objects.visible_to(user).standing().with_closed_days().on(day)
    if part == Part.MORNING:
        tasks = tasks.filter(part=part)
    units: list[tuple[Unit, list[Row]]] = []
    left = []
    related = tasks.in_order().select_related("unit", *CARRIED).prefetch_related("sign_ups__member", "waiting")
    for task in related:
        is_left, went_on = task.part != part, standing_copy(task) is not None
        if is_left and (task.is_done or went_on):
            continue
        is_open = day >= today and not task.is_day_closed
        places = [Place.of(sign_up) for sign_up in task.sign_ups.all()]
        undone = is_open and not went_on and not task.is_done and may_mark(task, user, is_on_it=False, today=today)
        row = Row(
            task,
            places,
            waiting=len(task.waiting.all()),
            is_open=is_open,
            is_left=is_left,
            may_mark=undone and bool(places or is_left),
            may_carry_over=undone and part == Part.AFTERNOON,
        )
        if is_left:
            left.append(row)
        elif units and units[-1][0] == task.unit:
            units[-1][1].append(row)
        else:
            units.append((task.unit, [row]))
    return Meeting(day, part, units, left, is_over=day < today)


@dataclass(frozen=True)
class Meant:
    """Whom the words may mean, the likeliest first. `one`: the one whom Enter puts up, when there is no doubt.

    `has_more`: there are others, who are not among `people`.
    """

    people: list[tuple[Member, str]]
    one: Member | None = None
    is_guess: bool = False
    has_more: bool = False


def whom(words: str, day: dt.date, house: House, now: dt.datetime) -> Meant:
    """Whoever's names begin so: of the people here now, else of those expected, else of everyone ever enrolled.

    Without words: the people here now, by name, to tap instead of typing.
    """
    states = here_and_expected(day, house, now)
    words = cleaned(words)
    folded = fold(words).split()
    if not folded:
        here = [pk for pk, state in states.items() if state == HERE]
        return Meant(_named(Member.objects.welcome().filter(pk__in=here)))
    near = [member for member in Member.objects.welcome().filter(pk__in=states) if begins(member, folded)]
    found = find_members(words)
    # Whose names hold the words further on are asked about only where nobody's begin so.
    so = [member for member in found.members if begins(member, folded)]
    known = {member.pk: member for member in [*near, *so] or found.members}

    def rank(member: Member) -> int:
        return ORDER.get(states.get(member.pk, ""), 2)

    ranked = sorted(known.values(), key=lambda member: (rank(member), member.search_name, member.pk))
    likeliest = [member for member in ranked if rank(member) == rank(ranked[0])]
    return Meant(
        people=_named(ranked[:MOST_OFFERED]),
        one=None if found.is_guess else _the_one(likeliest, folded),
        is_guess=found.is_guess,
        has_more=len(ranked) > MOST_OFFERED or found.has_more,
    )


def _named(members: Collection[Member]) -> list[tuple[Member, str]]:
    names = told_apart(members)
    return [(member, names[member.pk]) for member in members]


def _the_one(likeliest: list[Member], words: list[str]) -> Member | None:
    """The only one, or the only one who is called exactly so: "Ann", though Anna is here too."""
    exact = [member for member in likeliest if set(words) <= set(member.search_name.split())]
    for members in (likeliest, exact):
        if len(members) == 1:
            return members[0]
    return None
