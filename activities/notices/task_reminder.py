"""The reminder of a task or an event, the evening before or that morning, as the member likes."""

import datetime as dt
from collections import defaultdict

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext_lazy

from activities.actions.telling import TASK_REMINDER, occurrence, reminder_due_at
from activities.models import Event, EventSignUp, SignUp, UnitTask
from activities.notices import offers
from members import notices
from members.models import House, Message
from members.models.messages import Reason
from members.notices import Kind


def prepare(house: House, now: dt.datetime) -> int:
    """Reminders of places taken before the wish was made, and another time for those whose likes changed.

    Signing up itself queues all others. Four queries when there is nothing to do.
    """
    today = house.day_of(now)
    wishes = defaultdict(list)
    for wish in notices.wishing(TASK_REMINDER, today):
        wishes[wish.member_id].append(wish)
    known = {
        (row.member_id, row.channel, row.occurrence): row
        for row in Message.objects.filter(kind=TASK_REMINDER, member__in=wishes, expires_at__gt=now)
    }
    missing, at_another_time, asked_again = defaultdict(list), defaultdict(list), []
    for offer, sign_up in _soon(today, list(wishes)):
        member, about, begins_at = sign_up.member, occurrence(offer), offer.begins_at(house)
        if now >= begins_at:
            continue
        for wish in wishes[member.pk]:
            row = known.get((member.pk, wish.channel, about))
            if row is None or is_unwished(row):
                asked_at = max(wish.since_at, sign_up.at)
                due_at = reminder_due_at(offer, member, house=house, now=asked_at)
                if due_at is not None:
                    missing[about, due_at, begins_at].append(wish)
                    asked_again += [row.pk] if row else []
            elif row.state == Message.State.WAITING and row.due_at > now:
                due_at = reminder_due_at(offer, member, house=house, now=now)
                if due_at not in (None, row.due_at):
                    at_another_time[due_at].append(row.pk)
    for due_at, pks in at_another_time.items():
        waiting = Message.objects.filter(pk__in=pks, state=Message.State.WAITING, due_at__gt=now)
        waiting.update(due_at=due_at)
    if asked_again:
        Message.objects.filter(pk__in=asked_again, state=Message.State.DROPPED).delete()
    return sum(
        notices.queue_for(theirs, kind=TASK_REMINDER, occurrence=about, due_at=due_at, expires_at=expires_at)
        for (about, due_at, expires_at), theirs in missing.items()
    )


def is_unwished(row: Message) -> bool:
    """Taken out when the wish was taken back: who asks again gets it after all."""
    return row.state == Message.State.DROPPED and row.reason == Reason.UNWISHED


def _soon(today: dt.date, members: list) -> list[tuple[UnitTask | Event, SignUp | EventSignUp]]:
    """What stands today and tomorrow, with who is on it."""
    soon = (today, today + dt.timedelta(days=1))
    tasks = SignUp.objects.filter(task__day__range=soon, task__called_off_at=None, member__in=members)
    events = EventSignUp.objects.filter(event__day__range=soon, event__called_off_at=None, member__in=members)
    return [
        *((one.task, one) for one in tasks.select_related("task", "member")),
        *((one.event, one) for one in events.select_related("event", "member")),
    ]


def facts(messages: list[Message], house: House, now: dt.datetime) -> dict[int, dict]:
    """It stands and has not begun, the house is open, and the place was not given back. Three queries."""
    places = offers.taken(messages)
    closed = offers.closed_days(offers.offer_of(place) for place in places.values())
    found = {}
    for message in messages:
        place = places.get(offers.whose(message))
        if place is None:
            continue
        offer = offers.offer_of(place)
        is_closed = isinstance(offer, UnitTask) and offer.day in closed
        if not offer.is_called_off and not is_closed and now < offer.begins_at(house):
            found[message.pk] = _said(offers.told(offer), house, now) | {"link": offers.link(offer)}
    return found


def sample(house: House, now: dt.datetime) -> dict:
    tomorrow = house.day_of(now) + dt.timedelta(days=1)
    link = f"{settings.ADDRESS}{reverse('activities:tasks')}{tomorrow.isoformat()}/"
    return _said(offers.sample_task(tomorrow), house, now) | {"link": link}


def _said(told: offers.Told, house: House, now: dt.datetime) -> dict:
    return {"told": told, "is_today": told.day == house.day_of(now)}


notices.register(
    Kind(
        name=TASK_REMINDER,
        label=gettext_lazy("A reminder of my tasks and events"),
        hint=gettext_lazy("The evening before, or that morning."),
        facts=facts,
        sample=sample,
        prepare=prepare,
    )
)
