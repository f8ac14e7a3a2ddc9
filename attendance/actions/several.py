"""Several people marked in one go; `undo_batch` takes all of them back. Nobody spoils it for the others."""

import datetime as dt
import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from attendance.actions.batches import batch_key, changed_somebody
from attendance.actions.visits import log_arrival, log_leaving
from attendance.models import Mark, Visit
from clubhouse.clock import time_words
from members.models import Member, User
from members.refusals import Refusal

A_MINUTE = dt.timedelta(minutes=1)


@dataclass(frozen=True)
class Batch:
    """What became of people who were marked together: `marks` changed somebody, `unchanged` says who not, and why."""

    pk: uuid.UUID
    marks: list[Mark] = field(default_factory=list)
    unchanged: list[tuple[Member, str]] = field(default_factory=list)


def log_several(
    *,
    members: Iterable[Member],
    day: dt.date,
    action: str,
    key: uuid.UUID,
    by: User | None,
    at: dt.datetime | None = None,
    **details,
) -> Batch:
    """Everybody of `members` arrives or leaves on `day`, as `log_arrival` and `log_leaving` say.

    Each mark is a commit of its own, with a key made of `key`: what was stored stays when somebody else is refused, and
    sent again only what is missing is added. `details`: `kind`, `unit`, `ending`, `source`, `tablet` and `why`.
    """
    batch = Batch(uuid.uuid5(key, action))
    for member in members:
        _log_one(batch, member, action, day=day, at=at, by=by, **details)
    return batch


def everyone_out(
    *, members: Iterable[Member], day: dt.date, at: dt.datetime, key: uuid.UUID, by: User | None, **details
) -> Batch:
    """`members` leave at the full minute `at`. Who came in that very minute leaves as they came, and not before."""
    members = list(members)
    in_that_minute = Visit.objects.filter(member__in=members, arrived_at__gte=at, arrived_at__lt=at + A_MINUTE)
    arrived = dict(in_that_minute.order_by("arrived_at").values_list("member", "arrived_at"))
    batch = Batch(uuid.uuid5(key, Mark.Action.LEAVE))
    for member in members:
        _log_one(batch, member, Mark.Action.LEAVE, day=day, at=arrived.get(member.pk, at), by=by, **details)
    return batch


def _log_one(batch: Batch, member: Member, action: str, **details) -> None:
    log = log_leaving if action == Mark.Action.LEAVE else log_arrival
    try:
        mark = log(member=member, key=batch_key(batch.pk, member), batch=batch.pk, **details)
    except Refusal as refusal:
        batch.unchanged.append((member, str(refusal)))
        return
    if mark.visit is None or mark.undone:
        batch.unchanged.append((member, _("This was saved and then undone for %(name)s.") % {"name": member}))
    elif changed_somebody(mark):
        batch.marks.append(mark)
    else:
        words = {"name": member, "time": time_words(mark.visit.arrived_at)}
        is_here = mark.visit.ending == Visit.Ending.HERE
        here, written = _("%(name)s is here already, since %(time)s."), _("%(name)s is written down from %(time)s.")
        batch.unchanged.append((member, (here if is_here else written) % words))
