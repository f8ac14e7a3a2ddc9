"""What the month says: the handbook's fixture week, the sample spreadsheets, and each definition by a story."""

import datetime as dt
import json
from decimal import Decimal
from uuid import uuid4

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from activities.models import OpenDay
from attendance import exports, reports
from attendance.actions import log_leaving
from attendance.actions.import_house import import_house
from attendance.models import GuestCount, ReachOut, Visit
from attendance.reports import monthly_report
from attendance.reports.minutes import units
from clubhouse.converters import Month
from members import audit
from members.models import House
from tests import make
from tests.attendance.spreadsheets import DATA, of_folder

JUNE = Month(2026, 6)
LATER = dt.date(2026, 12, 1)  # every month told here is over
MONDAY, TUESDAY, WEDNESDAY = (dt.date(2026, 6, n) for n in (1, 2, 3))


def day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


@pytest.fixture
def first_week_only(db):
    """June 2026, closed but for Monday 1 to Friday 5."""
    rest = [dt.date(2026, 6, n) for n in range(8, 31) if dt.date(2026, 6, n).weekday() < 5]
    OpenDay.objects.bulk_create(OpenDay(day=one, is_open=False) for one in rest)


def part_of(expected, actual):
    """`actual` without the keys that `expected` does not have."""
    if isinstance(expected, dict) and expected:
        return {key: part_of(value, actual[key]) for key, value in expected.items()}
    return actual


@pytest.mark.parametrize(
    ("folder", "months"), [("fixture-week", ["2026-06"]), ("maple-street", ["2026-09", "2026-10"])]
)
def test_the_spreadsheets_give_the_expected_figures(db, folder, months, django_assert_num_queries):
    import_house(files=of_folder(folder), by=None)
    for month in months:
        expected = json.loads((DATA / folder / f"expected-{month}.json").read_text())
        with django_assert_num_queries(33):
            report = monthly_report(Month.parse(month), today=LATER)
        actual = json.loads(exports.to_json(report))
        assert part_of(expected, actual) == expected
        assert exports.to_json(monthly_report(Month.parse(month), today=LATER)) == exports.to_json(report)


def test_the_fixture_week(db):
    """As it stands in the handbook; C's 14 minutes and the guest are not reported as units."""
    import_house(files=of_folder("fixture-week"), by=None)
    report = monthly_report(JUNE, today=LATER)
    attendance = report.attendance
    assert (attendance.open_wod_days, attendance.member_days, attendance.ada_wod) == (4, 7, Decimal("1.75"))
    assert (attendance.distinct_members, attendance.distinct_served, attendance.minutes) == (4, 5, 1028)
    assert (report.units_15.floor_per_day, report.units_15.floor_per_visit) == (66, 65)
    assert attendance.by_day == {"2026-06-01": 3, "2026-06-02": 3, "2026-06-04": 1, "2026-06-05": 0}


def test_an_empty_house_has_a_report(db):
    report = monthly_report(JUNE, today=LATER)
    assert (report.attendance.open_wod_days, report.attendance.ada_wod) == (22, Decimal("0.00"))
    assert (report.membership.roll, report.data_as_of) == (0, None)


@pytest.mark.parametrize("month", [Month(1900, 1), Month(2199, 12), Month(2024, 2)])
def test_a_month_far_away_has_a_report(amara, month):
    make.visit(amara, MONDAY)
    report = monthly_report(month, today=LATER)
    assert (report.attendance.member_days, report.reach_out.attempts, report.membership.new) == (0, 0, 0)


def test_a_month_without_open_days_has_no_average(amara):
    OpenDay.objects.bulk_create(
        OpenDay(day=dt.date(2026, 6, n), is_open=False) for n in range(1, 31) if dt.date(2026, 6, n).weekday() < 5
    )
    make.visit(amara, MONDAY)
    attendance = monthly_report(JUNE, today=LATER).attendance
    assert (attendance.open_wod_days, attendance.member_days) == (0, 0)
    assert (attendance.ada_wod, attendance.median, attendance.min, attendance.max) == (None, None, None, None)
    assert (attendance.by_weekday, attendance.by_unit) == ({}, {})


def test_a_running_month_stops_at_yesterday(amara, noor, first_week_only):
    make.visit(amara, MONDAY)
    make.visit(noor, TUESDAY)
    GuestCount.objects.create(day=TUESDAY, kind="tour", count=4)
    make.member("Yesterday Young", enrolled_on=MONDAY)
    make.member("Today Tyler", enrolled_on=TUESDAY)
    report = monthly_report(JUNE, today=TUESDAY)
    assert (report.running, report.begun, report.until) == (True, True, MONDAY)
    assert (report.attendance.open_wod_days, report.attendance.ada_wod) == (1, Decimal("1.00"))
    assert (report.attendance.guests, report.membership.active_30) == (0, 1)
    assert (report.membership.roll, report.membership.new) == (3, 1)


def test_on_its_first_day_a_month_has_not_counted_anything(amara):
    make.visit(amara, MONDAY)
    report = monthly_report(JUNE, today=MONDAY)
    assert (report.running, report.begun, report.until) == (True, False, day("2026-05-31"))
    assert (report.attendance.open_wod_days, report.attendance.ada_wod) == (0, None)


def test_leaving_and_coming_back_counts_once_a_day_in_minutes_twice(amara, first_week_only):
    make.visit(amara, MONDAY, "09:00", "09:10")
    make.visit(amara, MONDAY, "11:00", "11:10")
    report = monthly_report(JUNE, today=LATER)
    assert (report.attendance.member_days, report.attendance.minutes) == (1, 20)
    assert (report.units_15.floor_per_day, report.units_15.floor_per_visit) == (1, 0)


def test_two_units_on_a_day_count_in_both_and_once_in_the_house(amara, first_week_only):
    make.visit(amara, MONDAY, "09:00", "10:00", unit=make.unit("Kitchen"))
    make.visit(amara, MONDAY, "10:00", "11:00", unit=make.unit("Clerical"))
    make.visit(amara, TUESDAY)
    make.unit("Garden")
    attendance = monthly_report(JUNE, today=LATER).attendance
    assert attendance.member_days == 2
    assert {name: (unit.member_days, unit.ada) for name, unit in attendance.by_unit.items()} == {
        "Clerical": (1, Decimal("0.20")),
        "Kitchen": (1, Decimal("0.20")),
    }


def test_a_visit_on_a_closed_day_is_kept_and_pointed_out(amara, noor):
    make.visit(amara, day("2026-06-06"))  # a Saturday
    make.visit(noor, day("2026-06-06"), kind="social")
    report = monthly_report(JUNE, today=LATER)
    assert (report.attendance.visits_on_closed_days, report.attendance.closed_days_with_visits) == (
        1,
        {"2026-06-06": 1},
    )
    assert (report.attendance.member_days, report.attendance.minutes, report.units_15.up_to_per_day) == (0, 0, 0)
    assert (report.attendance.distinct_served, report.membership.active_30) == (1, 2)


def test_a_missing_time_out_is_shown_as_missing(amara, noor, first_week_only):
    make.visit(amara, MONDAY, left=None, ending="not_written")
    make.visit(noor, MONDAY, "09:00", "10:00")
    make.visit(noor, MONDAY, "17:00", left=None, ending="not_written", kind="social")
    attendance = monthly_report(JUNE, today=LATER).attendance
    assert (attendance.missing_sign_outs, attendance.minutes, attendance.member_days) == (1, 60, 2)


def test_an_assumed_time_out_is_an_estimate_and_outside_billing(amara, first_week_only):
    make.visit(amara, MONDAY, "09:00", "16:30", ending=Visit.Ending.ASSUMED)
    report = monthly_report(JUNE, today=LATER)
    attendance = report.attendance
    assert (attendance.estimated_sign_outs, attendance.estimated_minutes) == (1, 450)
    assert (attendance.missing_sign_outs, attendance.minutes, attendance.member_days) == (0, 0, 1)
    assert (report.units_15.up_to_per_day, report.units_15.house_units) == (0, 0)


def test_an_evening_past_midnight_belongs_to_the_day_it_began(amara):
    begun = make.visit(amara, day("2026-06-30"), "22:00", None, kind="social", ending="not_written")
    begun.left_at, begun.ending = begun.arrived_at + dt.timedelta(hours=4), Visit.Ending.KNOWN
    begun.save()
    assert monthly_report(JUNE, today=LATER).attendance.social.member_days == 1
    assert monthly_report(JUNE.next, today=LATER).attendance.social.member_days == 0


@pytest.mark.parametrize(
    ("zone", "night", "hours"),
    [
        ("America/Detroit", "2026-03-07", 8), ("America/Detroit", "2026-10-31", 10),
        ("Europe/Helsinki", "2026-03-28", 8), ("Europe/Helsinki", "2026-10-24", 10),
        ("Australia/Lord_Howe", "2026-10-03", 8.5), ("Australia/Lord_Howe", "2026-04-04", 9.5),
    ],
)  # fmt: skip
def test_a_night_over_a_clock_change_lasts_as_long_as_it_lasted(amara, zone, night, hours):
    """From 20:00 to 05:00 by the clock on the wall."""
    house = make.house(time_zone=zone)
    OpenDay.objects.create(day=day(night), is_open=True)
    left = house.at(day(night) + dt.timedelta(days=1), dt.time(5))
    visit = make.visit(amara, day(night), "20:00", None, ending="not_written")
    Visit.objects.filter(pk=visit.pk).update(left_at=left, ending=Visit.Ending.KNOWN)
    report = monthly_report(Month.of(day(night)), today=LATER)
    assert report.attendance.minutes == hours * 60
    assert report.attendance.by_day[night] == 1


def test_minutes_are_elapsed_seconds_over_sixty(amara, first_week_only):
    """Also where a fraction of a second decides: 59.9995 s is no minute, on either database."""
    visit = make.visit(amara, MONDAY, "09:00", "09:01")
    for arrived_us, left_us, minutes in [(0, 0, 1), (500, 0, 0), (999_999, 999_999, 1), (0, 999_600, 1), (1, 0, 0)]:
        Visit.objects.filter(pk=visit.pk).update(
            arrived_at=visit.arrived_at.replace(microsecond=arrived_us),
            left_at=visit.left_at.replace(microsecond=left_us),
        )
        visit.refresh_from_db()
        assert monthly_report(JUNE, today=LATER).attendance.minutes == visit.minutes == minutes
        visit.arrived_at, visit.left_at = visit.arrived_at.replace(microsecond=0), visit.left_at.replace(microsecond=0)


@pytest.mark.parametrize(
    ("minutes", "floor", "eight_minute", "up_to"),
    [
        (0, 0, 0, 0), (7, 0, 0, 1), (8, 0, 1, 1), (14, 0, 1, 1), (15, 1, 1, 1), (16, 1, 1, 2), (22, 1, 1, 2),
        (23, 1, 2, 2), (37, 2, 2, 3), (38, 2, 3, 3), (52, 3, 3, 4), (53, 3, 4, 4), (120, 8, 8, 8),
    ],
)  # fmt: skip
def test_the_rounding_table_of_the_handbook(minutes, floor, eight_minute, up_to):
    assert [units(minutes, rule) for rule in ("floor", "eight_minute", "up_to")] == [floor, eight_minute, up_to]


@pytest.mark.parametrize(
    ("rounding", "per_visit", "expected"),
    [("floor", False, 1), ("floor", True, 0), ("eight_minute", True, 2), ("up_to", False, 2), ("up_to", True, 2)],
)
def test_the_house_says_which_rounding_its_funder_uses(amara, first_week_only, rounding, per_visit, expected):
    make.house(rounding=rounding, rounding_per_visit=per_visit)
    make.visit(amara, MONDAY, "09:00", "09:10")
    make.visit(amara, MONDAY, "11:00", "11:10")
    counted = monthly_report(JUNE, today=LATER).units_15
    assert (counted.house_units, counted.floor_per_day) == (expected, 1)


@pytest.mark.parametrize(
    ("amount", "by", "rounded"), [(1, 8, "0.13"), (3, 8, "0.38"), (1, 200, "0.01"), (2, 3, "0.67"), (7, 4, "1.75")]
)
def test_averages_are_rounded_half_up(amount, by, rounded):
    assert reports.half_up(amount, by) == Decimal(rounded)


@pytest.mark.parametrize(("away", "returned"), [(89, 0), (90, 1), (400, 1), (1500, 1)])
def test_who_comes_after_ninety_days_away_returned(amara, away, returned):
    make.visit(amara, day("2026-06-10") - dt.timedelta(days=away))
    make.visit(amara, day("2026-06-10"), kind="virtual")
    make.visit(amara, day("2026-06-11"))
    assert monthly_report(JUNE, today=LATER).membership.returned == returned


def test_what_is_no_return(amara, noor, rosa):
    make.visit(amara, day("2026-06-10"))  # never here before
    make.visit(noor, day("2025-06-10"))
    make.visit(noor, day("2026-05-30"))
    make.visit(noor, day("2026-06-10"))  # here eleven days before
    make.visit(rosa, day("2025-06-10"))  # written down before she enrolled
    rosa.enrolled_on = day("2026-06-09")
    rosa.save()
    make.visit(rosa, day("2026-06-10"))
    make.visit(amara, day("2024-06-10"), kind="offsite")  # off-site visits neither begin nor end an absence
    membership = monthly_report(JUNE, today=LATER).membership
    assert (membership.returned, membership.new) == (0, 1)


def test_the_house_decides_how_long_away_is(amara):
    make.house(returned_after_days=30)
    make.visit(amara, day("2026-05-10"))
    make.visit(amara, day("2026-06-09"))
    membership = monthly_report(JUNE, today=LATER).membership
    assert (membership.returned, membership.returned_after_days) == (1, 30)


@pytest.mark.parametrize(
    ("seen", "expected"),
    [("2026-06-01", (1, 1, 1)), ("2026-05-31", (0, 1, 1)), ("2026-04-02", (0, 1, 1)), ("2026-04-01", (0, 0, 1)),
     ("2025-07-01", (0, 0, 1)), ("2025-06-30", (0, 0, 0)), ("2026-07-01", (0, 0, 0))],
)  # fmt: skip
def test_active_looks_back_from_the_last_day(amara, seen, expected):
    make.visit(amara, day(seen), kind="social")
    make.visit(amara, day("2026-06-30"), kind="offsite")  # does not make anybody active
    membership = monthly_report(JUNE, today=LATER).membership
    assert (membership.active_30, membership.active_90, membership.active_365) == expected


def test_the_first_day_off_the_roll_is_off(amara, noor, rosa):
    for member, withdrawn_on in ((amara, "2026-06-30"), (noor, "2026-07-01")):
        member.withdrawn_on = day(withdrawn_on)
        member.save()
    rosa.enrolled_on = day("2026-07-01")
    rosa.save()
    assert monthly_report(JUNE, today=LATER).membership.roll == 1


def test_reach_outs_and_who_was_seen_again(amara, noor, rosa):
    zone = make.house().zone
    for member, at, channel, replied in [
        (amara, dt.datetime(2026, 6, 1, 0, 0, tzinfo=zone), "phone", False),
        (amara, dt.datetime(2026, 6, 20, 10, tzinfo=zone), "card", True),
        (noor, dt.datetime(2026, 6, 30, 23, 59, tzinfo=zone), "phone", True),
        (rosa, dt.datetime(2026, 5, 31, 23, 59, tzinfo=zone), "phone", True),
    ]:
        ReachOut.objects.create(member=member, at=at, channel=channel, replied=replied)
    make.visit(amara, day("2026-06-16"))  # the 15th day after the call
    make.visit(amara, day("2026-06-20"))  # the day of the card itself
    make.visit(noor, day("2026-07-14"))
    make.visit(rosa, day("2026-06-02"))
    reach_out = monthly_report(JUNE, today=LATER).reach_out
    assert (reach_out.attempts, reach_out.replies, reach_out.distinct_members) == (3, 2, 2)
    assert (reach_out.by_channel, reach_out.back_within_14_days) == ({"phone": 2, "card": 1}, 1)
    assert monthly_report(JUNE, today=day("2026-07-14")).reach_out.back_within_14_days == 0


def test_the_report_says_when_its_data_last_changed(amara, dana):
    written = dt.datetime(2026, 6, 20, 12, tzinfo=dt.UTC)
    visit = make.visit(amara, MONDAY, noted_at=written)
    make.visit(amara, day("2026-05-04"), noted_at=written - dt.timedelta(days=30))
    assert monthly_report(JUNE, today=LATER).data_as_of == written
    corrected = audit.record(by=dana.user, verb="attendance.correct_visit", subject=visit, about=amara)
    audit.record(by=dana.user, verb="look_at_member", about=amara)
    assert monthly_report(JUNE, today=LATER).data_as_of == corrected.at
    assert monthly_report(JUNE.next, today=LATER).data_as_of == corrected.at  # June stands beside it
    assert monthly_report(JUNE.previous, today=LATER).data_as_of == written - dt.timedelta(days=30)


def test_a_time_out_that_is_written_down_later_is_a_change_too(amara, dana):
    visit = make.visit(amara, MONDAY, "09:00", None, ending="not_written")
    left = visit.arrived_at + dt.timedelta(hours=3)
    with timezone.override(House.objects.current().zone):
        mark = log_leaving(member=amara, day=MONDAY, at=left, key=uuid4(), by=dana.user)
    report = monthly_report(JUNE, today=LATER)
    assert (report.attendance.minutes, report.data_as_of) == (180, mark.noted_at)


def test_every_figure_has_its_definition(amara, first_week_only):
    make.visit(amara, MONDAY, unit=make.unit())
    ReachOut.objects.create(member=amara, at=dt.datetime(2026, 6, 3, tzinfo=dt.UTC), channel="card", replied=True)
    report = monthly_report(JUNE, today=LATER)
    beside = {"closed_days_with_visits", "guests_by_kind", "house_rule", "returned_after_days"}  # parts of others
    sections = {name: part for name, part in report.as_dict().items() if isinstance(part, dict)}
    figures = {f"{name}.{figure}" for name, part in sections.items() for figure in part if figure not in beside}
    figures.add("trend.months")
    assert figures == set(reports.DEFINITIONS)
    assert {figure.key for figure in reports.figures(report)} == figures
    assert [figure.key for figure in reports.figures(report) if "%(" in figure.definition or not figure.label] == []


def test_the_command_writes_the_month(amara, first_week_only, capsys, tmp_path):
    make.visit(amara, MONDAY)
    call_command("monthly_report", "2026-06")
    printed = capsys.readouterr().out
    assert json.loads(printed)["attendance"]["member_days"] == 1
    call_command("monthly_report", "2026-06", "--format", "csv", "--output", str(tmp_path / "june.csv"))
    assert (tmp_path / "june.csv").read_bytes() == exports.to_csv(monthly_report(JUNE))


@pytest.mark.parametrize("month", ["2026-13", "2026-6", "June", "2026-06-01", "0000-01", "١٢٣٤-١٢"])
def test_the_command_refuses_what_is_no_month(db, month):
    with pytest.raises(CommandError) as refused:
        call_command("monthly_report", month)
    assert str(refused.value) == f"{month} is not a month. A month looks like 2026-10."
    assert refused.value.returncode == 1


def test_the_command_says_when_a_file_cannot_be_written(db, tmp_path):
    with pytest.raises(CommandError) as refused:
        call_command("monthly_report", "2026-06", "--output", str(tmp_path / "no" / "june.json"))
    assert str(refused.value).endswith("june.json cannot be written: No such file or directory.")
