"""The report against a second, plain way of counting, on small houses that nobody thought up."""

import datetime as dt
import math
from collections import defaultdict
from statistics import median

from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from activities.models import OpenDay, Unit
from attendance.models import Visit
from attendance.reports import monthly_report
from clubhouse.converters import Month
from members.models import Member

JUNE = Month(2026, 6)
UNITS = ["Clerical", "Kitchen"]
# Days around June, and a few long before it.
DAYS = st.sampled_from([dt.date(2026, 6, 1) + dt.timedelta(days=n) for n in (*range(-3, 32), -91, -90, -89, -400)])
VISITS = st.lists(
    st.tuples(
        st.integers(0, 4),  # member
        DAYS,
        st.integers(6 * 60, 20 * 60),  # minute of the day
        st.one_of(st.none(), st.integers(0, 700 * 60)),  # seconds it lasted
        st.sampled_from(["wod", "wod", "wod", "social", "virtual", "offsite"]),
        st.sampled_from([None, 0, 1]),
    ),
    max_size=30,
    unique_by=lambda visit: (visit[0], visit[1], visit[2], visit[4]),
)


def half_up(amount: float, by: int) -> float:
    return math.floor(amount * 100 / by + 0.5) / 100


def naive(visits, closed, opened, today):
    """The handbook's definitions, word by word, over a list of tuples."""
    last = min(dt.date(2026, 6, 30), today - dt.timedelta(days=1))
    june = [dt.date(2026, 6, n) for n in range(1, 31) if dt.date(2026, 6, n) <= last]
    open_days = [d for d in june if (d.weekday() < 5 and d not in closed) or d in opened]
    past = [v for v in visits if v[1] <= last]
    month = [v for v in past if v[1] in june]
    wod = [v for v in month if v[4] == "wod" and v[1] in open_days]
    here = [len({v[0] for v in wod if v[1] == d}) for d in open_days]
    of_day = defaultdict(int)
    for member, d, _at, lasted, _kind, _unit in wod:
        if lasted is not None:
            of_day[member, d] += lasted // 60
    served = [v for v in past if v[4] != "offsite"]
    returned = 0
    for member in {v[0] for v in served if v[1] in june}:
        first = min(v[1] for v in served if v[0] == member and v[1] in june)
        before = [v[1] for v in served if v[0] == member and v[1] < first]
        returned += bool(before) and (first - max(before)).days >= 90
    return {
        "open_wod_days": len(open_days),
        "member_days": sum(here),
        "ada_wod": half_up(sum(here), len(here)) if here else None,
        "median": half_up(median(here), 1) if here else None,
        "min": min(here, default=None),
        "max": max(here, default=None),
        "distinct_members": len({v[0] for v in wod}),
        "minutes": sum(v[3] // 60 for v in wod if v[3] is not None),
        "missing_sign_outs": sum(v[3] is None for v in wod),
        "by_unit": {
            name: len({(v[0], v[1]) for v in wod if v[5] == place})
            for place, name in enumerate(UNITS)
            if any(v[5] == place for v in wod)
        },
        "social": len({(v[0], v[1]) for v in month if v[4] == "social"}),
        "distinct_served": len({v[0] for v in month if v[4] in ("social", "virtual")} | {v[0] for v in wod}),
        "visits_on_closed_days": sum(v[4] == "wod" and v[1] not in open_days for v in month),
        "units": (
            sum(m // 15 for m in of_day.values()),
            sum((m + 7) // 15 for m in of_day.values()),
            sum(math.ceil(m / 15) for m in of_day.values()),
            sum(v[3] // 60 // 15 for v in wod if v[3] is not None),
        ),
        "active": tuple(
            len({v[0] for v in served if v[1] > last - dt.timedelta(days=n)}) for n in (30, 90, 365)
        ),
        "returned": returned,
    }  # fmt: skip


def told(report):
    attendance, units, membership = report.attendance, report.units_15, report.membership
    names = ("open_wod_days", "member_days", "min", "max", "distinct_members", "minutes", "missing_sign_outs",
             "distinct_served", "visits_on_closed_days")  # fmt: skip
    return {name: getattr(attendance, name) for name in names} | {
        "ada_wod": attendance.ada_wod if attendance.ada_wod is None else float(attendance.ada_wod),
        "median": attendance.median if attendance.median is None else float(attendance.median),
        "by_unit": {name: unit.member_days for name, unit in attendance.by_unit.items()},
        "social": attendance.social.member_days,
        "units": (units.floor_per_day, units.eight_minute_per_day, units.up_to_per_day, units.floor_per_visit),
        "active": (membership.active_30, membership.active_90, membership.active_365),
        "returned": membership.returned,
    }


@settings(
    max_examples=40, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture]
)  # the same houses in every run
@given(
    visits=VISITS,
    closed=st.sets(DAYS, max_size=8),
    opened=st.sets(DAYS, max_size=3),
    today=st.sampled_from([dt.date(2026, 6, 1), dt.date(2026, 6, 17), dt.date(2026, 7, 1), dt.date(2026, 9, 1)]),
)
def test_the_report_agrees_with_a_plain_count(db, visits, closed, opened, today):
    with transaction.atomic():
        members = [
            Member.objects.create(first_name=f"M{n}", member_no=f"M{n}", enrolled_on=dt.date(2020, 1, 1))
            for n in range(5)
        ]
        units = [Unit.objects.create(name=name) for name in UNITS]
        OpenDay.objects.bulk_create(OpenDay(day=d, is_open=False) for d in closed - opened)
        OpenDay.objects.bulk_create(OpenDay(day=d, is_open=True) for d in opened)
        rows = []
        for member, d, minute, lasted, kind, unit in visits:
            at = dt.datetime.combine(d, dt.time(4), tzinfo=dt.UTC) + dt.timedelta(minutes=minute)
            rows.append(
                Visit(
                    member=members[member],
                    day=d,
                    arrived_at=at,
                    left_at=None if lasted is None else at + dt.timedelta(seconds=lasted),
                    ending="not_written" if lasted is None else "known",
                    kind=kind,
                    unit=None if unit is None else units[unit],
                    noted_at=at,
                )
            )
        Visit.objects.bulk_create(rows)
        assert told(monthly_report(JUNE, today=today)) == naive(visits, closed, opened, today)
        transaction.set_rollback(True)
