"""The pages behind the first one of the board pack: what can be looked at more closely, with its tables."""

import datetime as dt
from collections.abc import Iterable, Iterator

from django.utils.dates import WEEKDAYS_ABBR
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from attendance.exports.board_pieces import percent, plain, row, section, shown, side, table, text
from attendance.reports import DEFINITIONS, Figure, Report, definition, figures, label, parts
from clubhouse.converters import Month
from clubhouse.spans import Span

DAY = dt.timedelta(days=1)
MANY_UNITS = 20
MOST_CALENDARS = 12  # months drawn day by day; a longer time has its months only
STRETCHES = ("last_month", "same_month_last_year", "rolling_12", "year_to_date", "fiscal_july", "fiscal_october")


def sections(report: Report) -> Iterator[dict]:
    found = parts(report)
    yield section(_("Month after month"), text(definition(report, "trend.months")), *_months(report))
    yield section(_("Other times"), *_other_times(report))
    yield section(_("Day by day"), *_days(report), breakable=True)
    yield section(
        _("Weekdays and hours"),
        side(_weekdays(report, found), _hours(report, found)),
    )
    yield section(label("attendance.by_unit"), *_units(report), breakable=len(report.attendance.by_unit) > MANY_UNITS)
    yield section(_("Beside the work-ordered day"), side(_apart(report), _programme(report)))
    yield section(
        _("Work and reach-out"), side([_list(report, "tasks", "meetings", "staff")], _reach_out(report, found))
    )
    yield section(
        _("Members"),
        side([_list(report, "membership")], [text(definition(report, "membership.retention"))]),
        *_retention(report),
    )
    yield section(_("Hours and 15-minute units"), side([_list(report, extra=HOURS)], [_list(report, "units_15")]))


HOURS = (
    "attendance.minutes", "attendance.minutes_per_visit", "attendance.missing_sign_outs",
    "attendance.estimated_sign_outs", "attendance.estimated_minutes",
)  # fmt: skip


def _months(report: Report) -> Iterator[dict]:
    rows = [
        row(
            [
                Span.of(Month.parse(one.month)).words + (f" {_('(still running)')}" if one.running else ""),
                shown(one.open_wod_days),
                shown(one.member_days),
                shown(one.ada_wod),
            ],
            plain(one.ada_wod),
        )
        for one in report.trend
    ]
    yield table([_("Month"), _("Open days"), _("Member-days"), _("Average")], rows, with_bars=True)


def _other_times(report: Report) -> Iterator[dict]:
    rows = [
        row(
            [
                [label(f"comparisons.{name}"), Span(one.first, one.until).words],
                shown(one.open_wod_days),
                shown(one.member_days),
                shown(one.distinct_members),
                shown(one.ada_wod),
            ]
        )
        for name in STRETCHES
        if (one := getattr(report.comparisons, name))
    ]
    if rows:
        yield table([_("Time"), _("Open days"), _("Member-days"), _("Members"), _("Average")], rows)


def _days(report: Report) -> Iterator[dict]:
    months = Span(report.first, max(report.first, report.until)).months
    if not report.begun or len(months) > MOST_CALENDARS:
        return
    yield text(_("The number in a day says how many members were here. Darker is more; a dash is a closed day."))
    yield {"kind": "calendars", "months": [_calendar(report, month, len(months) > 1) for month in months]}


def _calendar(report: Report, month: Month, named: bool) -> dict:
    """The weeks of `month`, Monday first; None where a week reaches into another month."""
    least = report.attendance.min or 0
    most = max(report.attendance.max or 0, least + 1)
    days: list[dict | None] = [None] * month.first.weekday()
    for n in range((month.last - month.first).days + 1):
        day = month.first + n * DAY
        here = report.attendance.by_day.get(day.isoformat())
        is_told = report.first <= day <= report.until
        days.append(
            {
                "number": str(day.day),
                "shown": shown(here) if is_told else "",
                "heat": None if here is None else (here - least) / (most - least),
            }
        )
    days += [None] * (-len(days) % 7)
    return {
        "heading": date_format(month.first, "YEAR_MONTH_FORMAT") if named else None,
        "weekdays": [str(WEEKDAYS_ABBR[n]) for n in range(7)],
        "weeks": [days[n : n + 7] for n in range(0, len(days), 7)],
    }


def _weekdays(report: Report, found: dict[str, list[Figure]]) -> list[dict]:
    rows = [row([one.part, shown(one.value)], plain(one.value)) for one in found.get("by_weekday", [])]
    if not rows:
        return []
    told = text(definition(report, "attendance.by_weekday"))
    return [told, table([_("Weekday"), _("Average")], rows, with_bars=True)]


def _hours(report: Report, found: dict[str, list[Figure]]) -> list[dict]:
    rows = [row([one.part, shown(one.value)], plain(one.value)) for one in found.get("by_hour", [])]
    if not rows:
        return []
    told = text(definition(report, "attendance.by_hour"))
    return [told, table([_("Hour from"), _("Average")], rows, with_bars=True)]


def _units(report: Report) -> Iterator[dict]:
    rows = [
        row([name, shown(unit.member_days), shown(unit.ada)], float(unit.ada))
        for name, unit in report.attendance.by_unit.items()
    ]
    if rows:
        yield text(definition(report, "attendance.by_unit"))
        yield table([_("Unit"), _("Member-days"), _("Average")], rows, with_bars=True)


def _apart(report: Report) -> list[dict]:
    kinds = [("social", report.attendance.social), ("virtual", report.attendance.virtual)]
    rows = [
        row([label(f"attendance.{name}"), shown(of.days), shown(of.member_days), shown(of.distinct_members)])
        for name, of in [*kinds, ("offsite", report.attendance.offsite)]
    ]
    others = _list(report, extra=("attendance.guests", "attendance.visits_on_closed_days"))
    return [table([_("Kind"), _("Days"), _("Member-days"), _("Members")], rows), others]


def _programme(report: Report) -> list[dict]:
    return [_list(report, "programme")]


def _retention(report: Report) -> Iterator[dict]:
    rows = [
        row(
            [
                Span(one.first, one.last).words,
                shown(one.joined),
                *(percent(share) for share in (one.seen_31_90, one.seen_91_180, one.seen_181_365)),
            ]
        )
        for one in report.membership.retention
    ]
    if rows:
        yield table([_("Joined in"), _("Joined"), _("Days 31–90"), _("Days 91–180"), _("Days 181–365")], rows)


def _reach_out(report: Report, found: dict[str, list[Figure]]) -> list[dict]:
    rows = [row([one.part[:1].upper() + one.part[1:], shown(one.value)]) for one in found.get("by_channel", [])]
    channels = [table([label("reach_out.by_channel"), _("Reach-outs")], rows)] if rows else []
    return [_list(report, "reach_out"), *channels]


def _list(report: Report, *sections: str, extra: Iterable[str] = ()) -> dict:
    """The figures of these sections that have no parts, one a row."""
    wanted = [
        one for one in figures(report) if one.key in extra or (one.key.split(".")[0] in sections and not one.filter)
    ]
    names = [[one.label, one.part] if one.part else one.label for one in wanted]
    rows = [row([name, shown(one.value)]) for name, one in zip(names, wanted, strict=True)]
    return table([_("Figure"), _("Value")], rows)


def definitions(report: Report) -> Iterator[dict]:
    wholes = {one.key: shown(one.value) for one in _wholes(report)}
    for key in DEFINITIONS:
        yield {"label": label(key), "words": definition(report, key), "value": wholes.get(key, "")}


def _wholes(report: Report) -> list[Figure]:
    return [one for one in figures(report) if not one.filter]
