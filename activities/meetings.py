"""When a unit meets next: on open days only, and while the house is open."""

import datetime as dt
from collections.abc import Iterable

from activities import workdays
from activities.models import Unit
from members.models import House

LOOK_AHEAD = dt.timedelta(days=60)  # longer than a summer break


def next_meetings(units: Iterable[Unit], house: House, now: dt.datetime) -> dict[int, dt.datetime]:
    """By unit id the moment (UTC) of its next meeting; units without one are left out. Three queries for all."""
    today = house.day_of(now)
    open_days = [day for day in workdays.calendar(today, today + LOOK_AHEAD) if day.is_open]
    found = {}
    for unit in units:
        moments = (house.at(day.day, time) for day in open_days for time in unit.meetings if is_held(time, day))
        if at := next((at for at in moments if at >= now), None):
            found[unit.pk] = at
    return found


def is_held(time: dt.time, day: workdays.Day) -> bool:
    """Nobody meets before the doors open or when they are closed again, as on a short day."""
    return (day.opens_at is None or day.opens_at <= time) and (day.closes_at is None or time < day.closes_at)
