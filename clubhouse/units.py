"""A unit as everybody sees it: what it does, who works there, when it meets, and its work of today."""

import datetime as dt
from dataclasses import dataclass

from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from activities import workdays
from activities.meetings import next_meetings
from activities.models import Unit, UnitTask
from attendance.day_sheet import HERE, Person, day_sheet
from attendance.models import ReachOut
from clubhouse.clock import moment_words, time_words
from members.models import House, Member, Staff, User
from members.permissions import requires

TASKS_SHOWN = 5  # a member's page is short; the board has them all


@dataclass(frozen=True)
class Line:
    """A unit in the list. `room` is the number of today's tasks that somebody may still join."""

    unit: Unit
    next_meeting: str
    room: int
    is_mine: bool


@require_safe
@requires("activities.see_units")
def units(request: HttpRequest) -> HttpResponse:
    """All units: which could be mine?"""
    now = timezone.now()
    found = list(Unit.objects.all())
    meetings = next_meetings(found, request.house, now)
    mine = _own(request.user)
    room = UnitTask.objects.visible_to(request.user).filter(done_at=None).free_by_unit(request.house.day_of(now))
    lines = [
        Line(one, _meeting_words(meetings.get(one.pk), request.house, now), room.get(one.pk, 0), one.pk in mine)
        for one in found
    ]
    return render(request, "units.html", {"lines": lines, "may_choose": _may_choose(request.user)})


@require_safe
@requires("activities.see_units")
def unit(request: HttpRequest, pk: int) -> HttpResponse:
    """One unit: what everybody may know; who is here only for those who see arrivals."""
    unit, house, now = get_object_or_404(Unit, pk=pk), request.house, timezone.now()
    today = house.day_of(now)
    tasks = _tasks(unit, request.user, today)
    context = {
        "unit": unit,
        "is_mine": unit.pk in _own(request.user),
        "may_choose": _may_choose(request.user),
        "calendar": workdays.on(today),
        "next_meeting": _meeting_words(next_meetings([unit], house, now).get(unit.pk), house, now),
        "staff": _staff(unit, request.user, today),
        "tasks": tasks[:TASKS_SHOWN],
        "more_tasks": len(tasks[TASKS_SHOWN:]),
        "reach_outs": _reach_outs(unit, house, now),
        "here": _here(unit, request.user, house, now),
    }
    return render(request, "unit.html", context)


def _may_choose(user: User) -> bool:
    return user.has_perm("activities.choose_unit") and isinstance(user.person, Member)


def _own(user: User) -> set[int]:
    return set(Unit.objects.filter(members__user=user).values_list("pk", flat=True))


def _meeting_words(at: dt.datetime | None, house: House, now: dt.datetime) -> str:
    """ "today, 9 am" or "Monday 12 October, 9 am"; empty for no meeting."""
    if at is None:
        return ""
    if house.day_of(at) == house.day_of(now):
        return _("today, %(time)s") % {"time": time_words(at)}
    return moment_words(at)


def _staff(unit: Unit, user: User, today: dt.date) -> list[str]:
    """By the names they use; staff see each other's full names."""
    working: list[Staff] = list(unit.staff.working(today))
    return [person.full_name if user.is_colleague_in_charge else person.known_as for person in working]


def _tasks(unit: Unit, user: User, today: dt.date) -> list[UnitTask]:
    """Today's, each with `free`: how many places are left. First those that still need somebody, as the day goes."""
    tasks = UnitTask.objects.visible_to(user).standing().on(today).filter(unit=unit)
    found = list(tasks.annotate(taken_count=Count("sign_ups")).in_order())
    for task in found:
        task.free = max(0, task.places - task.taken_count)
    return sorted(found, key=lambda task: task.is_done or not task.free)


def _reach_outs(unit: Unit, house: House, now: dt.datetime) -> int:
    """Since Monday: a number for the unit, never for one person."""
    today = house.day_of(now)
    monday = today - dt.timedelta(days=today.weekday())
    return ReachOut.objects.made_in(unit).filter(at__gte=house.at(monday, dt.time()), at__lte=now).count()


def _here(unit: Unit, user: User, house: House, now: dt.datetime) -> list[Person] | None:
    """Who is here now, in this unit's work. None for whoever sees no arrivals: that somebody attends is private."""
    if not user.has_perm("attendance.see_arrivals"):
        return None
    here = day_sheet(house.day_of(now), house, now).groups[HERE]
    return [person for person in here if person.unit_pk == unit.pk]
