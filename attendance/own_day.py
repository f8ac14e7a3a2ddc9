"""How things stand with a member's own visit today. The page "I'm here" is a skin over it."""

import datetime as dt
from dataclasses import dataclass

from django.utils import timezone

from attendance.models import Mark, Visit
from members.models import Member, User

UNDO_FOR = dt.timedelta(minutes=15)


@dataclass(frozen=True)
class OwnDay:
    """`visit` is the one *here now*, or the last that began today; `mark` what this member said a moment ago."""

    visit: Visit | None
    is_here: bool
    mark: Mark | None

    @property
    def can_change(self) -> bool:
        """Where and with which unit: of a visit that reception wrote down, reception knows better."""
        return self.visit is not None and self.is_here and self.visit.source == Visit.Source.SELF


def own_day(member: Member, user: User, now: dt.datetime) -> OwnDay:
    today = timezone.localdate(now)
    visits = Visit.objects.filter(member=member).select_related("unit")
    here = visits.still_here(now, today).first()
    visit = here or visits.on(today).order_by("arrived_at", "pk").last()
    return OwnDay(visit, here is not None, own_mark(member, user, now))


def own_mark(member: Member, user: User, now: dt.datetime) -> Mark | None:
    """The last mark of `member` that stands, if `user` made it within `UNDO_FOR`: they may take it back."""
    marks = Mark.objects.filter(member=member, undone=False, visit__isnull=False).exclude(action=Mark.Action.UNDO)
    last = marks.order_by("pk").last()
    return last if last and last.by_id == user.pk and now - last.noted_at <= UNDO_FOR else None
