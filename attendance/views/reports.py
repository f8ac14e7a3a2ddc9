"""The report of a month or any other stretch of days: a page for the board, and the same figures as files."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language_bidi
from django.views.decorators.http import require_safe

from attendance import exports, report_page
from attendance import reports as count
from attendance.forms.report_files import FORMATS
from attendance.forms.spans import ChooseSpanForm, shortcuts
from attendance.models import ReportFile
from attendance.report_files import file_name
from attendance.views.months import closing_of, closings_of
from clubhouse.converters import Month
from clubhouse.spans import Span
from members.models import House
from members.permissions import requires


@require_safe
@requires("attendance.see_reports")
def reports(request: HttpRequest) -> HttpResponse:
    """The months, the last complete one first, and a way to any other stretch of days."""
    asked = request.GET if {"first", "last"} & set(request.GET) else None
    form = ChooseSpanForm(asked)
    if asked is not None and form.is_valid():
        return redirect("attendance:report", span=form.span)
    return render(request, "attendance/reports.html", _list(_month_asked(request), request.house) | {"form": form})


@require_safe
@requires("attendance.see_reports")
def report(request: HttpRequest, span: Span) -> HttpResponse:
    """Every figure with its definition beside it. What is too long for a page is made as a file."""
    begin, today = count.first_month(), timezone.localdate()
    if span.days > report_page.LONGEST:
        years = report_page.years(span, begin=begin, today=today)
        context = {"span": span, "years": years, "formats": list(FORMATS.items())}
        return render(request, "attendance/report_too_long.html", context)
    budget_year = request.house.fiscal_year_starts_in
    report = count.report_of(span)
    page = report_page.page(span, report, begin=begin, today=today, budget_year=budget_year)
    return render(request, "attendance/report.html", page | closing_of(report, request.user, begin))


@require_safe
@requires("attendance.export_monthly_report")
def export_monthly_report(request: HttpRequest, span: Span, format: str) -> HttpResponse:
    """The report as a file. It holds no names, so no record of the export is kept."""
    if span.days > report_page.LONGEST:
        raise Http404
    content = exports.export_report(count.report_of(span), format, exports.Letterhead.of(request.house))
    return exports.attachment(content, file_name(ReportFile.What.REPORT, span, format), format)


def _list(asked: Month | None, house: House) -> dict:
    today = timezone.localdate()
    this_month = Month.of(today)
    last = min(asked or this_month, this_month)
    lines, begin = count.headlines(last), count.first_month()
    oldest = lines[-1].month
    latest = next((line for line in lines if line.month < this_month), None) if last == this_month else None
    own = Span.of(latest.month) if latest else None
    return {
        "begin": begin,
        "latest": latest,
        "lines": lines,
        "trend_chart": report_page.trend_chart(lines, own, rtl=get_language_bidi()),
        "earlier": oldest.previous if begin and oldest > begin else None,
        "later": last < this_month,
        "says": report_page.says(),
        **closings_of(lines, latest and latest.month, begin),
        "shortcuts": shortcuts(today, house.fiscal_year_starts_in),
    }


def _month_asked(request: HttpRequest) -> Month | None:
    try:
        return Month.parse(request.GET.get("until", ""))
    except ValueError:
        return None
