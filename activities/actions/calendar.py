"""The opening week, and days that differ from it. What is over never changes with a new week."""

import datetime as dt

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from activities.actions import telling
from activities.models import OpenDay, OpeningHours, OpeningWeek, UnitTask
from members import audit
from members.models import House, User
from members.refusals import Refusal

Hours = dict[int, tuple[dt.time, dt.time]]


class WeekInThePast(Refusal):
    """A new opening week would change days that are over."""

    field = "starts_on"


class ClosesBeforeItOpens(Refusal):
    """Opening hours that end before they begin."""

    field = "closes_at"


def edit_opening_week(*, starts_on: dt.date, hours: Hours, by: User | None) -> OpeningWeek:
    """From `starts_on` on, the house is open at `hours` (weekday, 0 = Monday -> opens_at, closes_at); else closed.

    Said again for the same day it replaces what was said before. A house that has not said its week yet moves in with
    its history, so its first week may start on any day. Raises WeekInThePast, ClosesBeforeItOpens.
    """
    if OpeningWeek.objects.exists():
        _not_in_the_past(starts_on)
    for opens_at, closes_at in hours.values():
        _in_order(opens_at, closes_at)
    with transaction.atomic():
        week, _made = OpeningWeek.objects.get_or_create(starts_on=starts_on)
        OpeningWeek.objects.select_for_update(no_key=True).get(pk=week.pk)
        before = _written(week)
        week.hours.all().delete()
        OpeningHours.objects.bulk_create(
            OpeningHours(week=week, weekday=weekday, opens_at=opens_at, closes_at=closes_at)
            for weekday, (opens_at, closes_at) in sorted(hours.items())
        )
        after = _written(week)
        if _made or before != after:
            audit.record(by=by, verb="edit_opening_week", subject=week, before=before, after=after)
    return week


def remove_opening_week(*, starts_on: dt.date, by: User | None) -> None:
    """Take back a week that has not begun. Nothing happens when there is none. Raises WeekInThePast."""
    if starts_on == timezone.localdate(timezone=House.objects.current().zone):
        raise WeekInThePast(_("This week has begun. Say what the next one looks like instead."))
    _not_in_the_past(starts_on)
    with transaction.atomic():
        week = OpeningWeek.objects.select_for_update(no_key=True).filter(starts_on=starts_on).first()
        if week is None:
            return
        before, subject = _written(week), f"{week._meta.label_lower} {week.pk}"
        week.delete()
        audit.record(by=by, verb="remove_opening_week", subject=subject, before=before)


def edit_open_day(
    *,
    day: dt.date,
    is_open: bool,
    opens_at: dt.time | None = None,
    closes_at: dt.time | None = None,
    note: str = "",
    by: User | None,
) -> OpenDay:
    """Make `day` differ from its week. Any day: a snow day is often written down later. Raises ClosesBeforeItOpens."""
    if opens_at and closes_at:
        _in_order(opens_at, closes_at)
    wanted = {"is_open": is_open, "opens_at": opens_at, "closes_at": closes_at, "note": note}
    with transaction.atomic():
        row = OpenDay.objects.select_for_update(no_key=True).filter(day=day).first()
        before = {name: getattr(row, name) for name in wanted} if row else {}
        work = _work_of(day)
        row, _made = OpenDay.objects.update_or_create(day=day, defaults=wanted)
        _tell(work, is_closed=not is_open, by=by)
        if before != wanted:
            before, after = audit.differences(before, wanted | {"day": day} if _made else wanted)
            audit.record(by=by, verb="edit_open_day", subject=row, before=before, after=after)
    return row


def remove_open_day(*, day: dt.date, by: User | None) -> None:
    """`day` follows its week again. Nothing happens when it already does."""
    with transaction.atomic():
        row = OpenDay.objects.select_for_update(no_key=True).filter(day=day).first()
        if row is None:
            return
        before = {name: getattr(row, name) for name in ("day", "is_open", "opens_at", "closes_at", "note")}
        subject, work = f"{row._meta.label_lower} {row.pk}", _work_of(day)
        row.delete()
        _tell(work, is_closed=False, by=by)
        audit.record(by=by, verb="remove_open_day", subject=subject, before=before)


def _work_of(day: dt.date) -> list[UnitTask]:
    """The tasks of a day that is not over, each locked and knowing whether the day is closed."""
    if day < timezone.localdate(timezone=House.objects.current().zone):
        return []
    tasks = UnitTask.objects.standing().on(day).filter(done_at=None).with_closed_days()
    return list(tasks.select_for_update(no_key=True).order_by("pk"))


def _tell(tasks: list[UnitTask], *, is_closed: bool, by: User | None) -> None:
    """Work of a day that closes is as good as called off for who is on it."""
    for task in tasks:
        was, task.is_day_closed = task.counted_on, is_closed
        telling.changed(task, was, by=by, now=timezone.now())


def _not_in_the_past(starts_on: dt.date) -> None:
    if starts_on < timezone.localdate(timezone=House.objects.current().zone):
        raise WeekInThePast(_("Past days never change, so a new week starts today or later."))


def _in_order(opens_at: dt.time, closes_at: dt.time) -> None:
    if closes_at <= opens_at:
        raise ClosesBeforeItOpens(_("The house closes after it opens. Look at the two times."))


def _written(week: OpeningWeek) -> dict:
    rows = week.hours.order_by("weekday").values_list("weekday", "opens_at", "closes_at")
    return {"starts_on": week.starts_on} | {
        f"weekday {weekday}": f"{opens_at:%H:%M}-{closes_at:%H:%M}" for weekday, opens_at, closes_at in rows
    }
