"""Saying thanks for a task that is done, and taking it back."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from activities import actions, board
from activities.forms.thanks import ThanksForm
from activities.models import Thanks, UnitTask
from activities.taps import board_of, card_or_board
from clubhouse.htmx import piece_or_page
from members.permissions import requires
from members.refusals import Refusal


@require_POST
@requires("activities.give_thanks")
def give_thanks(request: HttpRequest, pk: int) -> HttpResponse:
    task = get_object_or_404(UnitTask.objects.visible_to(request.user), pk=pk)
    form = ThanksForm(request.POST)
    if not form.is_valid():
        messages.error(request, form.errors["words"][0])
        return _again(request, task, form)
    try:
        thanks = actions.give_thanks(task=task, words=form.cleaned_data["words"], by=request.user)
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return _again(request, task, form)
    undo = reverse("activities:take_back_thanks", args=[thanks.pk])
    messages.success(request, _("Your thanks stand on the board."), extra_tags=undo)
    return card_or_board(request, task)


@require_POST
@requires("activities.give_thanks")
def take_back_thanks(request: HttpRequest, pk: int) -> HttpResponse:
    thanks = get_object_or_404(Thanks.objects.select_related("task", "by__member"), pk=pk)
    try:
        actions.take_back_thanks(thanks=thanks, by=request.user)
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("These thanks are gone from the board."))
    return card_or_board(request, thanks.task)


def _again(request: HttpRequest, task: UnitTask, form: ThanksForm) -> HttpResponse:
    """The card with the words that did not pass, to go on with."""
    context = {"card": board.card(task, request.user), "thanks_form": form}
    if not request.headers.get("HX-Request"):
        return render(request, "activities/one_task.html", context)
    return piece_or_page(request, "activities/_task.html", context, page=board_of(task))
