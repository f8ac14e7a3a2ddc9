"""The list of months: one line each, counted by the database in one go."""

import datetime as dt

from django.db.models import Count, Min
from django.utils import timezone

from activities import workdays
from attendance.models import Kind, Visit
from attendance.reports.minutes import half_up
from attendance.reports.shapes import Headline
from attendance.reports.windows import DAY
from clubhouse.converters import Month
from members.models import House

MONTHS_SHOWN = 13


def first_month() -> Month | None:
    """The month of the first visit ever written down; None in an empty house."""
    first = Visit.objects.aggregate(day=Min("day"))["day"]
    return Month.of(first) if first else None


def members_by_day(first: dt.date, last: dt.date) -> dict[dt.date, int]:
    """Members at the work-ordered day, each once a day; on closed days too. One query."""
    came = Visit.objects.filter(kind=Kind.WOD, day__range=(first, last)).order_by()
    return dict(came.values_list("day").annotate(Count("member", distinct=True)))


def headlines(last: Month, *, today: dt.date | None = None) -> list[Headline]:
    """Up to 13 months that end with `last`, latest first; none before the first visit. Constant number of queries."""
    today = today or timezone.localdate(timezone=House.objects.current().zone)
    months, begin = [last], first_month()
    while begin and months[-1] > begin and len(months) < MONTHS_SHOWN:
        months.append(months[-1].previous)
    until = min(last.last, today - DAY)
    open_days = [day.day for day in workdays.calendar(months[-1].first, until) if day.is_open]
    here = members_by_day(months[-1].first, until)
    lines = []
    for month in months:
        counts = [here.get(day, 0) for day in open_days if Month.of(day) == month]
        ada = half_up(sum(counts), len(counts)) if counts else None
        lines.append(Headline(month, len(counts), sum(counts), ada, until < month.last and today > month.first))
    return lines
