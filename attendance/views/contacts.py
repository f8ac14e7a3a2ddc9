"""A reach-out that was made elsewhere is written down, and one that was not so is taken back."""

import uuid

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from attendance import actions
from attendance.forms.contacts import AddReachOutForm
from attendance.forms.reach_out_log import FindMemberForm
from attendance.models import ReachOut
from members.actions import look_at_member
from members.models import Member
from members.permissions import requires
from members.refusals import Refusal


@require_http_methods(["GET", "HEAD", "POST"])
@requires("attendance.add_reach_out")
def add_reach_out(request: HttpRequest) -> HttpResponse:
    """Whom it was with. Posted, so that no name stands in an address."""
    form = FindMemberForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        return redirect("attendance:add_reach_out_with", form.meant.sure.pk)
    return render(request, "attendance/find_member.html", {"form": form}, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@requires("attendance.add_reach_out")
def add_reach_out_with(request: HttpRequest, pk: int) -> HttpResponse:
    member = get_object_or_404(Member.objects.visible_to(request.user), pk=pk)
    data = request.POST if request.method == "POST" else None
    around = {"today": timezone.localdate(), "zone": request.house.zone, "initial": {"key": uuid.uuid4()}}
    form = AddReachOutForm(data, member=member, **around)
    if data is not None and form.is_valid():
        try:
            form.store(member=member, by=request.user)
        except Refusal as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
        else:
            messages.success(request, _("Saved. %(name)s can read it.") % {"name": member})
            return redirect("attendance:member_reach_outs", pk)
    look_at_member(member=member, by=request.user)
    context = {"member": member, "form": form}
    return render(request, "attendance/add_reach_out.html", context, status=422 if form.errors else 200)


@require_POST
@requires("attendance.log_reach_out")
def take_back_reach_out(request: HttpRequest, pk: int) -> HttpResponse:
    """One's own; who may open the member's page, every one: also at the member's word."""
    every, sees_all = ReachOut.objects.all(), request.user.has_perm("members.see_member")
    row = get_object_or_404(every if sees_all else every.filter(by=request.user.pk), pk=pk)
    actions.take_back_reach_out(reach_out=row, by=request.user)
    messages.success(request, _("Taken back."))
    if request.POST.get("then") == "member" and sees_all:
        return redirect("attendance:member_reach_outs", row.member_id)
    return redirect("attendance:reach_out_log")
