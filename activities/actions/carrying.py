"""Carrying over: work that is not done goes on in the afternoon, or on the next open day. Nobody is put up for it."""

import datetime as dt
from collections.abc import Iterable

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from activities import workdays
from activities.actions import places
from activities.actions.sign_ups import TaskCalledOff, TaskDone
from activities.actions.tasks import call_off_task, put_back_task
from activities.models import PART_BEGINS_AT, Part, UnitTask
from members import audit
from members.models import House, User
from members.refusals import Refusal

ENDS_AT = dt.time(17)  # the afternoon of a day whose hours nobody said
DAYS_AHEAD = 60  # so far the next open day is looked for
DAYS_BACK = 60  # so late a machine that was off still carries over by itself
COPIED = (
    "unit_id", "title", "places", "good_to_know", "is_practice", "carries_over", "posted_by_id", "library_task_id",
)  # fmt: skip


class DayNotBegun(Refusal):
    """What is left of a day is known when it came."""


class ComesAgainAnyway(Refusal):
    """The same work stands on the board of that day already."""


class NoOpenDay(Refusal):
    """The house stays closed for long."""


class CarriedOn(Refusal):
    """The rest of the rest went on already."""


def carry_over(*, task: UnitTask, by: User | None) -> UnitTask:
    """The rest of `task`: of this morning in the afternoon, else in the same part of the next open day.

    Answers the new task, the same again when it is there. It keeps title, places and details, has no sign-ups, and
    knows where it came from. `by` is None where the house does it by itself.
    Raises `TaskCalledOff`, `TaskDone`, `DayNotBegun`, `ComesAgainAnyway` or `NoOpenDay`.
    """
    now = timezone.now()
    house = House.objects.current()
    with transaction.atomic():
        locked = places.lock(task)
        if locked is None or locked.is_called_off:
            raise TaskCalledOff(_("“%(task)s” was called off.") % {"task": task.title})
        if locked.is_done:
            raise TaskDone(_("“%(task)s” is done. Nothing is left of it.") % {"task": task.title})
        copy = UnitTask.objects.select_for_update(no_key=True).filter(carried_from=locked).first()
        if copy is not None:
            return _again(copy, by=by)
        day, part = _goes_to(locked, house, now)
        if comes_again(locked, day, part):
            raise ComesAgainAnyway(_("“%(task)s” stands on that day's board anyway.") % {"task": locked.title})
        copy = UnitTask.objects.create(
            **{name: getattr(locked, name) for name in COPIED},
            day=day,
            part=part,
            starts_at=locked.starts_at if part == locked.part else None,
            carried_from=locked,
        )
        audit.record(by=by, verb="carry_over", subject=copy, after=_facts(copy))
    return copy


def leave_after_all(*, task: UnitTask, by: User) -> None:
    """The undo of `carry_over`, of the new `task`: it leaves the board; with people on it, it is called off.

    Work that goes on by itself does not, this once. Raises `TaskDone` or `CarriedOn`.
    """
    with transaction.atomic():
        origins = UnitTask.objects.select_for_update(of=("self",), no_key=True)
        before = origins.filter(carried_to=task.pk).first()
        copy = places.lock(task)
        if before is None or copy is None or copy.is_called_off:
            return
        if copy.is_done:
            raise TaskDone(_("“%(task)s” is done. It stays on the board.") % {"task": copy.title})
        if UnitTask.objects.filter(carried_from=copy).exists():
            raise CarriedOn(_("“%(task)s” was carried on once more. Leave that one first.") % {"task": copy.title})
        facts = _facts(copy)
        if before.carries_over:
            before.carries_over = False
            before.save(update_fields=["carries_over"])
        if copy.sign_ups.exists() or copy.waiting.exists():
            call_off_task(task=copy, by=by)
        else:
            copy.delete()
        audit.record(by=by, verb="leave_after_all", subject=f"activities.unittask {task.pk}", before=facts)


def leave_rest(*, task: UnitTask, by: User) -> None:
    """`task`, whose row is locked, is done after all: what was carried over of it goes, unless somebody is on it."""
    rest = UnitTask.objects.left_over().filter(carried_from=task, sign_ups=None, waiting=None).first()
    if rest is not None and places.lock(rest) and not rest.sign_ups.exists():
        facts, subject = _facts(rest), f"activities.unittask {rest.pk}"
        rest.delete()
        audit.record(by=by, verb="leave_after_all", subject=subject, before=facts)


def carry_over_all(*, day: dt.date, by: User, part: str | None = Part.MORNING) -> list[UnitTask]:
    """Everything that is left of a `part` of `day` (None: of all of it); what comes again anyway is left out.

    Answers the new tasks, for `leave_all_after_all`.
    """
    left = UnitTask.objects.left_over().on(day)
    left = left if part is None else left.filter(part=part)
    carried = []
    with transaction.atomic():
        for task in left.order_by("pk"):
            try:
                carried.append(carry_over(task=task, by=by))
            except (TaskCalledOff, TaskDone, ComesAgainAnyway):  # meanwhile, or it need not
                continue
    return carried


def leave_all_after_all(*, tasks: Iterable[UnitTask], by: User) -> None:
    """The one undo of `carry_over_all`. What is done or went on meanwhile stays."""
    with transaction.atomic():
        for task in sorted(tasks, key=lambda task: task.pk):
            try:
                leave_after_all(task=task, by=by)
            except (TaskDone, CarriedOn):
                continue


def carry_over_by_itself() -> int:
    """Work that goes on by itself and was not done, of days that are over. Returns how many went on.

    Safe to run at any time, late, and twice at once.
    """
    today = House.objects.current().day_of(timezone.now())
    left = UnitTask.objects.left_over().filter(carries_over=True, day__lt=today)
    made = 0
    for task in left.filter(day__gte=today - dt.timedelta(days=DAYS_BACK)).order_by("day", "pk"):
        try:
            carry_over(task=task, by=None)
            made += 1
        except Refusal:  # it comes again anyway, or somebody was faster
            continue
    return made


def comes_again(task: UnitTask, day: dt.date, part: str) -> bool:
    """Whether the same work stands on the board after `task` and until `day` anyway.

    Until, not only on: what came again on Tuesday took over from Monday, also when somebody asks on Wednesday. A day
    of repeating work that was called off was called off on purpose.
    """
    same = UnitTask.objects.filter(unit=task.unit_id, title__iexact=task.title).exclude(pk=task.pk)
    same = same.exclude(called_off_at__isnull=False, repeats=None)
    if day == task.day:
        return same.filter(day=day, part=part).exclude(carried_to=task.pk).exists()
    if same.filter(day__gt=task.day, day__lte=day).exists():
        return True
    repeats = task.repeats
    days = repeats.days(task.day + dt.timedelta(days=1), day) if repeats else []
    return bool(days) and not set(days).isdisjoint(workdays.open_wod_days(days[0], days[-1]))


def _goes_to(task: UnitTask, house: House, now: dt.datetime) -> tuple[dt.date, str]:
    today = house.day_of(now)
    if task.day > today:
        raise DayNotBegun(_("That day has not come yet. Wait and see what is left."))
    is_over = now >= house.at(today, workdays.on(today).closes_at or ENDS_AT)
    if task.day == today and task.part == Part.MORNING and not is_over:
        return today, Part.AFTERNOON
    first = max(today + dt.timedelta(days=is_over), task.day + dt.timedelta(days=1))
    days = workdays.open_wod_days(first, first + dt.timedelta(days=DAYS_AHEAD))
    if not days:
        raise NoOpenDay(_("The house is closed for a long time. Post it again later."))
    is_afternoon = days[0] == today and now >= house.at(today, PART_BEGINS_AT[Part.AFTERNOON])
    return days[0], Part.AFTERNOON if is_afternoon else task.part


def _again(copy: UnitTask, *, by: User | None) -> UnitTask:
    """It was carried over before; somebody may have left it after all."""
    return put_back_task(task=copy, by=by) if copy.is_called_off and by is not None else copy


def _facts(task: UnitTask) -> dict:
    return places.facts(task) | {"part": str(task.part), "carried_from": task.carried_from_id}
