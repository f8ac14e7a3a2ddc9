"""The board of a day, as one person sees it: computed once, dressed as a page, a piece or paper."""

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cached_property

from django.db.models import Exists, OuterRef, Prefetch
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext as _

from activities import done
from activities.card import SEATS_DRAWN, Card, Seat, also_on_words
from activities.models import CanShow, GuideStep, Part, PlaceRole, SignUp, Unit, UnitTask, UnitTaskQuerySet, Waiting
from members.models import Member, User

__all__ = [
    "SEATS_DRAWN",
    "Card",
    "Column",
    "Seat",
    "also_on",
    "card",
    "columns",
    "left_over",
    "meanwhile",
]


@dataclass
class Column:
    """One unit's work of the day: (name of the part, cards), morning first."""

    unit: Unit
    parts: list[tuple[str, list[Card]]] = field(default_factory=list)


def columns(day: dt.date, user: User) -> list[Column]:
    """The tasks of `day` by unit. The same number of queries for one task and for a hundred and fifty."""
    found: list[Column] = []
    for one in _cards(UnitTask.objects.visible_to(user).on(day).in_order(), user):
        # Everybody sees what stands; a task that was called off, only those on it and those who may put it back.
        if one.task.is_called_off and not (one.is_mine or one.number or one.may_change):
            continue
        if not found or found[-1].unit != one.task.unit:
            found.append(Column(one.task.unit))
        label = str(Part(one.task.part).label)
        if not found[-1].parts or found[-1].parts[-1][0] != label:
            found[-1].parts.append((label, []))
        found[-1].parts[-1][1].append(one)
    return found


def left_over(columns: list[Column]) -> int:
    """How many tasks who looks may carry over in one go: of a day that is over, or of this morning."""
    today = timezone.localdate()
    cards = [one for column in columns for _part, cards in column.parts for one in cards]
    tasks = [one.task for one in cards if one.done and one.done.may_carry_over]
    return sum(task.day < today or task.part == Part.MORNING for task in tasks)


def card(task: UnitTask, user: User) -> Card:
    """One task as it stands now."""
    return next(iter(_cards(UnitTask.objects.filter(pk=task.pk), user)))


def also_on(sign_up: SignUp) -> str:
    """ "You are also on “Dishes” then." for somebody who just took a place; empty when there is nothing else."""
    return also_on_words(meanwhile(sign_up))


def meanwhile(place: SignUp | Waiting) -> list[str]:
    """Titles of the other tasks at the same time that the same member is on."""
    others = SignUp.objects.filter(member=place.member_id, task__day=place.task.day, task__called_off_at=None)
    return _meanwhile(place.task, [other.task for other in others.select_related("task")])


# -- Who looks ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Looking:
    """The person in front of the board, and what is theirs on these tasks."""

    user: User
    member: Member | None
    tasks: list[UnitTask]
    today: dt.date

    @cached_property
    def takes_part(self) -> bool:
        return self.member is not None and self.user.has_perm("activities.sign_up")

    @cached_property
    def says_can_show(self) -> bool:
        return self.member is not None and self.user.has_perm("activities.can_show")

    @cached_property
    def changes_any(self) -> bool:
        return self.user.has_perm("activities.change_any_task")

    @cached_property
    def changes_own(self) -> bool:
        return self.user.has_perm("activities.post_task")

    @cached_property
    def own(self) -> dict[int, SignUp]:
        """Their places on the days of these tasks, by task."""
        if self.member is None:
            return {}
        days = {task.day for task in self.tasks}
        found = SignUp.objects.filter(member=self.member, task__day__in=days)
        return {one.task_id: one for one in found.select_related("task", "by__member", "by__staff")}

    @cached_property
    def done(self) -> Callable[[UnitTask], done.Done]:
        return done.seen_by(self.user)

    @cached_property
    def done_before(self) -> set[tuple[int, str]]:
        """(unit, folded title) of work that they did or showed on a day before."""
        if self.member is None:
            return set()
        titles = {task.title.lower() for task in self.tasks}
        past = SignUp.objects.filter(member=self.member, task__day__lt=self.today, task__called_off_at=None)
        did = past.exclude(role=PlaceRole.LEARNING).annotate(title=Lower("task__title")).filter(title__in=titles)
        return set(did.order_by().values_list("task__unit", "title").distinct())

    def has_done(self, task: UnitTask) -> bool:
        return (task.unit_id, task.title.lower()) in self.done_before

    def may_change(self, task: UnitTask) -> bool:
        is_theirs = self.changes_own and task.posted_by_id == self.user.pk
        return task.day >= self.today and (self.changes_any or is_theirs)


def _cards(tasks: UnitTaskQuerySet, user: User) -> Iterator[Card]:
    today = timezone.localdate()
    showing = CanShow.objects.filter(member__in=Member.objects.on_roll(today)).select_related("member")
    guide = GuideStep.objects.filter(library_task=OuterRef("library_task"))
    found = list(
        tasks.annotate(has_guide=Exists(guide))
        .select_related("unit", "repeats", "library_task", *done.CARRIED)
        .prefetch_related("sign_ups__member", "waiting", done.WITH_THANKS, Prefetch("library_task__shown_by", showing))
    )
    looking = Looking(user, getattr(user, "member", None), found, today)
    for task in found:
        yield _card(task, looking)


def _card(task: UnitTask, looking: Looking) -> Card:
    seats = [_seat(sign_up, looking.member) for sign_up in task.sign_ups.all()]
    mine = looking.own.get(task.pk)
    line = [waiting.member_id for waiting in task.waiting.all()]
    number = line.index(looking.member.pk) + 1 if looking.member and looking.member.pk in line else 0
    is_open = looking.takes_part and task.day >= looking.today and not (task.is_called_off or task.is_done)
    may_sign_up = is_open and mine is None and len(seats) < task.places
    together = _together(task, seats, mine, looking, is_open=is_open, may_sign_up=may_sign_up)
    return Card(
        task=task,
        seats=seats,
        is_mine=mine is not None,
        may_sign_up=may_sign_up,
        may_withdraw=is_open and mine is not None,
        may_change=looking.may_change(task),
        is_open=task.day >= looking.today and not task.is_called_off,
        waiting=len(line),
        number=number,
        may_wait=is_open and mine is None and not number and len(seats) >= task.places,
        put_up_by=_put_up_by(mine, looking) if is_open and mine else "",
        came_free=bool(is_open and mine and mine.moved_up_at),
        also_on=_meanwhile(task, [one.task for one in looking.own.values()]) if is_open and mine else [],
        done=looking.done(task),
        **together,
    )


def _together(task: UnitTask, seats, mine: SignUp | None, looking: Looking, *, is_open: bool, may_sign_up: bool):
    """Who shows and who learns, and what of it is offered to the person who looks."""
    said = list(task.library_task.shown_by.all()) if task.library_task else []
    can_show = looking.member is not None and any(one.member_id == looking.member.pk for one in said)
    others = [one.member for one in said if looking.member is None or one.member_id != looking.member.pk]
    there = {sign_up.member_id for sign_up in task.sign_ups.all()}
    shows = [seat for seat in seats if seat.role == PlaceRole.SHOWING and not seat.is_mine]
    with_whom = [seat.name for seat in shows] + [one.name_for_board for one in others if one.pk in there]
    is_asked = any(seat.role == PlaceRole.LEARNING and not seat.is_mine for seat in seats) and not shows
    is_new = not (can_show or looking.has_done(task))
    return {
        "shown_by": [one.name_for_board for one in others],
        "can_show": can_show,
        "may_say_can_show": looking.says_can_show and is_open and mine is not None,
        # Somebody shows it already, or there is room for one who would.
        "may_learn": may_sign_up and is_new and bool(with_whom or (others and task.places > len(seats) + 1)),
        "may_show": can_show and (may_sign_up or bool(is_open and mine and is_asked and mine.role == PlaceRole.DOING)),
        "learn_with": next(filter(None, with_whom), ""),
    }


def _meanwhile(task: UnitTask, own: list[UnitTask]) -> list[str]:
    """Titles of `own` tasks at the same time: the same day and part, unless both have times, and different ones."""
    return [
        other.title
        for other in own
        if other.pk != task.pk
        and (other.day, other.part) == (task.day, task.part)
        and not (other.is_called_off or other.is_done)
        and not (other.starts_at and task.starts_at and other.starts_at != task.starts_at)
    ]


def _put_up_by(mine: SignUp, looking: Looking) -> str:
    """Whoever put the name up, when that was not the member: as much of a name as a member allows."""
    if mine.by_id == looking.user.pk:
        return ""
    person = mine.by.person
    if isinstance(person, Member):
        return person.name_for_board or _("A colleague")
    return str(person) if person else _("A colleague")


def _seat(sign_up: SignUp, looking: Member | None) -> Seat:
    member = sign_up.member
    name = member.name_for_board
    is_mine = looking is not None and member.pk == looking.pk
    return Seat(name, member.initials if name else "", is_mine, sign_up.role)
