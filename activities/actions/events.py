"""Posting what is on: events, their changes, and calling one off."""

import datetime as dt

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from activities.actions import telling
from activities.actions.event_places import call_off, move_up, put_back, record_moved_up
from activities.actions.repeating_events import make_repeating_events
from activities.actions.tasks import DayIsOver, EndsBeforeItStarts, TooFewPlaces
from activities.models import Event, RepeatingEvent
from members import audit
from members.models import House, User


def post_event(
    *, title: str, day: dt.date, by: User | None, rule: str = "", until: dt.date | None = None, **details
) -> Event:
    """Put an event on the list; with a `rule` (see `activities.models.repeats`) also on its days from then on.

    `details`: the other fields of an event. The same event posted again is the same one.
    Raises `DayIsOver` or `EndsBeforeItStarts`.
    """
    house = House.objects.current()
    if day < house.day_of(timezone.now()):
        raise DayIsOver(_("That day is over. Choose today or a later day."))
    if rule and until and until < day:
        raise EndsBeforeItStarts(_("The last day comes before the first one. Choose a later day, or leave it empty."))
    with transaction.atomic():
        House.objects.select_for_update(no_key=True).get(pk=house.pk)  # two taps on "Post" follow one another
        same = Event.objects.standing().filter(title=title, day=day, starts_at=details["starts_at"])
        event = same.select_related("repeats").first()
        if event and (not rule or (event.repeats and event.repeats.ends_on is None)):
            return event
        event = event or Event(title=title, day=day, posted_by=by, **details)
        if rule:
            event.repeats = RepeatingEvent.objects.create(
                title=title, posted_by=by, rule=rule, starts_on=day, ends_on=until, **details
            )
        event.save()
        if event.repeats:
            make_repeating_events(only=event.repeats)
        audit.record(by=by, verb="post_event", subject=event, after=_facts(event))
    return event


def edit_event(*, event: Event, by: User, **details) -> Event:
    """Change one day's event (the other days of a repeating one stay, and so does its day: who said yes to Thursday
    has not said yes to Friday). Raises `TooFewPlaces`."""
    now = timezone.now()
    with transaction.atomic():
        event = Event.objects.select_for_update(no_key=True).get(pk=event.pk)
        _check_places(details.get("places"), event.sign_ups.count())
        before, was = _facts(event), event.counted_on
        for name, value in details.items():
            setattr(event, name, value)
        before, after = audit.differences(before, _facts(event))
        if not after:
            return event
        event.save()
        telling.changed(event, was, by=by, now=now)
        moved = move_up(event, now=now)
        audit.record(by=by, verb="edit_event", subject=event, before=before, after=after)
        record_moved_up(event, moved)
    return event


def call_off_event(*, event: Event, by: User) -> Event:
    """It does not take place that day; who comes finds it where they look. `put_back_event` undoes it."""
    now = timezone.now()
    with transaction.atomic():
        event = Event.objects.select_for_update(no_key=True).get(pk=event.pk)
        if not event.is_called_off:
            call_off(event, by=by, now=now)
            audit.record(by=by, verb="call_off_event", subject=event, before=_facts(event))
    return event


def put_back_event(*, event: Event, by: User) -> Event:
    """The undo of `call_off_event`, with everybody on it."""
    now = timezone.now()
    with transaction.atomic():
        event = Event.objects.select_for_update(no_key=True).get(pk=event.pk)
        if event.is_called_off:
            moved = put_back(event, by=by, now=now)
            audit.record(by=by, verb="put_back_event", subject=event, after=_facts(event))
            record_moved_up(event, moved)
    return event


def _check_places(places: int | None, people: int) -> None:
    if places is not None and places < people:
        raise TooFewPlaces(
            ngettext(
                "%(count)s person said they would come. Keep at least %(count)s place.",
                "%(count)s people said they would come. Keep at least %(count)s places.",
                people,
            )
            % {"count": people}
        )


def _facts(event: Event) -> dict:
    """Without the link to join: whoever reads the records need not be able to walk in."""
    return {
        "title": event.title,
        "day": event.day,
        "sort": str(event.sort),
        "starts_at": event.starts_at,
        "ends_at": event.ends_at,
        "places": event.places,
        "about": event.about,
        "cost": event.cost,
        "meeting_point": event.meeting_point,
        "has_rides": event.has_rides,
        "is_virtual": event.is_virtual,
    }
