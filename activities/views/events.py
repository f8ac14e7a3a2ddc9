"""Posting an event and changing it, and the list for rides."""

import contextlib
import datetime as dt

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from activities import actions
from activities.forms.events import EditEventForm, OfferRideForm, PostEventForm
from activities.models import Event
from activities.views.whats_on import event_piece
from clubhouse.converters import DayConverter
from members.permissions import requires
from members.refusals import Refusal


@require_http_methods(["GET", "HEAD", "POST"])
@requires("activities.post_event")
def post_event(request: HttpRequest) -> HttpResponse:
    """Post an event: once, or again by a rule."""
    form = PostEventForm(request.POST or None, initial={"day": _asked_for(request), "sort": Event.Sort.SOCIAL})
    if form.is_valid():
        try:
            event = actions.post_event(**form.cleaned_data, by=request.user)
        except Refusal as refusal:
            form.add_error(refusal.field, str(refusal))
        else:
            messages.success(request, _("“%(event)s” is on the list.") % {"event": event.title})
            return redirect("activities:event", event.pk)
    return render(request, "activities/post_event.html", {"form": form})


def _asked_for(request: HttpRequest) -> dt.date:
    """The day that the link to the form named; anything odd is today."""
    today = timezone.localdate()
    with contextlib.suppress(ValueError):
        return max(today, DayConverter().to_python(request.GET.get("day", "")))
    return today


@require_http_methods(["GET", "HEAD", "POST"])
@requires("activities.post_event")
def edit_event(request: HttpRequest, pk: int) -> HttpResponse:
    """Change one day's event."""
    event = _changeable(request, pk)
    form = EditEventForm(request.POST or None, instance=_changeable(request, pk))
    if form.is_valid():
        try:
            event = actions.edit_event(event=event, **form.cleaned_data, by=request.user)
        except Refusal as refusal:
            form.add_error(refusal.field, str(refusal))
        else:
            messages.success(request, _("“%(event)s” is changed.") % {"event": event.title})
            return redirect("activities:event", event.pk)
    return render(request, "activities/edit_event.html", {"form": form, "event": event})


def _changeable(request: HttpRequest, pk: int) -> Event:
    """What is not over: what a past evening was stays as it was."""
    events = Event.objects.changeable_by(request.user).select_related("repeats")
    event = get_object_or_404(events, pk=pk)
    if event.finishes_at(request.house) <= timezone.now():
        raise Http404
    return event


@require_POST
@requires("activities.post_event")
def call_off_event(request: HttpRequest, pk: int) -> HttpResponse:
    event = actions.call_off_event(event=_changeable(request, pk), by=request.user)
    undo = reverse("activities:put_back_event", args=[event.pk])
    messages.success(request, _("“%(event)s” is called off.") % {"event": event.title}, extra_tags=undo)
    return redirect("activities:event", event.pk)


@require_POST
@requires("activities.post_event")
def put_back_event(request: HttpRequest, pk: int) -> HttpResponse:
    event = actions.put_back_event(event=_changeable(request, pk), by=request.user)
    messages.success(request, _("“%(event)s” takes place again.") % {"event": event.title})
    return redirect("activities:event", event.pk)


@require_POST
@requires("activities.post_event")
def stop_repeating_event(request: HttpRequest, pk: int) -> HttpResponse:
    """The event of this day is the last one of its kind."""
    event = _changeable(request, pk)
    if event.repeats:
        actions.stop_repeating_event(repeats=event.repeats, last_day=event.day, by=request.user)
        messages.success(request, _("“%(event)s” repeats no more after this day.") % {"event": event.title})
    return redirect("activities:edit_event", event.pk)


@require_POST
@requires("activities.post_event")
def repeat_event_again(request: HttpRequest, pk: int) -> HttpResponse:
    event = _changeable(request, pk)
    if event.repeats:
        actions.repeat_event_again(repeats=event.repeats, by=request.user)
        messages.success(request, _("“%(event)s” repeats again.") % {"event": event.title})
    return redirect("activities:edit_event", event.pk)


@require_POST
@requires("activities.share_ride")
def share_ride(request: HttpRequest, pk: int) -> HttpResponse:
    """Offer seats or take them back; look for a seat, take one, give it back. One tap each."""
    event = get_object_or_404(Event.objects.visible_to(request.user), pk=pk)
    try:
        messages.success(request, _share(request, event))
    except Refusal as refusal:
        messages.error(request, str(refusal))
    return event_piece(request, event)


def _share(request: HttpRequest, event: Event) -> str:
    """Does what the button says, and answers with what became of it."""
    match request.POST.get("action"):
        case "offer":
            form = OfferRideForm(request.POST)
            if not form.is_valid():
                raise Refusal(str(form.errors["seats"][0]))
            actions.offer_ride(event=event, seats=form.cleaned_data["seats"], by=request.user)
            return _("Your seats are on the list. Thank you.")
        case "take_back":
            actions.take_back_ride(event=event, by=request.user)
            return _("Your seats are off the list.")
    member = getattr(request.user, "member", None)
    if member is None:
        raise PermissionDenied
    who = {"event": event, "member": member, "by": request.user}
    match request.POST.get("action"):
        case "look":
            actions.look_for_seat(**who)
            return _("You are on the list of people who look for a seat.")
        case "give_back":
            actions.give_back_seat(**who)
            return _("You are off the list for rides.")
        case "take_seat" if request.POST.get("ride", "").isdecimal() and len(request.POST["ride"]) < 12:
            actions.take_seat(**who, ride_pk=int(request.POST["ride"]))
            return _("You have a seat. Talk to each other about where and when.")
    raise Refusal(_("Please use one of the buttons."))
