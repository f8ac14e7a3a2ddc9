"""Taking a place on a task or an event, giving it back, and the waiting list: the rules that both share.

Everything here happens under the lock of the offer's row, in the caller's transaction. So an offer never has more
people than places, nobody stands on it twice, and a free place goes to whoever waited longest (docs/decisions/0013).
"""

import datetime as dt
from typing import Any, TypeVar

from django.db.models import QuerySet

from activities.models import Offer, UnitTask
from members import audit
from members.models import Member, User

GIVING_BACK = {"withdraw", "stop_waiting", "leave_event"}
AnyOffer = TypeVar("AnyOffer", bound=Offer)


def lock(offer: AnyOffer, rows: QuerySet | None = None) -> AnyOffer | None:
    """The row of `offer` as it is now, locked until the transaction ends; None when it is gone.

    The lock first, every count after it: a count inside the locking query would be as old as the moment it began to
    wait. `rows` may add what hardly ever changes, such as the calendar.
    """
    rows = type(offer)._default_manager.all() if rows is None else rows
    return rows.select_for_update(no_key=True).filter(pk=offer.pk).first()


def free_places(offer: Any) -> int | None:
    """How many of the locked `offer` are free; None where there is room for everybody."""
    return None if offer.places is None else max(0, offer.places - offer.sign_ups.count())


def take(offer: Any, member: Member, *, by: User | None, now: dt.datetime, **details) -> Any:
    """A place on the locked `offer`, which the caller found free: a row of `offer.sign_ups`."""
    made = offer.sign_ups.create(member=member, at=now, by=by, **details)
    made.is_new = True
    return made


def give_back(offer: Any, member: Member) -> bool:
    """The place on the locked `offer` is free again: no reason, no row left. True when there was one."""
    removed, _rows = offer.sign_ups.filter(member=member).delete()
    return bool(removed)


def wait(offer: Any, member: Member, *, by: User, now: dt.datetime, **details) -> Any:
    """The end of the line of the locked `offer`, a row of `offer.waiting`; the same again for who waits already."""
    standing = offer.waiting.filter(member=member).first()
    if standing is not None:
        return standing
    made = offer.waiting.create(member=member, at=now, by=by, **details)
    made.is_new = True
    return made


def stop_waiting(offer: Any, member: Member) -> bool:
    """Leave the line of the locked `offer`. True when they stood in it."""
    removed, _rows = offer.waiting.filter(member=member).delete()
    return bool(removed)


def move_up(offer: Any, *, now: dt.datetime, today: dt.date, keep: tuple[str, ...] = ()) -> list[Member]:
    """Free places of the locked `offer` go to whoever waited longest. Answers who moved up; the caller tells them.

    `keep`: what the place takes over from the line (the role). Nobody moves up to what was called off, done or is over.
    """
    if offer.is_called_off or offer.day < today or getattr(offer, "done_at", None):
        return []
    moved = []
    for first in in_line(offer)[: free_places(offer)]:
        details = {name: getattr(first, name) for name in keep}
        offer.sign_ups.create(member=first.member, at=now, by_id=first.by_id, moved_up_at=now, **details)
        moved.append(first.member)
        first.delete()
    return moved


def in_line(offer: Any) -> QuerySet:
    """Who waits, the longest first: rows are made under the lock, so their numbers are the order of the commits."""
    return offer.waiting.select_related("member").order_by("pk")


def record(verb: str, offer: Any, member: Member, *, by: User | None, **details) -> None:
    """The last thing a change does: the end of the audit records is one row that everybody waits for."""
    said = facts(offer) | details
    before, after = (said, None) if verb in GIVING_BACK else (None, said)
    audit.record(by=by, verb=verb, about=member, subject=offer, before=before, after=after)


def facts(offer: Any) -> dict:
    """What a record says of a task or an event."""
    return {"task" if isinstance(offer, UnitTask) else "event": offer.title, "day": offer.day}
