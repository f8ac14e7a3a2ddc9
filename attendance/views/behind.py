"""What stands behind a figure: its days, for everybody; the visits of a day, for those who may read names."""

import datetime as dt

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from activities.models import Event
from attendance import report_page
from attendance import reports as count
from attendance.reports.behind import Opened
from attendance.reports.behind_table import opened
from clubhouse.spans import Span
from members.permissions import requires

MEMBERS_ON_A_PAGE = 60


@require_safe
@requires("attendance.see_days_behind")
def figure(request: HttpRequest, span: Span, figure: str) -> HttpResponse:
    """The days of a figure; who is counted only for those who may read names."""
    report = _report_of(span)
    part = request.GET.get("part", "")
    parts = [it for it in count.figures(report) if it.key == figure and it.filter] if not part else []
    it = opened(report, figure, part)
    if it is None and not parts:
        raise Http404
    context = {
        "span": span,
        "it": it,
        "parts": parts,
        "name": it.figure.label if it else parts[0].label,
        "definition": it.figure.definition if it else parts[0].definition,
        "members": _members(request, it) if it else None,
        "events": _events(it) if it else [],
    }
    return render(request, "attendance/figure.html", context)


@require_safe
@requires("attendance.see_visits_behind")
def figure_visits(request: HttpRequest, span: Span, figure: str, day: dt.date) -> HttpResponse:
    """The visits, or reach-outs, of one day of a figure."""
    it = opened(_report_of(span), figure, request.GET.get("part", ""))
    line = next((line for line in it.days if line.day == day), None) if it and it.has_names else None
    if it is None or line is None:
        raise Http404
    days = [line.day for line in it.days]
    at = days.index(day)
    context = {
        "span": span,
        "it": it,
        "line": line,
        "visits": it.visits_of(day),
        "reach_outs": it.reach_outs_of(day),
        "before": days[at - 1] if at else None,
        "after": days[at + 1] if at + 1 < len(days) else None,
    }
    return render(request, "attendance/figure_visits.html", context)


def _report_of(span: Span) -> count.Report:
    if span.days > report_page.LONGEST:
        raise Http404
    return count.report_of(span)


def _members(request: HttpRequest, it: Opened):
    """A page of whom the figure counts, in the order of their names."""
    if it.members is None or not request.user.has_perm("attendance.see_visits_behind"):
        return None
    members = it.members.order_by("first_name", "last_name", "pk")
    return Paginator(members, MEMBERS_ON_A_PAGE).get_page(request.GET.get("page"))


def _events(it: Opened) -> list[Event]:
    """Which they are, where the figure counts events: everybody may read what was on."""
    if it.behind.leads_to != "events":
        return []
    return list(Event.objects.standing().filter(day__range=it.scope.days).in_order())
