"""How messages fared, what needs a look, and the switch that stops them all."""

from django.contrib import messages as say
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from members import actions
from members.models import Message
from members.notices import delivery
from members.permissions import requires
from members.refusals import Refusal


@require_safe
@requires("members.see_messages")
def messages(request: HttpRequest) -> HttpResponse:
    """How messages fared lately: numbers, and those that need a look."""
    now = timezone.now()
    tallies, none_of = delivery.tallies(now)
    context = {
        "columns": delivery.COLUMNS,
        "tallies": tallies,
        "none_of": none_of,
        "lost": [(message, delivery.name_of(message), delivery.why(message)) for message in delivery.need_a_look(now)],
        "oldest_due": delivery.oldest_due(now),
        "ways": delivery.ways_out(),
    }
    return render(request, "members/messages.html", context)


@require_POST
@requires("members.stop_all_messages")
def stop_all_messages(request: HttpRequest) -> HttpResponse:
    actions.stop_all_messages(by=request.user)
    undo = reverse("members:let_messages_go")
    say.success(request, _("Everything is stopped. Nothing leaves until you let it go."), extra_tags=undo)
    return redirect("members:messages")


@require_POST
@requires("members.stop_all_messages")
def let_messages_go(request: HttpRequest) -> HttpResponse:
    actions.let_messages_go(by=request.user)
    undo = reverse("members:stop_all_messages")
    say.success(request, _("Messages leave again. What came too late meanwhile stays here."), extra_tags=undo)
    return redirect("members:messages")


@require_POST
@requires("members.see_messages")
def tell_person(request: HttpRequest, pk: int) -> HttpResponse:
    """Somebody told them: off the list."""
    message = get_object_or_404(Message, pk=pk)
    try:
        actions.tell_person(message=message, by=request.user)
        undo = reverse("members:take_back_told", args=[pk])
        say.success(request, _("Thank you. It is off the list."), extra_tags=undo)
    except Refusal as refusal:
        say.error(request, str(refusal))
    return redirect("members:messages")


@require_POST
@requires("members.see_messages")
def take_back_told(request: HttpRequest, pk: int) -> HttpResponse:
    try:
        actions.take_back_told(message=get_object_or_404(Message, pk=pk), by=request.user)
        say.success(request, _("It is on the list again."))
    except Refusal as refusal:
        say.error(request, str(refusal))
    return redirect("members:messages")
