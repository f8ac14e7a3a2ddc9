"""What a unit knows how to do: its library, and posting from it."""

import datetime as dt

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from activities.actions.tasks import post_task
from activities.library import Trade, trade_of
from activities.models import LibraryTask, Unit, UnitTask
from members import audit
from members.models import User
from members.refusals import Refusal

DETAILS = ("title", "part", "starts_at", "places", "good_to_know", "is_practice", "carries_over")


class InTheLibrary(Refusal):
    """The unit's library knows work of this name."""

    field = "title"


def add_library_task(
    *,
    unit: Unit,
    title: str,
    part: str,
    places: int,
    by: User | None,
    starts_at: dt.time | None = None,
    good_to_know: str = "",
    is_practice: bool = False,
    carries_over: bool = False,
) -> LibraryTask:
    """What left the library comes back under its name, with its guide. Raises `InTheLibrary`."""
    with transaction.atomic():
        _lock(unit)
        known = _named(unit, title)
        if known and not known.removed_at:
            raise InTheLibrary(_("The library has this task already."))
        task = known or LibraryTask(unit=unit, posted_by=by)
        task.title, task.part, task.places, task.starts_at = title, part, places, starts_at
        task.good_to_know, task.is_practice, task.carries_over = good_to_know, is_practice, carries_over
        task.removed_at = None
        task.save()
        audit.record(by=by, verb="add_library_task", subject=task, after=_facts(task))
    return task


def edit_library_task(
    *,
    library_task: LibraryTask,
    title: str,
    part: str,
    places: int,
    by: User,
    starts_at: dt.time | None = None,
    good_to_know: str = "",
    is_practice: bool = False,
    carries_over: bool = False,
) -> LibraryTask:
    """How it is posted from now on; tasks on the board stay. Raises `InTheLibrary`."""
    with transaction.atomic():
        _lock(library_task.unit)
        task = LibraryTask.objects.select_for_update(no_key=True).get(pk=library_task.pk)
        other = _named(task.unit, title)
        if other and other.pk != task.pk:
            raise InTheLibrary(_("The library has this task already."))
        before = _facts(task)
        task.title, task.part, task.places, task.starts_at = title, part, places, starts_at
        task.good_to_know, task.is_practice, task.carries_over = good_to_know, is_practice, carries_over
        before, after = audit.differences(before, _facts(task))
        if after:
            task.save()
            audit.record(by=by, verb="edit_library_task", subject=task, before=before, after=after)
    return task


def remove_library_task(*, library_task: LibraryTask, by: User) -> LibraryTask:
    """Out of the library; tasks on the board stay, also their guide. `put_back_library_task` undoes it."""
    with transaction.atomic():
        task = LibraryTask.objects.select_for_update(no_key=True).get(pk=library_task.pk)
        if task.removed_at is None:
            task.removed_at = timezone.now()
            task.save(update_fields=["removed_at"])
            audit.record(by=by, verb="remove_library_task", subject=task, before=_facts(task))
    return task


def put_back_library_task(*, library_task: LibraryTask, by: User) -> LibraryTask:
    """The undo of `remove_library_task`."""
    with transaction.atomic():
        task = LibraryTask.objects.select_for_update(no_key=True).get(pk=library_task.pk)
        if task.removed_at is not None:
            task.removed_at = None
            task.save(update_fields=["removed_at"])
            audit.record(by=by, verb="put_back_library_task", subject=task, after=_facts(task))
    return task


def add_usual_tasks(*, unit: Unit, trade: Trade, by: User | None) -> int:
    """What most houses do in such a unit; what its library knows already is left alone. Returns how many are new."""
    with transaction.atomic():
        added = fill_library(unit=unit, trade=trade, by=by)
        if added:
            audit.record(by=by, verb="add_usual_tasks", subject=unit, after={"trade": trade.name, "tasks": added})
    return added


def fill_library(*, unit: Unit, by: User | None, trade: Trade | None = None) -> int:
    """The tasks of `trade`, or of the one that a new unit's name tells; the caller writes the record."""
    trade = trade or trade_of(unit)
    if trade is None:
        return 0
    _lock(unit)
    known = {title.casefold() for title in LibraryTask.objects.filter(unit=unit).values_list("title", flat=True)}
    missing = [
        LibraryTask(unit=unit, title=str(usual.title), part=usual.part, places=usual.places, posted_by=by)
        for usual in trade.usual
        if str(usual.title).casefold() not in known
    ]
    LibraryTask.objects.bulk_create(missing)
    return len(missing)


def post_from_library(*, library_task: LibraryTask, day: dt.date, by: User) -> UnitTask:
    """The task on the board of `day`, as the library describes it. Raises `DayIsOver`."""
    details = {name: getattr(library_task, name) for name in DETAILS}
    return post_task(unit=library_task.unit, day=day, by=by, library_task=library_task, **details)


def _lock(unit: Unit) -> None:
    """Two taps on "Add" follow one another."""
    Unit.objects.select_for_update(no_key=True).get(pk=unit.pk)


def _named(unit: Unit, title: str) -> LibraryTask | None:
    """Compared here, because SQLite folds only plain letters."""
    known = LibraryTask.objects.select_for_update(no_key=True).filter(unit=unit)
    return next((task for task in known if task.title.casefold() == title.casefold()), None)


def _facts(task: LibraryTask) -> dict:
    return {"unit": task.unit_id} | {name: str(getattr(task, name)) for name in DETAILS}
