"""How every tap on a card of the board is answered."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from activities import board
from activities.actions.what_else import what_else
from activities.models import UnitTask
from clubhouse.htmx import piece_or_page
from members.lock import own_path


def card_or_board(request: HttpRequest, task: UnitTask) -> HttpResponse:
    """The card as it is now (htmx), or the way back to it, or to the page of ours that was asked for as `next`."""
    page = own_path(request, request.POST.get("next", "")) or f"{board_of(task)}#task-{task.pk}"
    if not request.headers.get("HX-Request"):
        return redirect(page)
    return piece_or_page(request, "activities/_task.html", {"card": board.card(task, request.user)}, page=page)


def board_of(task: UnitTask) -> str:
    """The address of the board of its day."""
    if task.day == timezone.localdate():
        return reverse("activities:tasks")
    return reverse("activities:tasks_on", kwargs={"day": task.day})


def gone(request: HttpRequest, pk: int) -> HttpResponse:
    """For a card that stands on somebody's screen while its task has left the board: a sentence, and what else."""
    what_is_left = what_else(None, today=timezone.localdate())
    context = {"pk": pk, "what_else": what_is_left}
    if not request.headers.get("HX-Request"):
        return render(request, "activities/task_gone.html", context, status=404)
    messages.error(request, _("This task left the board.") + " " + what_is_left)
    return piece_or_page(request, "activities/_task_gone.html", context, page=reverse("activities:tasks"))
