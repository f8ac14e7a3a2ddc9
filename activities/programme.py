"""The social programme as one person sees it: the days with what is on, and one event with everything about it."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db.models import Count, Exists, OuterRef
from django.utils import timezone

from activities import my_days, workdays
from activities.models import Event, EventSignUp, EventWaiting, UnitTask
from activities.rides import RideList, Seat, ride_list
from members.models import House, Member, User

SEATS_DRAWN = 8  # more free places than this stand in words only
AHEAD = dt.timedelta(weeks=8)  # for which kinds there are buttons


@dataclass(frozen=True)
class Line:
    """One event in the list. `state`: mine, waiting, called_off, over, full, few or room; no names."""

    event: Event
    taken: int
    state: str

    @property
    def free(self) -> int | None:
        return None if self.event.places is None else max(0, self.event.places - self.taken)


@dataclass
class DayOn:
    """A day of the house with what is on. `free` tasks have room."""

    day: workdays.Day
    free: int = 0
    lines: list[Line] = field(default_factory=list)


def days_on(first: dt.date, last: dt.date, user: User, house: House, *, kind: str = "") -> list[DayOn]:
    """Every day from `first` to `last`; with a `kind`, only the days that have some of it. Five queries."""
    calendar = [DayOn(day) for day in workdays.calendar(first, last)]
    by_day = {one.day.day: one for one in calendar}
    if not kind:
        for day, free in UnitTask.objects.visible_to(user).free_by_day(first, last).items():
            by_day[day].free = free
    events = Event.objects.visible_to(user).filter(day__range=(first, last))
    for line in lines(events.filter(sort=kind) if kind else events, user, house):
        by_day[line.event.day].lines.append(line)
    return [one for one in calendar if one.lines or not kind]


def lines(events, user: User, house: House) -> Iterable[Line]:
    """`events` in the order of the days. One query."""
    member, now = getattr(user, "member", None), timezone.now()
    mine = EventSignUp.objects.filter(event=OuterRef("pk"), member=member)
    in_line = EventWaiting.objects.filter(event=OuterRef("pk"), member=member)
    counted = events.annotate(taken_count=Count("sign_ups"), is_mine=Exists(mine), is_waiting=Exists(in_line))
    for event in counted.in_order():
        yield Line(event, event.taken_count, _state(event, house, now))


def kinds_ahead(user: User, today: dt.date) -> list[tuple[str, str]]:
    """(kind, its name) of what is on in the coming weeks. One query."""
    ahead = Event.objects.visible_to(user).filter(day__range=(today, today + AHEAD))
    there = set(ahead.order_by().values_list("sort", flat=True).distinct())
    return [(str(kind.value), str(kind.label)) for kind in Event.Sort if kind.value in there]


def _state(event, house: House, now: dt.datetime) -> str:
    if event.is_called_off:
        return "called_off"
    if event.finishes_at(house) <= now:
        return "over"
    if event.is_mine:
        return "mine"
    if event.is_waiting:
        return "waiting"
    free = None if event.places is None else event.places - event.taken_count
    if free is None or free > SEATS_DRAWN:
        return "room"
    return "few" if free > 0 else "full"


@dataclass(frozen=True)
class EventCard:
    """One event, and what the person who looks may do with it. `before_me`: how many wait longer than I do."""

    event: Event
    seats: list[Seat]
    waiting: int
    before_me: int | None
    moved_up: bool
    is_mine: bool
    is_over: bool
    has_begun: bool
    takes_part: bool
    may_change: bool
    may_share_rides: bool
    overlaps: list[str]
    rides: RideList | None

    @property
    def taken(self) -> int:
        return len(self.seats)

    @property
    def free(self) -> int | None:
        return None if self.event.places is None else max(0, self.event.places - self.taken)

    @property
    def open_seats(self) -> range:
        return range(min(self.free or 0, SEATS_DRAWN))

    @property
    def is_open(self) -> bool:
        return not (self.is_over or self.event.is_called_off)

    @property
    def is_waiting(self) -> bool:
        return self.before_me is not None

    @property
    def may_sign_up(self) -> bool:
        return self.takes_part and self.is_open and not self.is_mine and self.free != 0

    @property
    def may_withdraw(self) -> bool:
        return self.takes_part and self.is_open and self.is_mine

    @property
    def may_wait(self) -> bool:
        return self.takes_part and self.is_open and not self.is_mine and self.free == 0 and not self.is_waiting

    @property
    def may_stop_waiting(self) -> bool:
        return self.takes_part and self.is_open and self.is_waiting and not self.is_mine

    @property
    def join_link(self) -> str:
        """Shown to whoever is signed in, as long as there is something to join."""
        return self.event.join_link if self.is_open else ""


def card(event: Event, user: User, house: House) -> EventCard:
    """One event as it stands now."""
    member, now = getattr(user, "member", None), timezone.now()
    sign_ups = list(event.sign_ups.select_related("member"))
    mine = next((one for one in sign_ups if member and one.member_id == member.pk), None)
    line = list(event.waiting.order_by("pk").values_list("member", flat=True))
    changes = user.has_perm("activities.change_any_event")
    changes_own = user.has_perm("activities.post_event") and event.posted_by_id == user.pk
    is_over = event.finishes_at(house) <= now
    is_open = not (is_over or event.is_called_off)
    return EventCard(
        event=event,
        seats=[Seat.of(one.member, member) for one in sign_ups],
        waiting=len(line),
        before_me=line.index(member.pk) if member and member.pk in line else None,
        moved_up=bool(mine and mine.moved_up_at),
        is_mine=mine is not None,
        is_over=is_over,
        has_begun=event.begins_at(house) <= now,
        takes_part=member is not None and user.has_perm("activities.join_event"),
        may_change=(changes or changes_own) and not is_over,
        may_share_rides=is_open and user.has_perm("activities.share_ride") and (member is None or mine is not None),
        overlaps=overlaps(event, member, house) if member and is_open else [],
        rides=ride_list(event, user) if event.has_rides else None,
    )


def overlaps(event: Event, member: Member, house: House) -> list[str]:
    """What else `member` said they would do at that time: titles of tasks and events. Pointed out, never forbidden."""
    begins_at, finishes_at = event.begins_at(house), event.finishes_at(house)
    a_day = dt.timedelta(days=1)
    mine = my_days.items(member, house, event.day - a_day, event.day + a_day)
    at_once = [
        item
        for item in mine
        if item.offer != event and item.begins_at(house) < finishes_at and begins_at < item.ends_at(house)
    ]
    return list(dict.fromkeys(item.title for item in at_once))
