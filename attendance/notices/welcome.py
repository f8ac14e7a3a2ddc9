"""A welcome on the day after somebody's first day: whom to ask, and where the day's tasks are. Once in a life."""

import datetime as dt

from django.db.models import F, Min
from django.utils.translation import gettext_lazy
from django.utils.translation import gettext_lazy as _

from attendance.models import Visit
from attendance.notices.asked import link, unwritten
from members import notices
from members.models import House, Member, Message
from members.notices import Kind, in_our_voice

WELCOME = "welcome"
FIRST_DAY = "first day"  # everybody has one, so the outbox holds one row for life
LEAVES_AT = dt.time(10)
CATCH_UP = dt.timedelta(days=7)
# A book of visits may begin long after somebody joined; their first line in it is no first day.
NEW = dt.timedelta(days=90)
DAY = dt.timedelta(days=1)


def prepare(house: House, now: dt.datetime) -> int:
    """For whoever was here for the first time yesterday; a machine that was off does it in the seven days after.

    Mostly one query: is anybody new?
    """
    today = house.day_of(now)
    new = Member.objects.filter(enrolled_on__gte=today - CATCH_UP - NEW)
    wishes = unwritten(WELCOME, FIRST_DAY, today, asked_before=now).filter(member__in=new).select_related("member")
    of_day: dict[dt.date, list] = {}
    asked = list(wishes)
    first = first_days({wish.member_id for wish in asked if wish.member_id})
    for wish in asked:
        day = first.get(wish.member_id or 0)
        if day and today - CATCH_UP <= day < today and wish.since_at <= due_at(day, house):
            of_day.setdefault(day, []).append(wish)
    return sum(
        notices.queue_for(
            wishes,
            kind=WELCOME,
            occurrence=FIRST_DAY,
            due_at=due_at(day, house),
            expires_at=house.at(day + CATCH_UP + DAY, dt.time.min),
        )
        for day, wishes in of_day.items()
    )


def due_at(first_day: dt.date, house: House) -> dt.datetime:
    return house.at(first_day + DAY, LEAVES_AT)


def first_days(members: set[int]) -> dict[int, dt.date]:
    """Member id -> their first day in the book, of those who joined not long before it. One query, or none."""
    if not members:
        return {}
    visits = Visit.objects.filter(member__in=members).order_by().values("member")
    days = visits.annotate(first_on=Min("day")).filter(first_on__lt=F("member__enrolled_on") + NEW)
    return dict(days.values_list("member", "first_on"))


def facts(messages: list[Message], house: House, now: dt.datetime) -> dict[int, dict]:
    """Still a first day: the visit may have been somebody else's, or there was an earlier one."""
    today = house.day_of(now)
    first = first_days({message.member_id for message in messages if message.member_id})
    return {
        message.pk: {**about(house), **link(message.person, "activities:tasks")}
        for message in messages
        if (day := first.get(message.member_id or 0)) and today - CATCH_UP <= day < today
    }


def about(house: House) -> dict:
    ask = _("Ask at reception. Somebody is glad to help.")
    return {"ask": in_our_voice(house.help_line, ask) or ask}


def sample(house: House, now: dt.datetime) -> dict:
    return {**about(house), **link(None, "activities:tasks")}


notices.register(
    Kind(
        name=WELCOME,
        label=gettext_lazy("A welcome"),
        hint=gettext_lazy("The day after my first day."),
        facts=facts,
        sample=sample,
        prepare=prepare,
        at_most_once=True,
    )
)
