"""What a report counts, member by member: for files with names only, which say so and are written down."""

import datetime as dt
from collections import Counter, defaultdict
from dataclasses import dataclass

from django.utils import timezone

from activities import workdays
from attendance.models import Kind, Visit
from attendance.reports.days import CHUNK
from attendance.reports.minutes import ElapsedMinutes, units
from attendance.reports.windows import DAY
from clubhouse.spans import Span
from members.models import House, Member


@dataclass(frozen=True)
class MemberLine:
    """One member's part in a report. Days, minutes and units are of the work-ordered day, as in the report."""

    member_no: str
    name: str
    days: int
    minutes: int
    units_15: int
    social_days: int
    virtual_days: int
    offsite_days: int


def by_member(span: Span, *, today: dt.date | None = None) -> list[MemberLine]:
    """Everybody who came, by name. The sums are the report's member-days, minutes and units by the house's rule."""
    house = House.objects.current()
    until = min(span.last, (today or timezone.localdate(timezone=house.zone)) - DAY)
    is_open = {day.day for day in workdays.calendar(span.first, until) if day.is_open}
    days: dict[str, Counter[int]] = defaultdict(Counter)
    minutes: Counter[int] = Counter()
    rounded: Counter[int] = Counter()
    on_this_day: Counter[int] = Counter()
    today_is, seen = None, set[tuple[str, int]]()

    def round_up_the_day() -> None:
        rounded.update({member: units(length, house.rounding) for member, length in on_this_day.items()})
        on_this_day.clear()

    visits = Visit.objects.filter(day__range=(span.first, until)).order_by("day")
    columns = visits.values_list("day", "member_id", "kind", "ending", ElapsedMinutes("arrived_at", "left_at"))
    for day, member, kind, ending, length in columns.iterator(CHUNK):
        if day != today_is:
            round_up_the_day()
            today_is, seen = day, set()
        if kind == Kind.WOD and day not in is_open:
            continue
        if (kind, member) not in seen:
            seen.add((kind, member))
            days[kind][member] += 1
        if kind == Kind.WOD and length is not None and ending != Visit.Ending.ASSUMED:
            minutes[member] += length
            if house.rounding_per_visit:
                rounded[member] += units(length, house.rounding)
            else:
                on_this_day[member] += length
    round_up_the_day()
    came = set().union(*days.values()) if days else set()
    members = {one.pk: one for one in Member.objects.only("member_no", "first_name", "last_name", "search_name")}
    return [
        MemberLine(
            member_no=member.member_no,
            name=member.full_name,
            days=days[Kind.WOD][pk],
            minutes=minutes[pk],
            units_15=rounded[pk],
            social_days=days[Kind.SOCIAL][pk],
            virtual_days=days[Kind.VIRTUAL][pk],
            offsite_days=days[Kind.OFFSITE][pk],
        )
        for pk, member in members.items()
        if pk in came
    ]
