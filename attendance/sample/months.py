"""A month of the sample house that is closed already, and what was put right in it afterwards."""

import datetime as dt

from attendance import exports
from attendance.actions import close_month, correct_visit
from attendance.models import Kind, Visit
from attendance.reports import monthly_report
from clubhouse.converters import Month
from members.models import User


def close_a_month(by: User, begin: dt.date, today: dt.date) -> None:
    """The month before the last one, where the book goes back so far. The last one waits for somebody to close it."""
    month = Month.of(today).previous.previous
    if month.first < begin:
        return
    close_month(month=month, counted=lambda closed: exports.to_json(monthly_report(closed)), by=by)
    forgotten = Visit.objects.filter(day__range=(month.first, month.last), ending=Visit.Ending.NOT_WRITTEN)
    visit = forgotten.filter(member__user=None, kind=Kind.WOD).order_by("arrived_at", "pk").last()
    if visit is not None:
        correct_visit(
            visit=visit,
            arrived_at=visit.arrived_at,
            left_at=visit.arrived_at + dt.timedelta(hours=2),
            ending=Visit.Ending.KNOWN,
            kind=visit.kind,
            unit=visit.unit,
            why="They left at lunch. Gordon told me.",
            by=by,
        )
