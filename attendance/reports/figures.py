"""Every figure of a report as one line: its value, its name, its definition. Page and files tell these."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from django.utils.dates import WEEKDAYS as WEEKDAY_NAMES
from django.utils.formats import date_format, time_format
from django.utils.translation import gettext

from attendance.models import GuestCount, ReachOut
from attendance.reports.days import WEEKDAYS
from attendance.reports.definitions import DEFINITIONS, definition, label
from attendance.reports.shapes import Cohort, Report, Stretch, TrendMonth
from clubhouse.converters import Month
from clubhouse.spans import Span

Value = int | Decimal | None
Part = tuple[Value, str, str]  # value, filter, its name


@dataclass(frozen=True)
class Figure:
    """One figure, ready to be shown: `filter` says which part of it ("weekday=Monday"), empty for the whole."""

    key: str
    label: str
    value: Value
    definition: str
    filter: str = ""
    part: str = ""  # the filter for people: "Monday"


def figures(report: Report) -> list[Figure]:
    """Every figure of the report with its definition, in the order of DEFINITIONS."""
    found: list[Figure] = []
    for key in DEFINITIONS:
        words = definition(report, key)
        for value, part_key, part in _parts(report, key):
            found.append(Figure(key, label(key), value, words, part_key, part))
    return found


def parts(report: Report) -> dict[str, list[Figure]]:
    """The figures that have parts, by name: "by_weekday", "by_channel"."""
    found: dict[str, list[Figure]] = {}
    for figure in figures(report):
        if figure.filter:
            found.setdefault(figure.key.split(".")[1], []).append(figure)
    return found


def guests_by_kind(report: Report) -> list[tuple[str, int]]:
    return [(str(GuestCount.Kind(kind).label), count) for kind, count in report.attendance.guests_by_kind.items()]


def _parts(report: Report, key: str) -> Iterator[Part]:
    """A figure that has parts gives each of them, the whole one first where there is one."""
    section, name = key.split(".")
    if section == "trend":
        for month in report.trend:
            yield from _of_month(month)
        return
    value = getattr(getattr(report, section), name)
    if section == "comparisons":
        yield from _of_stretch(value) if value else [(None, "", "")]
    elif key in PARTS:
        yield from PARTS[key](report)
    else:
        yield value, "", ""


def _by_day(report: Report) -> Iterator[Part]:
    for day, count in report.attendance.by_day.items():
        yield count, f"day={day}", date_format(dt.date.fromisoformat(day))


def _by_weekday(report: Report) -> Iterator[Part]:
    for name, average in report.attendance.by_weekday.items():
        yield average, f"weekday={name}", str(WEEKDAY_NAMES[WEEKDAYS.index(name)])


def _by_hour(report: Report) -> Iterator[Part]:
    for hour, average in report.attendance.by_hour.items():
        yield average, f"hour={hour}", time_format(dt.time(int(hour)))


def _by_unit(report: Report) -> Iterator[Part]:
    for name, unit in report.attendance.by_unit.items():
        yield unit.member_days, f"unit={name}; count=member_days", gettext("%(unit)s, member-days") % {"unit": name}
        yield unit.ada, f"unit={name}; count=ada", gettext("%(unit)s, average") % {"unit": name}


def _apart(name: str):
    def found(report: Report) -> Iterator[Part]:
        value = getattr(report.attendance, name)
        yield value.days, "count=days", gettext("days")
        yield value.member_days, "count=member_days", gettext("member-days")
        yield value.distinct_members, "count=distinct_members", gettext("members")

    return found


def _guests(report: Report) -> Iterator[Part]:
    yield report.attendance.guests, "", ""
    for kind, count in report.attendance.guests_by_kind.items():
        yield count, f"kind={kind}", str(GuestCount.Kind(kind).label)


def _closed_days(report: Report) -> Iterator[Part]:
    yield report.attendance.visits_on_closed_days, "", ""
    for day, count in report.attendance.closed_days_with_visits.items():
        yield count, f"day={day}", date_format(dt.date.fromisoformat(day))


def _by_channel(report: Report) -> Iterator[Part]:
    for name, count in report.reach_out.by_channel.items():
        yield count, f"channel={name}", str(ReachOut.Channel(name).label)


def _retention(report: Report) -> Iterator[Part]:
    for cohort in report.membership.retention:
        yield from _of_cohort(cohort)


def _of_cohort(cohort: Cohort) -> Iterator[Part]:
    quarter = Span(cohort.first, cohort.last)
    words = {"quarter": quarter.words}
    yield cohort.joined, f"joined={quarter}; count=joined", gettext("%(quarter)s, joined") % words
    for value, days in [
        (cohort.seen_31_90, (31, 90)),
        (cohort.seen_91_180, (91, 180)),
        (cohort.seen_181_365, (181, 365)),
    ]:
        name = gettext("%(quarter)s, percent seen in days %(begin)s to %(end)s")
        yield (
            value,
            f"joined={quarter}; days={days[0]}-{days[1]}",
            name
            % {
                **words,
                "begin": days[0],
                "end": days[1],
            },
        )


def _of_stretch(stretch: Stretch) -> Iterator[Part]:
    when = f"from={stretch.first}; until={stretch.until}"
    yield stretch.ada_wod, f"{when}; count=ada_wod", gettext("average")
    yield stretch.open_wod_days, f"{when}; count=open_wod_days", gettext("open days")
    yield stretch.member_days, f"{when}; count=member_days", gettext("member-days")
    yield stretch.distinct_members, f"{when}; count=distinct_members", gettext("members")


def _of_month(one: TrendMonth) -> Iterator[Part]:
    words = {"month": Span.of(Month.parse(one.month)).words}
    yield one.ada_wod, f"month={one.month}; count=ada_wod", gettext("%(month)s, average") % words
    yield one.open_wod_days, f"month={one.month}; count=open_wod_days", gettext("%(month)s, open days") % words
    yield one.member_days, f"month={one.month}; count=member_days", gettext("%(month)s, member-days") % words


PARTS = {
    "attendance.by_day": _by_day,
    "attendance.by_weekday": _by_weekday,
    "attendance.by_hour": _by_hour,
    "attendance.by_unit": _by_unit,
    "attendance.social": _apart("social"),
    "attendance.virtual": _apart("virtual"),
    "attendance.offsite": _apart("offsite"),
    "attendance.guests": _guests,
    "attendance.visits_on_closed_days": _closed_days,
    "membership.retention": _retention,
    "reach_out.by_channel": _by_channel,
}
