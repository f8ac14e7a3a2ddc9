"""Closing a month, opening it again, and the report as it was when it was closed."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from attendance import actions, exports
from attendance import reports as count
from attendance.forms import ReopenMonthForm
from attendance.models import MonthClosing
from clubhouse.converters import Month
from members.models import User
from members.permissions import requires
from members.refusals import Refusal


def closing_of(report: count.Report, user: User, begin: Month | None) -> dict:
    """What the page of a month says about its closing; nothing for a time that is no month."""
    month = report.span.month
    if month is None:
        return {}
    state = count.month_state(report, month, user, begin)
    return {"month_state": state, "as_closed_formats": list(exports.FORMATS) if state.in_every_format else ["json"]}


def closings_of(lines: list[count.Headline], latest: Month | None, begin: Month | None) -> dict:
    """What the list of months says about them: closed, revised since, and whether the `latest` waits for it."""
    closed = count.closed_months(lines)
    return {
        "closed": closed,
        "revised": {month for month, is_revised in closed.items() if is_revised},
        "may_be_closed": bool(latest and begin and begin <= latest and latest not in closed),
    }


def counted(month: Month) -> bytes:
    """What is kept of a month that is closed."""
    return exports.to_json(count.monthly_report(month))


@require_POST
@requires("attendance.close_month")
def close_month(request: HttpRequest, month: Month) -> HttpResponse:
    try:
        actions.close_month(month=month, counted=counted, by=request.user)
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Closed. The figures are kept as they stand now."))
    return redirect("attendance:report", month)


@require_http_methods(["GET", "HEAD", "POST"])
@requires("attendance.close_month")
def reopen_month(request: HttpRequest, month: Month) -> HttpResponse:
    """Asks why."""
    form = ReopenMonthForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.reopen_month(month=month, why=form.cleaned_data["why"], by=request.user)
        except Refusal as refusal:
            form.add_error("why", str(refusal))
        else:
            messages.success(request, _("The month is open again. What was closed is kept beside it."))
            return redirect("attendance:report", month)
    status = 422 if request.method == "POST" else 200
    return render(request, "attendance/reopen_month.html", {"month": month, "form": form}, status=status)


@require_safe
@requires("attendance.export_monthly_report")
def export_as_closed(request: HttpRequest, month: Month, format: str) -> HttpResponse:
    """The report as it was told when the month was closed; no names in it."""
    if format not in exports.FORMATS:
        raise Http404
    closing = get_object_or_404(MonthClosing.objects.standing(), first_on=month.first)
    if format == "json":
        content = closing.report.encode()
    elif count.same_words(closing.report):
        report = count.read_report(closing.report)
        content = exports.export_report(report, format, exports.Letterhead.of(request.house))
    else:
        raise Http404
    return exports.attachment(content, f"monthly-report-{month}-as-closed.{format}", format)
