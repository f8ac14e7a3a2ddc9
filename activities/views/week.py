"""What we did this week."""

import datetime as dt

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from activities.week import DAYS, monday_of
from activities.week import week as week_of
from members.permissions import requires

ONE_WEEK = dt.timedelta(days=DAYS)


@require_safe
@requires("activities.see_week")
def week(request: HttpRequest, day: dt.date | None = None) -> HttpResponse:
    """The week of `day`, this one when none is named. What is ahead was not done yet (404)."""
    this_week = monday_of(timezone.localdate())
    monday = monday_of(day) if day else this_week
    if monday > this_week:
        raise Http404
    context = {
        "week": week_of(monday, request.user, request.house),
        "is_this_week": monday == this_week,
        "is_last_week": monday == this_week - ONE_WEEK,
        "previous": monday - ONE_WEEK,
        "next": monday + ONE_WEEK,
    }
    return render(request, "activities/week.html", context)
