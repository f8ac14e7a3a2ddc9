"""What is left of the morning goes on in the afternoon, what is left of a day on the next one."""

import datetime as dt

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from activities import actions
from activities.models import Part, UnitTask
from activities.taps import card_or_board
from clubhouse.clock import day_words
from members.permissions import requires
from members.refusals import Refusal

MOST_AT_ONCE = 200


@require_POST
@requires("attendance.run_meeting")
def carry_over(request: HttpRequest, pk: int) -> HttpResponse:
    task = get_object_or_404(UnitTask.objects.visible_to(request.user), pk=pk)
    try:
        copy = actions.carry_over(task=task, by=request.user)
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        words = {"task": task.title, "day": day_words(copy.day)}
        sentence = (
            _("“%(task)s” goes on in the afternoon.") if copy.day == task.day else _("“%(task)s” goes on %(day)s.")
        )
        messages.success(request, sentence % words, extra_tags=reverse("activities:leave_after_all", args=[copy.pk]))
    return card_or_board(request, task)


@require_POST
@requires("attendance.run_meeting")
def leave_after_all(request: HttpRequest, pk: int) -> HttpResponse:
    """Of the new task; the answer is the card of the one it came from."""
    copy = get_object_or_404(UnitTask.objects.visible_to(request.user).select_related("carried_from"), pk=pk)
    try:
        actions.leave_after_all(task=copy, by=request.user)
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("“%(task)s” is left after all.") % {"task": copy.title})
    return card_or_board(request, copy.carried_from or copy)


@require_POST
@requires("attendance.run_meeting")
def carry_over_all(request: HttpRequest, day: dt.date) -> HttpResponse:
    """What is left of this morning, or of the whole of an earlier `day`."""
    part = Part.MORNING if day == timezone.localdate() else None
    try:
        carried = actions.carry_over_all(day=day, by=request.user, part=part)
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return redirect("activities:tasks_on", day)
    if not carried:
        messages.info(request, _("Nothing is left to carry over."))
        return redirect("activities:tasks_on", day)
    sentence = ngettext("%(count)s task is carried over.", "%(count)s tasks are carried over.", len(carried))
    numbers = ",".join(str(task.pk) for task in carried)
    undo = f"{reverse('activities:leave_all_after_all')}?tasks={numbers}"
    messages.success(request, sentence % {"count": len(carried)}, extra_tags=undo)
    return redirect("activities:tasks_on", carried[0].day)


@require_POST
@requires("attendance.run_meeting")
def leave_all_after_all(request: HttpRequest) -> HttpResponse:
    """The undo of all at once: the address names the tasks by their numbers."""
    numbers = [number for number in request.GET.get("tasks", "").split(",") if number.isdecimal() and len(number) < 19]
    copies = UnitTask.objects.visible_to(request.user).filter(carried_from__isnull=False)
    tasks = list(copies.filter(pk__in=numbers[:MOST_AT_ONCE]).select_related("carried_from"))
    actions.leave_all_after_all(tasks=tasks, by=request.user)
    messages.success(request, _("They are left after all."))
    origin = tasks[0].carried_from if tasks else None
    return redirect("activities:tasks_on", origin.day) if origin else redirect("activities:tasks")
