"""Guests of a day, counted by kind: a number, never a person."""

import datetime as dt
import uuid

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from attendance.actions.marks import DayNotCome
from attendance.models import GuestCount
from members import audit
from members.models import AuditRecord, User
from members.refusals import Refusal

MOST = 2000
SENT_AGAIN_WITHIN = dt.timedelta(days=2)


class CountedMeanwhile(Refusal):
    """The number was another one when it was set."""

    field = "count"


class TooManyGuests(Refusal):
    field = "count"


@transaction.atomic
def count_guests(
    *,
    day: dt.date,
    kind: str,
    key: uuid.UUID,
    by: User | None,
    change: int = 0,
    count: int | None = None,
    seen: int | None = None,
) -> GuestCount:
    """`change` more (or fewer, never below none), or exactly `count` where `seen` stood. The same key counts once.

    Raises `DayNotCome`, `CountedMeanwhile`, `TooManyGuests`.
    """
    now = timezone.now()
    if day > timezone.localdate(now):
        raise DayNotCome(_("This day has not come yet. Nothing was changed."))
    GuestCount.objects.get_or_create(day=day, kind=kind, defaults={"count": 0})
    counted = GuestCount.objects.select_for_update(no_key=True).get(day=day, kind=kind)
    # Under the lock, so that the same post that came twice is seen; the record keeps its key.
    subject = f"guests {day} {kind} {key}"
    records = AuditRecord.objects.filter(verb="attendance.count_guests", at__gte=now - SENT_AGAIN_WITHIN)
    if records.filter(subject=subject).exists():
        return counted
    before = counted.count
    if count is not None and seen is not None and seen != before:
        raise CountedMeanwhile(_("Someone else counted: it is %(count)s now.") % {"count": before})
    after = max(0, (before if count is None else count) + change)
    if after > MOST:
        raise TooManyGuests(_("That is more than a house can hold. Look at the number again."))
    if after != before:
        counted.count = after
        counted.save(update_fields=["count"])
        audit.record(
            by=by, verb="attendance.count_guests", subject=subject, before={"count": before}, after={"count": after}
        )
    return counted
