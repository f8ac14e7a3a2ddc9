"""What is on in the house: this week from today, and the week after."""

import datetime as dt

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from activities import workdays
from activities.models import UnitTask
from members.permissions import requires

DAYS_SHOWN = 7


@require_safe
@requires("activities.see_whats_on")
def whats_on(request: HttpRequest) -> HttpResponse:
    """Open days with their hours, closed ones with the reason, and where a pair of hands is welcome."""
    today = timezone.localdate()
    is_week_after = "week-after" in request.GET
    first = today + dt.timedelta(days=DAYS_SHOWN * is_week_after)
    calendar = workdays.calendar(first, first + dt.timedelta(days=DAYS_SHOWN - 1))
    free = UnitTask.objects.visible_to(request.user).free_by_day(first, calendar[-1].day)
    days = [(day, free.get(day.day, 0)) for day in calendar]
    context = {"today": today, "days": days, "is_week_after": is_week_after}
    return render(request, "activities/whats_on.html", context)
