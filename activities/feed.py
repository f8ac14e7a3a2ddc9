"""One member's days, as calendar programs read them (RFC 5545)."""

import datetime as dt
from functools import lru_cache
from zoneinfo import ZoneInfo

import icalendar
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from activities import my_days
from activities.models import CalendarFeed
from members.models import House
from members.notices import in_our_voice

BACK, AHEAD = dt.timedelta(days=30), dt.timedelta(days=60)


def calendar_of(feed: CalendarFeed, house: House, now: dt.datetime) -> bytes:
    """A VCALENDAR with the owner's tasks and events. The same bytes as long as nothing changed. Two queries.

    What was called off, the words beside a title, links and places stay out: they may tell of others, or of the house.
    """
    today = house.day_of(now)
    items = my_days.items(feed.member, house, today - BACK, today + AHEAD)
    name = in_our_voice(house.name, _("My days"))
    calendar = icalendar.Calendar()
    calendar.add("version", "2.0")
    calendar.add("prodid", "-//my days//EN")  # names no program: that alone would tell
    calendar.add("calscale", "GREGORIAN")
    calendar.add("name", name)
    calendar.add("x-wr-calname", name)
    calendar.add("refresh-interval", dt.timedelta(hours=1), parameters={"value": "DURATION"})
    calendar.add("x-published-ttl", "PT1H")
    calendar.add_component(_zone(house.time_zone, today.year))
    for item in items:
        calendar.add_component(_event(item, feed, house))
    return calendar.to_ical()


def _event(item: my_days.Item, feed: CalendarFeed, house: House) -> icalendar.Event:
    event = icalendar.Event()
    event.add("uid", _uid(item))
    event.add("dtstamp", item.sign_up.at.astimezone(dt.UTC))
    event.add("dtstart", _on_the_wall(item.begins_at(house), house.zone))
    event.add("dtend", _on_the_wall(item.ends_at(house), house.zone))
    event.add("summary", _("Busy") if feed.neutral_titles else item.title)
    event.add("status", "CONFIRMED")
    event.add("class", "PRIVATE")
    return event


def _uid(item: my_days.Item) -> str:
    """The same for the same thing, unlike that of any other house, and telling nothing."""
    return salted_hmac("calendar feed", f"{item.offer._meta.label_lower} {item.offer.pk}").hexdigest()


def _on_the_wall(moment: dt.datetime, zone: ZoneInfo) -> dt.datetime:
    """House time; the second one of an hour that happens twice has no name there, and is written in UTC."""
    local = moment.astimezone(zone)
    return moment.astimezone(dt.UTC) if local.fold else local


@lru_cache(maxsize=8)
def _zone(name: str, year: int) -> icalendar.Timezone:
    """The VTIMEZONE of the house with every change of the clocks that a feed of this year can touch."""
    return icalendar.Timezone.from_tzinfo(
        ZoneInfo(name), name, first_date=dt.date(year - 1, 1, 1), last_date=dt.date(year + 2, 1, 1)
    )
