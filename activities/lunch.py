"""A plate at lunch: for which days one can be saved, and how many are."""

import datetime as dt
from dataclasses import dataclass

from django.db.models import Count
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from activities import workdays
from activities.models import SavedLunch
from members.models import House, Member

DAYS_AHEAD = 7  # open days, today not counted
LOOK_AHEAD = dt.timedelta(days=35)  # also past a house's holidays


@dataclass(frozen=True)
class Plate:
    """Lunch of one day, for one member."""

    day: dt.date
    is_saved: bool
    may_save: bool


def days(house: House, today: dt.date) -> list[dt.date]:
    """Today where the house is open, and the coming open days. None in a house that saves no plates."""
    if house.lunch_until is None:
        return []
    open_days = workdays.open_wod_days(today, today + LOOK_AHEAD)
    return open_days[: DAYS_AHEAD + (today in open_days)]


def is_cooking(house: House, day: dt.date, now: dt.datetime) -> bool:
    """Whether it is too late on `day` to save one. `house` saves plates."""
    assert house.lunch_until is not None
    return now >= house.at(day, house.lunch_until)


def plates(member: Member, house: House, now: dt.datetime) -> dict[dt.date, Plate]:
    """The lunches that `member` may still have something to tap for. At most four queries."""
    coming = days(house, house.day_of(now))
    if not coming:
        return {}
    saved = set(SavedLunch.objects.filter(member=member, day__in=coming).values_list("day", flat=True))
    return {day: Plate(day, day in saved, not is_cooking(house, day, now)) for day in coming}


def saved(coming: list[dt.date]) -> dict[dt.date, int]:
    """How many plates the kitchen saves on each of these days, without a name."""
    counted = SavedLunch.objects.filter(day__in=coming).values_list("day").annotate(Count("pk")).order_by("day")
    return dict.fromkeys(coming, 0) | dict(counted)


def words_of_today(house: House, today: dt.date) -> str:
    """For the top of the board."""
    return words(saved(days(house, today)), today) if house.lunch_until else ""


def words(counts: dict[dt.date, int], today: dt.date) -> str:
    """ "14 plates saved for today, 3 for tomorrow"; nothing in a house that saves none."""
    said = [_count_on(day, plates, today, is_first=not n) for n, (day, plates) in enumerate(counts.items()) if n < 2]
    return _("%(first)s, %(then)s") % {"first": said[0], "then": said[1]} if len(said) == 2 else "".join(said)


def _count_on(day: dt.date, plates: int, today: dt.date, *, is_first: bool) -> str:
    names = {0: _("today"), 1: _("tomorrow")}
    said = {"n": plates, "day": names.get((day - today).days, date_format(day, "l"))}
    if is_first:
        return ngettext("%(n)s plate saved for %(day)s", "%(n)s plates saved for %(day)s", plates) % said
    return _("%(n)s for %(day)s") % said
