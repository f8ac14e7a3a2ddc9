"""What was written down about reach-outs: in the house, with one member, and this month in figures."""

import datetime as dt

from django.db.models import Q, QuerySet
from django.db.models.functions import TruncDate
from django.utils import timezone

from activities.models import Unit
from attendance.models import ReachOut
from attendance.reach_out import wanted
from attendance.reports.beside import reach_out
from attendance.reports.shapes import ReachOuts
from clubhouse.converters import Month
from members.models import House, Member, User

DAY = dt.timedelta(days=1)


def written(member: Member | None = None) -> QuerySet[ReachOut]:
    """With the people in it, the newest first."""
    rows = ReachOut.objects.select_related("member", "by__member", "by__staff").order_by("-at", "-pk")
    return rows.filter(member=member) if member else rows


def seen_by(user: User, today: dt.date) -> QuerySet[ReachOut]:
    """What `user` reads of the log. Who sees no members (the reach-out duty alone) reads what they wrote themselves,
    and of people whom the list may name: nothing of who said "please don't", asked for quiet, or has died.
    """
    rows = written()
    return rows if user.has_perm("members.see_members") else rows.filter(Q(by=user) | Q(member__in=wanted(today)))


def reach_outs_on(days: set[dt.date], members: set[int]) -> dict[tuple[int, dt.date], list[ReachOut]]:
    """Of `members` (ids) on `days`, by (id of the member, day). One query, none where there is nothing to look for."""
    found: dict[tuple[int, dt.date], list[ReachOut]] = {}
    if days:
        zone = timezone.get_current_timezone()
        rows = written().filter(member__in=members).alias(day=TruncDate("at", tzinfo=zone)).filter(day__in=days)
        for row in rows:
            found.setdefault((row.member_id, timezone.localdate(row.at)), []).append(row)
    return found


def colleagues() -> list[tuple[int, str]]:
    """(id of the sign-in, name) of everybody who was ever in touch with somebody, by name."""
    made = User.objects.filter(pk__in=ReachOut.objects.order_by().values("by").distinct())
    names = [(user.pk, user.get_short_name()) for user in made.select_related("member", "staff")]
    return sorted(names, key=lambda one: one[1].casefold())


def this_month(house: House, today: dt.date, unit: Unit | None = None) -> tuple[Month, ReachOuts | None]:
    """The month of `today` with its figures till yesterday, as the report counts them; None on its first day."""
    month, yesterday = Month.of(today), today - DAY
    if yesterday < month.first:
        return month, None
    return month, reach_out(house, month.first, yesterday, yesterday, made_in=unit)
