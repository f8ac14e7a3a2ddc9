"""The task board, and posting work to it."""

import contextlib
import datetime as dt

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from activities import actions, board, library, lunch, workdays
from activities.forms.tasks import EditDayForm, PostTaskForm
from activities.models import Part, Unit, UnitTask
from activities.taps import board_of, card_or_board
from clubhouse.converters import DayConverter
from members.permissions import requires
from members.refusals import Refusal

ONE_DAY = dt.timedelta(days=1)


@require_safe
@requires("activities.see_tasks")
def tasks(request: HttpRequest, day: dt.date | None = None) -> HttpResponse:
    """The board of a day (today, when none is named)."""
    today = timezone.localdate()
    day = day or today
    columns = board.columns(day, request.user)
    context = {
        "today": today,
        "day": day,
        "calendar": workdays.on(day),
        "columns": columns,
        "left_over": board.left_over(columns),
        "plates": lunch.words_of_today(request.house, today) if day == today else "",
        "previous": day - ONE_DAY,
        "next": day + ONE_DAY,
    }
    return render(request, "activities/tasks.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@requires("activities.post_task")
def post_task(request: HttpRequest) -> HttpResponse:
    """Post a task: once, or again on some weekdays."""
    form = PostTaskForm(request.POST or None, initial=_asked_for(request))
    if form.is_valid():
        try:
            task = actions.post_task(**form.cleaned_data, by=request.user)
        except Refusal as refusal:
            form.add_error(refusal.field, str(refusal))
        else:
            messages.success(request, _("“%(task)s” is on the board.") % {"task": task.title})
            return redirect(f"{board_of(task)}#task-{task.pk}")
    offered = library.titles(form["unit"].value())
    context = {"form": form, "library": offered, "has_units": Unit.objects.exists()}
    return render(request, "activities/post_task.html", context)


def _asked_for(request: HttpRequest) -> dict:
    """Day and unit that the link to the form named; anything odd is left out."""
    asked: dict = {"day": timezone.localdate(), "part": Part.MORNING}
    with contextlib.suppress(ValueError):
        asked["day"] = max(asked["day"], DayConverter().to_python(request.GET.get("day", "")))
    if request.GET.get("unit", "").isdecimal():
        asked["unit"] = request.GET["unit"]
    return asked


@require_http_methods(["GET", "HEAD", "POST"])
@requires("activities.post_task")
def edit_task(request: HttpRequest, pk: int) -> HttpResponse:
    """Change one day's task, or this and the later days of one that repeats."""
    task = _changeable(request, pk)
    form = EditDayForm(
        request.POST or None, instance=_changeable(request, pk), asks_which_days=_may_change_rule(request, task)
    )
    if form.is_valid():
        try:
            task = actions.edit_task(task=task, **form.cleaned_data, by=request.user)
        except Refusal as refusal:
            form.add_error(refusal.field, str(refusal))
        else:
            messages.success(request, _("“%(task)s” is changed.") % {"task": task.title})
            return redirect(f"{board_of(task)}#task-{task.pk}")
    context = {"form": form, "task": task, "library": library.titles(task.unit_id)}
    return render(request, "activities/edit_task.html", context)


def _may_change_rule(request: HttpRequest, task: UnitTask) -> bool:
    """A rule is changed by who posted it, and by who changes every task."""
    by = request.user
    return bool(task.repeats and (task.repeats.posted_by == by or by.has_perm("activities.change_any_task")))


def _changeable(request: HttpRequest, pk: int) -> UnitTask:
    """Today's and later tasks only: what a past day was stays as it was."""
    tasks = UnitTask.objects.changeable_by(request.user).filter(day__gte=timezone.localdate())
    return get_object_or_404(tasks.select_related("unit", "repeats"), pk=pk)


@require_POST
@requires("activities.post_task")
def call_off_task(request: HttpRequest, pk: int) -> HttpResponse:
    task = actions.call_off_task(task=_changeable(request, pk), by=request.user)
    messages.success(request, _("“%(task)s” is called off. “Put it back” undoes this.") % {"task": task.title})
    return card_or_board(request, task)


@require_POST
@requires("activities.post_task")
def put_back_task(request: HttpRequest, pk: int) -> HttpResponse:
    task = actions.put_back_task(task=_changeable(request, pk), by=request.user)
    messages.success(request, _("“%(task)s” is on the board again.") % {"task": task.title})
    return card_or_board(request, task)


@require_POST
@requires("activities.post_task")
def stop_repeating(request: HttpRequest, pk: int) -> HttpResponse:
    """The task of this day is the last one of its kind."""
    task = _changeable(request, pk)
    if task.repeats:
        actions.stop_repeating(repeats=task.repeats, last_day=task.day, by=request.user)
        messages.success(request, _("“%(task)s” repeats no more after this day.") % {"task": task.title})
    return redirect("activities:edit_task", pk=task.pk)


@require_POST
@requires("activities.post_task")
def repeat_again(request: HttpRequest, pk: int) -> HttpResponse:
    task = _changeable(request, pk)
    if task.repeats:
        actions.repeat_again(repeats=task.repeats, by=request.user)
        messages.success(request, _("“%(task)s” repeats again.") % {"task": task.title})
    return redirect("activities:edit_task", pk=task.pk)
