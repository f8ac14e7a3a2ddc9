"""Taking a place on a task, giving it back, and waiting for one."""

import datetime as dt

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from activities.actions import places, telling
from activities.actions.what_else import what_else
from activities.models import PlaceRole, SignUp, UnitTask, Waiting
from members.models import House, Member, User
from members.refusals import Refusal


class TaskCalledOff(Refusal):
    """The task is not done that day, or left the board."""


class TaskOver(Refusal):
    """The task's day is over, in house time."""


class TaskDone(Refusal):
    """The work is done already."""


class DayClosed(Refusal):
    """The calendar closes the house on the task's day."""


class TaskFull(Refusal):
    """Every place is taken; the sentence says where there is still room."""


def sign_up(
    *, task: UnitTask, member: Member, by: User, house: House | None = None, role: str = PlaceRole.DOING
) -> SignUp:
    """Give `member` a place on `task`; the same sign-up again when they are on it already, now with another `role`.

    `by` another colleague's login: they put the name up at the member's word. `house` saves a query where the caller
    has it at hand. Raises `TaskCalledOff`, `TaskOver`, `TaskDone`, `DayClosed` or `TaskFull`.
    """
    house = house or House.objects.current()
    now = timezone.now()
    with transaction.atomic():
        locked = _locked(task, today=house.day_of(now))
        standing = {sign_up.member_id: sign_up for sign_up in locked.sign_ups.all()}
        if member.pk in standing:
            return _in_role(standing[member.pk], role, locked, member, by)
        _check_open(locked, today=house.day_of(now))
        _check_room(locked, taken=len(standing), today=house.day_of(now))
        details = {} if role == PlaceRole.DOING else {"role": str(role)}
        made = places.take(locked, member, by=by, now=now, **details)
        telling.queue_reminder(locked, member, house=house, now=now)
        places.record("sign_up", locked, member, by=by, **details)
    return made


def withdraw(*, task: UnitTask, member: Member, by: User | None) -> bool:
    """Give the place back: no reason asked, no row left; whoever waited longest moves up. True when there was a place.

    `by` another colleague's login: at the member's word.
    """
    now = timezone.now()
    with transaction.atomic():
        locked = places.lock(task)
        if locked is None or not places.give_back(locked, member):
            return False
        telling.forget_messages(locked, member)
        moved = move_up(locked, now=now)
        places.record("withdraw", locked, member, by=by)
        record_moved_up(locked, moved)
    return True


def wait(
    *, task: UnitTask, member: Member, by: User, house: House | None = None, role: str = PlaceRole.DOING
) -> SignUp | Waiting:
    """Stand in the line of a full task; a place that came free meanwhile is taken at once (the answer is a `SignUp`).

    Raises `TaskCalledOff`, `TaskOver`, `TaskDone` or `DayClosed`.
    """
    now = timezone.now()
    house = house or House.objects.current()
    with transaction.atomic():
        locked = _locked(task, today=house.day_of(now))
        standing = {sign_up.member_id: sign_up for sign_up in locked.sign_ups.all()}
        if member.pk in standing:
            return standing[member.pk]
        _check_open(locked, today=house.day_of(now))
        if len(standing) < locked.places:
            return sign_up(task=locked, member=member, by=by, house=house, role=role)
        made = places.wait(locked, member, by=by, now=now, role=role)
        if made.is_new:
            places.record("wait", locked, member, by=by)
    return made


def stop_waiting(*, task: UnitTask, member: Member, by: User) -> bool:
    """Leave the line. True when they stood in it."""
    with transaction.atomic():
        locked = places.lock(task)
        if locked is None or not places.stop_waiting(locked, member):
            return False
        telling.forget_messages(locked, member)
        places.record("stop_waiting", locked, member, by=by)
    return True


def move_up(locked: UnitTask, *, now: dt.datetime) -> list[Member]:
    """Free places of the locked task go to whoever waited longest; `record_moved_up` comes last."""
    house = House.objects.current()
    moved = places.move_up(locked, now=now, today=house.day_of(now), keep=("role",))
    for member in moved:
        telling.queue_reminder(locked, member, house=house, now=now)
        telling.tell_of_place(locked, member, house=house, now=now)
    return moved


def record_moved_up(task: UnitTask, moved: list[Member]) -> None:
    for member in moved:
        places.record("move_up", task, member, by=None)


def _in_role(standing: SignUp, role: str, task: UnitTask, member: Member, by: User) -> SignUp:
    """Another role, when one was named: a second tap on "Sign up" changes nothing."""
    if role not in (standing.role, PlaceRole.DOING):
        standing.role = str(role)
        standing.save(update_fields=["role"])
        places.record("change_role", task, member, by=by, role=standing.role)
    return standing


def _locked(task: UnitTask, *, today: dt.date) -> UnitTask:
    locked = places.lock(task, UnitTask.objects.with_closed_days())
    if locked is None:
        raise TaskCalledOff(_("This task left the board.") + " " + what_else(task, today=today))
    return locked


def _check_open(task: UnitTask, *, today: dt.date) -> None:
    kind: type[Refusal]
    if task.is_called_off:
        kind, sentence = TaskCalledOff, _("“%(task)s” was called off.")
    elif task.day < today:
        kind, sentence = TaskOver, _("That day is over.")
    elif task.is_day_closed:
        kind, sentence = DayClosed, _("The house is closed that day.")
    elif task.is_done:
        kind, sentence = TaskDone, _("“%(task)s” is done already.")
    else:
        return
    raise kind(sentence % {"task": task.title} + " " + what_else(task, today=today))


def _check_room(task: UnitTask, *, taken: int, today: dt.date) -> None:
    if taken >= task.places:
        sentence = _("Every place on “%(task)s” is taken.") % {"task": task.title}
        raise TaskFull(sentence + " " + what_else(task, today=today))
