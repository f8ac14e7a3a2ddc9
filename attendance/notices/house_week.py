"""What we did: the week of the house, for any member and any of the staff who asked. No member's name is in it."""

import datetime as dt

from django.utils.translation import gettext_lazy
from django.utils.translation import gettext_lazy as _

from activities import workdays
from activities.week import Week, week_of_the_house
from attendance.notices.asked import LEAVES_AT, link, unwritten
from attendance.notices.weekly_summary import occurrence, week_of
from clubhouse.converters import IsoWeek
from members import notices
from members.models import House, Message
from members.notices import ForWhom, Kind, in_our_voice

HOUSE_WEEK = "house_week"
PAGE = "activities:week_of"


def prepare(house: House, now: dt.datetime) -> int:
    """Put the week before into the outbox, later in the week when the machine was off. Mostly one query."""
    today = house.day_of(now)
    this_week = IsoWeek.of(today)
    week, due_at = this_week.previous, house.at(this_week.first, LEAVES_AT)
    wishes = unwritten(HOUSE_WEEK, occurrence(week), today, asked_before=due_at)
    if not wishes.exists() or not workdays.open_wod_days(week.first, week.last):
        return 0
    return notices.queue_for(
        wishes,
        kind=HOUSE_WEEK,
        occurrence=occurrence(week),
        due_at=due_at,
        expires_at=house.at(this_week.next.first, dt.time.min),
    )


def facts(messages: list[Message], house: House, now: dt.datetime) -> dict[int, dict]:
    """One week for all who get it; nothing of one without an open day."""
    weeks = {week: week_of_the_house(week.first, house, now) for week in {week_of(message) for message in messages}}
    told = {week: about(found) for week, found in weeks.items() if found.open_days}
    return {
        message.pk: {**told[week_of(message)], **link(message.person, PAGE, week_of(message).first)}
        for message in messages
        if week_of(message) in told
    }


def about(week: Week) -> dict:
    """Work by unit, and what people met for. Thanks stay on the page: somebody's name may stand in them."""
    return {
        "first": week.first,
        "last": week.last,
        "open_days": len(week.open_days),
        "times": week.times,
        "units": [
            (
                in_our_voice(each.unit.name, _("With us")),
                [(in_our_voice(work.title, _("a task")), work.times) for work in each.work],
            )
            for each in week.units
        ],
        "events": [(in_our_voice(event.title, _("something nice")), event.day) for event in week.events],
    }


def sample(house: House, now: dt.datetime) -> dict:
    """A week of no house."""
    week = IsoWeek.of(house.day_of(now)).previous
    return {
        "first": week.first,
        "last": week.last,
        "open_days": 5,
        "times": 6,
        "units": [(_("Kitchen"), [(_("Lunch for 50"), 5)]), (_("Clerical"), [(_("Newsletter"), 1)])],
        "events": [(_("Games evening"), week.days[4])],
        **link(None, PAGE, week.first),
    }


notices.register(
    Kind(
        name=HOUSE_WEEK,
        label=gettext_lazy("The week of the house"),
        hint=gettext_lazy("On Monday: what we did together."),
        facts=facts,
        sample=sample,
        prepare=prepare,
        at_most_once=True,
        for_whom=ForWhom.EVERYBODY,
    )
)
