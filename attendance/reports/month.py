"""One report, put together (handbook, definitions, and the README of the house spreadsheets).

Each section is counted in its own room: the visits of the days themselves in `days.py`, what looks further back in
`people.py`, everything else in `beside.py`.
"""

import datetime as dt

from django.utils import timezone

from activities import workdays
from activities.models import Unit
from attendance.reports import beside
from attendance.reports.changes import data_as_of
from attendance.reports.days import Days, guests_of
from attendance.reports.definitions import DEFINITION_VERSION
from attendance.reports.headlines import first_month
from attendance.reports.people import People
from attendance.reports.shapes import Report
from attendance.reports.windows import DAY, Windows
from clubhouse.converters import Month
from clubhouse.spans import Span
from members.models import House


def monthly_report(month: Month, *, today: dt.date | None = None) -> Report:
    return report_of(Span.of(month), today=today)


def report_of(span: Span, *, today: dt.date | None = None) -> Report:
    """The report of `span` as it stands on `today` (default: now, in house time).

    A time that is still running stops at yesterday: a day is over at midnight. Constant number of queries.
    """
    house = House.objects.current()
    yesterday = (today or timezone.localdate(timezone=house.zone)) - DAY
    first, until = span.first, min(span.last, yesterday)
    windows = Windows(span, until, yesterday, first_month())
    open_days = [day for day in workdays.calendar(windows.first, windows.last) if day.is_open]
    units = list(Unit.objects.all())
    guests = guests_of(first, until)
    days = Days(first, until, [day for day in open_days if first <= day.day <= until], house)
    people = People(windows, {day.day for day in open_days})
    return Report(
        house=house.name,
        month=str(span.month) if span.month else None,
        definition_version=DEFINITION_VERSION,
        data_as_of=data_as_of(windows),
        first=first,
        until=until,
        last=span.last,
        running=until < span.last,
        attendance=days.attendance({unit.pk: unit.name for unit in units}, guests),
        units_15=days.units_15(),
        membership=people.membership(
            house.returned_after_days, tours=guests.get("tour", 0), enquiries=beside.enquiries(first, until)
        ),
        reach_out=beside.reach_out(house, first, until, yesterday),
        comparisons=people.comparisons(),
        trend=people.trend(),
        tasks=beside.tasks(first, until),
        meetings=beside.meetings(units, days),
        programme=beside.programme(days),
        staff=beside.staff(days),
    )
