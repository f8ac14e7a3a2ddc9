"""Who is on the roll, who came lately, and when else members came: one look at each member's visits, grouped."""

import datetime as dt
from collections import Counter

from django.db.models import Exists, Max, Min, OuterRef, Q

from attendance.models import Kind, Visit
from attendance.reports.headlines import members_by_day
from attendance.reports.minutes import DaysAfter, half_up
from attendance.reports.shapes import Cohort, Comparisons, Membership, Stretch, TrendMonth
from attendance.reports.windows import DAY, Windows
from clubhouse.converters import Month
from clubhouse.spans import Span
from members.models import Member

# Visits by which somebody was served; off-site ones are counted by themselves only.
SERVED = (Kind.WOD.value, Kind.SOCIAL.value, Kind.VIRTUAL.value)
ACTIVE_FOR = 365
SMALL = 5  # a cohort of fewer says too much about one person
SEEN = {"seen_31_90": (31, 90), "seen_91_180": (91, 180), "seen_181_365": (181, 365)}


class People:
    """Each member's visits since the first day that anything in the report needs, as the database groups them."""

    def __init__(self, windows: Windows, open_days: set[dt.date]) -> None:
        self.windows, self.open_days = windows, open_days
        self.first, self.until = windows.span.first, windows.until
        self.stretches = windows.stretches
        self.here = members_by_day(windows.first, windows.last)
        self.rows = list(self._grouped())

    def _grouped(self):
        begin = min(self.windows.first, self.until - (ACTIVE_FOR - 1) * DAY)
        served = Q(kind__in=SERVED)
        on_open_days = Q(kind=Kind.WOD) & ~Q(day__in=[day for day in self.here if day not in self.open_days])
        wanted = {
            "seen": Max("day", filter=served),
            "before": Max("day", filter=served & Q(day__lt=self.first)),
            "came": Min("day", filter=served & Q(day__gte=self.first)),
            "here": Max("day", filter=on_open_days),
        }
        for name, stretch in self.stretches.items():
            if stretch and stretch.last != self.until:
                wanted[name] = Max("day", filter=on_open_days & Q(day__range=(stretch.first, stretch.last)))
        visits = Visit.objects.filter(day__range=(begin, self.until)).order_by()
        return visits.values("member").annotate(**wanted).values("member", *wanted)

    def membership(self, days: int, *, tours: int, enquiries: int | None) -> Membership:
        """`days`: after how many away somebody came back."""
        seen = [row["seen"] for row in self.rows if row["seen"]]
        enrolled = Member.objects.themselves().filter(enrolled_on__range=(self.first, self.until)).order_by()
        new = set(enrolled.values_list("pk", flat=True))
        came = {row["member"]: row["came"] for row in self.rows if row["came"] and row["member"] not in new}
        before = {row["member"]: row["before"] for row in self.rows if row["member"] in came}
        long_ago = [member for member, day in before.items() if day is None]
        # Member 0 is nobody: with somebody to look for or without, it is one question.
        earlier = Visit.objects.filter(kind__in=SERVED, day__lt=self.first, member__in=[0, *long_ago]).order_by()
        before |= dict(earlier.values_list("member").annotate(Max("day")))
        return Membership(
            roll=Member.objects.on_roll(self.until).count(),
            active_30=sum(day > self.until - 30 * DAY for day in seen),
            active_90=sum(day > self.until - 90 * DAY for day in seen),
            active_365=sum(day > self.until - ACTIVE_FOR * DAY for day in seen),
            new=len(new),
            returned=sum(day is not None and (came[member] - day).days >= days for member, day in before.items()),
            returned_after_days=days,
            tours=tours,
            enquiries=enquiries,
            retention=self._retention(),
        )

    def _retention(self) -> tuple[Cohort, ...]:
        quarters = self.windows.quarters
        members = Member.objects.themselves().filter(enrolled_on__range=(quarters[0].first, quarters[-1].last))
        joined: Counter[Span] = Counter()
        seen: Counter[tuple[Span, str]] = Counter()
        looked = members.annotate(**{name: self._seen_in(*window) for name, window in SEEN.items()}).order_by()
        for enrolled_on, *found in looked.values_list("enrolled_on", *SEEN):
            quarter = _quarter(quarters, enrolled_on)
            joined[quarter] += 1
            seen.update((quarter, name) for name, is_seen in zip(SEEN, found, strict=True) if is_seen)
        return tuple(self._cohort(quarter, joined[quarter], seen) for quarter in quarters)

    def _seen_in(self, begin: int, end: int) -> Exists:
        enrolled_on = OuterRef("enrolled_on")
        return Exists(
            Visit.objects.filter(
                member=OuterRef("pk"),
                kind__in=SERVED,
                day__range=(DaysAfter(enrolled_on, begin), DaysAfter(enrolled_on, end)),
                day__lte=self.until,
            )
        )

    def _cohort(self, quarter: Span, joined: int, seen: Counter) -> Cohort:
        begins = self.windows.begins
        percents = {}
        for name, (begin, end) in SEEN.items():
            is_over = quarter.last + end * DAY <= self.until
            is_written = begins is not None and quarter.first + begin * DAY >= begins.first
            is_told = is_over and is_written and joined >= SMALL
            percents[name] = half_up(100 * seen[quarter, name], joined) if is_told else None
        return Cohort(quarter.first, quarter.last, joined, **percents)

    def comparisons(self) -> Comparisons:
        return Comparisons(**{name: self._stretch(name, span) for name, span in self.stretches.items()})

    def _stretch(self, name: str, span: Span | None) -> Stretch | None:
        if span is None:
            return None
        open_days, member_days = self._counted(span.first, span.last)
        if span.last == self.until:
            distinct = sum(row["here"] is not None and row["here"] >= span.first for row in self.rows)
        else:
            distinct = sum(row[name] is not None for row in self.rows)
        ada = half_up(member_days, open_days) if open_days else None
        return Stretch(span.first, span.last, open_days, member_days, ada, distinct)

    def trend(self) -> tuple[TrendMonth, ...]:
        return tuple(self._month(month) for month in self.windows.trend)

    def _month(self, month: Month) -> TrendMonth:
        open_days, member_days = self._counted(month.first, month.last)
        ada = half_up(member_days, open_days) if open_days else None
        return TrendMonth(str(month), open_days, member_days, ada, month.last > self.windows.yesterday)

    def _counted(self, first: dt.date, last: dt.date) -> tuple[int, int]:
        days = [day for day in self.open_days if first <= day <= last]
        return len(days), sum(self.here.get(day, 0) for day in days)


def _quarter(quarters: list[Span], day: dt.date) -> Span:
    return next(quarter for quarter in quarters if quarter.first <= day <= quarter.last)
