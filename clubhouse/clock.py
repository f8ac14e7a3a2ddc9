"""Wall-clock times of the house and the moments they mean."""

import datetime as dt
from zoneinfo import ZoneInfo


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
