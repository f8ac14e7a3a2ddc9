"""Time away: a stretch at home or in hospital, said by the member or by staff at their word."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from attendance import actions
from attendance.actions.times_away import standing
from attendance.forms.times_away import TimeAwayForm
from attendance.models import TimeAway
from members.actions import look_at_member
from members.models import Member
from members.permissions import requires
from members.refusals import Refusal

EARLIER = 3  # on a page


@require_http_methods(["GET", "HEAD", "POST"])
@requires("attendance.set_time_away")
def my_time_away(request: HttpRequest) -> HttpResponse:
    """My own, and what was written before: whatever is written about a member they can read."""
    member = request.user.person
    if not isinstance(member, Member):
        raise Http404
    over = TimeAway.objects.filter(member=member, until_on__lt=timezone.localdate()).order_by("-until_on", "-pk")
    earlier = Paginator(over.select_related("by__member", "by__staff"), EARLIER).get_page(request.GET.get("page"))
    more = {"is_mine": True, "earlier": earlier}
    return _time_away(request, member, more, "attendance:my_time_away")


@require_http_methods(["GET", "HEAD", "POST"])
@requires("attendance.set_time_away")
def member_time_away(request: HttpRequest, pk: int) -> HttpResponse:
    """A member's, as staff write it down at their word. What is over stands here no more."""
    if not request.user.has_perm("members.see_member"):
        raise PermissionDenied
    member = get_object_or_404(Member.objects.visible_to(request.user), pk=pk)
    if request.method != "POST":
        look_at_member(member=member, by=request.user)
    return _time_away(request, member, {}, "members:member", pk)


def _time_away(request: HttpRequest, member: Member, more: dict, *then) -> HttpResponse:
    today = timezone.localdate()
    away, is_mine = standing(member, today), "is_mine" in more
    if request.method == "POST" and request.POST.get("action") == "end":
        actions.end_time_away(member=member, by=request.user)
        messages.success(request, _("Saved. Good to have you back!") if is_mine else _("Saved."))
        return redirect(*then)
    form = TimeAwayForm(request.POST if request.method == "POST" else None, away=away, today=today)
    if request.method == "POST" and form.is_valid():
        try:
            actions.set_time_away(member=member, by=request.user, **form.cleaned_data)
        except Refusal as refusal:
            form.add_error(refusal.field, str(refusal))
        else:
            messages.success(request, _("Saved. We think of you.") if is_mine else _("Saved."))
            return redirect(*then)
    context = {"member": member, "away": away, "form": form, **more}
    return render(request, "attendance/time_away.html", context, status=422 if form.errors else 200)
