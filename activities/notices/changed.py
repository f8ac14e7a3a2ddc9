"""Word that a task or an event changed: called off, at another time, elsewhere, or on after all.

What people counted on stands in the message's occurrence ("task 7 1 20261006 0930 3"), what is true is read when it
leaves. So whatever happened in between is told once, and what is as it was is not told.
"""

import datetime as dt

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext_lazy

from activities.actions.telling import CHANGED
from activities.models import UnitTask
from activities.models.places import OFF
from activities.notices import offers
from members import notices
from members.models import House, Message
from members.notices import Kind


def facts(messages: list[Message], house: House, now: dt.datetime) -> dict[int, dict]:
    """They are still on it or wait for it, it is not as they know it, and it has not begun. Five queries."""
    places, waits = offers.taken(messages), offers.waited_for(messages)
    closed = offers.closed_days(offers.offer_of(place) for place in [*places.values(), *waits.values()])
    found = {}
    for message in messages:
        place = places.get(offers.whose(message)) or waits.get(offers.whose(message))
        if place is None:
            continue
        offer = offers.offer_of(place)
        offer.is_day_closed = isinstance(offer, UnitTask) and offer.day in closed
        was = message.occurrence.split(maxsplit=3)[3]
        if offer.counted_on != was and now < offer.begins_at(house):
            found[message.pk] = {
                **differs(offers.told(offer), was, offer.counted_on),
                "is_waiting": offers.whose(message) not in places,
                "link": offers.link(offer),
            }
    return found


def differs(told: offers.Told, was: str, now_is: str) -> dict:
    """`was`: how it was told before, None when nothing but the place differs."""
    news = {"told": told, "was": None, "is_off": now_is == OFF, "is_on_again": was == OFF, "is_elsewhere": False}
    if OFF in (was, now_is):
        return news
    before, after = was.split(), now_is.split()
    if before[:2] != after[:2]:
        news["was"] = told.at(was)
    return news | {"is_elsewhere": before[2] != after[2]}


def sample(house: House, now: dt.datetime) -> dict:
    day = house.day_of(now) + dt.timedelta(days=2)
    told = offers.sample_event(day)
    return {
        **differs(told, f"{day:%Y%m%d} 1630 here", f"{day:%Y%m%d} 1715 here"),
        "is_waiting": False,
        "link": f"{settings.ADDRESS}{reverse('activities:whats_on')}",
    }


notices.register(
    Kind(
        name=CHANGED,
        label=gettext_lazy("Changes"),
        hint=gettext_lazy("Another time or place, or called off."),
        facts=facts,
        sample=sample,
    )
)
