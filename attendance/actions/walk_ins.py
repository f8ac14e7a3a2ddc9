"""Somebody who is new walks in: on the roll and here, with one post."""

import datetime as dt
import hashlib
import json
import uuid

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from attendance.actions.marks import ATTEMPTS, KeyAlreadyUsed, TooManyAtOnce
from attendance.actions.visits import log_arrival
from attendance.models import Mark
from members import audit
from members.models import House, Member, User


def add_walk_in(
    *,
    first_name: str,
    last_name: str,
    day: dt.date,
    key: uuid.UUID,
    by: User | None,
    at: dt.datetime | None = None,
    kind: str | None = None,
    **details,
) -> Mark:
    """A new member with the next number, enrolled on `day`, and their arrival: both or neither.

    Sent again with the same key, it is the same member and mark. `at` and the other `details` as in `log_arrival`.
    Raises `DayNotCome`, `TimeNeeded`, `KeyAlreadyUsed`.
    """
    payload = hashlib.sha256(
        json.dumps(["walk-in", first_name, last_name, day.isoformat(), at and at.isoformat(), kind]).encode()
    ).hexdigest()
    for _attempt in range(ATTEMPTS):
        earlier = Mark.objects.filter(key=key).select_related("member", "visit__unit").first()
        if earlier is not None:
            return _again(earlier, payload)
        try:
            with transaction.atomic():
                # One after the other, or two would read the same highest number.
                House.objects.select_for_update(no_key=True).first()
                member = Member.objects.create(
                    member_no=Member.objects.next_member_no(),
                    first_name=first_name,
                    last_name=last_name,
                    enrolled_on=day,
                )
                mark = log_arrival(member=member, day=day, at=at, kind=kind, key=key, by=by, **details)
                mark.payload = payload
                mark.save(update_fields=["payload"])
                _record(member, by)
                return mark
        except IntegrityError:
            continue  # a coordinator gave the number to somebody at this moment
        except KeyAlreadyUsed:
            continue  # the same post came twice, and the other one was stored just now
    raise TooManyAtOnce(_("Many people are marking at once. Nothing was changed; please tap again."))


def _again(earlier: Mark, payload: str) -> Mark:
    if earlier.payload != payload:
        raise KeyAlreadyUsed(_("This page has sent something else before. Load it again, then tap once more."))
    earlier.is_repeat = True
    return earlier


def _record(member: Member, by: User | None) -> None:
    names = ("member_no", "first_name", "last_name", "enrolled_on")
    after = {name: getattr(member, name) for name in names}
    audit.record(by=by, verb="attendance.add_walk_in", about=member, subject=member, after=after)
