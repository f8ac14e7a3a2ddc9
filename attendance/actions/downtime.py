"""What somebody does with the pack for a day without the program: asks for a fresh one, takes a file of it."""

import datetime as dt

from django.db import transaction

from members import audit, last_runs
from members.models import House, User

MADE, ASKED = "downtime pack", "downtime pack asked for"
SHEETS, CONTACTS = "sheets", "contacts"


@transaction.atomic
def make_downtime_pack(*, by: User) -> None:
    """Somebody wants a fresh one: the worker makes it within a minute. Safe to call twice."""
    if not last_runs.is_waiting(ASKED, MADE):
        last_runs.ran(ASKED)
        audit.record(by=by, verb="attendance.make_downtime_pack", subject=House.objects.current())


@transaction.atomic
def take_downtime_pack(*, what: str, day: dt.date, by: User) -> None:
    """Somebody takes a file with names out of the house: the sheets, or the sealed contacts."""
    after = {"what": what, "day": str(day)}
    audit.record(by=by, verb="attendance.take_downtime_pack", subject=House.objects.current(), after=after)
