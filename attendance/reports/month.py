"""How the month is counted (handbook, definitions, and the README of the house spreadsheets).

Only the month's own visits are fetched; what looks further back (active, returned) is grouped by the database.
"""

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Decimal
from statistics import median
from typing import NamedTuple

from django.db.models import CharField, Max, Q, Sum, Value
from django.db.models.functions import Cast, Concat
from django.utils import timezone

from activities import workdays
from attendance.models import GuestCount, Kind, ReachOut, Visit
from attendance.reports.definitions import DEFINITION_VERSION, WEEKDAYS
from attendance.reports.minutes import ElapsedMinutes, units
from attendance.reports.shapes import Apart, Attendance, Membership, MonthlyReport, ReachOuts, UnitDays, Units15
from clubhouse.converters import Month
from members.models import AuditRecord, House, Member, Rounding

# Visits by which somebody was served; off-site ones are counted by themselves only.
SERVED = frozenset(kind.value for kind in (Kind.WOD, Kind.SOCIAL, Kind.VIRTUAL))
DAY = dt.timedelta(days=1)
BACK_WITHIN = 14

# Changes that stand behind the figures: of the month's visits after they were noted, and of what every month rests on.
VERBS_OF_A_VISIT = ("attendance.correct_visit", "attendance.change_visit", "attendance.confirm_visit")
VERBS_BEHIND_FIGURES = (
    "import_house", "sample_house", "attendance.remove_visit", "attendance.restore_visit", "add_member", "edit_member",
    "attendance.add_walk_in", "edit_house", "edit_open_day", "remove_open_day", "edit_opening_week",
    "remove_opening_week", "edit_unit", "attendance.merge_members", "attendance.undo_merge",
)  # fmt: skip


class Row(NamedTuple):
    """A visit, as far as the month needs it. `minutes` is None without a time out."""

    member: int
    day: dt.date
    kind: str
    unit: str | None
    ending: str
    minutes: int | None


def monthly_report(month: Month, *, today: dt.date | None = None) -> MonthlyReport:
    """The report of `month` as it stands on `today` (default: now, in house time).

    A running month stops at yesterday: a day is over at midnight. Constant number of queries.
    """
    house = House.objects.current()
    yesterday = (today or timezone.localdate(timezone=house.zone)) - DAY
    until = min(month.last, yesterday)
    calendar = workdays.calendar(month.first, until)
    rows = _rows(month.first, until)
    return MonthlyReport(
        house=house.name,
        month=str(month),
        definition_version=DEFINITION_VERSION,
        data_as_of=_data_as_of(month.first, until),
        first=month.first,
        until=until,
        running=until < month.last,
        attendance=_attendance(rows, [day.day for day in calendar if day.is_open], month.first, until),
        units_15=_units_15(rows, {day.day for day in calendar if day.is_open}, house),
        membership=_membership(rows, month.first, until, house.returned_after_days),
        reach_out=_reach_out(rows, month.first, until, yesterday, house),
    )


def half_up(amount: int | Decimal, by: int = 1) -> Decimal:
    """`amount / by` with two decimals, a half rounded up."""
    return (Decimal(amount) / by).quantize(Decimal("0.01"), ROUND_HALF_UP)


def _rows(first: dt.date, until: dt.date) -> list[Row]:
    visits = Visit.objects.filter(day__range=(first, until)).order_by()
    minutes = ElapsedMinutes("arrived_at", "left_at")
    return list(map(Row._make, visits.values_list("member_id", "day", "kind", "unit__name", "ending", minutes)))


def _attendance(rows: list[Row], open_days: list[dt.date], first: dt.date, until: dt.date) -> Attendance:
    is_open = set(open_days)
    wod = [row for row in rows if row.kind == Kind.WOD and row.day in is_open]
    closed = Counter(row.day for row in rows if row.kind == Kind.WOD and row.day not in is_open)
    here: dict[dt.date, set[int]] = {day: set() for day in open_days}
    in_unit: dict[str, set[tuple]] = defaultdict(set)
    for row in wod:
        here[row.day].add(row.member)
        if row.unit is not None:
            in_unit[row.unit].add((row.member, row.day))
    counts = [len(here[day]) for day in open_days]
    on_weekday: dict[int, list[int]] = defaultdict(list)
    for day, count in zip(open_days, counts, strict=True):
        on_weekday[day.weekday()].append(count)
    estimated = [row.minutes or 0 for row in wod if row.ending == Visit.Ending.ASSUMED]
    guests = dict(
        GuestCount.objects.filter(day__range=(first, until), count__gt=0)
        .order_by("kind")
        .values_list("kind")
        .annotate(Sum("count"))
    )
    return Attendance(
        open_wod_days=len(open_days),
        member_days=sum(counts),
        ada_wod=half_up(sum(counts), len(counts)) if counts else None,
        distinct_members=len({row.member for row in wod}),
        minutes=sum(row.minutes or 0 for row in _timed(wod)),
        median=half_up(Decimal(median(counts))) if counts else None,
        min=min(counts, default=None),
        max=max(counts, default=None),
        missing_sign_outs=sum(row.minutes is None for row in wod),
        estimated_sign_outs=len(estimated),
        estimated_minutes=sum(estimated),
        by_day={day.isoformat(): count for day, count in zip(open_days, counts, strict=True)},
        by_weekday={WEEKDAYS[n]: half_up(sum(on_weekday[n]), len(on_weekday[n])) for n in sorted(on_weekday)},
        by_unit={
            unit: UnitDays(len(pairs), half_up(len(pairs), len(open_days))) for unit, pairs in sorted(in_unit.items())
        },
        social=_apart(rows, Kind.SOCIAL),
        virtual=_apart(rows, Kind.VIRTUAL),
        offsite=_apart(rows, Kind.OFFSITE),
        distinct_served=len(
            {row.member for row in rows if row.kind in (Kind.SOCIAL, Kind.VIRTUAL)} | {r.member for r in wod}
        ),
        guests=sum(guests.values()),
        guests_by_kind=guests,
        visits_on_closed_days=sum(closed.values()),
        closed_days_with_visits={day.isoformat(): closed[day] for day in sorted(closed)},
    )


def _timed(wod: Iterable[Row]) -> list[Row]:
    """Visits with a time out that somebody wrote down: an assumed one stays outside billing until confirmed."""
    return [row for row in wod if row.minutes is not None and row.ending != Visit.Ending.ASSUMED]


def _apart(rows: list[Row], kind: str) -> Apart:
    pairs = {(row.member, row.day) for row in rows if row.kind == kind}
    return Apart(len({day for _, day in pairs}), len(pairs), len({member for member, _ in pairs}))


def _units_15(rows: list[Row], is_open: set[dt.date], house: House) -> Units15:
    timed = _timed(row for row in rows if row.kind == Kind.WOD and row.day in is_open)
    per_visit = [row.minutes or 0 for row in timed]
    days: Counter[tuple] = Counter()
    for row in timed:
        days[row.member, row.day] += row.minutes or 0
    per_day = list(days.values())

    def total(minutes: list[int], rounding: str) -> int:
        return sum(units(m, rounding) * times for m, times in Counter(minutes).items())

    return Units15(
        floor_per_day=total(per_day, Rounding.FLOOR),
        eight_minute_per_day=total(per_day, Rounding.EIGHT_MINUTE),
        up_to_per_day=total(per_day, Rounding.UP_TO),
        floor_per_visit=total(per_visit, Rounding.FLOOR),
        house_rule=f"{house.rounding}_{'per_visit' if house.rounding_per_visit else 'per_day'}",
        house_units=total(per_visit if house.rounding_per_visit else per_day, house.rounding),
    )


def _membership(rows: list[Row], first: dt.date, until: dt.date, returned_after_days: int) -> Membership:
    window = until - 364 * DAY
    recent = {
        member: (last, before)
        for member, last, before in Visit.objects.filter(kind__in=SERVED, day__range=(window, until))
        .order_by()
        .values_list("member")
        .annotate(last=Max("day"), before=Max("day", filter=Q(day__lt=first)))
    }
    new = set(
        Member.objects.themselves().filter(enrolled_on__range=(first, until)).order_by().values_list("pk", flat=True)
    )
    came: dict[int, dt.date] = {}  # the first such visit of the month
    for row in rows:
        if row.kind in SERVED and row.member not in new and row.day < came.get(row.member, dt.date.max):
            came[row.member] = row.day
    before = {member: recent[member][1] for member in came}
    long_ago = [member for member, day in before.items() if day is None]
    before |= dict(
        Visit.objects.filter(kind__in=SERVED, day__lt=window, member__in=long_ago)
        .order_by()
        .values_list("member")
        .annotate(Max("day"))
    )
    return Membership(
        roll=Member.objects.on_roll(until).count(),
        active_30=sum(last > until - 30 * DAY for last, _ in recent.values()),
        active_90=sum(last > until - 90 * DAY for last, _ in recent.values()),
        active_365=len(recent),
        new=len(new),
        returned=sum(
            day is not None and (came[member] - day).days >= returned_after_days for member, day in before.items()
        ),
        returned_after_days=returned_after_days,
    )


def _reach_out(rows: list[Row], first: dt.date, until: dt.date, yesterday: dt.date, house: House) -> ReachOuts:
    begin, end = house.at(first, dt.time()), house.at(until + DAY, dt.time())
    in_month = ReachOut.objects.filter(at__gte=begin, at__lt=end)
    contacts = list(in_month.values_list("member_id", "at", "channel", "replied"))
    came = defaultdict(set)
    for row in rows:
        if row.kind in SERVED:
            came[row.member].add(row.day)
    later = Visit.objects.filter(
        kind__in=SERVED,
        day__range=(until + DAY, min(until + BACK_WITHIN * DAY, yesterday)),
        member__in=in_month.values("member"),
    )
    for member, day in later.order_by().values_list("member_id", "day").distinct():
        came[member].add(day)
    back = {
        member
        for member, at, _, _ in contacts
        if any(0 < (day - house.day_of(at)).days <= BACK_WITHIN for day in came[member])
    }
    channels = Counter(channel for _, _, channel, _ in contacts)
    return ReachOuts(
        attempts=len(contacts),
        replies=sum(replied for *_, replied in contacts),
        distinct_members=len({member for member, *_ in contacts}),
        by_channel={channel: channels[channel] for channel in ReachOut.Channel.values if channels[channel]},
        back_within_14_days=len(back),
    )


def _data_as_of(first: dt.date, until: dt.date) -> dt.datetime | None:
    visits = Visit.objects.filter(day__range=(first, until)).aggregate(
        noted=Max("noted_at"), left=Max("left_at"), marked=Max("marks__noted_at")
    )
    subject = Concat(Value(f"{Visit._meta.label_lower} "), Cast("pk", CharField()))
    of_month = Visit.objects.filter(day__range=(first, until)).order_by().annotate(subject=subject).values("subject")
    records = [
        AuditRecord.objects.filter(verb__in=VERBS_OF_A_VISIT, subject__in=of_month),
        AuditRecord.objects.filter(
            Q(verb__in=VERBS_BEHIND_FIGURES)
            | Q(verb="attendance.count_guests", subject__startswith=f"guests {first:%Y-%m}-")
        ),
    ]
    changed = [found.aggregate(at=Max("at"))["at"] for found in records]
    return max(filter(None, [*visits.values(), *changed]), default=None)
