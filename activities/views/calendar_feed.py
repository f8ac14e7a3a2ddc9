"""My days in my own calendar: the page where a member makes and ends the address, and the address itself."""

import hashlib

from allauth.core.internal import ratelimit
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import get_conditional_response
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_http_methods, require_safe

from activities import actions, feed
from activities.models import CalendarFeed
from members.models import Member
from members.permissions import open_to_all, requires
from members.refusals import Refusal

# A calendar program asks a few times a day. Counted in the database cache, as signing in is (members/sign_in.py).
LIMITS = {"calendar_feed": "60/h/key", "no_calendar_feed": "30/m/ip"}


@require_http_methods(["GET", "HEAD", "POST"])
@requires("activities.edit_calendar_feed")
def edit_calendar_feed(request: HttpRequest) -> HttpResponse:
    member = getattr(request.user, "member", None)
    if member is None:
        raise PermissionDenied
    changes = {"make": _make, "off": _end, "titles": _titles}
    if change := changes.get(request.POST.get("action", "")):
        return change(request, member)
    return render(
        request, "activities/calendar_feed.html", {"feed": CalendarFeed.objects.filter(member=member).first()}
    )


@sensitive_variables("token", "address")
def _make(request: HttpRequest, member: Member) -> HttpResponse:
    """The answer is the only place where the address ever stands."""
    neutral_titles = "neutral_titles" in request.POST if "choose" in request.POST else None
    token = actions.make_calendar_feed(member=member, by=request.user, neutral_titles=neutral_titles)
    address = f"{settings.ADDRESS}{reverse('activities:calendar_feed', args=[token])}"
    context = {"address": address, "webcal": f"webcal://{address.partition('://')[2]}"}
    return render(request, "activities/calendar_address.html", context)


def _end(request: HttpRequest, member: Member) -> HttpResponse:
    actions.end_calendar_feed(member=member, by=request.user)
    messages.success(request, _("The address is switched off. Calendars that had it read nothing more."))
    return redirect("activities:edit_calendar_feed")


def _titles(request: HttpRequest, member: Member) -> HttpResponse:
    try:
        actions.edit_calendar_feed(member=member, by=request.user, neutral_titles="neutral_titles" in request.POST)
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Saved."))
    return redirect("activities:edit_calendar_feed")


@sensitive_variables("token")
@require_safe
@open_to_all
def calendar_feed(request: HttpRequest, token: str) -> HttpResponse:
    """The days of whoever made this address. One that ended and one that never was answer alike, to the byte."""
    now = timezone.now()
    found = CalendarFeed.objects.for_token(token).answering(request.house.day_of(now)).select_related("member").first()
    if found is None:
        is_too_often = _is_too_often(request, "no_calendar_feed")
        return HttpResponse(_("Nothing is here."), "text/plain; charset=utf-8", status=429 if is_too_often else 404)
    if _is_too_often(request, "calendar_feed", key=str(found.pk)):
        return HttpResponse(_("Please ask less often."), "text/plain; charset=utf-8", status=429)
    body = feed.calendar_of(found, request.house, now)
    response = HttpResponse(body, "text/calendar; charset=utf-8")
    response["ETag"] = f'"{hashlib.sha256(body).hexdigest()}"'
    response["Cache-Control"] = "private, no-cache"
    response["Content-Disposition"] = 'inline; filename="my-days.ics"'
    return get_conditional_response(request, etag=response["ETag"], response=response) or response


def _is_too_often(request: HttpRequest, action: str, key: str | None = None) -> bool:
    usage = ratelimit.consume(request, app="activities", action=action, config=LIMITS, key=key, limit_get=True)
    return usage is None
