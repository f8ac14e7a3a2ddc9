"""What the page of a report shows beside its figures: charts, what to compare with, and the way to other times.

Everything comes from the frozen report; nothing is counted here.
"""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, fields, replace
from decimal import Decimal
from types import SimpleNamespace

from django.utils.dates import MONTHS_3, WEEKDAYS_ABBR
from django.utils.translation import get_language_bidi
from django.utils.translation import gettext as _

from attendance import reports as count
from attendance.reports.days import WEEKDAYS as WEEKDAY_KEYS
from attendance.reports.people import SMALL
from attendance.reports.shapes import Report, Stretch
from clubhouse import charts, clock
from clubhouse.charts import Point
from clubhouse.converters import Month
from clubhouse.spans import Span

Parts = dict[str, list[count.Figure]]
Says = dict[str, dict[str, SimpleNamespace]]
DAY = dt.timedelta(days=1)
LONGEST = 366  # days that one page holds
OPENED_DAY_BY_DAY = 92  # days whose numbers lead to what is behind them; a year would be heavy with links
BESIDE_THE_FIGURE = ("last_month", "same_month_last_year")
BUDGET_YEARS = {"fiscal_july": 7, "fiscal_october": 10}


def page(span: Span, report: Report, *, begin: Month | None, today: dt.date, budget_year: int) -> dict:
    """`begin` is the first month of the book; the house's budget year begins in month number `budget_year`."""
    days, parts, words = days_of(report), count.parts(report), says(report)
    by_hour = hours(report, _by_part(parts, "by_hour"))
    rows = compared(report, words, budget_year)
    by_weekday = parts.get("by_weekday", [])
    here = {day: number for day, number in days.items() if number is not None}
    return {
        "span": span,
        "report": report,
        "says": words,
        "parts": parts,
        "compared": rows,
        "head_changes": changes(rows, report),
        "cohorts": cohorts(report),
        "seen_in": seen_in(),
        "units": units(report, _by_part(parts, "by_unit")),
        "busiest_weekday": max(by_weekday, key=lambda figure: figure.value or 0, default=None),
        "quietest_weekday": min(by_weekday, key=lambda figure: figure.value or 0, default=None),
        "hours": by_hour,
        "busiest_hour": max(by_hour, key=lambda hour: hour.number, default=None),
        "guests": ", ".join(f"{number} {kind}" for kind, number in count.guests_by_kind(report)),
        "closed_days": [dt.date.fromisoformat(day) for day in report.attendance.closed_days_with_visits],
        "weeks": list(weeks(days, span, _by_part(parts, "by_day") if span.days <= OPENED_DAY_BY_DAY else {})),
        "weekday_names": list(WEEKDAYS_ABBR.values()),
        "fullest": max(here, key=lambda day: here[day], default=None),
        "quietest": min(here, key=lambda day: here[day], default=None),
        "levels": charts.levels(days),
        "trend": trend(report),
        "charts": drawn(span, report, days, by_hour),
        "previous": _step(span, -1) if begin and span.first > begin.first else None,
        "next": next_one if (next_one := _step(span, 1)) and next_one.first <= today else None,
        "begins_later": begin if begin and span.first < begin.first <= span.last else None,
        "not_begun": span.first > today,
    }


def says(report: Report | None = None) -> Says:
    """Key, name and definition of every figure: {{ says.attendance.ada_wod.label }}."""
    found: Says = {}
    for key in count.DEFINITIONS:
        section, name = key.split(".")
        words = count.definition(report, key) if report else str(count.DEFINITIONS[key][1])
        found.setdefault(section, {})[name] = SimpleNamespace(key=key, label=count.label(key), definition=words)
    return found


@dataclass(frozen=True)
class Compared:
    """Another time beside the report's own. `more` or `less` says by how much the report differs, None: who knows."""

    key: str
    says: SimpleNamespace
    stretch: Stretch | None
    is_ours: bool  # the budget year of this house
    more: Decimal | None = None
    less: Decimal | None = None

    @property
    def span(self) -> Span | None:
        return Span(self.stretch.first, self.stretch.until) if self.stretch else None

    @property
    def is_page(self) -> bool:
        return self.span is not None and self.span.days <= LONGEST


def compared(report: Report, words: Says, budget_year: int) -> list[Compared]:
    own, found = report.attendance.ada_wod, []
    for field in fields(report.comparisons):
        stretch = getattr(report.comparisons, field.name)
        row = Compared(
            field.name, words["comparisons"][field.name], stretch, BUDGET_YEARS.get(field.name) == budget_year
        )
        if own is not None and stretch is not None and stretch.ada_wod is not None:
            by = own - stretch.ada_wod
            row = replace(row, more=max(by, Decimal(0)), less=max(-by, Decimal(0)))
        found.append(row)
    return found


def changes(rows: list[Compared], report: Report) -> list[Compared]:
    """What stands under the figure of the report: a part of a month is not held against a whole one."""
    return [] if report.running else [row for row in rows if row.key in BESIDE_THE_FIGURE and row.more is not None]


def cohorts(report: Report) -> list[SimpleNamespace]:
    """Those who joined in a quarter of the year; of few people nothing is told."""
    return [
        SimpleNamespace(
            words=Span(cohort.first, cohort.last).words,
            joined=cohort.joined,
            seen=list(_seen(cohort, report.until)),
            is_small=cohort.joined < SMALL,
        )
        for cohort in report.membership.retention
    ]


def seen_in() -> list[str]:
    """The days after joining in which people are seen again: above each column, and on a phone beside each number."""
    return [_("Days 31 to 90"), _("Days 91 to 180"), _("Days 181 to 365")]


def _seen(cohort: count.Cohort, until: dt.date) -> Iterator[tuple[str, Decimal | None, str]]:
    """Each time with its percent, or with why there is none: it is not over for everybody, or older than the book."""
    percents = (cohort.seen_31_90, cohort.seen_91_180, cohort.seen_181_365)
    for words, percent, end in zip(seen_in(), percents, (90, 180, 365), strict=True):
        is_over = cohort.last + end * DAY <= until
        yield words, percent, _("not in the book") if is_over else _("not yet")


def units(report: Report, figures: dict[str, count.Figure]) -> list[SimpleNamespace]:
    """The units, the one with the most members first."""
    return [
        SimpleNamespace(name=name, ada=unit.ada, figure=figures[f"unit={name}; count=member_days"])
        for name, unit in _by_size(report)
    ]


def _by_size(report: Report) -> list[tuple]:
    return sorted(report.attendance.by_unit.items(), key=lambda unit: -unit[1].member_days)


def days_of(report: Report) -> dict[dt.date, int | None]:
    """Every day that is over, with the members here; None for a closed day."""
    days = [report.first + n * DAY for n in range((report.until - report.first).days + 1)]
    return {day: report.attendance.by_day.get(day.isoformat()) for day in days}


def _by_part(parts: Parts, name: str) -> dict[str, count.Figure]:
    return {figure.filter: figure for figure in parts.get(name, [])}


def weeks(days: dict[dt.date, int | None], span: Span, figures: dict[str, count.Figure]) -> Iterator[SimpleNamespace]:
    """The table beside the calendar: weeks with seven days; what is not in the span or not over stays empty."""
    monday, until = span.first - span.first.weekday() * DAY, max(days, default=None)
    while until and monday <= until:
        week = [monday + n * DAY for n in range(7)]
        inside = [day for day in week if day in days]
        yield SimpleNamespace(
            first=inside[0],
            last=inside[-1],
            days=[
                SimpleNamespace(is_over=day in days, number=days.get(day), figure=figures.get(f"day={day}"))
                for day in week
            ],
        )
        monday += 7 * DAY


def hours(report: Report, figures: dict[str, count.Figure]) -> list[SimpleNamespace]:
    """From the first hour with somebody here to the last one, those between with nobody too."""
    by_hour = {int(hour): number for hour, number in report.attendance.by_hour.items()}
    return [
        SimpleNamespace(
            time=clock.time_words(dt.time(hour)),
            number=by_hour.get(hour, Decimal(0)),
            figure=figures.get(f"hour={hour:02}"),
        )
        for hour in range(min(by_hour, default=0), max(by_hour, default=-1) + 1)
    ]


def trend(report: Report) -> SimpleNamespace:
    """The months up to this one, the latest first, with the highest and the lowest of those that are over."""
    months = [
        SimpleNamespace(
            month=Month.parse(line.month), ada_wod=line.ada_wod, running=line.running,
            member_days=line.member_days, open_wod_days=line.open_wod_days,
        )
        for line in report.trend
    ]  # fmt: skip
    over = [line for line in months if line.ada_wod is not None and not line.running]
    return SimpleNamespace(
        lines=months[::-1],
        highest=max(over, key=lambda line: line.ada_wod, default=None),
        lowest=min(over, key=lambda line: line.ada_wod, default=None),
    )


def drawn(
    span: Span, report: Report, days: dict[dt.date, int | None], by_hours: list[SimpleNamespace]
) -> SimpleNamespace:
    rtl, attendance = get_language_bidi(), report.attendance
    weekdays = list(WEEKDAYS_ABBR.values())
    by_unit = [Point(name, unit.ada) for name, unit in _by_size(report)]
    by_weekday = [
        Point(str(weekdays[WEEKDAY_KEYS.index(name)]), average) for name, average in attendance.by_weekday.items()
    ]
    every = 1 if len(by_hours) <= 9 and all(len(hour.time) <= 5 for hour in by_hours) else 2
    by_hour = [Point(hour.time if n % every == 0 else "", hour.number) for n, hour in enumerate(by_hours)]
    months = [str(MONTHS_3[n]).capitalize() for n in range(1, 13)]
    return SimpleNamespace(
        trend=trend_chart(trend(report).lines, span, rtl=rtl),
        weekdays=charts.bar_chart(by_weekday, attendance.ada_wod, rtl=rtl),
        units=charts.lying_chart(by_unit, rtl=rtl),
        hours=charts.curve(by_hour, rtl=rtl),
        all_hours=len(by_hour) <= 9,
        month=charts.month_calendar(days, span.first, weekdays, rtl=rtl) if span.month else None,
        strips=[] if span.month else charts.week_strips(days, span.first, span.last, weekdays, months, rtl=rtl),
    )


def trend_chart(lines: list, span: Span | None = None, *, rtl: bool = False) -> charts.BarChart:
    """Average daily attendance month by month: `lines` the latest first. Months of the span stand out."""
    points = []
    for line in reversed(lines):
        own = span is not None and span.first <= line.month.last and line.month.first <= span.last
        mark = "running" if line.running else "own" if own else ""
        points.append(Point(str(MONTHS_3[line.month.number]).capitalize(), line.ada_wod, mark))
    return charts.bar_chart(points, rtl=rtl)


def _step(span: Span, way: int) -> Span | None:
    """The time of equal length after (1) or before (-1): months stay whole months. None beyond what the book holds."""
    try:
        if not span.is_whole_months:
            length = (span.last - span.first + DAY) * way
            moved = Span(span.first + length, span.last + length)
        else:
            begin = span.first.year * 12 + span.first.month - 1 + way * len(span.months)
            end = begin + len(span.months) - 1
            moved = Span.of(Month(begin // 12, begin % 12 + 1), Month(end // 12, end % 12 + 1))
        return Span.parse(str(moved))
    except (ValueError, OverflowError):
        return None


def years(span: Span, *, begin: Month | None, today: dt.date) -> list[Span]:
    """The calendar years of a long time, as far as the book has them."""
    first = max(span.first.year, begin.year if begin else today.year)
    return [Span.of(Month(year, 1), Month(year, 12)) for year in range(first, min(span.last.year, today.year) + 1)]
