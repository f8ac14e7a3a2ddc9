"""A plate at lunch: one tap to have it saved, one to take it back; and how many the kitchen saves."""

import datetime as dt

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from activities import actions
from activities import lunch as plates
from members.lock import own_path
from members.permissions import requires
from members.refusals import Refusal


@require_safe
@requires("activities.see_lunch")
def lunch(request: HttpRequest) -> HttpResponse:
    """How many plates are saved, today and on the coming days. No names: the kitchen needs none."""
    today = timezone.localdate()
    counts = plates.saved(plates.days(request.house, today))
    context = {"counts": list(counts.items()), "words": plates.words(counts, today)}
    return render(request, "activities/lunch.html", context)


@require_POST
@requires("activities.save_lunch")
def save_lunch(request: HttpRequest, day: dt.date) -> HttpResponse:
    """One tap; the answer is the page they came from (`next`)."""
    member = getattr(request.user, "member", None)
    if member is None:
        raise PermissionDenied
    change = {"save": actions.save_lunch, "take_back": actions.take_back_lunch}.get(request.POST.get("action", ""))
    said = {"save": _("A plate is saved for you."), "take_back": _("No plate is saved for you.")}
    try:
        if change is None:
            messages.error(request, _("Please use one of the buttons."))
        else:
            change(day=day, member=member, by=request.user, house=request.house)
            messages.success(request, said[request.POST["action"]])
    except Refusal as refusal:
        messages.error(request, str(refusal))
    return redirect(own_path(request, request.POST.get("next", "")) or reverse("activities:my_week"))
