"""Done: what was done, and who did it. The tasks of a day also say in which unit a visit was."""

import datetime as dt
from collections.abc import Iterable

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from activities.actions import TaskCalledOff, leave_rest, places
from activities.done import DAYS_AFTER, may_mark
from activities.models import SignUp, UnitTask
from attendance.actions.units_of_work import fill_units, record_units
from members import audit
from members.models import House, Member, User
from members.refusals import Refusal


class TaskNotTheirs(Refusal):
    """Members say it of the tasks they are on; who runs the meeting, of every one."""


class TaskAhead(Refusal):
    """Nothing is done before its day."""


class TaskLongAgo(Refusal):
    """What an earlier week was stays as it was."""


class NotDoneYet(Refusal):
    """Who did it is asked of what is done."""


def mark_done(*, task: UnitTask, by: User) -> UnitTask:
    """`task` is done, by whoever signed up; their visits of that day are in its unit.

    A unit that somebody chose for a visit stays, and so does that of a task done earlier that day. What was carried
    over of it leaves the board, unless somebody is on it.
    Raises `TaskCalledOff`, `TaskAhead`, `TaskLongAgo` or `TaskNotTheirs`.
    """
    now = timezone.now()
    with transaction.atomic():
        task = _locked(task, now)
        _refuse_others(task, by, now)
        if not task.is_done:
            task.done_at = now
            task.save(update_fields=["done_at"])
            units = fill_units(task.day, _people(task))
            leave_rest(task=task, by=by)
            audit.record(by=by, verb="attendance.mark_done", subject=task, after=_said(task, done=True))
            record_units(units, by=by)
    return task


def mark_not_done(*, task: UnitTask, by: User) -> UnitTask:
    """The undo of `mark_done`: visits are in the unit of another task that is done, else where the member usually is.

    Raises the same refusals.
    """
    now = timezone.now()
    with transaction.atomic():
        task = _locked(task, now)
        _refuse_others(task, by, now)
        if task.is_done:
            task.done_at = None
            task.save(update_fields=["done_at"])
            units = fill_units(task.day, _people(task))
            audit.record(by=by, verb="attendance.mark_not_done", subject=task, before=_said(task, done=True))
            record_units(units, by=by)
    return task


def add_helper(*, task: UnitTask, member: Member, by: User) -> SignUp:
    """`member` did it too, also when there are more people now than places. The same sign-up again when it is there.

    Raises `TaskCalledOff`, `TaskAhead`, `TaskLongAgo` or `NotDoneYet`.
    """
    now = timezone.now()
    with transaction.atomic():
        task = _done(task, now)
        standing = task.sign_ups.filter(member=member).first()
        if standing is not None:
            return standing
        places.stop_waiting(task, member)
        made = places.take(task, member, by=by, now=now)
        units = fill_units(task.day, [member.pk])
        audit.record(by=by, verb="attendance.add_helper", about=member, subject=task, after=places.facts(task))
        record_units(units, by=by)
    return made


def remove_helper(*, task: UnitTask, member: Member, by: User) -> bool:
    """`member` did not do it: no row left. `by` may be the member themself. True when they stood there.

    Raises `TaskCalledOff`, `TaskAhead`, `TaskLongAgo` or `NotDoneYet`.
    """
    now = timezone.now()
    with transaction.atomic():
        task = _done(task, now)
        if not places.give_back(task, member):
            return False
        units = fill_units(task.day, [member.pk])
        audit.record(by=by, verb="attendance.remove_helper", about=member, subject=task, before=places.facts(task))
        record_units(units, by=by)
    return True


def _done(task: UnitTask, now: dt.datetime) -> UnitTask:
    task = _locked(task, now)
    if not task.is_done:
        raise NotDoneYet(_("Mark “%(task)s” done first. Then say who helped.") % {"task": task.title})
    return task


def _locked(task: UnitTask, now: dt.datetime) -> UnitTask:
    locked = places.lock(task)
    if locked is None or locked.is_called_off:
        raise TaskCalledOff(_("“%(task)s” was called off.") % {"task": task.title})
    today = House.objects.current().day_of(now)
    if locked.day > today:
        raise TaskAhead(_("That day has not come yet. Mark it done when it is."))
    if locked.day < today - dt.timedelta(days=DAYS_AFTER):
        raise TaskLongAgo(_("That was more than a week ago. It stays as it is."))
    return locked


def _refuse_others(task: UnitTask, by: User, now: dt.datetime) -> None:
    member = getattr(by, "member", None)
    is_on_it = member is not None and task.sign_ups.filter(member=member).exists()
    if not may_mark(task, by, is_on_it=is_on_it, today=House.objects.current().day_of(now)):
        raise TaskNotTheirs(
            _("Whoever is on “%(task)s” marks it, or who runs the meeting. Ask them.") % {"task": task.title}
        )


def _people(task: UnitTask) -> Iterable[int]:
    return list(task.sign_ups.values_list("member", flat=True))


def _said(task: UnitTask, *, done: bool) -> dict:
    return places.facts(task) | {"done": done}
