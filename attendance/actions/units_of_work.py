"""In which unit a visit was, by the work that was done: a guess gives way to it, a person's word does not.

What stands there is a function of what is done: the unit of the member's first task done that day, else where they
usually are. So it comes out the same in whatever order things are marked, taken back and marked again
(docs/decisions/0017-the-unit-follows-the-work.md).
"""

import datetime as dt
from collections.abc import Iterable

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from activities.done import DAYS_AFTER
from activities.models import SignUp, Unit
from attendance.actions.marks import facts, record_visit
from attendance.actions.visits import habit_of
from attendance.models import Kind, Visit
from members import audit
from members.models import House, User

FILL_UNIT = "attendance.fill_unit"
Changed = tuple[Visit, dict, dict]


def fill_units(day: dt.date, members: Iterable[int]) -> list[Changed]:
    """Puts the unit of the work-ordered visits of `members` on `day` right, in the caller's transaction.

    Answers (visit, before, after) of those that changed; the caller records them last, with `record_units`.
    """
    rows = _guessed().filter(day=day, member__in=members)
    locked = rows.select_for_update(of=("self",), no_key=True)
    visits = list(locked.select_related("member", "unit").order_by("pk"))
    # Asked after the lock: what another colleague marked while we waited counts.
    units = _units(day, day, [visit.member_id for visit in visits]) if visits else {}
    before = {visit.pk: facts(visit) for visit in visits}
    without = [it for it in visits if it.unit_from == Visit.UnitFrom.TASK and (it.member_id, day) not in units]
    # The unit of a task that is not done after all makes no habit.
    Visit.objects.filter(pk__in=[visit.pk for visit in without]).update(unit=None)
    changed = []
    for visit in visits:
        if visit in without:
            visit.unit_id, visit.unit_from = habit_of(visit.member, day), Visit.UnitFrom.HABIT
        elif (visit.member_id, day) in units:
            visit.unit, visit.unit_from = units[visit.member_id, day], Visit.UnitFrom.TASK
        else:
            continue
        visit.save(update_fields=["unit", "unit_from"])
        was, now = audit.differences(before[visit.pk], facts(visit))
        if now:
            changed.append((visit, was, now))
    return changed


def record_units(changed: list[Changed], *, by: User | None) -> None:
    for visit, before, after in changed:
        record_visit(FILL_UNIT, visit, by=by, before=before, after=after)


def fill_units_lately() -> int:
    """Visits of today and the week before that came into the book, or were put right, after their work was marked.

    Safe to run at any time and twice at once. Returns how many changed.
    """
    today = House.objects.current().day_of(timezone.now())
    first = today - dt.timedelta(days=DAYS_AFTER)
    units = _units(first, today)
    rows = _guessed().filter(day__range=(first, today))
    rows = rows.filter(Q(unit_from=Visit.UnitFrom.TASK) | Q(member__in={member for member, _day in units}))
    wrong: dict[dt.date, set[int]] = {}
    for member, day, unit, unit_from in rows.values_list("member", "day", "unit", "unit_from"):
        work = units.get((member, day))
        from_work = unit_from == Visit.UnitFrom.TASK
        if (work is not None) != from_work or (work is not None and work.pk != unit):
            wrong.setdefault(day, set()).add(member)
    count = 0
    for day, members in sorted(wrong.items()):
        with transaction.atomic():
            changed = fill_units(day, members)
            record_units(changed, by=None)
            count += len(changed)
    return count


def _guessed():
    return Visit.objects.filter(kind=Kind.WOD).exclude(unit_from=Visit.UnitFrom.WORD)


def _units(first: dt.date, last: dt.date, members: Iterable[int] | None = None) -> dict[tuple[int, dt.date], Unit]:
    """By member and day: the unit of the first task that they did."""
    did = SignUp.objects.filter(
        task__day__range=(first, last), task__done_at__isnull=False, task__called_off_at=None
    ).select_related("task__unit")
    if members is not None:
        did = did.filter(member__in=members)
    units: dict[tuple[int, dt.date], Unit] = {}
    for one in did.order_by("task__done_at", "task"):
        units.setdefault((one.member_id, one.task.day), one.task.unit)
    return units
