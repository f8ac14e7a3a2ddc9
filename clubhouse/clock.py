"""Wall-clock times of the house, the moments they mean, and the one way each is said: "Tuesday 6 October, 2 pm"."""

import datetime as dt
import re
from zoneinfo import ZoneInfo

from django.utils import timezone
from django.utils.formats import date_format, time_format
from django.utils.translation import pgettext


class NoSuchTime(ValueError):
    """The clock jumped over this time when it went forward."""


def moment(day: dt.date, time: dt.time, zone: ZoneInfo) -> dt.datetime:
    """The moment (aware, UTC) of `time` on `day` in `zone`. An hour that happens twice means the first one.

    Raises `NoSuchTime` for a time that the clock jumped over.
    """
    local = dt.datetime.combine(day, time.replace(fold=0), tzinfo=zone)
    utc = local.astimezone(dt.UTC)
    if utc.astimezone(zone).replace(tzinfo=None) != local.replace(tzinfo=None):
        raise NoSuchTime(f"{time:%H:%M} on {day} does not exist: the clock went forward")
    return utc


TYPED = re.compile(r"(\d{1,2})(?:\s*[:.,h]?\s*(\d{2}))?\s*(?:([ap])\.?\s*m?\.?)?")
EARLY, EVENING = 6, 18


def typed_time(words: str, *, after: dt.time | None = None) -> dt.time:
    """The time that somebody typed in haste: "915", "9:15", "9.15", "4p", "4:15 pm", "16".

    Without am or pm, nobody means the small hours: "1" is 1 pm, unless it comes `after` an evening; "9" `after`
    10 is 9 pm. Raises ValueError for what is no time.
    """
    found = TYPED.fullmatch(words.strip().casefold())
    if not found:
        raise ValueError(words)
    hour, minute, half = int(found[1]), int(found[2] or 0), found[3]
    if half:
        if not 1 <= hour <= 12:
            raise ValueError(words)
        return dt.time(hour % 12 + (12 if half == "p" else 0), minute)
    time = dt.time(hour, minute)
    if words.strip().startswith("0") or not 1 <= hour < 12:
        return time
    evening = after is not None and after.hour >= EVENING
    if (hour < EARLY and not evening) or (after is not None and time < after < time.replace(hour=hour + 12)):
        return time.replace(hour=hour + 12)
    return time


def day_words(day: dt.date) -> str:
    """ "Tuesday 6 October", and with its year when that is not this year's. A moment means its day in the house."""
    if isinstance(day, dt.datetime):
        day = timezone.localtime(day).date()
    this_year = day.year == timezone.localdate().year
    # Translators: how dates are written, in Django's letters: l weekday, j day, F month, Y year.
    return date_format(day, pgettext("date", "l j F") if this_year else pgettext("date", "l j F Y"))


def time_words(time: dt.time | dt.datetime) -> str:
    """ "2 pm", "8:52 am", "noon"; as the language writes it. A moment is told by the clock on the house's wall."""
    if isinstance(time, dt.datetime):
        time = timezone.localtime(time).time()
    return time_format(time, "TIME_FORMAT").replace("a.m.", "am").replace("p.m.", "pm")


def moment_words(at: dt.datetime) -> str:
    """ "Tuesday 6 October, 2 pm"."""
    return pgettext("date", "%(day)s, %(time)s") % {"day": day_words(at), "time": time_words(at)}
