"""The places of somebody who was on the roll twice, on what is still to come.

Nobody has two places on one thing, nobody both has one and waits, and a place that comes free goes to whoever waited
longest.
"""

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.utils import timezone

from activities.actions import event_places, sign_ups
from activities.models import Event, EventSignUp, EventWaiting, SignUp, UnitTask, Waiting
from attendance.actions import twice
from members.models import House, Member

# What there is to join -> how it is named in its rows, a place, a place in line, and whoever knows its rules.
KINDS: dict[Any, tuple[str, Any, Any, Any]] = {
    UnitTask: ("task", SignUp, Waiting, sign_ups),
    Event: ("event", EventSignUp, EventWaiting, event_places),
}
Moved = list[tuple[Any, list[Member]]]


def lock_offers(members: Iterable[Member], aside: Iterable[dict] = ()) -> list:
    """The coming tasks and events that these members are on or wait for (or are put back on), locked."""
    today = House.objects.current().day_of(timezone.now())
    set_aside = list(aside)
    found: list = []
    for offer, (name, place, in_line, _rules) in KINDS.items():
        pks = {
            pk
            for rows in (place, in_line)
            for pk in rows.objects.filter(member__in=members).values_list(name, flat=True)
        }
        pks |= {row["fields"][name] for row in set_aside if name in row["fields"]}
        coming = offer._default_manager.filter(pk__in=pks, day__gte=today)
        found += coming.select_for_update(no_key=True).order_by("pk")
    return found


def leave_lines(offers: list, member: Member) -> list[dict]:
    """Sets aside where `member` waits for what they are on."""
    both = [
        waiting
        for offer in offers
        for waiting in offer.waiting.filter(member=member)
        if offer.sign_ups.filter(member=member).exists()
    ]
    return twice.set_aside(both)


def move_up(offers: list, *, now: dt.datetime) -> Moved:
    """On each of the locked `offers`; `record` comes last."""
    return [(offer, KINDS[type(offer)][3].move_up(offer, now=now)) for offer in offers]


def record(moved: Moved) -> None:
    for offer, members in moved:
        KINDS[type(offer)][3].record_moved_up(offer, members)
