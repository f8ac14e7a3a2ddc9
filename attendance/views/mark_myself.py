"""A member's own phone, where the house allows it: I'm here, I'm leaving, and for a while: undo."""

import datetime as dt
import uuid

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Max
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from activities.models import Unit
from attendance import actions
from attendance.forms import MarkMyselfForm
from attendance.models import Kind, Mark, Visit
from attendance.own_day import own_day
from clubhouse.clock import time_words
from members.models import Member
from members.permissions import requires
from members.refusals import Refusal


@require_http_methods(["GET", "HEAD", "POST"])
@requires("attendance.mark_myself")
def mark_myself(request: HttpRequest) -> HttpResponse:
    """About whoever is signed in, whatever else is sent."""
    member = getattr(request.user, "member", None)
    if member is None:
        raise PermissionDenied
    status = 200
    if request.method == "POST":
        try:
            mark = MarkMyselfForm(request.POST).store(member=member, by=request.user)
        except Refusal as refusal:
            status = 409 if isinstance(refusal, actions.KeyAlreadyUsed) else 422
            messages.error(request, str(refusal))
        else:
            messages.success(request, _said(mark, member, request.house.returned_after_days))
            return redirect("attendance:mark_myself")
    return render(request, "attendance/mark_myself.html", _page(request, member), status=status)


def _page(request: HttpRequest, member: Member) -> dict:
    day = own_day(member, request.user, timezone.now())
    places = {kind: place for place, kind in MarkMyselfForm.KINDS.items()}
    place = places.get(Kind(day.visit.kind), MarkMyselfForm.HOUSE) if day.visit else MarkMyselfForm.HOUSE
    return {
        "own": day,
        "key": uuid.uuid4(),
        "places": MarkMyselfForm.PLACES.items(),
        "place": place,
        "place_name": MarkMyselfForm.PLACES[place],
        "units": Unit.objects.all() if day.can_change else [],
    }


def _said(mark: Mark | None, member: Member, returned_after_days: int) -> str:
    """The sentence after the commit."""
    visit = mark.visit if mark else None
    if mark is None:
        return _("Saved.")
    if mark.action == Mark.Action.UNDO:
        is_back = visit is not None and visit.ending == Visit.Ending.HERE
        return _("Undone. You are here again.") if is_back else _("Undone.")
    if visit is None:
        return _("This was saved and then undone.")
    if mark.action == Mark.Action.LEAVE:
        return _("Saved. You left at %(time)s. See you soon!") % {"time": time_words(mark.at)}
    before = Visit.objects.filter(member=member, day__lt=visit.day).aggregate(on=Max("day"))["on"]
    if before and visit.day - before >= dt.timedelta(days=returned_after_days):
        return _("Saved. Welcome back! We are glad that you are here.")
    return _("Saved. Good to have you here.")
