"""When a message may leave: outside the house's quiet hours, and inside the person's own."""

import datetime as dt
from collections.abc import Callable

from members.models import House, Member, Staff

Person = Member | Staff

LONGEST = 50 * 60  # minutes: own hours that the clock jumps over come again a day later


def is_open(person: Member | Staff, house: House, at: dt.datetime) -> bool:
    """Their own hours may run over midnight; the house's quiet hours are a hard limit."""
    if house.is_quiet(at):
        return False
    if not isinstance(person, Member) or person.contact_from == person.contact_until:
        return True
    time = at.astimezone(house.zone).time()
    begins, ends = person.contact_from or dt.time.min, person.contact_until or dt.time.max
    return begins <= time < ends if begins < ends else time >= begins or time < ends


def opens_at(person: Member | Staff, house: House, now: dt.datetime) -> dt.datetime | None:
    """`now`, or the next moment at which a message may reach them; None when their hours and the house's never meet.

    It walks: then it is right also on the nights when the clock changes.
    """
    if is_open(person, house, now):
        return now
    minute = now.replace(second=0, microsecond=0)
    minutes = (minute + dt.timedelta(minutes=count) for count in range(1, LONGEST))
    return next((at for at in minutes if is_open(person, house, at)), None)


def openings(house: House, now: dt.datetime) -> Callable[[Person], dt.datetime | None]:
    """`opens_at` for a whole batch: those who chose the same hours are asked once, because it walks."""
    known: dict[tuple, dt.datetime | None] = {}

    def opens(person: Person) -> dt.datetime | None:
        hours = (person.contact_from, person.contact_until) if isinstance(person, Member) else ()
        if hours not in known:
            known[hours] = opens_at(person, house, now)
        return known[hours]

    return opens


def quiet_ends_at(house: House, now: dt.datetime) -> dt.datetime:
    """The next moment that is not quiet for the house."""
    minute = now.replace(second=0, microsecond=0)
    minutes = (minute + dt.timedelta(minutes=count) for count in range(1, LONGEST))
    return next(at for at in minutes if not house.is_quiet(at))
