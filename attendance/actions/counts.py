"""Numbers of a day: guests by kind, staff on duty, people who asked about joining. Never a person."""

import datetime as dt
import uuid
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from attendance.actions.marks import DayNotCome
from attendance.models import DayCount, GuestCount
from members import audit
from members.models import AuditRecord, House, User
from members.refusals import Refusal

MOST = 2000
SENT_AGAIN_WITHIN = dt.timedelta(days=2)


class CountedMeanwhile(Refusal):
    """The number was another one when it was set."""

    field = "count"


class TooMany(Refusal):
    field = "count"


@dataclass(frozen=True)
class Exactly:
    """`count` where `seen` stood; None is "nobody counted"."""

    count: int | None
    seen: int | None


@transaction.atomic
def count_day(
    *, day: dt.date, kind: str, key: uuid.UUID, by: User | None, change: int = 0, exactly: Exactly | None = None
) -> int | None:
    """`change` more or fewer than stood there, or than `exactly` so many. The same key counts once; answers the number.

    Guests are never below none. Of staff on duty and enquiries, one fewer than none is "nobody counted" (None), so
    that a wrong press can be taken back wholly. Raises `DayNotCome`, `CountedMeanwhile`, `TooMany`.
    """
    now = timezone.now()
    if day > timezone.localdate(now):
        raise DayNotCome(_("This day has not come yet. Nothing was changed."))
    # The house's row is locked because the number's own may not be there: no row is "nobody counted".
    House.objects.select_for_update(no_key=True).first()
    are_guests = kind in GuestCount.Kind.values
    verb = "attendance.count_guests" if are_guests else "attendance.count_day"
    subject = f"{'guests' if are_guests else 'counts'} {day} {kind} {key}"
    numbers = (GuestCount if are_guests else DayCount)._default_manager.filter(day=day, kind=kind)
    before = numbers.values_list("count", flat=True).first()
    if are_guests:
        before = before or 0
    # Under the lock, so that the same post that came twice is seen; the record keeps its key.
    if AuditRecord.objects.filter(verb=verb, subject=subject, at__gte=now - SENT_AGAIN_WITHIN).exists():
        return before
    if exactly and exactly.seen != before:
        raise CountedMeanwhile(_someone_counted(before))
    after = _stepped(exactly.count if exactly else before, change, are_guests)
    if after is not None and after > MOST:
        raise TooMany(_("That is more than a house can hold. Look at the number again."))
    if after != before:
        if after is None:
            numbers.delete()
        else:
            numbers.update_or_create(day=day, kind=kind, defaults={"count": after})
        audit.record(by=by, verb=verb, subject=subject, before={"count": before}, after={"count": after})
    return after


def _stepped(count: int | None, change: int, are_guests: bool) -> int | None:
    """`change` steps on from `count`; the step below none is "nobody counted", but for guests."""
    if count is None:
        return change if change > 0 else None
    after = count + change
    return after if after >= 0 else 0 if are_guests else None


def _someone_counted(before: int | None) -> str:
    if before is None:
        return _("Someone else took the number back. Look at it again.")
    return _("Someone else counted: it is %(count)s now.") % {"count": before}
