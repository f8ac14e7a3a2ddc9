"""What is on in the house: the days to come, and one event."""

import contextlib
import datetime as dt

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from activities import actions, programme
from activities.models import Event, EventSignUp
from clubhouse.converters import DayConverter
from clubhouse.htmx import piece_or_page
from members.lock import own_path
from members.permissions import requires
from members.refusals import Refusal

DAYS_SHOWN = 7
DAYS_SHOWN_OF_A_KIND = 28
DAYS_ON_PAPER = 14
FURTHEST = dt.timedelta(days=366)


@require_safe
@requires("activities.see_whats_on")
def whats_on(request: HttpRequest) -> HttpResponse:
    """A week of days with what is on, or four weeks of one kind; later weeks are one tap away."""
    today = timezone.localdate()
    kind = request.GET.get("kind", "") if request.GET.get("kind") in Event.Sort.values else ""
    first = _first_day(request, today)
    length = dt.timedelta(days=DAYS_SHOWN_OF_A_KIND if kind else DAYS_SHOWN)
    later = first + length
    context = {
        "today": today,
        "first": first,
        "later": later if later <= today + FURTHEST else None,
        "kind": kind,
        "kinds": programme.kinds_ahead(request.user, today),
        "days": programme.days_on(first, later - dt.timedelta(days=1), request.user, request.house, kind=kind),
    }
    return render(request, "activities/whats_on.html", context)


def _first_day(request: HttpRequest, today: dt.date) -> dt.date:
    """The day that the link named, within the coming year; anything odd is today."""
    with contextlib.suppress(ValueError):
        return min(max(today, DayConverter().to_python(request.GET.get("from", ""))), today + FURTHEST)
    return today


@require_safe
@requires("activities.see_whats_on")
def event(request: HttpRequest, pk: int) -> HttpResponse:
    event = get_object_or_404(Event.objects.visible_to(request.user).select_related("repeats"), pk=pk)
    card = programme.card(event, request.user, request.house)
    return render(request, "activities/event.html", {"event": event, "card": card})


@require_POST
@requires("activities.join_event")
def join_event(request: HttpRequest, pk: int) -> HttpResponse:
    """Join or leave, wait or stop waiting: one tap, and the event swaps in place."""
    event = get_object_or_404(Event.objects.visible_to(request.user), pk=pk)
    member = getattr(request.user, "member", None)
    if member is None:
        raise PermissionDenied
    try:
        messages.success(request, _join(request, event, member) % {"event": event.title})
    except Refusal as refusal:
        messages.error(request, str(refusal))
    return event_piece(request, event)


def _join(request: HttpRequest, event: Event, member) -> str:
    """Does what the button says, and answers with what became of it."""
    who = {"event": event, "member": member, "by": request.user}
    match request.POST.get("action"):
        case "sign_up":
            made = actions.join_event(**who, house=request.house)
            return _("You are coming to “%(event)s”.") if made.is_new else _("You are on “%(event)s” already.")
        case "withdraw":
            actions.leave_event(**who)
            return _("You gave your place at “%(event)s” back.")
        case "wait":
            if isinstance(actions.wait_for_event(**who), EventSignUp):
                return _("A place was free: you are coming to “%(event)s”.")
            return _("You wait for a place at “%(event)s”.")
        case "stop_waiting":
            actions.stop_waiting_for_event(**who)
            return _("You wait no more for “%(event)s”.")
    raise Refusal(_("Please use one of the buttons."))


def event_piece(request: HttpRequest, event: Event) -> HttpResponse:
    """The event as it is now, to swap in place; without JavaScript its page."""
    page = own_path(request, request.POST.get("next", "")) or reverse("activities:event", args=[event.pk])
    if not request.headers.get("HX-Request"):
        return redirect(page)
    event = get_object_or_404(Event.objects.select_related("repeats"), pk=event.pk)
    context = {"event": event, "card": programme.card(event, request.user, request.house)}
    return piece_or_page(request, "activities/_event.html", context, page=page)


@require_safe
@requires("activities.see_whats_on")
def event_poster(request: HttpRequest, pk: int) -> HttpResponse:
    """One event to print and hang up: no names, and no link to join."""
    event = get_object_or_404(Event.objects.visible_to(request.user).standing(), pk=pk)
    return render(request, "activities/event_poster.html", {"event": event})


@require_safe
@requires("activities.see_whats_on")
def whats_on_sheet(request: HttpRequest) -> HttpResponse:
    """Two weeks of events to print and hang up."""
    first = _first_day(request, timezone.localdate())
    last = first + dt.timedelta(days=DAYS_ON_PAPER - 1)
    events = Event.objects.visible_to(request.user).standing().filter(day__range=(first, last)).in_order()
    return render(request, "activities/whats_on_sheet.html", {"first": first, "last": last, "events": events})
