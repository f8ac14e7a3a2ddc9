"""Posting the house's work: tasks, their changes, and the ones that repeat."""

import datetime as dt

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from activities import workdays
from activities.actions import telling
from activities.actions.sign_ups import move_up, record_moved_up
from activities.models import LibraryTask, RepeatingTask, Unit, UnitTask
from members import audit
from members.models import House, Member, User
from members.refusals import Refusal

WEEKS_AHEAD = 4  # repeating tasks stand on the board this long before their day


class DayIsOver(Refusal):
    """Work is not posted for a day in the past."""

    field = "day"


class EndsBeforeItStarts(Refusal):
    """The last day of a repeating task lies before its first."""

    field = "until"


class TooFewPlaces(Refusal):
    """More people are on the task than it would have places."""

    field = "places"


def post_task(
    *,
    unit: Unit,
    title: str,
    part: str,
    places: int,
    day: dt.date,
    by: User | None,
    starts_at: dt.time | None = None,
    good_to_know: str = "",
    is_practice: bool = False,
    carries_over: bool = False,
    library_task: LibraryTask | None = None,
    rule: str = "",
    until: dt.date | None = None,
) -> UnitTask:
    """Put a task on the board of `day`; with a `rule` (see `activities.models.repeats`) also on its days from then on.

    The task of `day` stands whatever the rule says. What the unit's library knows of it comes along. The same work
    posted again is the same task. Raises `DayIsOver` or `EndsBeforeItStarts`.
    """
    details = {
        "unit": unit, "title": title, "part": part, "starts_at": starts_at, "places": places,
        "good_to_know": good_to_know, "is_practice": is_practice, "carries_over": carries_over,
    }  # fmt: skip
    if day < _today():
        raise DayIsOver(_("That day is over. Choose today or a later day."))
    if rule and until and until < day:
        raise EndsBeforeItStarts(_("The last day comes before the first one. Choose a later day, or leave it empty."))
    with transaction.atomic():
        Unit.objects.select_for_update(no_key=True).get(pk=unit.pk)  # two taps on "Post" follow one another
        task = (
            UnitTask.objects.standing()
            .on(day)
            .select_related("repeats")
            .filter(unit=unit, title=title, part=part, starts_at=starts_at)
            .first()
        )
        if task and (not rule or (task.repeats and task.repeats.ends_on is None)):
            return task
        library_task = library_task or LibraryTask.objects.filter(unit=unit, title__iexact=title).first()
        task = task or UnitTask(**details, posted_by=by, day=day, library_task=library_task)
        if rule:
            task.repeats = RepeatingTask.objects.create(
                **details, posted_by=by, rule=rule, starts_on=day, ends_on=until
            )
        task.save()
        if task.repeats:
            make_repeating_tasks(only=task.repeats)
        audit.record(by=by, verb="post_task", subject=task, after=_facts(task))
    return task


def edit_task(
    *,
    task: UnitTask,
    title: str,
    part: str,
    places: int,
    by: User,
    starts_at: dt.time | None = None,
    good_to_know: str = "",
    is_practice: bool = False,
    carries_over: bool = False,
    and_coming: bool = False,
) -> UnitTask:
    """Change one day's task; the other days of a repeating task stay, unless `and_coming`.

    Then the rule makes such tasks from now on, and its later days change too, but for those that somebody changed by
    hand, called off or did. A later day keeps its people. Raises `TooFewPlaces` when more are on this day's task.
    """
    now = timezone.now()
    details = {
        "title": title, "part": part, "starts_at": starts_at, "places": places, "good_to_know": good_to_know,
        "is_practice": is_practice, "carries_over": carries_over,
    }  # fmt: skip
    with transaction.atomic():
        repeats = _locked_rule(task) if and_coming else None
        task = UnitTask.objects.select_for_update(no_key=True).get(pk=task.pk)
        people = task.sign_ups.count()
        if places < people:
            raise TooFewPlaces(
                ngettext(
                    "%(count)s person is on this task already. Keep at least %(count)s place.",
                    "%(count)s people are on this task already. Keep at least %(count)s places.",
                    people,
                )
                % {"count": people}
            )
        before = _facts(task)
        moved = [(task, _change(task, details, by=by, now=now))]
        before, after = audit.differences(before, _facts(task))
        if repeats and any(getattr(repeats, name) != value for name, value in details.items()):
            moved += _change_coming(repeats, details, task.day, by=by, now=now)
            after["and_coming"] = True
        if after:
            audit.record(by=by, verb="edit_task", subject=task, before=before, after=after)
        for each, members in moved:
            record_moved_up(each, members)
    return task


def call_off_task(*, task: UnitTask, by: User) -> UnitTask:
    """Take the task off the board; nobody is reminded of it. `put_back_task` undoes it, with everybody on it."""
    now = timezone.now()
    with transaction.atomic():
        task = UnitTask.objects.select_for_update(no_key=True).get(pk=task.pk)
        if not task.is_called_off:
            _call_off(task, by=by, now=now)
            audit.record(by=by, verb="call_off_task", subject=task, before=_facts(task))
    return task


def put_back_task(*, task: UnitTask, by: User) -> UnitTask:
    """The undo of `call_off_task`."""
    now = timezone.now()
    with transaction.atomic():
        task = UnitTask.objects.select_for_update(no_key=True).get(pk=task.pk)
        if task.is_called_off:
            moved = _put_back(task, by=by, now=now)
            audit.record(by=by, verb="put_back_task", subject=task, after=_facts(task))
            record_moved_up(task, moved)
    return task


def stop_repeating(*, repeats: RepeatingTask, last_day: dt.date, by: User) -> RepeatingTask:
    """`last_day` is the last one. Later days made ahead leave the board; those with people on them are called off."""
    now = timezone.now()
    with transaction.atomic():
        repeats = RepeatingTask.objects.select_for_update(no_key=True).get(pk=repeats.pk)
        if repeats.ends_on is not None and repeats.ends_on <= last_day:
            return repeats
        before, repeats.ends_on = repeats.ends_on, max(last_day, repeats.starts_on)
        repeats.save(update_fields=["ends_on"])
        later = repeats.tasks.filter(day__gt=max(repeats.ends_on, _today()))
        for task in later.select_for_update(no_key=True).order_by("pk"):
            if task.sign_ups.exists() or task.waiting.exists():
                _call_off(task, by=by, now=now, by_rule=True)
            else:
                task.delete()
        audit.record(
            by=by,
            verb="stop_repeating",
            subject=repeats,
            before={"ends_on": before},
            after={"ends_on": repeats.ends_on},
        )
    return repeats


def repeat_again(*, repeats: RepeatingTask, by: User) -> RepeatingTask:
    """The undo of `stop_repeating`: no last day, and the coming weeks are on the board again."""
    now = timezone.now()
    with transaction.atomic():
        repeats = RepeatingTask.objects.select_for_update(no_key=True).get(pk=repeats.pk)
        if repeats.ends_on is not None:
            moved: list[tuple[UnitTask, list[Member]]] = []
            stopped_on, repeats.ends_on = repeats.ends_on, None
            repeats.save(update_fields=["ends_on"])
            later = repeats.tasks.filter(day__gt=stopped_on, day__gte=_today()).exclude(called_off_at=None)
            for task in later.select_for_update(no_key=True).order_by("pk"):
                moved.append((task, _put_back(task, by=by, now=now, by_rule=True)))
            make_repeating_tasks(only=repeats)
            audit.record(
                by=by, verb="repeat_again", subject=repeats, before={"ends_on": stopped_on}, after={"ends_on": None}
            )
            for task, members in moved:
                record_moved_up(task, members)
    return repeats


def make_repeating_tasks(*, until: dt.date | None = None, only: RepeatingTask | None = None) -> int:
    """Make the days of repeating tasks from today to `until` (default: four weeks), on open days. Returns how many.

    Safe to run at any time and twice at once: a day that is there, also a called-off one, is left alone.
    """
    today = _today()
    until = until or today + dt.timedelta(weeks=WEEKS_AHEAD)
    with transaction.atomic():
        running = RepeatingTask.objects.running(today, until).select_for_update(no_key=True).order_by("pk")
        repeating = list(running if only is None else running.filter(pk=only.pk))
        open_days = set(workdays.open_wod_days(today, until))
        known = LibraryTask.objects.values_list("unit", "title", "pk")
        library = {(unit, title.casefold()): pk for unit, title, pk in known}
        there = set(
            UnitTask.objects.filter(repeats__in=repeating, day__range=(today, until)).values_list("repeats", "day")
        )
        missing = [
            UnitTask(
                unit_id=repeats.unit_id,
                title=repeats.title,
                part=repeats.part,
                starts_at=repeats.starts_at,
                places=repeats.places,
                good_to_know=repeats.good_to_know,
                is_practice=repeats.is_practice,
                carries_over=repeats.carries_over,
                library_task_id=library.get((repeats.unit_id, repeats.title.casefold())),
                posted_by_id=repeats.posted_by_id,
                day=day,
                repeats=repeats,
            )
            for repeats in repeating
            for day in repeats.days(today, until)
            if day in open_days and (repeats.pk, day) not in there
        ]
        UnitTask.objects.bulk_create(missing, ignore_conflicts=True)
    return len(missing)


def _locked_rule(task: UnitTask) -> RepeatingTask | None:
    """The rule first, its tasks after it: everybody who changes several days does it in this order."""
    return RepeatingTask.objects.select_for_update(no_key=True).filter(pk=task.repeats_id or 0).first()


def _change(task: UnitTask, details: dict, *, by: User, now: dt.datetime, by_rule: bool = False) -> list[Member]:
    """The locked `task` is as `details` say. Answers who moved up from the waiting list."""
    before = {name: getattr(task, name) for name in details}
    if before == details:
        return []
    was = task.counted_on
    for name, value in details.items():
        setattr(task, name, value)
    if task.title != before["title"]:
        known = LibraryTask.objects.standing().filter(unit=task.unit_id, title__iexact=task.title)
        task.library_task = known.first() or task.library_task
    task.save()
    telling.changed(task, was, by=by, now=now, by_rule=by_rule)
    return move_up(task, now=now)


def _change_coming(repeats: RepeatingTask, details: dict, day: dt.date, *, by: User, now: dt.datetime) -> list:
    """The rule and its days after `day` that are still as it made them: (task, who moved up) for each."""
    made = {name: getattr(repeats, name) for name in details}
    for name, value in details.items():
        setattr(repeats, name, value)
    repeats.save(update_fields=list(details))
    later = repeats.tasks.standing().filter(day__gt=max(day, _today()), done_at=None)
    moved = []
    for task in later.select_for_update(no_key=True).order_by("pk"):
        if {name: getattr(task, name) for name in details} == made:
            places = max(details["places"], task.sign_ups.count())
            changed = _change(task, details | {"places": places}, by=by, now=now, by_rule=True)
            moved.append((task, changed))
    return moved


def _today() -> dt.date:
    return House.objects.current().day_of(timezone.now())


def _call_off(task: UnitTask, *, by: User, now: dt.datetime, by_rule: bool = False) -> None:
    was, task.called_off_at = task.counted_on, now
    task.save(update_fields=["called_off_at"])
    telling.changed(task, was, by=by, now=now, by_rule=by_rule)


def _put_back(task: UnitTask, *, by: User, now: dt.datetime, by_rule: bool = False) -> list[Member]:
    was, task.called_off_at = task.counted_on, None
    task.save(update_fields=["called_off_at"])
    telling.changed(task, was, by=by, now=now, by_rule=by_rule)
    return move_up(task, now=now)


def _facts(task: UnitTask) -> dict:
    return {
        "unit": task.unit_id,
        "title": task.title,
        "day": task.day,
        "part": str(task.part),
        "starts_at": task.starts_at,
        "places": task.places,
        "good_to_know": task.good_to_know,
        "is_practice": task.is_practice,
        "carries_over": task.carries_over,
    }
