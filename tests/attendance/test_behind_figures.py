"""Every figure opens to rows that make it up: counted here in one way and in the report in another, they agree."""

import datetime as dt

import pytest
import time_machine

from activities.models import SignUp
from attendance import reports
from attendance.actions.import_house import import_house
from attendance.models import DayCount, HouseDecision, ReachOut, Visit
from attendance.reports.behind import How, Opened
from attendance.reports.behind_table import BEHIND, open_figure, opened
from clubhouse.converters import Month
from clubhouse.spans import Span
from members.models import House, Member
from tests import make
from tests.attendance.random_houses import RandomHouse
from tests.attendance.spreadsheets import of_folder

pytestmark = pytest.mark.django_db
NEVER_OPENED = {How.WORDS, How.BEFORE_THE_BOOK}


@pytest.fixture(autouse=True)
def in_december():
    with time_machine.travel(dt.datetime(2026, 12, 1, 15, 0, tzinfo=dt.UTC), tick=False):
        yield


def more_than_visits(first: dt.date) -> None:
    """Of everything that the spreadsheets do not hold, something: work, events, counts, assumed times, a holiday."""
    people, sam = list(Member.objects.order_by("pk")[:3]), make.account(make.staff())
    kitchen = make.unit("Garden", morning_meeting_at=dt.time(9))
    days = [first + dt.timedelta(days=n) for n in range(10)]
    for number, day in enumerate(days):
        task = make.task(f"Soup {day}", day=day, unit=kitchen, places=3, done_at=make.noon(day) if number % 2 else None)
        for person in people[: number % 4]:
            SignUp.objects.create(task=task, member=person, at=make.noon(day), by=sam)
        DayCount.objects.create(day=day, kind="staff", count=3 + number)
        DayCount.objects.create(day=day, kind="enquiry", count=number)
    make.task("The rest", day=days[3], carried_from=make.task("Jam", day=days[2]))
    make.task("No more", day=days[3], called_off_at=make.noon(days[3]))
    for day in (days[1], days[3], days[5], days[6]):
        make.event("Choir", day=day)
    HouseDecision.objects.create(decided_on=days[2], words="Yes.", recorded_at=make.noon(days[2]))
    some = list(Visit.objects.filter(day__range=(first, days[-1]), kind="wod", ending="known")[:20])
    Visit.objects.filter(pk__in=[visit.pk for visit in some[:6]]).update(ending="assumed")


def problems(report: reports.Report) -> list[str]:
    """Figures that do not agree with what stands behind them."""
    found = []
    for figure in reports.figures(report):
        it, name = open_figure(report, figure), f"{figure.key} {figure.filter}"
        if it.how in NEVER_OPENED:
            continue
        nobody = figure.value is None and not it.days
        if not nobody and it.adds_up() != figure.value:
            found.append(f"{name}: {figure.value} in the report, {it.adds_up()} behind it")
        found += [f"{name}: {problem}" for problem in problems_of_days(it)]
    return found


def problems_of_days(it: Opened) -> list[str]:
    """Some of the days, looked at one by one."""
    found, lines, behind = [], it.days, it.behind
    for line in lines[-1:] if it.figure.filter else {*lines[:1], *sorted(lines, key=lambda line: -line.count)[:1]}:
        if behind.visits is not None:
            visits = it.visits_of(line.day)
            if behind.measure.of(visits) != line.count or {visit.day for visit in visits} - {line.day}:
                found.append(f"{line.day}: {line.count} on the list, {behind.measure.of(visits)} in its visits")
        if behind.reach_outs is not None and len(it.reach_outs_of(line.day)) != line.count:
            found.append(f"{line.day}: {line.count} on the list, other reach-outs behind it")
    return found


@pytest.mark.parametrize(
    ("folder", "spans"),
    [
        ("fixture-week", ["2026-06"]),
        pytest.param("maple-street", ["2026-09-28_2026-10-05", "2026-10"], marks=pytest.mark.slow),
    ],
)
def test_every_figure_is_what_stands_behind_it(folder, spans):
    import_house(files=of_folder(folder), by=None)
    more_than_visits(Span.parse(spans[0]).first)
    for span in spans:
        report = reports.report_of(Span.parse(span))
        assert problems(report) == []
        told = {figure.key for figure in reports.figures(report)}
        assert told <= set(reports.DEFINITIONS) and len(told) > 45


@pytest.mark.parametrize("seed", [0, 1, 2, *(pytest.param(more, marks=pytest.mark.slow) for more in range(3, 9))])
def test_in_houses_that_nobody_thought_up_too(seed):
    house = RandomHouse(seed)
    house.store()
    with time_machine.travel(dt.datetime.combine(house.today, dt.time(12), tzinfo=house.zone), tick=False):
        assert problems(reports.report_of(Span(*house.span))) == []


def test_the_units_of_every_rule_of_the_house():
    import_house(files=of_folder("fixture-week"), by=None)
    for rounding in ("floor", "eight_minute", "up_to"):
        for per_visit in (True, False):
            make.house(rounding=rounding, rounding_per_visit=per_visit)
            report = reports.monthly_report(Month(2026, 6))
            house_units = opened(report, "units_15.house_units", "")
            assert house_units.adds_up() == report.units_15.house_units > 0


def test_every_figure_has_a_row_in_the_table():
    elsewhere = {key for key in reports.DEFINITIONS if key.split(".")[0] in ("comparisons", "trend")}
    assert set(BEHIND) == set(reports.DEFINITIONS) - elsewhere


def test_control_a_figure_that_is_counted_otherwise_is_noticed(monkeypatch):
    import_house(files=of_folder("fixture-week"), by=None)
    report = reports.monthly_report(Month(2026, 6))
    monkeypatch.setitem(BEHIND, "attendance.member_days", BEHIND["attendance.missing_sign_outs"])
    monkeypatch.delitem(BEHIND, "membership.roll")
    with pytest.raises(KeyError, match="membership.roll"):
        problems(report)
    monkeypatch.setitem(BEHIND, "membership.roll", BEHIND["membership.new"])
    found = [problem.split(":")[0].strip() for problem in problems(report)]
    assert "attendance.member_days" in found and "membership.roll" in found


def test_coming_back_and_being_seen_after_a_reach_out(amara, noor, rosa):
    for member, day in [(amara, "2026-03-01"), (amara, "2026-10-05"), (noor, "2026-09-20"), (noor, "2026-10-06")]:
        make.visit(member, dt.date.fromisoformat(day))
    make.visit(rosa, dt.date(2026, 11, 3))
    for member in (noor, rosa):
        at = House.objects.current().at(dt.date(2026, 10, 30), dt.time(23, 30))
        ReachOut.objects.create(member=member, at=at, channel="phone", replied=True)
    report = reports.monthly_report(Month(2026, 10))
    assert list(opened(report, "membership.returned", "").members) == [amara]
    assert list(opened(report, "reach_out.back_within_14_days", "").members) == [rosa]
    assert [(line.day, line.count) for line in opened(report, "reach_out.replies", "").days] == [
        (dt.date(2026, 10, 30), 2)
    ]
    assert problems(report) == []


def test_a_running_month_opens_as_far_as_it_goes(amara):
    make.visit(amara, dt.date(2026, 11, 30))
    make.visit(amara, dt.date(2026, 12, 1), "08:00", "09:00")
    with time_machine.travel(dt.datetime(2026, 12, 3, 15, tzinfo=dt.UTC), tick=False):
        make.visit(amara, dt.date(2026, 12, 3), "08:00", "09:00")
        report = reports.monthly_report(Month(2026, 12))
        assert problems(report) == [] and report.attendance.member_days == 1
