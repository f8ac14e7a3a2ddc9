"""What a member's home says below the four choices: what is mine today, what is new for me, and lunch."""

import datetime as dt
from dataclasses import dataclass

from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from activities import lunch, my_days
from clubhouse.clock import day_words
from members.models import House, Member

LOOK_AHEAD = dt.timedelta(days=60)
NAMED, TOLD = 3, 2  # a home has few words: what does not fit stands in my week


@dataclass(frozen=True)
class Mine:
    """`today` is one sentence or nothing, `news` holds (icon, sentence), `plate` is for today or None."""

    today: str
    news: list[tuple[str, str]]
    plate: lunch.Plate | None


def mine(member: Member, house: House, now: dt.datetime) -> Mine:
    """The same number of queries however much it is."""
    today = house.day_of(now)
    items = my_days.items(member, house, today, today + LOOK_AHEAD)
    news = [_told(item, today) for item in items if item.came_free or item.put_up_by]
    plate = lunch.plates(member, house, now).get(today)
    return Mine(_today([item for item in items if item.day == today]), news[:TOLD], plate)


def _today(items: list[my_days.Item]) -> str:
    if not items:
        return ""
    named = [_("%(thing)s %(when)s") % {"thing": item.title, "when": item.when} for item in items[:NAMED]]
    if more := len(items) - NAMED:
        named += [ngettext("%(n)s more", "%(n)s more", more) % {"n": more}] if more > 0 else []
    return _("You are on %(things)s.") % {"things": get_text_list(named, _("and"))}


def _told(item: my_days.Item, today: dt.date) -> tuple[str, str]:
    said = {
        "thing": item.title,
        "day": _("today") if item.day == today else day_words(item.day),
        "name": item.put_up_by,
    }
    if item.came_free:
        return "seat", _("A place came free for you: %(thing)s, %(day)s.") % said
    return "edit", _("%(name)s put your name up, at your word: %(thing)s, %(day)s.") % said
