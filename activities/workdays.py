"""Which days the work-ordered day is open, and when: the opening week in force, and the calendar's exceptions to it."""

import datetime as dt
from dataclasses import dataclass

from django.db.models import CharField, FilteredRelation, Q, Subquery, Value

from activities.models import OpenDay, OpeningHours, OpeningWeek

# A house that has not said otherwise: Monday to Friday, as in the sample spreadsheets.
USUAL_WEEK = {weekday: (dt.time(8, 30), dt.time(16, 30)) for weekday in range(5)}
BEGINNING = dt.date(1900, 1, 1)


@dataclass(frozen=True)
class Day:
    """One day of the calendar. `opens_at` and `closes_at` are house time, None on a closed day (and where not said)."""

    day: dt.date
    is_open: bool
    opens_at: dt.time | None = None
    closes_at: dt.time | None = None
    note: str = ""


def calendar(first: dt.date, last: dt.date) -> list[Day]:
    """Every day from `first` to `last`, both included. Three queries, however long."""
    weeks = list(OpeningWeek.objects.filter(starts_on__lte=last).values_list("pk", "starts_on"))
    hours: dict[int, dict[int, tuple]] = {}
    for week, weekday, opens_at, closes_at in OpeningHours.objects.filter(week__starts_on__lte=last).values_list(
        "week", "weekday", "opens_at", "closes_at"
    ):
        hours.setdefault(week, {})[weekday] = (opens_at, closes_at)
    exceptions = {row.day: row for row in OpenDay.objects.filter(day__range=(first, last))}

    def usual(day: dt.date) -> tuple | None:
        in_force = [pk for pk, starts_on in weeks if starts_on <= day]  # ordered by starts_on
        return (hours.get(in_force[-1], {}) if in_force else USUAL_WEEK).get(day.weekday())

    days = []
    for offset in range((last - first).days + 1):
        day = first + dt.timedelta(days=offset)
        opens_at, closes_at = usual(day) or (None, None)
        exception = exceptions.get(day)
        if exception is None:
            days.append(Day(day, opens_at is not None, opens_at, closes_at))
        elif exception.is_open:
            own = exception.opens_at or opens_at, exception.closes_at or closes_at
            days.append(Day(day, True, *own, exception.note))
        else:
            days.append(Day(day, False, note=exception.note))
    return days


def on(day: dt.date) -> Day:
    """One day, in one query, because every arrival asks for it. Says the same as `calendar`."""
    exception = OpenDay.objects.filter(day=day).order_by().annotate(is_exception=Value(True))
    latest = OpeningWeek.objects.filter(starts_on__lte=day).order_by("-starts_on").values("pk")
    week = (
        OpeningWeek.objects.filter(pk=Subquery(latest.values("pk")[:1]))
        .annotate(on_day=FilteredRelation("hours", condition=Q(hours__weekday=day.weekday())))
        .annotate(is_exception=Value(False), is_open=Value(True), no_note=Value("", CharField()))
        .order_by()  # SQLite joins no ordered questions
    )
    rows = exception.values_list("is_exception", "is_open", "opens_at", "closes_at", "note").union(
        week.values_list("is_exception", "is_open", "on_day__opens_at", "on_day__closes_at", "no_note"), all=True
    )
    found = {row[0]: row[1:] for row in rows}
    opens_at, closes_at = found[False][1:3] if False in found else USUAL_WEEK.get(day.weekday(), (None, None))
    if True not in found:
        return Day(day, opens_at is not None, opens_at, closes_at)
    is_open, own_opens_at, own_closes_at, note = found[True]
    if not is_open:
        return Day(day, False, note=note)
    return Day(day, True, own_opens_at or opens_at, own_closes_at or closes_at, note)


def open_wod_days(first: dt.date, last: dt.date) -> list[dt.date]:
    """The open days of the work-ordered day: the denominator of average daily attendance."""
    return [day.day for day in calendar(first, last) if day.is_open]


@dataclass(frozen=True)
class Week:
    """An opening week: `hours` maps a weekday (0 = Monday) to (opens_at, closes_at). Weekdays left out are closed.

    `starts_on` is None for the usual week of a house that has not said otherwise.
    """

    starts_on: dt.date | None
    hours: dict[int, tuple[dt.time, dt.time]]


def weeks_from(day: dt.date) -> list[Week]:
    """The week in force on `day`, then those that start later. Two queries."""
    rows = list(OpeningWeek.objects.prefetch_related("hours").order_by("starts_on"))
    weeks = [
        Week(row.starts_on, {hours.weekday: (hours.opens_at, hours.closes_at) for hours in row.hours.all()})
        for row in rows
    ]
    begun = [week for week in weeks if week.starts_on and week.starts_on <= day]
    return [begun[-1] if begun else Week(None, USUAL_WEEK), *weeks[len(begun) :]]
