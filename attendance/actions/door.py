"""Somebody says at the door that they are here, or leaving. The answer never depends on what the book says."""

import uuid
from typing import Any

from django.utils import timezone

from attendance.actions.visits import NotHere, log_arrival, log_leaving, new_mark, once
from attendance.models import Mark, Visit
from members import audit
from members.models import Member, Tablet


def log_at_door(*, member: Member, action: Mark.Action, key: uuid.UUID, tablet: Tablet) -> Mark:
    """One tap at the door. Who leaves without having arrived leaves a mark without a visit, for a colleague to see.

    Raises `KeyAlreadyUsed`, `TooManyAtOnce`.
    """
    said: dict[str, Any] = {"member": member, "day": timezone.localdate(), "key": key, "by": None, "tablet": tablet}
    if action == Mark.Action.ARRIVE:
        return log_arrival(**said, source=Visit.Source.DOOR)
    try:
        return log_leaving(**said)
    except NotHere:
        return _left_unseen(**said)


def _left_unseen(*, member: Member, day, key: uuid.UUID, by: None, tablet: Tablet) -> Mark:
    """A mark of leaving that belongs to no visit: perhaps nobody wrote the arrival down."""
    mark = new_mark(Mark.Action.LEAVE, member, day, key, by, timezone.now(), ending=Visit.Ending.KNOWN, tablet=tablet)

    def change(attempt: int) -> Mark:
        mark.save(force_insert=True)
        left_at = timezone.localtime(mark.at).isoformat(" ", "minutes")
        subject = f"{mark._meta.label_lower} {mark.pk}"
        audit.record(by=by, verb="attendance.log_leaving", about=member, subject=subject, after={"left_at": left_at})
        return mark

    return once(mark, change)
