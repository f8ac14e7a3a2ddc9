"""What the report says beside attendance: who was seen again, tasks, meetings, the social programme, staff, numbers."""

import datetime as dt
from decimal import Decimal

import pytest
from django.utils import timezone

from activities.models import OpenDay, SignUp, UnitTask
from attendance.models import DayCount, GuestCount, HouseDecision
from attendance.reports import definition, figures, monthly_report, report_of
from attendance.reports.shapes import Cohort, Meetings, Programme, Staffing, Tasks
from clubhouse.converters import Month
from clubhouse.spans import Span
from tests import make

JUNE = Month(2026, 6)
LATER = dt.date(2026, 12, 1)
MONDAY, TUESDAY, WEDNESDAY, SATURDAY = (dt.date(2026, 6, n) for n in (1, 2, 3, 6))


def june(today: dt.date = LATER):
    return monthly_report(JUNE, today=today)


# -- who was seen again --------------------------------------------------------------------------------------------


@pytest.fixture
def five(db):
    """Five who joined in the first quarter of 2025; the book began a year before."""
    make.visit(make.member("Early"), dt.date(2024, 1, 8))
    return [make.member(f"Joiner{n}", enrolled_on=dt.date(2025, 2, 3)) for n in range(5)]


def cohort(report, first: dt.date) -> Cohort:
    return next(one for one in report.membership.retention if one.first == first)


def test_the_share_of_who_joined_and_was_seen_again(five):
    for member, days in zip(five, (31, 90, 91, 181, 365), strict=True):
        make.visit(member, dt.date(2025, 2, 3) + dt.timedelta(days=days), kind="virtual")
    for member, days in zip(five, (30, 30, 366, 366, 366), strict=True):
        make.visit(member, dt.date(2025, 2, 3) + dt.timedelta(days=days))
    make.visit(five[4], dt.date(2025, 3, 20), kind="offsite")  # off-site visits are counted by themselves
    found = cohort(june(), dt.date(2025, 1, 1))
    assert found.joined == 5
    assert (found.seen_31_90, found.seen_91_180, found.seen_181_365) == (Decimal(40), Decimal(20), Decimal(40))


def test_a_share_is_told_when_its_time_is_over_for_everybody(five):
    """31 March and 90 days is 29 June; who joined on the last day has that day still."""
    make.visit(five[0], dt.date(2025, 4, 1))
    span = Span.of(Month(2025, 6))
    assert cohort(report_of(span, today=dt.date(2025, 6, 29)), dt.date(2025, 1, 1)).seen_31_90 is None
    assert cohort(report_of(span, today=dt.date(2025, 6, 30)), dt.date(2025, 1, 1)).seen_31_90 == Decimal(20)
    assert cohort(report_of(span, today=LATER), dt.date(2025, 1, 1)).seen_91_180 is None


def test_fewer_than_five_are_never_told(five):
    five[0].merged_into = five[1]
    five[0].save()
    found = cohort(june(), dt.date(2025, 1, 1))
    assert (found.joined, found.seen_31_90, found.seen_91_180, found.seen_181_365) == (4, None, None, None)


def test_a_share_from_before_the_book_is_not_told(db):
    for number in range(5):
        make.visit(make.member(f"J{number}", enrolled_on=dt.date(2025, 2, 3)), dt.date(2025, 4, 7))
    found = cohort(june(), dt.date(2025, 1, 1))
    assert (found.joined, found.seen_31_90, found.seen_91_180) == (5, None, Decimal(0))


def test_there_are_eight_quarters_the_oldest_first(amara):
    quarters = june(dt.date(2026, 6, 30)).membership.retention  # the quarter is not over by 29 June
    assert (len(quarters), quarters[0].first, quarters[-1].last) == (8, dt.date(2024, 4, 1), dt.date(2026, 3, 31))
    assert june().membership.retention[-1].last == dt.date(2026, 6, 30)


# -- tasks and meetings --------------------------------------------------------------------------------------------


def on_it(task: UnitTask, *members, by) -> UnitTask:
    SignUp.objects.bulk_create(SignUp(task=task, member=member, at=timezone.now(), by=by.user) for member in members)
    return task


def test_what_the_board_held(amara, noor, rosa, dana):
    done = timezone.now()
    on_it(make.task("Lunch", day=MONDAY, done_at=done), amara, noor, by=dana)
    on_it(make.task("Soup", day=MONDAY, done_at=done), rosa, by=dana)
    make.task("Mail", day=MONDAY, done_at=done)  # nobody wrote down who
    on_it(make.task("Pie", day=TUESDAY), amara, noor, by=dana)  # together, and not done
    shelves = make.task("Shelves", day=dt.date(2026, 6, 30))
    make.task("Shelves", day=dt.date(2026, 7, 1), carried_from=shelves)
    windows = make.task("Windows", day=TUESDAY)
    make.task("Windows", day=WEDNESDAY, carried_from=windows, called_off_at=done)  # left after all
    on_it(make.task("Garden", day=MONDAY, done_at=done, called_off_at=done), amara, noor, by=dana)
    make.task("Before", day=dt.date(2026, 5, 29))
    assert june().tasks == Tasks(posted=6, taken=3, done=3, done_together=1, carried_over=1)
    assert june(today=TUESDAY).tasks == Tasks(posted=3, taken=2, done=3, done_together=1, carried_over=0)


def test_meetings_are_held_while_the_house_is_open(db):
    make.unit("Kitchen", morning_meeting_at=dt.time(9), afternoon_meeting_at=dt.time(13))
    make.unit("Clerical", morning_meeting_at=dt.time(9))
    make.unit("Garden")
    OpenDay.objects.create(day=MONDAY, is_open=True, closes_at=dt.time(12))  # no afternoon
    OpenDay.objects.create(day=TUESDAY, is_open=False)
    decided = timezone.now()
    for day, taken_back in ((MONDAY, None), (TUESDAY, decided), (dt.date(2026, 7, 1), None)):
        HouseDecision.objects.create(decided_on=day, words="Yes.", recorded_at=decided, taken_back_at=taken_back)
    assert june().meetings == Meetings(unit_meetings=21 * 3 - 1, house_decisions=1)


# -- the social programme ------------------------------------------------------------------------------------------


def test_evenings_weekends_and_holidays(amara, noor):
    OpenDay.objects.create(day=WEDNESDAY, is_open=False, note="A holiday")
    OpenDay.objects.create(day=SATURDAY, is_open=False)
    OpenDay.objects.create(day=dt.date(2026, 6, 19), is_open=False)  # closed, and nobody met
    for member in (amara, noor):
        make.visit(member, MONDAY, "18:00", "20:00", kind="social")
    make.event(day=MONDAY)  # the same evening
    make.event(day=TUESDAY)  # an event to which nobody came is an evening too
    make.event(day=WEDNESDAY)
    make.visit(amara, SATURDAY, kind="social")
    make.event(day=dt.date(2026, 6, 8), join_link="https://example.org/")  # from afar: the house is not open
    make.event(day=dt.date(2026, 6, 9), join_link="https://example.org/", meeting_point="Living room")
    make.event(day=dt.date(2026, 6, 10), called_off_at=timezone.now())
    assert june().programme == Programme(
        events=5, attendances=3, distinct_members=2, evenings=3, weekend_days=1, holidays=1
    )


# -- numbers of a day ----------------------------------------------------------------------------------------------


def count(kind: str, day: dt.date, number: int) -> None:
    DayCount.objects.create(day=day, kind=kind, count=number)


def test_members_for_each_staff_over_the_days_that_were_counted(amara, noor, rosa):
    for member in (amara, noor, rosa):
        make.visit(member, MONDAY)
        make.visit(member, WEDNESDAY)  # nobody counted the staff
    make.visit(amara, TUESDAY)
    count("staff", MONDAY, 2)
    count("staff", TUESDAY, 1)
    count("staff", SATURDAY, 9)  # closed
    assert june().staff == Staffing(days_counted=2, mean_on_duty=Decimal("1.50"), ada_per_staff=Decimal("1.33"))


def test_where_nobody_counted_nothing_is_said(amara):
    make.visit(amara, MONDAY)
    assert june().staff == Staffing(days_counted=0, mean_on_duty=None, ada_per_staff=None)
    assert june().membership.enquiries is None
    count("staff", MONDAY, 0)
    count("enquiry", SATURDAY, 0)
    assert june().staff == Staffing(days_counted=1, mean_on_duty=Decimal(0), ada_per_staff=None)
    assert june().membership.enquiries == 0


def test_tours_and_who_asked_about_joining(db):
    for day, tours, asked in ((MONDAY, 3, 2), (SATURDAY, 1, 1), (dt.date(2026, 7, 1), 5, 5)):
        GuestCount.objects.create(day=day, kind="tour", count=tours)
        GuestCount.objects.create(day=day, kind="student", count=7)
        count("enquiry", day, asked)
    assert (june().membership.tours, june().membership.enquiries, june().attendance.guests) == (4, 3, 18)


def test_every_definition_says_its_days(amara):
    make.visit(amara, dt.date(2026, 5, 4))
    report = june()
    assert definition(report, "membership.new") == "Members first enrolled from 1 June 2026 to 30 June 2026."
    assert definition(report, "comparisons.last_month").endswith("Here: May 2026.")
    assert definition(report, "comparisons.rolling_12").endswith("Here: May to June 2026.")
    assert definition(report, "comparisons.same_month_last_year").endswith("The book had not begun then.")
    parts = {(figure.key, figure.filter): figure.value for figure in figures(report)}
    assert parts["comparisons.last_month", "from=2026-05-01; until=2026-05-31; count=member_days"] == 1
    assert parts["trend.months", "month=2026-05; count=ada_wod"] == Decimal("0.05")
    assert parts["membership.retention", "joined=2026-01-01_2026-03-31; count=joined"] == 0
    assert parts["comparisons.same_month_last_year", ""] is None
