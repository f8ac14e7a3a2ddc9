"""The tasks and events that messages are about, and how a message tells them."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, replace

from django.conf import settings
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from activities.actions.telling import occurrence
from activities.models import Event, EventSignUp, EventWaiting, OpenDay, Part, SignUp, UnitTask, Waiting
from clubhouse.clock import day_words, time_words
from members.models import Message
from members.notices import in_our_voice

Place = SignUp | EventSignUp | Waiting | EventWaiting
Whose = tuple[int | None, str]  # the member, and "task 7" or "event 3"


@dataclass(frozen=True)
class Told:
    """A task or an event as a message tells it. Its words are chosen while they are read, in the reader's language."""

    title: str | Promise
    day: dt.date
    starts_at: dt.time | None
    part: str = ""  # of a task that has no time
    unit: str | Promise = ""  # of a task

    @property
    def is_task(self) -> bool:
        return bool(self.unit)

    @property
    def when(self) -> str:
        """ "Tuesday 6 October, 9:30 am" """
        day = day_words(self.day)
        if self.starts_at is not None:
            return _("%(day)s, %(time)s") % {"day": day, "time": time_words(self.starts_at)}
        return (_("%(day)s, in the morning") if self.part == Part.MORNING else _("%(day)s, in the afternoon")) % {
            "day": day
        }

    def at(self, counted_on: str) -> "Told":
        """The same, as it stood when it was `Offer.counted_on`."""
        day, time, _where = counted_on.split()
        starts_at = dt.time.fromisoformat(time) if time.isdigit() else None
        return replace(self, day=dt.date.fromisoformat(day), starts_at=starts_at, part=time)


def told(offer: UnitTask | Event) -> Told:
    """Without the link to join and without a place: a letter lies about."""
    if isinstance(offer, UnitTask):
        return Told(
            title=in_our_voice(offer.title, gettext_lazy("your task")),
            day=offer.day,
            starts_at=offer.starts_at,
            part=offer.part,
            unit=in_our_voice(offer.unit.name, gettext_lazy("with us")),
        )
    title = in_our_voice(offer.title, gettext_lazy("what you wished to join"))
    return Told(title=title, day=offer.day, starts_at=offer.starts_at)


def link(offer: UnitTask | Event) -> str:
    """The page on which the place is given back."""
    if isinstance(offer, UnitTask):
        return f"{settings.ADDRESS}{reverse('activities:tasks')}{offer.day.isoformat()}/"
    return f"{settings.ADDRESS}{reverse('activities:event', args=[offer.pk])}"


def offer_of(place: Place) -> UnitTask | Event:
    return place.task if isinstance(place, SignUp | Waiting) else place.event


def whose(message: Message) -> Whose:
    """The member, and the task or event that the message is about."""
    return message.member_id, " ".join(message.occurrence.split()[:2])


def taken(messages: Iterable[Message]) -> dict[Whose, SignUp | EventSignUp]:
    """The places of their members on what `messages` are about. Two queries, however many there are."""
    return _found(messages, SignUp.objects.all(), EventSignUp.objects.all())


def waited_for(messages: Iterable[Message]) -> dict[Whose, Waiting | EventWaiting]:
    """Who stands in line for what `messages` are about. Two queries."""
    return _found(messages, Waiting.objects.all(), EventWaiting.objects.all())


def _found(messages: Iterable[Message], of_tasks: QuerySet, of_events: QuerySet) -> dict:
    asked = {whose(message) for message in messages}
    members = {member for member, _about in asked}
    pks: dict[str, set[int]] = {"task": set(), "event": set()}
    for _member, about in asked:
        kind, pk = about.split()
        pks[kind].add(int(pk))
    rows = [
        *of_tasks.filter(member__in=members, task__in=pks["task"]).select_related("task__unit"),
        *of_events.filter(member__in=members, event__in=pks["event"]).select_related("event"),
    ]
    return {(row.member_id, occurrence(offer_of(row))): row for row in rows}


def closed_days(offers: Iterable[UnitTask | Event]) -> set[dt.date]:
    """Days of tasks among `offers` on which the calendar closes the house: nobody is reminded of those. One query."""
    days = {offer.day for offer in offers if isinstance(offer, UnitTask)}
    return set(OpenDay.objects.filter(day__in=days, is_open=False).values_list("day", flat=True))


def sample_task(day: dt.date) -> Told:
    """Nobody's, for previews."""
    return Told(title=gettext_lazy("Lunch"), day=day, starts_at=dt.time(9, 30), unit=gettext_lazy("Kitchen"))


def sample_event(day: dt.date) -> Told:
    return Told(title=gettext_lazy("Games evening"), day=day, starts_at=dt.time(17, 15))
