"""How many people the reach-out list has, for colleagues who call: a number and a link, and never a name."""

import datetime as dt

from django.utils.translation import gettext_lazy

from activities import workdays
from attendance.notices.asked import LEAVES_AT, link, unwritten
from attendance.notices.weekly_summary import occurrence
from attendance.reach_out import whom
from clubhouse.converters import IsoWeek
from members import notices
from members.models import House, Member, Message, Staff
from members.notices import ForWhom, Kind
from members.permissions import allows

REACH_OUT_DIGEST = "reach_out_digest"


def prepare(house: House, now: dt.datetime) -> int:
    """On the first open day of the week, or later in it when the machine was off. Mostly one query."""
    today = house.day_of(now)
    week = IsoWeek.of(today)
    wishes = unwritten(REACH_OUT_DIGEST, occurrence(week), today, asked_before=now)
    if not wishes.exists():
        return 0
    open_days = workdays.open_wod_days(week.first, today)
    if not open_days:
        return 0
    due_at = house.at(open_days[0], LEAVES_AT)
    return notices.queue_for(
        wishes.filter(since_at__lte=due_at),
        kind=REACH_OUT_DIGEST,
        occurrence=occurrence(week),
        due_at=due_at,
        expires_at=house.at(week.next.first, dt.time.min),
    )


def may_see_it(person: Member | Staff) -> bool:
    """Staff, and members with the reach-out duty, who can sign in."""
    return person.user is not None and allows(person.user, "attendance.see_reach_out")


def facts(messages: list[Message], house: House, now: dt.datetime) -> dict[int, dict]:
    """The list as it is at this moment; nobody is told of themselves, and nothing of an empty list."""
    on_the_list = {row.pk for row in whom(house, now).rows}
    counts = {message.pk: len(on_the_list - {message.member_id}) for message in messages}
    return {
        message.pk: {"people": counts[message.pk], **link(message.person, "attendance:reach_out")}
        for message in messages
        if counts[message.pk]
    }


def sample(house: House, now: dt.datetime) -> dict:
    return {"people": 4, **link(None, "attendance:reach_out")}


notices.register(
    Kind(
        name=REACH_OUT_DIGEST,
        label=gettext_lazy("The reach-out list"),
        hint=gettext_lazy("Once a week: how many people are on it."),
        facts=facts,
        sample=sample,
        prepare=prepare,
        at_most_once=True,
        for_whom=ForWhom.EVERYBODY,
        allowed=may_see_it,
    )
)
