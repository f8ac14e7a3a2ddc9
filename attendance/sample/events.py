"""The social programme of the sample house: some evenings that come again, and a trip with rides; partly taken."""

import datetime as dt
import random
from collections.abc import Iterator

from activities.actions import make_repeating_events
from activities.models import Event, EventSignUp, EventWaiting, RepeatingEvent, Ride, RideWish, weekly
from activities.models.events import EVENT_FIELDS
from attendance.sample.people import DAY, Invented
from attendance.sample.work import begins_on
from members.models import User

# Title | kind | weekday (0 = Monday) | every so many weeks | from | to | places | cost | where | link | what happens.
REPEATING = """
Games evening|social|3|1|17:15|19:30||||| Board games and tea. Bring your favourite, or try ours.
Breathe and stretch|wellness|0|1|16:45|17:30|12||Big room||Slow and easy, on chairs or mats.
Cooking for one|learning|2|2|16:45|18:15|6|$2|Kitchen||We cook one pot and eat it together.
Walk by the river|sport|6|1|11:00|12:30|||Front door||An hour at an easy pace. We stop for a hot drink.
Coffee online|social|1|1|18:00|18:45||||https://meet.example.org/coffee|For who is at home and would like some company.
"""
TRIP = {
    "title": "Trip to the lake",
    "sort": Event.Sort.TRIP,
    "about": "We walk round the lake and have a picnic. Bring good shoes and something warm.",
    "starts_at": dt.time(9, 30),
    "ends_at": dt.time(16),
    "places": 12,
    "cost": "$6 for the picnic",
    "meeting_point": "Back door",
    "has_rides": True,
}
SOON = 10 * DAY
SATURDAY = 5


def make_events(people: list[Invented], by: User, today: dt.date, now: dt.datetime) -> None:
    """What repeats, made ahead as the house's own beat does it, and a trip on a Saturday. Called again, what is new."""
    if not RepeatingEvent.objects.exists():
        rules = [_repeating(line, by, today) for line in REPEATING.strip().splitlines()]
        RepeatingEvent.objects.bulk_create(rules)
        Event.objects.bulk_create(_past(rule, day) for rule in rules for day in _days_behind(rule, today))
    make_repeating_events()
    if not Event.objects.filter(title=TRIP["title"], day__gte=today).exists():
        Event.objects.create(**TRIP, day=today + ((SATURDAY - today.weekday() - 2) % 7 + 2) * DAY, posted_by=by)
    soon = Event.objects.standing().filter(day__range=(today, today + SOON), sign_ups=None)
    for event in soon.in_order():
        _take_places(event, people, by, now)


def _repeating(line: str, by: User, today: dt.date) -> RepeatingEvent:
    title, sort, weekday, every, starts_at, ends_at, places, cost, where, link, about = line.split("|")
    first = today + (int(weekday) - today.weekday()) % 7 * DAY
    return RepeatingEvent(
        title=title,
        sort=sort,
        about=about.strip(),
        starts_at=dt.time.fromisoformat(starts_at),
        ends_at=dt.time.fromisoformat(ends_at),
        places=int(places) if places else None,
        cost=cost,
        meeting_point=where,
        join_link=link,
        posted_by=by,
        rule=weekly([int(weekday)], every=int(every)),
        starts_on=first,
    )


def _days_behind(rule: RepeatingEvent, today: dt.date) -> Iterator[dt.date]:
    """The same weekday, as far back as the board of tasks goes."""
    day = rule.starts_on - 7 * DAY
    while day >= begins_on(today):
        yield day
        day -= 7 * DAY


def _past(rule: RepeatingEvent, day: dt.date) -> Event:
    return Event(day=day, **{name: getattr(rule, name) for name in EVENT_FIELDS}, posted_by_id=rule.posted_by_id)


def _take_places(event: Event, people: list[Invented], by: User, now: dt.datetime) -> None:
    """The member's own account comes to the next games; a class is full, and two wait."""
    chance = random.Random(f"maple street, {event.title} on {event.day}")
    crowd = [person.member for person in people[1:40]]
    chance.shuffle(crowd)
    is_full = event.places is not None and event.places <= 6
    count = event.places if is_full else chance.randint(3, 7)
    coming = [*([people[0].member] if event.title == "Games evening" else []), *crowd][:count]
    made = [
        EventSignUp(event=event, member=member, at=now - dt.timedelta(hours=number + 1), by=member.user or by)
        for number, member in enumerate(coming)
    ]
    EventSignUp.objects.bulk_create(made)
    if is_full:
        waiting = crowd[len(coming) : len(coming) + 2]
        EventWaiting.objects.bulk_create(
            EventWaiting(event=event, member=member, at=now, by=member.user or by) for member in waiting
        )
    if event.has_rides:
        ride = Ride.objects.create(event=event, driver=by, seats=3, at=now)
        RideWish.objects.create(event=event, member_id=coming[0].pk, ride=ride, at=now)
        RideWish.objects.create(event=event, member_id=coming[1].pk, at=now)
