"""The board of a day, as one person sees it: computed once, dressed as a page, a piece or paper."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, field

from django.utils import timezone

from activities.models import Part, SignUp, Unit, UnitTask, UnitTaskQuerySet
from members.models import Member, User

SEATS_DRAWN = 8  # more free places than this stand in words only


@dataclass(frozen=True)
class Seat:
    """A taken place. `name` and `initials` are as much as the member allows; empty for none."""

    name: str
    initials: str
    is_mine: bool


@dataclass(frozen=True)
class Card:
    """One task with its seats, and what the person who looks may do with it."""

    task: UnitTask
    seats: list[Seat]
    is_mine: bool
    may_sign_up: bool
    may_withdraw: bool
    may_change: bool

    @property
    def taken(self) -> int:
        return len(self.seats)

    @property
    def free(self) -> int:
        return max(0, self.task.places - self.taken)

    @property
    def open_seats(self) -> range:
        """The free seats to draw, without the one that is the sign-up button."""
        return range(min(self.free, SEATS_DRAWN) - (1 if self.may_sign_up and self.free else 0))

    @property
    def paper_seats(self) -> range:
        """The free seats on paper, where people write their names."""
        return range(min(self.free, SEATS_DRAWN))


@dataclass
class Column:
    """One unit's work of the day: (name of the part, cards), morning first."""

    unit: Unit
    parts: list[tuple[str, list[Card]]] = field(default_factory=list)


def columns(day: dt.date, user: User) -> list[Column]:
    """The tasks of `day` by unit. The same number of queries for one task and for sixty."""
    found: list[Column] = []
    for one in _cards(UnitTask.objects.visible_to(user).on(day).in_order(), user):
        # Everybody sees what stands; a task that was called off, only those on it and those who may put it back.
        if one.task.is_called_off and not (one.is_mine or one.may_change):
            continue
        if not found or found[-1].unit != one.task.unit:
            found.append(Column(one.task.unit))
        label = str(Part(one.task.part).label)
        if not found[-1].parts or found[-1].parts[-1][0] != label:
            found[-1].parts.append((label, []))
        found[-1].parts[-1][1].append(one)
    return found


def card(task: UnitTask, user: User) -> Card:
    """One task as it stands now."""
    return next(iter(_cards(UnitTask.objects.filter(pk=task.pk), user)))


def _cards(tasks: UnitTaskQuerySet, user: User) -> Iterator[Card]:
    member = getattr(user, "member", None)
    takes_part = member is not None and user.has_perm("activities.sign_up")
    changes_any = user.has_perm("activities.change_any_task")
    changes_own = user.has_perm("activities.post_task")
    today = timezone.localdate()
    for task in tasks.select_related("unit", "repeats").prefetch_related("sign_ups__member"):
        seats = [_seat(sign_up, member) for sign_up in task.sign_ups.all()]
        is_mine = any(seat.is_mine for seat in seats)
        open_to_me = takes_part and task.day >= today and not task.is_called_off
        yield Card(
            task=task,
            seats=seats,
            is_mine=is_mine,
            may_sign_up=open_to_me and not is_mine and len(seats) < task.places,
            may_withdraw=open_to_me and is_mine,
            may_change=task.day >= today and (changes_any or (changes_own and task.posted_by_id == user.pk)),
        )


def _seat(sign_up: SignUp, looking: Member | None) -> Seat:
    member = sign_up.member
    name = member.name_for_board
    return Seat(name, member.initials if name else "", looking is not None and member.pk == looking.pk)
