"""Who came to an event: those who signed up, and those who are in the book at that time."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Q

from activities.models import Event
from attendance.models import FORGOTTEN_AFTER, Visit
from attendance.search import told_apart
from members.models import House, Member


@dataclass(frozen=True)
class Guest:
    """A member to tick; with `visit`, one who is in the book at that time already."""

    member: Member
    name: str
    visit: Visit | None


def guests(event: Event, house: House, more: Iterable[Member] = ()) -> list[Guest]:
    """Who signed up, who is in the book for exactly this time, and `more`; by name. Two queries."""
    members = {sign_up.member_id: sign_up.member for sign_up in event.sign_ups.select_related("member")}
    members |= {member.pk: member for member in more}
    began_at, ended_at = event.begins_at(house), event.finishes_at(house)
    days = (event.day - dt.timedelta(days=1), event.day + dt.timedelta(days=1))
    then = Visit.objects.filter(day__range=days, arrived_at__lt=ended_at)
    then = then.filter(Q(member__in=members) | Q(arrived_at=began_at, left_at=ended_at)).select_related("member")
    visits: dict[int, Visit] = {}
    for visit in then.order_by("arrived_at", "pk"):
        if _shares_a_moment(visit, began_at):
            visits.setdefault(visit.member_id, visit)
            members.setdefault(visit.member_id, visit.member)
    names = told_apart(members.values())
    found = [Guest(member, names[pk], visits.get(pk)) for pk, member in members.items()]
    return sorted(found, key=lambda guest: (guest.name.casefold(), guest.member.pk))


def _shares_a_moment(visit: Visit, began_at: dt.datetime) -> bool:
    """Whether a visit that began before the event's end goes on into it (`VisitQuerySet.at_once_with` asks of many)."""
    if visit.arrived_at >= began_at:
        return True
    goes_on = visit.ending == Visit.Ending.HERE and visit.arrived_at > began_at - FORGOTTEN_AFTER
    return goes_on or (visit.left_at is not None and visit.left_at > began_at)
