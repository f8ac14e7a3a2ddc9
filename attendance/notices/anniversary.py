"""Thanks on the day on which a member joined us, each year, for who asked. The wish is the consent."""

import datetime as dt
from calendar import isleap
from functools import reduce
from operator import or_

from django.db.models import Q
from django.utils.translation import gettext_lazy

from attendance.notices.asked import unwritten
from members import notices
from members.models import House, Message, MessageWish
from members.notices import Kind

ANNIVERSARY = "anniversary"
LEAVES_AT = dt.time(10)
CATCH_UP = 7  # days
DAY = dt.timedelta(days=1)


def occurrence(year: int) -> str:
    return f"year {year}"


def day_in(year: int, enrolled_on: dt.date) -> dt.date:
    """The day of `year` on which to think of it. Whoever joined on 29 February has it on the 28th of other years."""
    if (enrolled_on.month, enrolled_on.day) == (2, 29) and not isleap(year):
        return dt.date(year, 2, 28)
    return enrolled_on.replace(year=year)


def joined_on(day: dt.date) -> Q:
    """Of wishes: of members who think of it on `day`."""
    dates = [day] if day.month != 2 or day.day != 28 or isleap(day.year) else [day, dt.date(2000, 2, 29)]
    same = Q(pk__in=[])
    for date in dates:
        same |= Q(member__enrolled_on__month=date.month, member__enrolled_on__day=date.day)
    return same & Q(member__enrolled_on__lt=day.replace(month=1, day=1))


def prepare(house: House, now: dt.datetime) -> int:
    """On the day; a machine that was off does it in the days after. Mostly one query: is it anybody's day?"""
    today = house.day_of(now)
    days = [today - DAY * back for back in range(CATCH_UP)]
    of_day: dict[dt.date, list[MessageWish]] = {}
    for year in {day.year for day in days}:
        theirs = reduce(or_, (joined_on(day) for day in days if day.year == year))
        wishes = unwritten(ANNIVERSARY, occurrence(year), today, asked_before=now).filter(theirs)
        for wish in wishes.select_related("member"):
            day = day_in(year, wish.member.enrolled_on) if wish.member else today
            if wish.since_at <= house.at(day, LEAVES_AT):
                of_day.setdefault(day, []).append(wish)
    return sum(
        notices.queue_for(
            wishes,
            kind=ANNIVERSARY,
            occurrence=occurrence(day.year),
            due_at=house.at(day, LEAVES_AT),
            expires_at=house.at(day + CATCH_UP * DAY, dt.time.min),
        )
        for day, wishes in of_day.items()
    )


def facts(messages: list[Message], house: House, now: dt.datetime) -> dict[int, dict]:
    """The day on which they joined may have been corrected since."""
    today = house.day_of(now)
    found = {}
    for message in messages:
        year = int(message.occurrence.removeprefix("year "))
        if message.member is None:
            continue
        joined = message.member.enrolled_on
        if joined.year < year and day_in(year, joined) <= today < day_in(year, joined) + CATCH_UP * DAY:
            found[message.pk] = {"joined_on": joined, "years": year - joined.year}
    return found


def sample(house: House, now: dt.datetime) -> dict:
    today = house.day_of(now)
    return {"joined_on": day_in(today.year - 3, today), "years": 3}


notices.register(
    Kind(
        name=ANNIVERSARY,
        label=gettext_lazy("The day I joined"),
        hint=gettext_lazy("Once a year: a thank you."),
        facts=facts,
        sample=sample,
        prepare=prepare,
        at_most_once=True,
    )
)
