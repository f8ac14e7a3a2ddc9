"""A row of the paper sheet: a whole visit at once, or the time out of one that is in the book."""

import datetime as dt
import uuid

from django.utils import timezone
from django.utils.translation import gettext as _

from activities import workdays
from activities.models import Unit
from attendance.actions.marks import DayNotCome, facts, new_mark, once, record_visit
from attendance.actions.removals import one_at_a_time
from attendance.actions.visits import LeftBeforeArriving, habit_of
from attendance.models import Kind, Mark, Visit
from clubhouse.clock import time_words
from members.models import Member, Tablet, User
from members.refusals import Refusal


class InTheBookAlready(Refusal):
    """The person has a visit at that time; `visit` is the one."""

    field = "who"

    def __init__(self, visit: Visit):
        words = {"name": visit.member, "arrived": time_words(visit.arrived_at)}
        if visit.left_at:
            words["left"] = time_words(visit.left_at)
            super().__init__(_("%(name)s is in the book from %(arrived)s to %(left)s already.") % words)
        else:
            super().__init__(_("%(name)s is in the book from %(arrived)s already.") % words)
        self.visit = visit


def log_paper(
    *,
    member: Member,
    day: dt.date,
    arrived_at: dt.datetime,
    left_at: dt.datetime | None,
    key: uuid.UUID,
    by: User | None,
    kind: str | None = None,
    unit: Unit | None = None,
    tablet: Tablet | None = None,
) -> Mark:
    """What one row of the sheet says. Somebody in the book without a time out, who was there, gets the sheet's.

    Its marks are the batch `key`, so that `undo_batch` takes the row back.
    Raises `InTheBookAlready`, `DayNotCome`, `LeftBeforeArriving`, `KeyAlreadyUsed`.
    """
    now = timezone.now()
    stamp = f"paper {arrived_at.isoformat()} {left_at.isoformat() if left_at else ''}"
    details = {"stamp": stamp, "tablet": tablet, "batch": key}
    mark = new_mark(
        Mark.Action.ARRIVE, member, day, key, by, now, at=arrived_at, kind=kind, unit=unit and unit.pk, **details
    )
    if left_at and left_at > now:
        raise DayNotCome(_("That time has not come yet."), "left")
    if left_at and left_at < arrived_at:
        raise LeftBeforeArriving(_("The time out comes after the time in."), "left")
    is_today = day == timezone.localdate(now)
    still = Visit.Ending.HERE if is_today else Visit.Ending.NOT_WRITTEN

    def change(attempt: int) -> Mark:
        one_at_a_time(member)
        visits = Visit.objects.filter(member=member, day=day).select_for_update(of=("self",), no_key=True)
        of_the_day = list(visits.select_related("member", "unit").order_by("arrived_at", "pk"))
        waiting = [it for it in of_the_day if it.left_at is None and it.arrived_at <= (left_at or arrived_at)]
        if waiting and left_at:
            mark.action, mark.at, mark.visit = Mark.Action.LEAVE, left_at, waiting[-1]
            return _completed(mark, waiting[-1])
        mark.visit = Visit(
            member=member,
            day=day,
            arrived_at=arrived_at,
            left_at=left_at,
            ending=Visit.Ending.KNOWN if left_at else still,
            kind=kind or Kind.suggested(workdays.on(day), timezone.localtime(arrived_at).time()),
            unit_id=unit.pk if unit else habit_of(member, day),
            unit_from=Visit.UnitFrom.WORD if unit else Visit.UnitFrom.HABIT,
            source=Visit.Source.PAPER,
            noted_at=now,
        )
        other = waiting[-1] if waiting else Visit.objects.at_once_with(mark.visit).select_related("member").first()
        if other is not None:
            raise InTheBookAlready(other)
        mark.visit.save(force_insert=True)
        mark.save(force_insert=True)
        if left_at:
            leaving = {"at": left_at, "stamp": stamp, "tablet": tablet, "batch": key}
            left = new_mark(Mark.Action.LEAVE, member, day, uuid.uuid5(key, "left"), by, now, **leaving)
            left.visit = mark.visit
            left.save(force_insert=True)
        record_visit("attendance.log_paper", mark.visit, by=by, after=facts(mark.visit))
        return mark

    return once(mark, change)


def _completed(mark: Mark, visit: Visit) -> Mark:
    before = facts(visit)
    visit.left_at, visit.ending = mark.at, Visit.Ending.KNOWN
    visit.save(update_fields=["left_at", "ending"])
    mark.save(force_insert=True)
    record_visit("attendance.log_paper", visit, by=mark.by, before=before, after=facts(visit))
    return mark
