"""A day without the program: what is in the pack, when it was made, and taking its files."""

from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.reauthentication import did_recently_reauthenticate
from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from attendance import downtime
from attendance.actions import downtime as actions
from members.permissions import requires


@require_safe
@requires("attendance.see_downtime_pack")
def see_downtime_pack(request: HttpRequest) -> HttpResponse:
    return render(request, "attendance/see_downtime_pack.html", downtime.for_page(request.house, timezone.now()))


@require_POST
@requires("attendance.see_downtime_pack")
def make_downtime_pack(request: HttpRequest) -> HttpResponse:
    """The worker makes one within a minute."""
    if request.house.downtime_pack:
        actions.make_downtime_pack(by=request.user)
        messages.success(request, _("A new pack is on its way. Look here again in a minute."))
    return redirect("attendance:see_downtime_pack")


@require_POST
@requires("attendance.see_downtime_pack")
def take_downtime_pack(request: HttpRequest, what: str) -> HttpResponseBase:
    """One of the two files. The sealed one, though nobody reads it without the words, asks to sign in again."""
    if what == actions.CONTACTS and not did_recently_reauthenticate(request):
        messages.info(request, _("This file holds contacts. Please sign in again, then take it from here."))
        by_key_or_password = get_adapter().get_reauthentication_methods(request.user)[0]["url"]
        return redirect(f"{by_key_or_password}?next={reverse('attendance:see_downtime_pack')}")
    pack = downtime.current_pack() if request.house.downtime_pack else None
    file = pack.open(what) if pack else None
    if pack is None or file is None:
        messages.error(request, _("There is no such file now."))
        return redirect("attendance:see_downtime_pack")
    actions.take_downtime_pack(what=what, day=pack.day, by=request.user)
    name = downtime.file_name(pack.day, what)
    return FileResponse(file, as_attachment=True, filename=name, content_type="application/pdf")
