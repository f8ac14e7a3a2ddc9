"""Figures do not change when somebody is forgotten: twelve months, each file of each time, byte by byte."""

import datetime as dt
import uuid

import pytest
import time_machine
from hypothesis import given
from hypothesis import strategies as st

from attendance import exports
from attendance.exports.breakdown import export_breakdown
from attendance.forgetting import person
from attendance.models import Kind, Mark, MonthClosing, ReachOut
from attendance.reports import report_of
from attendance.reports.breakdown import breakdown
from attendance.reports.research import research
from clubhouse.converters import Month
from clubhouse.spans import Span
from members import audit
from members.models import Erasure, House, Member
from tests import make
from tests.attendance.test_forget_canary import folder, forgotten

__all__ = ["folder"]
pytestmark = [pytest.mark.django_db, pytest.mark.once]
TODAY = dt.datetime(2026, 12, 1, 15, tzinfo=dt.UTC)
MONTHS = [Month(2025, 12), *(Month(2026, n) for n in range(1, 12))]
SPANS = [
    *(Span.of(month) for month in MONTHS),
    *(Span.of(Month(2026, n), Month(2026, n + 2)) for n in (1, 4, 7)),
    Span.of(MONTHS[0], MONTHS[-1]),
]


@pytest.fixture
def people(folder):
    """Forty members over a year; all that a report counts, and what tells groups apart."""
    with time_machine.travel(TODAY, tick=False):
        make.house(age_bands="60")
        kitchen, clerical = make.unit(), make.unit("Clerical")
        members = [
            make.member(
                f"Person{n} Family{n}",
                born_on=dt.date(1950 + 3 * (n % 12), 1 + n % 12, 28),
                area="Eastside" if n % 2 else "Westside",
                enrolled_on=dt.date(2025, 12, 1) + dt.timedelta(days=9 * n),
            )
            for n in range(40)
        ]
        make.account(members[0], username="person0", duty_reach_out=True)
        for n, member in enumerate(members):
            for days in range(0, 365, 12):
                day = dt.date(2025, 12, 1) + dt.timedelta(days=days + n % 3 - (days > 360) * 3)
                kind = Kind.SOCIAL if days % 60 == 0 else Kind.WOD
                visit = make.visit(member, day, unit=clerical if n % 2 else kitchen, kind=kind)
        Mark.objects.create(
            key=uuid.uuid4(), payload="p", action="arrive", member=members[0], visit=visit, day=visit.day,
            at=visit.arrived_at, noted_at=visit.arrived_at,
        )  # fmt: skip
        for n in range(1, 12):
            task = make.task(day=dt.date(2026, n, 10), done_at=make.noon(dt.date(2026, n, 10)))
            for member in members[:2]:
                task.sign_ups.create(member=member, at=make.noon(dt.date(2026, n, 9)), by=members[0].user)
            ReachOut.objects.create(
                member=members[0], at=make.noon(dt.date(2026, n, 3)), channel="phone", replied=True, by=members[0].user
            )
        taken_back = {"arrived_at": "2026-11-20T09:00:00Z"}
        audit.record(by=None, verb="attendance.undo_mark", about=members[0], before=taken_back)
        report = exports.export_report(report_of(SPANS[3]), "json", exports.Letterhead.of(House.objects.current()))
        MonthClosing.objects.create(first_on=SPANS[3].first, report=report.decode(), closed_at=TODAY)
        yield members


def files(*formats: str) -> dict[str, bytes]:
    """Each file of each time, and what stands on the page of groups."""
    paper, found = exports.Letterhead.of(House.objects.current()), {}
    for span in SPANS:
        report = report_of(span)
        for format in formats:
            found[f"{span}.{format}"] = exports.export_report(report, format, paper)
        groups = breakdown(span)
        found[f"{span} groups"] = repr(groups).encode()
        if not groups.withheld:
            found[f"{span} groups.csv"] = export_breakdown(groups, "csv")
        found[f"{span} research"] = repr(research(span).people).encode()
    found["closed"] = MonthClosing.objects.get().report.encode()
    return found


@pytest.mark.slow
@pytest.mark.parametrize("kind", Erasure.Kind.values)
def test_no_figure_changes(kind, people):
    before = files("json", "csv", "xlsx", "pdf")
    forgotten(people[0], kind)
    after = files("json", "csv", "xlsx", "pdf")
    assert [name for name in before if before[name] != after[name]] == []
    assert before.keys() == after.keys()
    assert len([name for name in before if name.endswith("groups.csv")]) > 3


@pytest.mark.slow
@pytest.mark.parametrize(
    "undone",
    [
        lambda member: member.visits.first().delete(),
        lambda member: Member.objects.filter(pk=member.pk).update(born_on=None),
        lambda member: Member.objects.filter(pk=member.pk).update(area=""),
        lambda member: member.reach_outs.all().delete(),
        lambda member: member.sign_ups.all().delete(),
    ],
    ids=["a visit gone", "born on gone", "area gone", "a reach-out gone", "a place gone"],
)
def test_a_figure_that_changed_is_seen(undone, people):
    """The control: the files tell the difference when more goes than may."""
    before = files("json")
    for one in (people[0], people[1], people[11]):  # each group that is shown has one of them
        undone(one)
    after = files("json")
    assert [name for name in before if before[name] != after.get(name)]


@given(born=st.dates(dt.date(1930, 1, 1), dt.date(2010, 12, 31)), month=st.dates(dt.date(2011, 1, 1)))
def test_a_month_of_birth_tells_every_age_at_the_end_of_a_month(born, month):
    def age(born_on: dt.date, on: dt.date) -> int:
        return on.year - born_on.year - ((on.month, on.day) < (born_on.month, born_on.day))

    less = person.less_exact(born)
    if month.year < 9999:
        on = Month.of(month).last
        assert age(less, on) == age(born, on)
    assert less.day == 1 or (born.month, born.day) == (2, 29)
