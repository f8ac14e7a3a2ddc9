"""My week, for members who asked for it: what I joined, thanks, what is on next week. The page says the same."""

import dataclasses
import datetime as dt

from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy
from django.utils.translation import gettext_lazy as _

from attendance.models import Visit
from attendance.my_weeks import MyWeek, Thanked, Thing, my_weeks
from attendance.notices.asked import LEAVES_AT, link, unwritten
from clubhouse.converters import IsoWeek
from members import notices
from members.models import House, Message
from members.notices import Kind, in_our_voice

WEEKLY_SUMMARY = "weekly_summary"


def occurrence(week: IsoWeek) -> str:
    """ "week 2026-W46" (ISO: the year's last week may be the 53rd)."""
    return f"week {week}"


def week_of(message: Message) -> IsoWeek:
    return IsoWeek.parse(message.occurrence.removeprefix("week "))


def prepare(house: House, now: dt.datetime) -> int:
    """Put last week's summaries into the outbox. A machine that was off on Monday does it later in the week, once.

    Nobody gets one for a week that was over before they asked, nor after an empty week unless they wish it.
    """
    today = house.day_of(now)
    this_week = IsoWeek.of(today)
    week, due_at = this_week.previous, house.at(this_week.first, LEAVES_AT)
    visits = Visit.objects.filter(member=OuterRef("member"), day__range=(week.first, week.last))
    wishes = unwritten(WEEKLY_SUMMARY, occurrence(week), today, asked_before=due_at)
    return notices.queue_for(
        wishes.filter(Exists(visits) | Q(member__summary_when_empty=True)),
        kind=WEEKLY_SUMMARY,
        occurrence=occurrence(week),
        due_at=due_at,
        expires_at=house.at(this_week.next.first, dt.time.min),
    )


def facts(messages: list[Message], house: House, now: dt.datetime) -> dict[int, dict]:
    """Asked again at the moment of sending: a visit of that week may have been corrected since."""
    weeks = my_weeks({(message.member_id, week_of(message)) for message in messages if message.member_id}, house, now)
    found = {}
    for message in messages:
        member, week = message.member, week_of(message)
        if member is None:
            continue
        mine = weeks[member.pk, week]
        if not mine.is_empty or member.summary_when_empty:
            found[message.pk] = {"mine": as_we_say(mine), **link(member, "attendance:my_week_of", week)}
    return found


def as_we_say(mine: MyWeek) -> MyWeek:
    """Without words that people typed and no message may hold."""

    def thing(it: Thing) -> Thing:
        title = in_our_voice(it.title, _("a task") if it.unit else _("what you wished to join"))
        return dataclasses.replace(it, title=title, unit=in_our_voice(it.unit, _("with us")))

    return dataclasses.replace(
        mine,
        units=tuple(unit for unit in mine.units if in_our_voice(unit, "")),
        tasks=tuple(map(thing, mine.tasks)),
        events=tuple(map(thing, mine.events)),
        ahead=tuple(map(thing, mine.ahead)),
        thanks=tuple(Thanked(in_our_voice(it.title, _("a task")), in_our_voice(it.words, "")) for it in mine.thanks),
    )


def sample(house: House, now: dt.datetime) -> dict:
    """A week of nobody."""
    week = IsoWeek.of(house.day_of(now)).previous
    monday, tuesday, _wednesday, _thursday, friday, saturday, _sunday = week.days
    kitchen = _("Kitchen")
    mine = MyWeek(
        week=week,
        at_the_house=(monday, friday),
        from_afar=(tuesday,),
        elsewhere=(saturday,),
        units=(kitchen,),
        tasks=(Thing(_("Lunch for 50"), monday, kitchen),),
        events=(Thing(_("Games evening"), friday, "", dt.time(17, 15)),),
        thanks=(Thanked(_("Lunch for 50"), _("Thank you!")),),
        ahead=(Thing(_("Newsletter"), week.next.days[2], kitchen, dt.time(13)),),
    )
    return {"mine": mine, **link(None, "attendance:my_week_of", week)}


notices.register(
    Kind(
        name=WEEKLY_SUMMARY,
        label=gettext_lazy("My week"),
        hint=gettext_lazy("On Monday: what I joined."),
        facts=facts,
        sample=sample,
        prepare=prepare,
        at_most_once=True,
    )
)
