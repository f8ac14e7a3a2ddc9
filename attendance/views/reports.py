"""The month: a page for the board, and the same figures as files."""

import datetime as dt
from types import SimpleNamespace

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from attendance import exports
from attendance import reports as count
from clubhouse.charts import BarChart, Point, bar_chart
from clubhouse.converters import Month
from clubhouse.spans import Span
from members.permissions import requires

SHOWN_AT_ONCE = 366  # days


@require_safe
@requires("attendance.see_reports")
def reports(request: HttpRequest) -> HttpResponse:
    """The months, the last complete one first."""
    this_month = Month.of(timezone.localdate())
    last = min(_month_asked(request) or this_month, this_month)
    lines, begin = count.headlines(last), count.first_month()
    oldest = lines[-1].month
    context = {
        "begin": begin,
        "latest": next((line for line in lines if line.month < this_month), None) if last == this_month else None,
        "lines": lines,
        "trend_chart": _trend_chart(lines),
        "earlier": oldest.previous if begin and oldest > begin else None,
        "later": last < this_month,
        "says": _says(),
    }
    return render(request, "attendance/reports.html", context)


@require_safe
@requires("attendance.see_reports")
def report(request: HttpRequest, span: Span) -> HttpResponse:
    """Every figure of the time with its definition beside it."""
    if span.days > SHOWN_AT_ONCE:
        return render(request, "attendance/report_too_long.html", {"span": span})
    return render(request, "attendance/report.html", _page(span, count.report_of(span)))


@require_safe
@requires("attendance.export_monthly_report")
def export_monthly_report(request: HttpRequest, span: Span, format: str) -> HttpResponse:
    """The report as a file. It holds no names, so no record of the export is kept."""
    if span.days > SHOWN_AT_ONCE:
        raise Http404
    content = exports.export_monthly_report(count.report_of(span), format)
    name = f"monthly-report-{span}.{format}"
    return HttpResponse(
        content,
        content_type=exports.FORMATS[format][1],
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def _page(span: Span, report: count.Report) -> dict:
    month = Month.of(span.last)
    lines = count.headlines(month)
    this_month, begin = Month.of(timezone.localdate()), count.first_month()
    return {
        "month": month,
        "span": span,
        "report": report,
        "says": _says(report),
        "hours": divmod(report.attendance.minutes, 60),
        "guests": ", ".join(f"{number} {kind}" for kind, number in count.guests_by_kind(report)),
        "closed_days": [dt.date.fromisoformat(day) for day in report.attendance.closed_days_with_visits],
        "parts": count.parts(report),
        "days": _days(report),
        "day_chart": _day_chart(report),
        "lines": lines,
        "trend_chart": _trend_chart(lines),
        "change": _change(lines),
        "previous": month.previous if begin and month > begin else None,
        "next": month.next if month < this_month else None,
        "not_begun": month > this_month,
    }


def _month_asked(request: HttpRequest) -> Month | None:
    try:
        return Month.parse(request.GET.get("until", ""))
    except ValueError:
        return None


def _says(report: count.Report | None = None) -> dict[str, dict[str, SimpleNamespace]]:
    """Name and definition of every figure: {{ says.attendance.ada_wod.label }}."""
    says: dict[str, dict[str, SimpleNamespace]] = {}
    for key in count.DEFINITIONS:
        section, name = key.split(".")
        words = count.definition(report, key) if report else str(count.DEFINITIONS[key][1])
        says.setdefault(section, {})[name] = SimpleNamespace(label=count.label(key), definition=words)
    return says


def _days(report: count.Report) -> list[tuple[dt.date, int | None]]:
    """Every day so far with the members here; None for a closed day."""
    days = [report.first + dt.timedelta(days=n) for n in range((report.until - report.first).days + 1)]
    return [(day, report.attendance.by_day.get(day.isoformat())) for day in days]


def _day_chart(report: count.Report) -> BarChart:
    """The days of the month; Mondays carry their number."""
    days = [Point(str(day.day) if day.weekday() == 0 else "", here) for day, here in _days(report)]
    return bar_chart(days, report.attendance.ada_wod)


def _trend_chart(lines: list[count.Headline]) -> BarChart:
    """Average daily attendance of the months, the oldest first; a month is named by its number."""
    return bar_chart([Point(str(line.month.number), line.ada_wod) for line in reversed(lines)])


def _change(lines: list[count.Headline]) -> SimpleNamespace | None:
    """How the month differs from the one before, when both are over."""
    if len(lines) < 2 or lines[0].running or lines[0].ada_wod is None or lines[1].ada_wod is None:
        return None
    difference = lines[0].ada_wod - lines[1].ada_wod
    return SimpleNamespace(amount=abs(difference), more=difference > 0, less=difference < 0, month=lines[1].month)
