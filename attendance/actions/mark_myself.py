"""What a member says about their own visit, on their own phone. Each is about whoever is signed in and nobody else."""

import datetime as dt
import uuid

from django.utils import timezone
from django.utils.translation import gettext as _

from activities import workdays
from activities.models import Unit
from attendance.actions.visits import (
    ChangedSince,
    NotHere,
    NothingToUndo,
    change_visit,
    log_arrival,
    log_leaving,
    undo_mark,
)
from attendance.models import Kind, Mark, Visit
from attendance.own_day import UNDO_FOR, own_day, own_mark
from members.models import Member, User
from members.refusals import Refusal

SECOND_TAP = dt.timedelta(seconds=5)  # of a nervous finger, on the button that stands there after the first


class NotMine(Refusal):
    """Reception wrote that down, or it was too long ago: reception puts it right."""


def say_here(*, member: Member, key: uuid.UUID, by: User, kind: str | None = None) -> Mark:
    """`member` is here now; `kind` left out follows the calendar, the unit follows their habit."""
    now = timezone.now()
    if said := _said_just_now(member, by, now, Mark.Action.LEAVE):
        return said
    return log_arrival(member=member, day=timezone.localdate(now), key=key, by=by, kind=kind, source=Visit.Source.SELF)


def say_leaving(*, member: Member, key: uuid.UUID, by: User) -> Mark:
    """Raises `NotHere`, in words for the member."""
    now = timezone.now()
    if said := _said_just_now(member, by, now, Mark.Action.ARRIVE):
        return said
    try:
        return log_leaving(member=member, day=timezone.localdate(now), key=key, by=by)
    except NotHere as refusal:
        raise NotHere(_("The house knows already that you left. Nothing was changed.")) from refusal


def take_back(*, member: Member, of: uuid.UUID | None, key: uuid.UUID, by: User) -> Mark:
    """Undo the mark with the key `of`, which the member made a moment ago. Raises `NotMine`, `ChangedSince`."""
    own = Mark.objects.filter(member=member, by=by, noted_at__gte=timezone.now() - UNDO_FOR)
    mine = own.filter(key=of).first() if of else None
    if mine is None:
        raise NotMine(_("That was a while ago, or somebody else wrote it down. Ask at reception."))
    try:
        return undo_mark(member=member, day=mine.day, key=key, by=by, of=of)
    except (ChangedSince, NothingToUndo) as refusal:
        raise ChangedSince(_("Something else was written down since. Look again, please.")) from refusal


def change_mine(*, member: Member, by: User, at_the_house: bool, kind: str | None, unit: Unit | None) -> Visit:
    """Another unit or place for the visit *here now*. Raises `NotMine`."""
    day = own_day(member, by, timezone.now())
    if day.visit is None or not day.can_change:
        raise NotMine(_("Reception wrote this down. Please ask there to change it."))
    if at_the_house:
        kind = Kind.suggested(workdays.on(day.visit.day), timezone.localtime(day.visit.arrived_at).time())
    return change_visit(visit=day.visit, by=by, kind=kind, unit=unit)


def _said_just_now(member: Member, by: User, now: dt.datetime, action: Mark.Action) -> Mark | None:
    last = own_mark(member, by, now)
    return last if last and last.action == action and now - last.noted_at < SECOND_TAP else None
