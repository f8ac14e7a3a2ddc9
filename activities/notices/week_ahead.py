"""The week ahead, on Sunday evening: the tasks and events that the member is on from Monday to Sunday."""

import datetime as dt
from collections import defaultdict
from functools import partial

from django.conf import settings
from django.db.models import Exists, OuterRef
from django.urls import reverse
from django.utils.translation import gettext_lazy

from activities.actions.telling import WEEK_AHEAD
from activities.models import EventSignUp, SignUp
from activities.models.places import EVENING, nearest
from activities.notices import offers
from members import notices
from members.models import House, Message
from members.notices import Kind
from members.notices.hours import is_open

WEEK = dt.timedelta(days=6)  # to its last day
OF_USE_UNTIL = dt.time(20)  # on Monday


def occurrence(monday: dt.date) -> str:
    """The name of the week that begins on `monday`: "week 2026-W53" (ISO)."""
    year, week, _weekday = monday.isocalendar()
    return f"week {year}-W{week:02}"


def monday_of(message: Message) -> dt.date:
    year, week = message.occurrence.removeprefix("week ").split("-W")
    return dt.date.fromisocalendar(int(year), int(week), 1)


def prepare(house: House, now: dt.datetime) -> int:
    """From Sunday at 18:00, or what the quiet hours leave of that day; late when the machine was off, until Monday.

    Not for who asked after that, nor when there was nothing to tell. One query, on these two days only.
    """
    today = house.day_of(now)
    monday = today + dt.timedelta(days=-today.weekday() % 7)
    sunday, expires_at = monday - dt.timedelta(days=1), house.at(monday, OF_USE_UNTIL)
    if today < sunday or now >= expires_at:
        return 0
    made = Message.objects.filter(
        member=OuterRef("member"), kind=WEEK_AHEAD, occurrence=occurrence(monday), channel=OuterRef("channel")
    )
    due = defaultdict(list)
    for wish in notices.wishing(WEEK_AHEAD, today).exclude(Exists(made)).select_related("member"):
        assert wish.member is not None  # a kind for members
        due_at = nearest(house, sunday, EVENING, partial(is_open, wish.member, house))
        if due_at is not None and wish.since_at <= due_at <= now:
            due[due_at].append(wish)
    return sum(_prepare(house, monday, due_at, wishes, expires_at) for due_at, wishes in due.items())


def _prepare(house: House, monday: dt.date, due_at: dt.datetime, wishes: list, expires_at: dt.datetime) -> int:
    """For those who had something to look forward to when it was due. Three queries."""
    members, days = [wish.member_id for wish in wishes], (monday, monday + WEEK)
    early = {"member__in": members, "at__lte": due_at}
    tasks = SignUp.objects.filter(**early, task__day__range=days, task__called_off_at=None)
    events = EventSignUp.objects.filter(**early, event__day__range=days, event__called_off_at=None)
    having = {*tasks.values_list("member", flat=True), *events.values_list("member", flat=True)}
    return notices.queue_for(
        [wish for wish in wishes if wish.member_id in having],
        kind=WEEK_AHEAD,
        occurrence=occurrence(monday),
        due_at=due_at,
        expires_at=expires_at,
    )


def facts(messages: list[Message], house: House, now: dt.datetime) -> dict[int, dict]:
    """What stands and has not begun of each one's week, when there is anything. Three queries."""
    mondays = [monday_of(message) for message in messages]
    members = {message.member_id for message in messages}
    days = (min(mondays), max(mondays) + WEEK)
    tasks = SignUp.objects.filter(member__in=members, task__day__range=days, task__called_off_at=None)
    events = EventSignUp.objects.filter(member__in=members, event__day__range=days, event__called_off_at=None)
    places: list[SignUp | EventSignUp] = [*tasks.select_related("task__unit"), *events.select_related("event")]
    closed = offers.closed_days(offers.offer_of(place) for place in places)
    theirs: dict[int | None, list] = defaultdict(list)
    for place in places:
        offer = offers.offer_of(place)
        if now < offer.begins_at(house) and not (isinstance(place, SignUp) and offer.day in closed):
            theirs[place.member_id].append(offer)
    found = {}
    for message, monday in zip(messages, mondays, strict=True):
        week = [offer for offer in theirs[message.member_id] if monday <= offer.day <= monday + WEEK]
        if week:
            week.sort(key=lambda offer: (offer.begins_at(house), offer.title, offer.pk))
            found[message.pk] = _said([offers.told(offer) for offer in week], monday)
    return found


def _said(ahead: list[offers.Told], monday: dt.date) -> dict:
    return {
        "monday": monday,
        "sunday": monday + WEEK,
        "ahead": ahead,
        "more": len(ahead) - 1,
        "link": f"{settings.ADDRESS}{reverse('activities:my_week')}",
    }


def sample(house: House, now: dt.datetime) -> dict:
    today = house.day_of(now)
    monday = today + dt.timedelta(days=7 - today.weekday())
    return _said([offers.sample_task(monday), offers.sample_event(monday + dt.timedelta(days=3))], monday)


notices.register(
    Kind(
        name=WEEK_AHEAD,
        label=gettext_lazy("The week ahead"),
        hint=gettext_lazy("On Sunday: what I am on."),
        facts=facts,
        sample=sample,
        prepare=prepare,
        at_most_once=True,
    )
)
