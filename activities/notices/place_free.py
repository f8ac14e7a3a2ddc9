"""Word that a place came free, for who waited for it."""

import datetime as dt

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext_lazy

from activities.actions.telling import PLACE_FREE
from activities.notices import offers
from members import notices
from members.models import House, Message
from members.notices import Kind


def facts(messages: list[Message], house: House, now: dt.datetime) -> dict[int, dict]:
    """The place they moved up to is still theirs, and what it is for stands and has not begun. Two queries."""
    places = offers.taken(messages)
    found = {}
    for message in messages:
        place = places.get(offers.whose(message))
        if place is None or place.moved_up_at is None:
            continue
        offer = offers.offer_of(place)
        if not offer.is_called_off and now < offer.begins_at(house):
            found[message.pk] = {"told": offers.told(offer), "link": offers.link(offer)}
    return found


def sample(house: House, now: dt.datetime) -> dict:
    day = house.day_of(now) + dt.timedelta(days=2)
    return {"told": offers.sample_event(day), "link": f"{settings.ADDRESS}{reverse('activities:whats_on')}"}


notices.register(
    Kind(
        name=PLACE_FREE,
        label=gettext_lazy("A place came free"),
        hint=gettext_lazy("When I waited for it."),
        facts=facts,
        sample=sample,
    )
)
