"""Taking a place on a task, and giving it back."""

import datetime as dt

from django.db import transaction
from django.utils import timezone
from django.utils.text import get_text_list
from django.utils.translation import gettext as _

from activities.models import SignUp, UnitTask
from members import audit, notices
from members.models import House, Member, User
from members.refusals import Refusal

TASK_REMINDER = "task_reminder"
OTHERS_NAMED = 3  # how many other tasks a refusal names


class TaskCalledOff(Refusal):
    """The task is not done that day."""


class TaskOver(Refusal):
    """The task's day is over, in house time."""


class TaskFull(Refusal):
    """Every place is taken; the sentence says where there is still room."""


def sign_up(*, task: UnitTask, member: Member, by: User, house: House | None = None) -> SignUp:
    """Give `member` a place on `task`; the same sign-up again when they are on it already.

    Raises `TaskCalledOff`, `TaskOver` or `TaskFull`. `house` saves a query where the caller has it at hand.
    """
    house = house or House.objects.current()
    now = timezone.now()
    with transaction.atomic():
        # The lock first, the count after it, as two queries: a count inside the locking query would be as old as the
        # moment it began to wait.
        locked = UnitTask.objects.select_for_update(no_key=True).filter(pk=task.pk).first()
        if locked is None:
            raise TaskCalledOff(_("This task was called off."))
        standing = {sign_up.member_id: sign_up for sign_up in locked.sign_ups.all()}
        if member.pk in standing:
            return standing[member.pk]
        _check_room(locked, taken=len(standing), today=house.day_of(now))
        made = SignUp.objects.create(task=locked, member=member, at=now, by=by)
        made.is_new = True
        queue_reminder(task=locked, member=member, house=house, now=now)
        audit.record(by=by, verb="sign_up", about=member, subject=locked, after=_facts(locked))
    return made


def withdraw(*, task: UnitTask, member: Member, by: User) -> bool:
    """Give the place back: no reason asked, no row left. True when there was a place to give back."""
    now = timezone.now()
    with transaction.atomic():
        UnitTask.objects.select_for_update(no_key=True).filter(pk=task.pk).first()
        removed, _rows = SignUp.objects.filter(task=task, member=member).delete()
        if removed:
            drop_reminder(task=task, member=member, now=now, reason="withdrawn")
            audit.record(by=by, verb="withdraw", about=member, subject=task, before=_facts(task))
    return bool(removed)


def queue_reminder(*, task: UnitTask, member: Member, house: House, now: dt.datetime) -> None:
    """A row in the outbox; whether the member wants reminders is asked when it is sent."""
    due_at = task.reminder_due_at(house, now)
    if due_at is None:
        drop_reminder(task=task, member=member, now=now, reason="too late for a reminder")
        return
    notices.queue(
        member=member,
        kind=TASK_REMINDER,
        occurrence=f"task {task.pk}",
        due_at=due_at,
        expires_at=task.begins_at(house),
    )


def drop_reminder(*, task: UnitTask, member: Member, now: dt.datetime, reason: str) -> None:
    notices.drop(member=member, kind=TASK_REMINDER, occurrence=f"task {task.pk}", now=now, reason=reason)


def _check_room(task: UnitTask, *, taken: int, today: dt.date) -> None:
    if task.is_called_off:
        raise TaskCalledOff(_("“%(task)s” was called off.") % {"task": task.title})
    if task.day < today:
        raise TaskOver(_("That day is over. Have a look at today's tasks."))
    if taken < task.places:
        return
    others = UnitTask.objects.on(task.day).with_free_places().exclude(pk=task.pk).in_order()
    titles = [f"“{title}”" for title in others.values_list("title", flat=True)[:OTHERS_NAMED]]
    if not titles:
        raise TaskFull(
            _("Every place on “%(task)s” is taken. Ask a colleague what else there is.") % {"task": task.title}
        )
    raise TaskFull(
        _("Every place on “%(task)s” is taken. There is still room on %(others)s.")
        % {"task": task.title, "others": get_text_list(titles, _("and"))}
    )


def _facts(task: UnitTask) -> dict:
    return {"task": task.title, "day": task.day}
