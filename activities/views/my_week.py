"""My week: what a member said they would do, day by day, and how to give it back."""

import datetime as dt
from dataclasses import dataclass

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from activities import lunch, my_days, workdays
from members.models import House, Member
from members.permissions import requires

DAYS_SHOWN = 7


@dataclass(frozen=True)
class Day:
    """One day of the week: what the house does, what the member said they would, and the plate at lunch."""

    calendar: workdays.Day
    items: list[my_days.Item]
    plate: lunch.Plate | None


@require_safe
@requires("activities.see_my_week")
def my_week(request: HttpRequest) -> HttpResponse:
    """Seven days from today, or the seven after them. Nothing of days that are over: there is no total to look at."""
    member = getattr(request.user, "member", None)
    if member is None:
        raise PermissionDenied
    now = timezone.now()
    today = request.house.day_of(now)
    is_week_after = "week-after" in request.GET
    first = today + dt.timedelta(days=DAYS_SHOWN * is_week_after)
    days = _days(member, request.house, first, now)
    context = {"days": days, "today": today, "is_week_after": is_week_after, "is_free": not any(d.items for d in days)}
    return render(request, "activities/my_week.html", context)


def _days(member: Member, house: House, first: dt.date, now: dt.datetime) -> list[Day]:
    calendar = workdays.calendar(first, first + dt.timedelta(days=DAYS_SHOWN - 1))
    mine = my_days.items(member, house, first, calendar[-1].day, called_off=True)
    plates = lunch.plates(member, house, now)
    return [Day(day, [item for item in mine if item.day == day.day], plates.get(day.day)) for day in calendar]
