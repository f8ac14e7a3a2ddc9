"""Taking a span along as files: names at once or later, and the list of one's own files that take long."""

from allauth.account.adapter import get_adapter
from allauth.account.decorators import reauthentication_required
from allauth.account.internal.flows.reauthentication import did_recently_reauthenticate
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from attendance import exports, report_page
from attendance import report_files as making
from attendance import reports as count
from attendance.actions import report_files as actions
from attendance.exports.roster import export_roster
from attendance.forms.report_files import ExportNamesForm, ExportReportWithNamesForm, TakeAlongForm
from attendance.models import ReportFile
from attendance.reports.by_member import by_member
from attendance.reports.roster import Roster
from clubhouse.spans import Span
from members.permissions import requires
from members.refusals import Refusal

What = ReportFile.What


@require_http_methods(["GET", "HEAD", "POST"])
@requires("attendance.export_monthly_report")
def take_along(request: HttpRequest, span: Span) -> HttpResponse:
    """What there is to take, with names and without. The report itself comes at once, or from the worker."""
    form = TakeAlongForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        format = form.cleaned_data["format"]
        if span.days <= report_page.LONGEST:
            return attachment(_report(request, span, format), What.REPORT, format, span)
        try:
            return made_later(request, what=What.REPORT, format=format, span=span)
        except Refusal as refusal:
            form.add_error(None, str(refusal))
    is_for_outside = span.is_for_outside and span.last < timezone.localdate()
    context = {
        "form": form, "span": span, "is_long": span.days > report_page.LONGEST, "is_for_outside": is_for_outside,
    }  # fmt: skip
    return render(request, "attendance/take_along.html", context, status=422 if form.errors else 200)


def _report(request: HttpRequest, span: Span, format: str) -> bytes:
    return exports.export_report(count.report_of(span), format, exports.Letterhead.of(request.house))


@require_http_methods(["GET", "HEAD", "POST"])
@requires("attendance.export_names")
@reauthentication_required
def export_names(request: HttpRequest, span: Span) -> HttpResponse:
    """The attendance roster: few visits come at once, many are made by the worker."""
    form = ExportNamesForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            return _roster(request, span, **form.cleaned_data)
        except Refusal as refusal:
            form.add_error(refusal.field, str(refusal))
    roster = Roster(span)
    context = {"form": form, "span": span, "roster": roster, "count": roster.count()}
    return render(request, "attendance/export_names.html", context, status=422 if form.errors else 200)


def _roster(request: HttpRequest, span: Span, format: str, why: str) -> HttpResponse:
    roster = Roster(span)
    if roster.count() > making.MOST_AT_ONCE:
        return made_later(request, what=What.ROSTER, format=format, span=span, why=why)
    actions.export_names(what=What.ROSTER, format=format, span=span, why=why, by=request.user)
    return attachment(export_roster(roster, format), What.ROSTER, format, span)


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
    wish = {"what": What.REPORT_WITH_NAMES, "format": "xlsx", "span": span, "why": why}
    if span.days > report_page.LONGEST:
        return made_later(request, **wish)
    actions.export_names(**wish, by=request.user)
    paper = exports.Letterhead.of(request.house).paper
    content = exports.export_report_with_names(count.report_of(span), by_member(span), paper=paper)
    return attachment(content, What.REPORT_WITH_NAMES, "xlsx", span)


def made_later(request: HttpRequest, **wish) -> HttpResponse:
    """Asks the worker, and leads to one's files. Raises what `ask_for_file` refuses with."""
    actions.ask_for_file(**wish, by=request.user)
    messages.success(request, _("Your file is being made. You can go on with other things; it waits for you here."))
    return redirect("attendance:report_files")


def attachment(content: bytes, what: str, format: str, span: Span) -> HttpResponse:
    return exports.attachment(content, making.file_name(what, span, format), format)


@require_safe
@requires("attendance.see_report_files")
def report_files(request: HttpRequest) -> HttpResponse:
    """One's own files. While one is in the making the page asks for its list again by itself."""
    files = list(ReportFile.objects.visible_to(request.user).not_over(timezone.now()))
    ready = sum(file.state == ReportFile.State.READY for file in files)
    in_the_making = [file for file in files if file.is_in_the_making]
    context = {
        "lines": [_line(file) for file in files],
        "in_the_making": bool(in_the_making),
        "is_stuck": making.is_stuck(in_the_making),
        "ready": ready,
        "is_news": request.GET.get("ready", str(ready)) != str(ready),
    }
    piece = request.headers.get("HX-Request")
    return render(request, f"attendance/{'_my_files' if piece else 'my_files'}.html", context)


def _line(file: ReportFile) -> dict:
    return {"file": file, "name": making.file_name(file.what, file.span, file.format)}


@require_safe
@requires("attendance.see_report_files")
def report_file(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The file itself, for its owner, for a day. With names in it, it asks to sign in again."""
    file = get_object_or_404(ReportFile.objects.visible_to(request.user).ready(timezone.now()), pk=pk)
    if not request.user.has_perm(actions.PERMISSIONS[What(file.what)]):
        raise PermissionDenied
    if file.what in actions.WITH_NAMES and not did_recently_reauthenticate(request):
        messages.info(request, _("This file holds names. Please sign in again, then take it from the list."))
        by_key_or_password = get_adapter().get_reauthentication_methods(request.user)[0]["url"]
        return redirect(f"{by_key_or_password}?next={reverse('attendance:report_files')}")
    try:
        return _stored(request, file)
    except FileNotFoundError:
        messages.error(request, _("This file is not here any more. Please ask for it again."))
    except Refusal as refusal:
        messages.error(request, str(refusal))
    return redirect("attendance:report_files")


def _stored(request: HttpRequest, file: ReportFile) -> FileResponse:
    """Opened before it is written down: what is not here any more is taken by nobody."""
    name, stored = making.file_name(file.what, file.span, file.format), making.path_of(file).open("rb")
    try:
        actions.fetch_file(file=file, by=request.user)
    except Refusal:
        stored.close()
        raise
    return FileResponse(stored, as_attachment=True, filename=name, content_type=exports.MEDIA_TYPES[file.format])


@require_POST
@requires("attendance.see_report_files")
def delete_report_file(request: HttpRequest, pk: int) -> HttpResponse:
    file = get_object_or_404(ReportFile.objects.visible_to(request.user), pk=pk)
    actions.delete_file(file=file, by=request.user)
    making.remove(file)
    messages.success(request, _("The file is gone."))
    return redirect("attendance:report_files")
