"""What was written down about reach-outs: for the house, with one member, and for the member."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from attendance import actions
from attendance.forms import RequestCorrectionForm
from attendance.forms.reach_out_log import LogFilterForm
from attendance.models import ReachOut
from attendance.reach_out_log import colleagues, seen_by, this_month, written
from attendance.report_page import says
from clubhouse.spans import Span
from members.actions import look_at_member
from members.models import Member
from members.permissions import requires
from members.refusals import Refusal

ON_A_PAGE = 30
OWN_ON_A_PAGE = 4  # each has its link, and a member's page has seven at most


@require_safe
@requires("attendance.see_reach_out_log")
def reach_out_log(request: HttpRequest) -> HttpResponse:
    """Of the house, of a unit, of a colleague; with this month in figures."""
    form = LogFilterForm(request.GET, colleagues=colleagues())
    unit, by = form.chosen.values()
    rows = seen_by(request.user, timezone.localdate())
    rows = rows.made_in(unit) if unit else rows
    rows = rows.filter(by=by) if by else rows
    month, figures = this_month(request.house, timezone.localdate(), unit)
    by_channel = figures.by_channel.items() if figures else ()
    context = {
        "form": form,
        "unit": unit,
        "page": Paginator(rows, ON_A_PAGE).get_page(request.GET.get("page")),
        "figures": figures,
        "span": Span.of(month),
        "channels": [(ReachOut.Channel(name).label, count) for name, count in by_channel],
        "says": says()["reach_out"],
    }
    return render(request, "attendance/reach_out_log.html", context)


@require_safe
@requires("members.see_member")
def member_reach_outs(request: HttpRequest, pk: int) -> HttpResponse:
    """Everything written about reach-outs with one member; they see that somebody looked."""
    member = get_object_or_404(Member.objects.visible_to(request.user), pk=pk)
    look_at_member(member=member, by=request.user)
    page = Paginator(written(member), ON_A_PAGE).get_page(request.GET.get("page"))
    return render(request, "attendance/member_reach_outs.html", {"member": member, "page": page})


@require_safe
@requires("attendance.see_my_reach_outs")
def my_reach_outs(request: HttpRequest) -> HttpResponse:
    """Who was in touch with me and what was written, to the last word (must-never 5)."""
    member = _own_member(request)
    page = Paginator(written(member), OWN_ON_A_PAGE).get_page(request.GET.get("page"))
    return render(request, "attendance/my_reach_outs.html", {"page": page})


@require_http_methods(["GET", "HEAD", "POST"])
@requires("attendance.request_correction")
def correct_my_reach_out(request: HttpRequest, pk: int) -> HttpResponse:
    """What is not right about it, in the member's words: staff read them among the days to put right."""
    member = _own_member(request)
    row = get_object_or_404(written(member), pk=pk)
    form = RequestCorrectionForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        words, day = form.cleaned_data["words"], request.house.day_of(row.at)
        try:
            actions.request_correction(member=member, day=day, words=words, by=request.user)
        except Refusal as refusal:
            form.add_error("words", str(refusal))
        else:
            messages.success(request, _("Thank you. A colleague reads it and answers here."))
            return redirect("my_visits")
    context = {"row": row, "form": form}
    return render(request, "attendance/correct_my_reach_out.html", context, status=422 if form.errors else 200)


def _own_member(request: HttpRequest) -> Member:
    if not isinstance(request.user.person, Member):
        raise Http404
    return request.user.person
