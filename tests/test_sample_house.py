"""The sample house: alive at every hour, the same on the same day, and never poured over somebody's real house."""

import datetime as dt
import json
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.db.models import Count, F
from django.test import override_settings

from activities import workdays
from activities.models import (
    CanShow,
    Event,
    EventSignUp,
    EventWaiting,
    GuideStep,
    LibraryTask,
    RepeatingEvent,
    Ride,
    SignUp,
    Thanks,
    Unit,
    UnitTask,
    Waiting,
)
from attendance import sample
from attendance.models import (
    CorrectionRequest,
    DayCount,
    GuestCount,
    Kind,
    MonthClosing,
    ReachOut,
    ReachOutClaim,
    TimeAway,
    Visit,
)
from attendance.reports import headlines, monthly_report
from attendance.sample import reach_outs
from clubhouse.converters import Month
from members import audit
from members.models import AuditRecord, EmergencyContact, House, Member, MessageWish, Note, Staff, User
from tests import make

DETROIT = ZoneInfo("America/Detroit")
THURSDAY_MORNING = dt.datetime(2026, 10, 8, 10, 30, tzinfo=DETROIT)


pytestmark = [pytest.mark.once, pytest.mark.beside]


@pytest.fixture(autouse=True)
def demo(settings, monkeypatch):
    """Two months are enough for most stories."""
    settings.DEMO = True
    monkeypatch.setattr(sample, "MONTHS_SHOWN", 1)


@pytest.fixture
def clock():
    """A Thursday morning, until the story moves it."""
    with time_machine.travel(THURSDAY_MORNING, tick=False) as traveller:
        yield traveller


@pytest.fixture
def maple_street(clock, db):
    return sample.sample_house()


def at(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=DETROIT)


def fingerprint() -> list:
    """Everything the sample made but for keys and passwords."""
    return [
        list(Member.objects.order_by("member_no").values_list("member_no", "search_name", "born_on", "enrolled_on")),
        list(Visit.objects.values_list("member__member_no", "arrived_at", "left_at", "ending", "kind", "unit__name")),
        list(UnitTask.objects.order_by("day", "unit__name", "title").values_list("day", "title", "places")),
        sorted(SignUp.objects.values_list("member__member_no", "task__day", "task__title", "role")),
        sorted(UnitTask.objects.exclude(done_at=None).values_list("day", "title", "done_at")),
        sorted(EventSignUp.objects.values_list("member__member_no", "event__day", "event__title")),
        sorted(CanShow.objects.values_list("member__member_no", "library_task__title")),
        sorted(Thanks.objects.values_list("task__day", "words")),
        list(ReachOut.objects.order_by("at").values_list("member__member_no", "at", "channel", "outcome", "topic")),
        list(GuestCount.objects.order_by("day", "kind").values_list("day", "kind", "count")),
        list(DayCount.objects.order_by("day", "kind").values_list("day", "kind", "count")),
    ]  # fmt: skip


def test_a_house_with_something_on_every_page(db, clock, monkeypatch):
    monkeypatch.undo()
    with override_settings(DEMO=True):
        house = sample.sample_house()
    today = THURSDAY_MORNING.date()
    assert (house.name, house.is_sample) == ("Maple Street Clubhouse", True)
    assert (Member.objects.count(), Member.objects.on_roll(today).count(), Staff.objects.count()) == (120, 120, 6)
    assert list(Unit.objects.values_list("name", flat=True)) == [
        "Clerical", "Employment & Education", "Hospitality", "Kitchen",
    ]  # fmt: skip
    assert [line.open_wod_days > 0 and line.ada_wod > 20 for line in headlines(Month(2026, 10), today=today)] == [
        True
    ] * 9
    report = monthly_report(Month(2026, 9), today=today)
    beside = (report.attendance.social, report.attendance.virtual, report.attendance.offsite)
    assert [apart.member_days > 0 for apart in beside] == [True] * 3
    assert (report.attendance.guests > 0, report.attendance.missing_sign_outs > 0) == (True, True)
    assert 4 <= report.staff.mean_on_duty <= 6
    assert 15 <= report.staff.days_counted <= report.attendance.open_wod_days
    assert 2 <= report.membership.enquiries <= 25
    assert DayCount.objects.get(day=today).kind == "staff"  # who asked today, somebody may still count
    assert (report.membership.returned > 0, report.reach_out.attempts > 0) == (True, True)
    assert CorrectionRequest.objects.filter(answered_at=None).count() == 3
    assert 70 < EmergencyContact.objects.values("member").distinct().count() < 90
    assert MessageWish.objects.filter(member__user__username="member").count() == 3
    assert (GuideStep.objects.count(), Thanks.objects.count(), Waiting.objects.count()) == (10, 8, 2)
    assert SignUp.objects.filter(role="learning", task__day=today).exists()
    assert not UnitTask.objects.filter(day__gt=today).exclude(done_at=None).exists()
    august = monthly_report(Month(2026, 8), today=today)
    was = MonthClosing.objects.get()
    kept = json.loads(was.report)["attendance"]["missing_sign_outs"]
    assert (str(was.month), kept - august.attendance.missing_sign_outs) == ("2026-08", 1)  # put right since
    assert AuditRecord.objects.filter(verb="sample_house").count() == 1
    assert list(audit.broken_records()) == []
    names = list(Member.objects.values_list("first_name", "last_name"))
    assert names.count(("Mary Ann", "Smith")) == 2
    assert sum(last_name == "" for _first, last_name in names) > 2


def test_every_account_of_the_contract_signs_in(maple_street):
    accounts = {user.username: user for user in User.objects.all()}
    assert sorted(accounts) == [
        "coordinator",
        "meeting",
        "member",
        "newcomer",
        "reachout",
        "reception",
        "staff",
        "statistics",
    ]
    assert [name for name, user in accounts.items() if not (user.check_password("clubhouse") and user.is_sample)] == []
    assert [name for name, user in accounts.items() if user.person is None] == []
    assert {name: user.role for name, user in accounts.items() if user.role != "member"} == {
        "coordinator": "coordinator",
        "staff": "staff",
    }
    assert {name: user.duties for name, user in accounts.items() if user.duties} == {
        "reachout": {"reach_out"},
        "meeting": {"meeting"},
        "reception": {"reception"},
        "statistics": {"statistics"},
    }
    newcomer = accounts["newcomer"].member
    assert (newcomer.enrolled_on, newcomer.visits.count()) == (THURSDAY_MORNING.date(), 0)


@pytest.mark.parametrize(
    "now",
    ["2026-10-08 00:00:00", "2026-10-08 12:00", "2026-10-11 21:00", "2026-11-01 01:30"]
    + [
        pytest.param(when, marks=pytest.mark.slow)
        for when in (
            "2026-10-08 00:10:30", "2026-10-08 06:00", "2026-10-08 08:31", "2026-10-08 23:59:59", "2026-10-10 11:00",
            "2026-12-25 10:00", "2027-01-01 09:00", "2028-02-29 14:00", "2026-03-08 03:15",
        )
    ],
)  # fmt: skip
def test_today_is_alive_at_every_hour(db, clock, now):
    """Also at night, on a weekend, on a holiday and when the clock changes: some here, some left, some expected."""
    now = at(now)
    today = now.date()
    clock.move_to(now)
    sample.sample_house()
    visits = Visit.objects.filter(day=today)
    here, left = visits.filter(ending="here"), visits.filter(ending="known")
    assert workdays.on(today).is_open
    assert (here.count() >= 8, left.count() >= 3) == (True, True)
    assert visits.filter(arrived_at__gt=now).count() + Visit.objects.filter(left_at__gt=now).count() == 0
    assert [visit.day for visit in visits if visit.arrived_at.astimezone(DETROIT).date() != today] == []
    expected = Member.objects.filter(sign_ups__task__day=today).exclude(visits__day=today).distinct()
    assert expected.count() >= 3
    assert Member.objects.get(user__username="member") in expected
    assert Member.objects.get(user__username="reception") in Member.objects.filter(visits__in=here)
    assert Visit.objects.here_now().exclude(day=today).count() == 0


def test_tasks_are_partly_taken_and_never_oversold(maple_street):
    today = THURSDAY_MORNING.date()
    taken = UnitTask.objects.annotate(taken=Count("sign_ups"))
    assert taken.filter(taken__gt=F("places")).count() == 0
    for day in (today, today + dt.timedelta(days=1)):
        on_board = taken.filter(day=day)
        assert (on_board.count() > 9, on_board.filter(taken__lt=F("places")).count() > 3) == (True, True)
        assert on_board.filter(taken__gt=0).count() > 3
    assert UnitTask.objects.get(day=today, title="Lunch for 50").sign_ups.count() in range(2, 5)
    assert UnitTask.objects.filter(day__gt=today, repeats=None).count() == 0


def test_something_is_on_and_somebody_has_room_in_the_car(maple_street):
    soon = Event.objects.filter(day__range=("2026-10-08", "2026-10-18"), called_off_at=None)
    assert {event.get_sort_display() for event in soon} == {"Together", "Wellness", "Learning", "Sport", "Trip"}
    assert all(event.sign_ups.exists() and event.sign_ups.count() <= (event.places or 500) for event in soon)
    assert EventSignUp.objects.filter(member__user__username="member", event__title="Games evening").exists()
    assert EventWaiting.objects.filter(event__title="Cooking for one").count() == 2
    ride = Ride.objects.get(event__title="Trip to the lake")
    assert (ride.event.day.weekday(), ride.taken_by.count(), ride.event.ride_wishes.count()) == (5, 1, 2)


def test_reach_out_has_something_on_every_page(maple_street, clock):
    today = THURSDAY_MORNING.date()
    made = list(ReachOut.objects.select_related("member"))
    assert [it for it in made if it.replied != (it.outcome in ReachOut.ANSWERED)] == []
    assert {it.outcome for it in made} == set(ReachOut.Outcome.values)
    mine = ReachOut.objects.filter(member__user__username="member").order_by("at")
    assert [(it.get_channel_display(), bool(it.note)) for it in mine] == [("card", True), ("phone", True)]
    assert sorted(ReachOutClaim.objects.filter(day=today).values_list("by__username", flat=True)) == [
        "reachout", "staff",
    ]  # fmt: skip
    assert list(TimeAway.objects.on(today).order_by("place").values_list("place", flat=True)) == ["home", "hospital"]
    away = {"reach_out_wanted": False, "quiet_until_on__gt": today, "works_by_day": True, "reach_out_after_days": 60}
    assert [name for name, value in away.items() if not Member.objects.filter(**{name: value}).exists()] == []
    waiting = Note.objects.filter(read_at=None, printed_at=None).values_list("message__channel", flat=True)
    assert sorted(waiting) == ["note", "note", "note", "page", "page"]
    clock.move_to(at("2026-11-09 11:00"))
    sample.freshen()
    later = dt.date(2026, 11, 9)
    assert (ReachOutClaim.objects.filter(day=later).count(), TimeAway.objects.on(later).count()) == (2, 2)


def test_nobody_in_the_sample_was_reached_in_a_way_they_turned_off(maple_street):
    ways = {it.pk: set(reach_outs.ways_to(it)) for it in Member.objects.all()}
    made = list(ReachOut.objects.all())
    assert [it.member_id for it in made if it.channel not in ways[it.member_id]] == []
    assert {it.channel for it in made} == set(ReachOut.Channel.values)


def test_the_same_day_gives_the_same_house(maple_street):
    first = fingerprint()
    for model in (CorrectionRequest, SignUp, UnitTask, Event, RepeatingEvent, Visit, ReachOut, GuestCount):
        model.objects.all().delete()
    AuditRecord.objects.all().delete()
    for model in (MessageWish, Member, Staff):
        model.objects.all().delete()
    UnitTask.repeats.field.related_model.objects.all().delete()
    LibraryTask.objects.all().delete()
    User.objects.all().delete()
    Unit.objects.all().delete()
    workdays.OpeningWeek.objects.all().delete()
    workdays.OpenDay.objects.all().delete()
    House.objects.update(is_sample=False)
    sample.sample_house()
    assert fingerprint() == first


def test_the_name_and_zone_of_the_settings_are_kept(db, clock):
    make.house(name="River House", time_zone="Europe/Helsinki")
    house = sample.sample_house()
    assert (house.name, house.time_zone) == ("River House", "Europe/Helsinki")


def test_without_demo_nobody_gets_a_password_that_everybody_knows(db, settings):
    settings.DEMO = False
    with pytest.raises(CommandError, match="Start it with DEMO=1") as refused:
        call_command("sample_house")
    assert (refused.value.returncode, User.objects.count()) == (1, 0)


def test_a_real_house_is_left_alone(amara):
    for arguments in ([], ["--if-empty"]):
        with pytest.raises(CommandError) as refused:
            call_command("sample_house", *arguments)
        assert str(refused.value) == "This data folder holds a real house. Start it with DEMO=0."
    assert list(Member.objects.all()) == [amara]


def test_a_sample_house_is_not_filled_twice(db, clock, capsys):
    call_command("sample_house")
    before = fingerprint()
    assert capsys.readouterr().out == "Maple Street Clubhouse is here.\n"
    with pytest.raises(CommandError, match="Nothing was changed"):
        call_command("sample_house")
    call_command("sample_house", "--if-empty")
    assert (fingerprint(), capsys.readouterr().out) == (before, "")


def test_started_again_days_later_today_is_alive_again(maple_street, clock):
    monday = at("2026-10-12 11:00")
    clock.move_to(monday)
    friday_note = make.visit(Member.objects.get(user__username="newcomer"), dt.date(2026, 10, 9))
    assert sample.freshen() == 4
    assert Visit.objects.filter(day=dt.date(2026, 10, 9)).get() == friday_note  # a day somebody wrote is left as it is
    today = Visit.objects.filter(day=monday.date())
    assert (today.filter(ending="here").count() >= 8, Visit.objects.here_now().exclude(day=monday.date()).count()) == (
        True,
        0,
    )
    assert SignUp.objects.filter(task__day=monday.date()).count() > 5
    assert sample.freshen() == 0
    sunday = at("2026-10-18 15:00")
    clock.move_to(sunday)
    assert sample.freshen() == 6
    assert workdays.on(sunday.date()).is_open
    assert UnitTask.objects.filter(day=sunday.date()).count() > 5
    assert Visit.objects.filter(day=dt.date(2026, 10, 14), kind=Kind.WOD).count() > 15


def test_the_newcomer_is_new_again_the_next_day(maple_street, clock):
    clock.move_to(at("2026-10-09 09:00"))
    sample.freshen()
    assert Member.objects.get(user__username="newcomer").enrolled_on == dt.date(2026, 10, 9)


def test_a_sample_house_that_became_a_house_is_not_freshened(maple_street, clock):
    User.objects.filter(username="staff").update(role="coordinator")
    clock.move_to(at("2026-10-12 11:00"))
    assert sample.freshen() == 0
