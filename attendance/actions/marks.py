"""A mark: one tap, stored exactly once however often its device sends it; and what is recorded of a visit."""

import datetime as dt
import hashlib
import json
from collections.abc import Callable
from functools import wraps

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from attendance.models import Mark, Visit
from members import audit
from members.models import Member, User
from members.refusals import Refusal

ATTEMPTS = 4  # each lost race is answered by looking again


class KeyAlreadyUsed(Refusal):
    """Another mark came with this key before."""


class DayNotCome(Refusal):
    """A day or time that lies ahead."""

    field = "at"


class TooManyAtOnce(Refusal):
    """Lost every race; the same key may simply be sent again."""


def facts(visit: Visit) -> dict:
    """What the audit record keeps of a visit; times in house time with their offset, so that people can read them."""

    def written(at: dt.datetime | None) -> str | None:
        return timezone.localtime(at).isoformat(" ", "minutes") if at else None

    return {
        "arrived_at": written(visit.arrived_at),
        "left_at": written(visit.left_at),
        "ending": str(visit.ending),
        "kind": str(visit.kind),
        "unit": _unit_name(visit),
    }


def record_visit(verb: str, visit: Visit, *, by: User | None, before=None, after=None, why: str = "") -> None:
    subject = f"{visit._meta.label_lower} {visit.pk}"
    audit.record(by=by, verb=verb, about=visit.member, subject=subject, before=before, after=after, why=why)


def once(mark: Mark, change: Callable[[int], Mark]) -> Mark:
    """`change` in a transaction of its own; the mark of an earlier time when the key was there before."""
    for attempt in range(ATTEMPTS):
        mark.pk = None
        try:
            with transaction.atomic():
                return change(attempt)
        except (IntegrityError, Refusal) as problem:
            earlier = Mark.objects.filter(key=mark.key).select_related("member", "visit__unit").first()
            if earlier and earlier.payload != mark.payload:
                raise KeyAlreadyUsed(
                    _("This page has sent something else before. Load it again, then tap once more.")
                ) from problem
            if earlier:
                earlier.is_repeat = True
                return earlier
            if isinstance(problem, Refusal):
                raise
    raise TooManyAtOnce(_("Many people are marking at once. Nothing was changed; please tap again."))


def follows_merges(log: Callable[..., Mark]) -> Callable[..., Mark]:
    """A tap on an entry that was merged into another a moment ago means the person: it is done there."""

    @wraps(log)
    def follow(*, member: Member, **mark) -> Mark:
        try:
            return log(member=member, **mark)
        except Refusal:
            kept = Member.objects.filter(merged=member.pk).first()
            if kept is None:
                raise
            return log(member=kept, **mark)

    return follow


def new_mark(
    action, member, day, key, by, now, *, at=None, kind=None, unit=None, ending="", stamp="", tablet=None, batch=None
) -> Mark:
    """A mark not stored yet. `tablet`: the paired device it came from; `batch`: shared by those marked together.

    Raises `DayNotCome`: tomorrow is nobody's visit yet.
    """
    if day > timezone.localdate(now) or (at and at > now):
        raise DayNotCome(_("That time has not come yet. Nothing was changed."))
    # Sent again, a tap that waited says the same, while its moment is reckoned anew.
    when = [stamp, ""] if stamp else [day.isoformat(), at and at.isoformat()]
    content = [str(action), member.pk, *when, kind and str(kind), unit]
    content += [str(ending)] if ending == Visit.Ending.ASSUMED else []
    payload = hashlib.sha256(json.dumps(content).encode()).hexdigest()
    return Mark(
        key=key,
        payload=payload,
        action=action,
        member=member,
        day=day,
        at=at or now,
        by=by,
        noted_at=now,
        tablet=tablet,
        batch=batch,
    )


def _unit_name(visit: Visit) -> str | None:
    if (
        visit.unit_id
        and visit.unit_id == getattr(visit.member, "habit_id", None)
        and hasattr(visit.member, "habit_unit")
    ):
        return visit.member.habit_unit
    return visit.unit.name if visit.unit else None
