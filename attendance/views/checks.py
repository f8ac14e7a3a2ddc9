"""What needs a look, each with two ways out: it is right, or it is put right."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from attendance import actions
from attendance.checks import MOST_COUNTED, checks, how_many, missing, odd_visits
from attendance.models import Mark, Visit
from clubhouse.htmx import piece_or_page
from members.permissions import requires
from members.refusals import Refusal

ON_A_PAGE = 30


@require_safe
@requires("attendance.see_checks")
def see_checks(request: HttpRequest) -> HttpResponse:
    now = timezone.now()
    visits = odd_visits(request.house, now).select_related("member", "unit").order_by("-day", "-arrived_at", "-pk")
    page = Paginator(visits, ON_A_PAGE).get_page(request.GET.get("page"))
    context = {"page": page, "checks": checks(page.object_list), "missing": missing(request.house, now)}
    return render(request, "attendance/needs_a_look.html", context)


@require_safe
@requires("attendance.see_checks")
def count_checks(request: HttpRequest) -> HttpResponse:
    """The number beside the link, asked for after the page is there, so that arrivals never wait for it."""
    context = {"count": how_many(request.house, timezone.now()), "most": MOST_COUNTED}
    return render(request, "attendance/_check_count.html", context)


@require_POST
@requires("attendance.correct_visit")
def confirm_visit(request: HttpRequest, pk: int) -> HttpResponse:
    """Somebody looked: it is right."""
    visit = get_object_or_404(Visit.objects.visible_to(request.user).select_related("member"), pk=pk)
    context: dict = {"visit": visit}
    try:
        context["visit"] = actions.confirm_visit(visit=visit, seen=request.POST.get("seen", ""), by=request.user)
        context["is_right"] = True
        messages.success(request, _("Saved. The visit of %(name)s is right as it is.") % {"name": visit.member})
    except Refusal as refusal:
        messages.error(request, str(refusal))
    return piece_or_page(request, "attendance/_checked.html", context, page=reverse("attendance:see_checks"))


@require_POST
@requires("attendance.see_checks")
def settle_leaving(request: HttpRequest, pk: int) -> HttpResponse:
    """A leaving at the door by somebody who had not arrived: nothing is missing."""
    mark = get_object_or_404(Mark.objects.select_related("member"), pk=pk, visit=None, action=Mark.Action.LEAVE)
    actions.settle_leaving(mark=mark, by=request.user)
    messages.success(request, _("Saved. Nothing is missing for %(name)s.") % {"name": mark.member})
    return redirect("attendance:see_checks")
