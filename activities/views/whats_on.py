"""What is on in the house in the coming two weeks."""

import datetime as dt

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from activities import workdays
from activities.models import UnitTask
from members.permissions import requires

DAYS_SHOWN = 14


@require_safe
@requires("activities.see_whats_on")
def whats_on(request: HttpRequest) -> HttpResponse:
    """Open days with their hours, closed ones with the reason, and where a pair of hands is welcome."""
    today = timezone.localdate()
    calendar = workdays.calendar(today, today + dt.timedelta(days=DAYS_SHOWN - 1))
    free = UnitTask.objects.visible_to(request.user).free_by_day(today, calendar[-1].day)
    days = [(day, free.get(day.day, 0)) for day in calendar]
    return render(request, "activities/whats_on.html", {"today": today, "days": days})
