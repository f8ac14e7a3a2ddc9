"""Events that come again: stopping them, starting them again, and making their days ahead."""

import datetime as dt

from django.db import transaction
from django.utils import timezone

from activities.actions.event_places import call_off, put_back, record_moved_up
from activities.actions.tasks import WEEKS_AHEAD
from activities.models import Event, RepeatingEvent
from activities.models.events import EVENT_FIELDS
from members import audit
from members.models import House, User


def stop_repeating_event(*, repeats: RepeatingEvent, last_day: dt.date, by: User) -> RepeatingEvent:
    """`last_day` is the last one. Later days made ahead leave the list; those with people on them are called off."""
    now = timezone.now()
    with transaction.atomic():
        repeats = RepeatingEvent.objects.select_for_update(no_key=True).get(pk=repeats.pk)
        if repeats.ends_on is not None and repeats.ends_on <= last_day:
            return repeats
        before, repeats.ends_on = repeats.ends_on, max(last_day, repeats.starts_on)
        repeats.save(update_fields=["ends_on"])
        later = repeats.events.filter(day__gt=max(repeats.ends_on, _today()))
        for event in later.select_for_update(no_key=True).order_by("pk"):
            if event.sign_ups.exists() or event.rides.exists():
                call_off(event, by=by, now=now, by_rule=True)
            else:
                event.delete()
        audit.record(
            by=by,
            verb="stop_repeating_event",
            subject=repeats,
            before={"ends_on": before},
            after={"ends_on": repeats.ends_on},
        )
    return repeats


def repeat_event_again(*, repeats: RepeatingEvent, by: User) -> RepeatingEvent:
    """The undo of `stop_repeating_event`: no last day, and the coming weeks are on the list again."""
    now = timezone.now()
    with transaction.atomic():
        repeats = RepeatingEvent.objects.select_for_update(no_key=True).get(pk=repeats.pk)
        if repeats.ends_on is not None:
            moved = []
            stopped_on, repeats.ends_on = repeats.ends_on, None
            repeats.save(update_fields=["ends_on"])
            later = repeats.events.filter(day__gt=stopped_on, day__gte=_today()).exclude(called_off_at=None)
            for event in later.select_for_update(no_key=True).order_by("pk"):
                moved.append((event, put_back(event, by=by, now=now, by_rule=True)))
            make_repeating_events(only=repeats)
            audit.record(
                by=by,
                verb="repeat_event_again",
                subject=repeats,
                before={"ends_on": stopped_on},
                after={"ends_on": None},
            )
            for event, members in moved:
                record_moved_up(event, members)
    return repeats


def make_repeating_events(*, until: dt.date | None = None, only: RepeatingEvent | None = None) -> int:
    """Make the days of repeating events from today to `until` (default: four weeks), on closed days too.

    Returns how many. Safe to run at any time and twice at once: a day that is there, also a called-off one, is left
    alone.
    """
    today = _today()
    until = until or today + dt.timedelta(weeks=WEEKS_AHEAD)
    with transaction.atomic():
        running = RepeatingEvent.objects.running(today, until).select_for_update(no_key=True).order_by("pk")
        repeating = list(running if only is None else running.filter(pk=only.pk))
        made_ahead = Event.objects.filter(repeats__in=repeating, day__range=(today, until))
        there = set(made_ahead.values_list("repeats", "day"))
        missing = [
            Event(
                **{name: getattr(repeats, name) for name in EVENT_FIELDS},
                posted_by_id=repeats.posted_by_id,
                day=day,
                repeats=repeats,
            )
            for repeats in repeating
            for day in repeats.days(today, until)
            if (repeats.pk, day) not in there
        ]
        Event.objects.bulk_create(missing, ignore_conflicts=True)
    return len(missing)


def _today() -> dt.date:
    return House.objects.current().day_of(timezone.now())
