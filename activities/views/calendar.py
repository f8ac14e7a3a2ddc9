"""The opening week, and the days that differ from it."""

import datetime as dt

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from activities import actions, workdays
from activities.forms.calendar import EditOpenDayForm, EditOpeningWeekForm
from activities.models import OpenDay
from clubhouse.clock import day_words
from clubhouse.converters import Month
from members.permissions import requires
from members.refusals import Refusal

MOST_EXCEPTIONS = 60  # on one page; the months before and after show the rest


@require_http_methods(["GET", "HEAD", "POST"])
@requires("activities.edit_calendar")
def edit_opening_week(request: HttpRequest) -> HttpResponse:
    today = timezone.localdate()
    weeks = workdays.weeks_from(today)
    data = request.POST if request.method == "POST" else None
    is_first = all(week.starts_on is None for week in weeks)
    form = EditOpeningWeekForm(data, today=today, hours=weeks[-1].hours, is_first=is_first)
    if request.method == "POST" and form.is_valid():
        try:
            week = actions.edit_opening_week(
                starts_on=form.cleaned_data["starts_on"], hours=form.cleaned_data["hours"], by=request.user
            )
        except Refusal as refusal:
            form.add_error(refusal.field, str(refusal))
        else:
            messages.success(request, _("Saved. The new week starts on %(day)s.") % {"day": day_words(week.starts_on)})
            return redirect("activities:edit_opening_week")
    shown = [(week, _by_weekday(week)) for week in weeks]
    return render(request, "activities/opening_week.html", {"form": form, "weeks": shown, "today": today})


@require_POST
@requires("activities.edit_calendar")
def remove_opening_week(request: HttpRequest, day: dt.date) -> HttpResponse:
    try:
        actions.remove_opening_week(starts_on=day, by=request.user)
        messages.success(request, _("The week from %(day)s on is taken back.") % {"day": day_words(day)})
    except Refusal as refusal:
        messages.error(request, str(refusal))
    return redirect("activities:edit_opening_week")


@require_safe
@requires("activities.edit_calendar")
def calendar(request: HttpRequest, month: Month | None = None) -> HttpResponse:
    month = month or Month.of(timezone.localdate())
    exceptions = list(OpenDay.objects.filter(day__gte=month.first)[:MOST_EXCEPTIONS])
    context = {
        "month": month,
        "weeks": _weeks(workdays.calendar(month.first, month.last)),
        "weekdays": [str(name) for name in WEEKDAYS.values()],
        "exceptions": exceptions,
        "differing": {row.day for row in exceptions},
        "today": timezone.localdate(),
    }
    return render(request, "activities/calendar.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@requires("activities.edit_calendar")
def edit_open_day(request: HttpRequest, day: dt.date) -> HttpResponse:
    row = OpenDay.objects.filter(day=day).first()
    form = EditOpenDayForm(request.POST if request.method == "POST" else None, instance=row)
    if request.method == "POST" and form.is_valid():
        try:
            actions.edit_open_day(day=day, by=request.user, **form.cleaned_data)
        except Refusal as refusal:
            form.add_error(refusal.field, str(refusal))
        else:
            messages.success(request, _("Saved: %(day)s.") % {"day": day_words(day)})
            return redirect("activities:calendar_month", Month.of(day))
    context = {"form": form, "day": workdays.on(day), "differs": row is not None, "month": Month.of(day)}
    return render(request, "activities/open_day.html", context)


@require_POST
@requires("activities.edit_calendar")
def remove_open_day(request: HttpRequest, day: dt.date) -> HttpResponse:
    actions.remove_open_day(day=day, by=request.user)
    messages.success(request, _("%(day)s goes by the opening week again.") % {"day": day_words(day)})
    return redirect("activities:calendar_month", Month.of(day))


def _by_weekday(week: workdays.Week) -> list[tuple]:
    return [(name, week.hours.get(weekday)) for weekday, name in WEEKDAYS.items()]


def _weeks(days: list[workdays.Day]) -> list[list[workdays.Day | None]]:
    """Rows of seven, Monday first; None where the month has no such day."""
    cells: list[workdays.Day | None] = [None] * days[0].day.weekday() + list(days)
    cells += [None] * (-len(cells) % 7)
    return [cells[start : start + 7] for start in range(0, len(cells), 7)]
