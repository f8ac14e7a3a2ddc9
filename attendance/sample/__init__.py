"""Maple Street: an invented house, so that every page has something to show before a house brings its own people."""

import datetime as dt

from allauth.account.models import EmailAddress
from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from activities import workdays
from activities.actions import make_repeating_tasks
from activities.models import OpenDay, OpeningHours, OpeningWeek, Unit
from attendance.models import Visit
from attendance.sample import board, events, months, plates, reach_outs, work
from attendance.sample.days import Diary, holidays
from attendance.sample.emergency import whom_to_call
from attendance.sample.people import DAY, STAFF, Invented, invent_members
from attendance.sample.units import NAMES as UNIT_NAMES
from attendance.sample.units import make_units
from members import audit
from members.models import AuditRecord, EmergencyContact, House, Member, Role, Staff, User
from members.refusals import Refusal

PASSWORD = "clubhouse"
NAME = "Maple Street Clubhouse"
MONTHS_SHOWN = 8

# Username -> the place of its person among the invented members, and what the account may do.
MEMBER_ACCOUNTS: dict[str, tuple[int, dict]] = {
    "member": (0, {}),
    "newcomer": (-1, {}),
    "reception": (1, {"duty_reception": True}),
    "statistics": (2, {"duty_statistics": True}),
    "reachout": (3, {"duty_reach_out": True}),
    "meeting": (4, {"duty_meeting": True}),
}


class NotEmpty(Refusal):
    """There are people in the house already."""


class RealHouse(Refusal):
    """The house in this data folder is nobody's example."""


class OnlyWithDemo(Refusal):
    """Sample accounts have a password that everybody knows."""


def sample_house() -> House:
    """Fill an empty house with the sample house and its accounts, as it stands now. The same moment, the same house.

    Raises `OnlyWithDemo`, `NotEmpty` or `RealHouse`.
    """
    now = timezone.now()
    with transaction.atomic():
        house = House.objects.select_for_update(no_key=True).get(pk=House.objects.current().pk)
        _check_empty(house)
        today = house.day_of(now)
        _describe(house)
        units = make_units()
        password = make_password(PASSWORD)
        coordinator, staff = _make_staff(units, password, today)
        people = invent_members(today)
        reach_outs.say_wishes(people, today)
        reception = _make_members(people, units, password)
        _make_calendar(today)
        _write_days(house, people, units, [staff, coordinator, people[3].member.user], _begin(today), today, now)
        work.make_tasks(units, staff, today)
        work.take_places(people, reception, work.begins_on(today), today, now)
        board.fill_library(people, staff, now)
        board.tell_days(house, staff, work.begins_on(today), today, now)
        plates.save_plates(house, reception, today, now)
        events.make_events(people, staff, today, now)
        work.write_wishes(people, now)
        work.ask_for_corrections(people, staff, now)
        reach_outs.make_reach_outs(house, people, today, now)
        audit.record(by=None, verb="sample_house", subject=house, after={"until": today, "members": len(people)})
        months.close_a_month(coordinator, _begin(today), today)
    return house


def freshen() -> int:
    """Add the days since the sample house was filled, so that today is alive again. Returns how many days were added.

    A day on which somebody wrote anything down is left as it is.
    """
    now = timezone.now()
    with transaction.atomic():
        house = House.objects.select_for_update(no_key=True).get(pk=House.objects.current().pk)
        filled = [dt.date.fromisoformat(r.after["until"]) for r in AuditRecord.objects.filter(verb="sample_house")]
        today = house.day_of(now)
        if not house.is_sample or not filled or max(filled) >= today:
            return 0
        first, units = max(filled) + DAY, list(Unit.objects.filter(name__in=UNIT_NAMES).order_by("colour"))
        people = _known_people(min(filled), today)
        staff = User.objects.filter(is_sample=True, role=Role.STAFF).first()
        if not people or staff is None or len(units) != len(UNIT_NAMES):
            return 0  # somebody made the sample house their own
        Visit.objects.here_now().filter(day__lt=today).update(ending=Visit.Ending.NOT_WRITTEN)
        if not workdays.on(today).is_open:
            _open_house(today)
        _write_days(house, people, units, [staff], first, today, now)
        make_repeating_tasks()
        work.add_tasks_today(today)
        work.take_places(people, staff, today, today, now)
        board.tell_days(house, staff, first, today, now)
        plates.save_plates(house, staff, today, now)
        events.make_events(people, staff, today, now)
        reach_outs.begin_today(people, today, now)
        audit.record(by=None, verb="sample_house", subject=house, after={"until": today})
    return (today - first).days + 1


def is_empty() -> bool:
    return not any(model.objects.exists() for model in (Member, Staff, User, Unit, Visit))


def _check_empty(house: House) -> None:
    if not settings.DEMO:
        raise OnlyWithDemo(_("The sample house comes with accounts that everybody knows. Start it with DEMO=1."))
    if is_empty():
        return
    if house.is_sample:
        raise NotEmpty(_("The sample house is here already. Nothing was changed."))
    raise RealHouse(_("This data folder holds a real house. Start it with DEMO=0."))


def _describe(house: House) -> None:
    if house.name == "Our Clubhouse":  # the settings named none
        house.name = NAME
    house.help_line = _("Ask at reception, or call 555 0100.")
    house.is_sample = house.closing_estimate = house.members_may_mark_themselves = True
    house.lunch_until = dt.time(10, 30)
    house.save()


def _begin(today: dt.date) -> dt.date:
    """Eight months back, from the first of that month."""
    months = today.year * 12 + today.month - 1 - MONTHS_SHOWN
    return dt.date(months // 12, months % 12 + 1, 1)


def _account(username: str, email: str, password: str, **fields) -> User:
    user = User.objects.create(username=username, email=email, password=password, is_sample=True, **fields)
    if email:
        EmailAddress.objects.create(user=user, email=email, verified=True, primary=True)
    return user


def _make_staff(units: list[Unit], password: str, today: dt.date) -> tuple[User, User]:
    """The coordinator's and the staff's accounts."""
    accounts = {"Sam": ("staff", Role.STAFF), "Dana": ("coordinator", Role.COORDINATOR)}
    for place, (first, last, pronouns) in enumerate(STAFF):
        person = Staff(
            first_name=first, last_name=last, pronouns=pronouns, started_on=today - (300 + 211 * place) * DAY
        )
        if first in accounts:
            username, role = accounts[first]
            person.email = f"{username}@example.org"
            person.user = _account(username, person.email, password, role=role)
        person.save()
        person.units.add(units[place % len(units)])
    return User.objects.get(username="coordinator"), User.objects.get(username="staff")


def _make_members(people: list[Invented], units: list[Unit], password: str) -> User:
    """Stores the members with their home units and accounts; returns reception's account."""
    for username, (place, duties) in MEMBER_ACCOUNTS.items():
        member = people[place].member
        member.user = _account(username, member.email, password, role=Role.MEMBER, **duties)
    Member.objects.bulk_create(person.member for person in people)
    EmergencyContact.objects.bulk_create(whom_to_call(people, timezone.now()))
    home = Unit.members.through
    home.objects.bulk_create(home(unit=units[person.habit.unit], member=person.member) for person in people)
    return User.objects.get(username="reception")


def _make_calendar(today: dt.date) -> None:
    week = OpeningWeek.objects.create(starts_on=_begin(today))
    for weekday in range(5):
        OpeningHours.objects.create(week=week, weekday=weekday, opens_at=dt.time(8, 30), closes_at=dt.time(16, 30))
    ahead = today + 365 * DAY
    days = [OpenDay(day=day, is_open=False, note=note) for day, note in holidays(_begin(today), ahead) if day != today]
    OpenDay.objects.bulk_create(days)
    if today.weekday() > 4:
        _open_house(today)


def _open_house(day: dt.date) -> None:
    hours = {"opens_at": dt.time(8, 30), "closes_at": dt.time(16, 30), "note": _("Open house")}
    OpenDay.objects.update_or_create(day=day, defaults={"is_open": True, **hours})


def _write_days(house, people, units, by, first: dt.date, today: dt.date, now: dt.datetime) -> None:
    diary = Diary(house, people, units, by, now)
    taken = set(Visit.objects.filter(day__range=(first, today)).values_list("day", flat=True))
    for day in workdays.calendar(first, today):
        if day.day not in taken:
            (diary.write_today if day.day == today else diary.write)(day)
    diary.store()


def _known_people(made_on: dt.date, today: dt.date) -> list[Invented]:
    """The invented people as they stand in the database; the newcomer is new again unless somebody met them."""
    stored = {member.member_no: member for member in Member.objects.select_related("user")}
    people = [
        Invented(stored[person.member.member_no], person.habit)
        for person in invent_members(made_on)
        if person.member.member_no in stored
    ]
    newcomer = people[-1].member if people else None
    if newcomer and newcomer.enrolled_on >= made_on and not newcomer.visits.exists():
        newcomer.enrolled_on = today
        newcomer.save()
    return people
