"""The report as files that are more than a link: with members by name, and of more than a year at once."""

from allauth.account.decorators import reauthentication_required
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from attendance import exports, report_files, report_page
from attendance import reports as count
from attendance.actions import report_files as actions
from attendance.forms.report_files import ExportReportWithNamesForm
from attendance.models import ReportFile
from attendance.reports.by_member import by_member
from clubhouse.spans import Span
from members.permissions import requires
from members.refusals import Refusal

What = ReportFile.What


@require_http_methods(["GET", "HEAD", "POST"])
@requires("attendance.export_names")
@reauthentication_required
def export_report_with_names(request: HttpRequest, span: Span) -> HttpResponse:
    """The workbook with a sheet of members: a year comes at once, more is made by the worker."""
    form = ExportReportWithNamesForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            return _with_names(request, span, form.cleaned_data["why"])
        except Refusal as refusal:
            form.add_error(refusal.field, str(refusal))
    context = {"form": form, "span": span}
    return render(request, "attendance/export_report_with_names.html", context, status=422 if form.errors else 200)


def _with_names(request: HttpRequest, span: Span, why: str) -> HttpResponse:
    wish = {"what": What.REPORT_WITH_NAMES, "format": "xlsx", "span": span, "why": why, "by": request.user}
    if span.days > report_page.LONGEST:
        actions.ask_for_file(**wish)
        return _it_waits(request)
    actions.export_names(**wish)
    paper = exports.Letterhead.of(request.house).paper
    content = exports.export_report_with_names(count.report_of(span), by_member(span), paper=paper)
    return exports.attachment(content, report_files.file_name(What.REPORT_WITH_NAMES, span, "xlsx"), "xlsx")


@require_POST
@requires("attendance.export_monthly_report")
def make_report_file(request: HttpRequest, span: Span, format: str) -> HttpResponse:
    """A report too long for a page, without names."""
    if format not in exports.FORMATS:
        raise Http404
    try:
        actions.ask_for_file(what=What.REPORT, format=format, span=span, by=request.user)
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return redirect("attendance:report_files")
    return _it_waits(request)


def _it_waits(request: HttpRequest) -> HttpResponse:
    messages.success(request, _("Your file is being made. You can go on with other things; it waits for you here."))
    return redirect("attendance:report_files")
