"""What may leave the house: figures by group, and figures for research once the house meeting decided it."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from attendance import actions
from attendance.exports import breakdown as breakdown_files
from attendance.exports import research as research_files
from attendance.forms.decisions import RecordDecisionForm
from attendance.models import HouseDecision, ReportFile
from attendance.outside import times_near
from attendance.report_page import LONGEST
from attendance.reports.breakdown import NOT_OVER, Breakdown, may_leave
from attendance.reports.breakdown import breakdown as count_groups
from attendance.reports.causes import who
from attendance.reports.research import research as count_for_research
from attendance.views.report_files import attachment, made_later
from clubhouse.spans import Span
from members.permissions import requires
from members.refusals import Refusal

What = ReportFile.What


@require_safe
@requires("attendance.export_breakdown")
def breakdown(request: HttpRequest, span: Span) -> HttpResponse:
    """Members by group, small numbers hidden; or a sentence that says why there are no figures."""
    words = {"how_to_read": breakdown_files.how_to_read(), "hidden": breakdown_files.HIDDEN}
    context = words | _around(request, span)
    return render(request, "attendance/breakdown.html", context)


@require_safe
@requires("attendance.export_breakdown")
def export_breakdown(request: HttpRequest, span: Span, format: str) -> HttpResponse:
    """The figures as a file. Where there are none, or where it takes long, the page says so."""
    found = count_groups(span) if span.days <= LONGEST else None
    if found is None or found.withheld:
        return redirect("attendance:breakdown", span)
    return attachment(breakdown_files.export_breakdown(found, format), What.BREAKDOWN, format, span)


@require_POST
@requires("attendance.export_breakdown")
def ask_for_breakdown(request: HttpRequest, span: Span) -> HttpResponse:
    """Figures of many years: the worker makes the file."""
    format = request.POST.get("format", "")
    if format not in breakdown_files.FORMATS or not may_leave(span):
        return redirect("attendance:breakdown", span)
    return _made_later(request, What.BREAKDOWN, format, span)


@require_http_methods(["GET", "HEAD", "POST"])
@requires("attendance.export_research")
def export_research(request: HttpRequest, span: Span) -> HttpResponse:
    """Asks for a format and gives the file, written down in the name of the house's decision."""
    format = request.POST.get("format", "")
    if request.method == "POST" and format in research_files.FORMATS:
        return _research(request, span, format)
    decision = HouseDecision.objects.in_force(timezone.localdate()).first()
    return render(request, "attendance/research.html", {"decision": decision, **_around(request, span)})


@require_http_methods(["GET", "HEAD", "POST"])
@requires("attendance.record_decision")
def decisions(request: HttpRequest) -> HttpResponse:
    """What house meetings decided about the figures, the latest first."""
    form = RecordDecisionForm(request.POST or None, initial={"decided_on": timezone.localdate()})
    if request.method == "POST" and form.is_valid():
        try:
            form.store(by=request.user)
        except Refusal as refusal:
            form.add_error(refusal.field, str(refusal))
        else:
            messages.success(request, _("Saved."))
            return redirect("attendance:decisions")
    names = request.user.has_perm("attendance.see_visits_behind")
    found = [
        (decision, who(decision.recorded_by, names=names or decision.recorded_by == request.user))
        for decision in HouseDecision.objects.select_related("recorded_by__member", "recorded_by__staff")
    ]
    return render(request, "attendance/decisions.html", {"form": form, "decisions": found})


@require_POST
@requires("attendance.record_decision")
def take_back_decision(request: HttpRequest, pk: int) -> HttpResponse:
    actions.take_back_decision(decision=get_object_or_404(HouseDecision, pk=pk), by=request.user)
    messages.success(request, _("Taken back. It holds no more from now on."))
    return redirect("attendance:decisions")


def _research(request: HttpRequest, span: Span, format: str) -> HttpResponse:
    """The file; or the page again, where a sentence stands why not."""
    at_once = span.days <= LONGEST
    found = count_for_research(span) if at_once else None
    if found.withheld if found else not may_leave(span):
        return redirect("attendance:export_research", span)
    if found is None:
        return _made_later(request, What.RESEARCH, format, span)
    try:
        actions.give_research(span=span, format=format, by=request.user)
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return redirect("attendance:export_research", span)
    return attachment(research_files.export_research(found, format), What.RESEARCH, format, span)


def _made_later(request: HttpRequest, what: str, format: str, span: Span) -> HttpResponse:
    try:
        return made_later(request, what=what, format=format, span=span)
    except Refusal as refusal:
        messages.error(request, str(refusal))
    return redirect("attendance:report_files")


def _around(request: HttpRequest, span: Span) -> dict:
    """What each of these pages needs: whether there are figures, and of which other times."""
    house, found = request.house, count_groups(span) if span.days <= LONGEST else None
    why = breakdown_files.why_withheld(found) if found else ""
    if found is None and not may_leave(span):
        why = breakdown_files.why_withheld(Breakdown(house.name, span, NOT_OVER))
    times = times_near(span, house.day_of(timezone.now()), house.fiscal_year_starts_in)
    return {"span": span, "found": found, "why": why, "times": times}
