"""What we say when something sent is not right, and times as the forms read them."""

import datetime as dt
from zoneinfo import ZoneInfo

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from attendance.models import Visit
from attendance.search import Found
from clubhouse.clock import NoSuchTime, moment

RELOAD = _("This page is out of date. Load it again, then tap once more.")
NO_TIME = _("This is not a time. It looks like 9:05 or 16:30.")
TOO_LONG = _("Please say it in 300 letters.")
NO_SUCH_TIME = _("The clock went forward that night: this time did not exist.")


def not_sure(found: Found) -> str:
    """What to say of a name that does not mean one person."""
    if not found.members:
        return gettext("Nobody found by that name. Try fewer letters, or another of their names.")
    if found.is_guess:
        return gettext("Nobody is called so. Did you mean one of these?")
    return gettext("Several people may be meant. Choose one, or write more of the name.")


def leaving_moment(visit: Visit, time: dt.time, zone: ZoneInfo) -> dt.datetime | None:
    """When somebody left, from a time alone: the small hours after an evening belong to the next day."""
    arrived = visit.arrived_at.astimezone(zone)
    is_after_midnight = time < arrived.time() and arrived.hour >= 12 and time < dt.time(6)
    return moment_on(visit.day + dt.timedelta(days=is_after_midnight), time, zone)


def moment_on(day: dt.date, time: dt.time | None, zone: ZoneInfo) -> dt.datetime | None:
    try:
        return moment(day, time, zone) if time else None
    except NoSuchTime as error:
        raise forms.ValidationError(NO_SUCH_TIME) from error
