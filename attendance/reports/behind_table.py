"""Every figure, and what stands behind it. A figure that is not here fails a test."""

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Callable

from django.db.models import Count, Exists, OuterRef, QuerySet, Subquery
from django.utils import timezone
from django.utils.translation import gettext_lazy

from activities.meetings import is_held
from activities.models import Event, OpenDay, Unit, UnitTask
from attendance.models import DayCount, GuestCount, HouseDecision, Kind, ReachOut, Visit
from attendance.reports.behind import Behind, How, Opened, Scope, figure_of, of_members, of_numbers, of_visits
from attendance.reports.days import WEEKDAYS
from attendance.reports.figures import Figure
from attendance.reports.measures import ByDay, InHour, Members, Minutes, Units, Visits
from attendance.reports.people import SERVED
from attendance.reports.shapes import Report
from clubhouse.converters import Month
from clubhouse.spans import Span
from members.models import House, Member, Rounding

DAY = dt.timedelta(days=1)
BACK_WITHIN = 14
SATURDAY = 5

GUESTS = gettext_lazy("Guests")
TASKS = gettext_lazy("Tasks")
EVENTS = gettext_lazy("Events")
STAFF = gettext_lazy("Staff")
PEOPLE = gettext_lazy("People")
MEETINGS = gettext_lazy("Meetings")
DECISIONS = gettext_lazy("Decisions")
REACH_OUTS = gettext_lazy("Reach-outs")


def opened(report: Report, key: str, part: str) -> Opened | None:
    """The figure `key` of `report`, or the `part` of it (a `Figure.filter`), opened; None where there is none."""
    figure = figure_of(report, key, part)
    return open_figure(report, figure) if figure else None


def open_figure(report: Report, figure: Figure) -> Opened:
    """A figure that `figures(report)` gave."""
    scope = Scope(report, report.first, report.until)
    if figure.key.split(".")[0] in ("comparisons", "trend"):
        return _elsewhere(figure, scope)
    narrow, behind = NARROWED.get(figure.key), BEHIND[figure.key]
    if narrow and figure.filter:
        scope = scope.narrowed(narrow(_said(figure.filter)))
    return Opened(figure, behind if isinstance(behind, Behind) else behind(scope, figure.filter), scope)


def _elsewhere(figure: Figure, scope: Scope) -> Opened:
    """A figure of attendance, of another time."""
    if not figure.filter:
        return Opened(figure, Behind(How.BEFORE_THE_BOOK), scope)
    said = dict(pair.split("=") for pair in figure.filter.split("; "))
    if "month" in said:
        month, house = Month.parse(said["month"]), House.objects.current()
        yesterday = timezone.localdate(timezone=house.zone) - DAY
        scope = scope.over(month.first, min(month.last, max(yesterday, scope.until)))
    else:
        scope = scope.over(dt.date.fromisoformat(said["from"]), dt.date.fromisoformat(said["until"]))
    behind = BEHIND[f"attendance.{said['count']}"]
    assert isinstance(behind, Behind)
    return Opened(figure, behind, scope)


# -- Which visits ------------------------------------------------------------------------------------------------------


def open_dates(scope: Scope) -> list[dt.date]:
    return scope.open_dates


def timed(scope: Scope) -> QuerySet[Visit]:
    """With a time out that somebody wrote down."""
    return scope.wod().filter(ending=Visit.Ending.KNOWN)


def assumed(scope: Scope) -> QuerySet[Visit]:
    return scope.wod().filter(ending=Visit.Ending.ASSUMED)


def without_time_out(scope: Scope) -> QuerySet[Visit]:
    return scope.wod().filter(left_at=None)


def on_closed_days(scope: Scope) -> QuerySet[Visit]:
    """An open day that was narrowed away is no closed one."""
    everywhere = Scope(scope.report, scope.first, scope.until)
    closed = scope.visits(Kind.WOD).exclude(day__in=everywhere.open_dates)
    days = [day for day in closed.order_by().values_list("day", flat=True).distinct() if scope.only(day)]
    return closed.filter(day__in=days)


def served(scope: Scope) -> QuerySet[Visit]:
    return scope.visits(Kind.SOCIAL, Kind.VIRTUAL) | scope.wod()


def social(scope: Scope) -> QuerySet[Visit]:
    return scope.visits(Kind.SOCIAL)


def _apart(kind: Kind):
    def visits(scope: Scope) -> QuerySet[Visit]:
        return scope.visits(kind)

    hows = {"days": How.DAYS, "member_days": How.SUM, "distinct_members": How.DISTINCT}
    return lambda scope, part: of_visits(visits, how=hows[_said(part)])


def _by_unit(scope: Scope, part: str) -> Behind:
    name, count = part.removeprefix("unit=").rsplit("; count=", 1)

    def visits(scope: Scope) -> QuerySet[Visit]:
        return scope.wod().filter(unit__name=name)

    return of_visits(visits, every=open_dates, how=How.AVERAGE) if count == "ada" else of_visits(visits)


def _by_hour(scope: Scope, part: str) -> Behind:
    return of_visits(Scope.wod, InHour(int(_said(part))), How.AVERAGE, every=open_dates)


def _house_units(scope: Scope, part: str) -> Behind:
    rounding, per = scope.report.units_15.house_rule.rsplit("_per_", 1)
    return of_visits(timed, Units(rounding, per == "visit"))


# -- Which members -----------------------------------------------------------------------------------------------------


def _active(days: int) -> Behind:
    def members(scope: Scope) -> QuerySet[Member]:
        seen = Visit.objects.filter(
            kind__in=SERVED, day__range=(scope.until - (days - 1) * DAY, scope.until), member=OuterRef("pk")
        )
        return Member.objects.filter(Exists(seen))

    return of_members(members)


def on_roll(scope: Scope) -> QuerySet[Member]:
    return Member.objects.on_roll(scope.until)


def enrolled(scope: Scope) -> QuerySet[Member]:
    return Member.objects.themselves().filter(enrolled_on__range=scope.days)


def came_back(scope: Scope) -> QuerySet[Member]:
    mine = Visit.objects.filter(kind__in=SERVED, member=OuterRef("pk"))
    came, before = mine.filter(day__range=scope.days).order_by("day"), mine.filter(day__lt=scope.first)
    found = Member.objects.filter(Exists(came)).exclude(pk__in=enrolled(scope).values("pk"))
    rows = found.annotate(came=Subquery(came.values("day")[:1]))
    rows = rows.annotate(before=Subquery(before.order_by("-day").values("day")[:1])).exclude(before=None)
    away = scope.report.membership.returned_after_days
    return Member.objects.filter(
        pk__in=[pk for pk, came, before in rows.values_list("pk", "came", "before") if (came - before).days >= away]
    )


def _retention(scope: Scope, part: str) -> Behind:
    """Who joined; of those who were seen again there is no list, for anybody."""
    joined, what = part.removeprefix("joined=").split("; ")
    quarter = Span.parse(joined)
    if what != "count=joined":
        return Behind(How.WORDS)
    return of_members(lambda scope: enrolled(scope.over(quarter.first, quarter.last)))


def reach_outs(scope: Scope) -> QuerySet[ReachOut]:
    house = House.objects.current()
    begin, end = house.at(scope.first, dt.time()), house.at(scope.until + DAY, dt.time())
    return ReachOut.objects.filter(at__gte=begin, at__lt=end)


def _of_reach_outs(which: Callable[[QuerySet[ReachOut]], QuerySet[ReachOut]], how: How = How.SUM, **more) -> Behind:
    def rows(scope: Scope) -> QuerySet[ReachOut]:
        return which(reach_outs(scope))

    def count(scope: Scope) -> ByDay:
        house = House.objects.current()
        return Counter(house.day_of(at) for at in rows(scope).order_by().values_list("at", flat=True))

    return Behind(how, count, REACH_OUTS, reach_outs=rows, **more)


def reached(scope: Scope) -> QuerySet[Member]:
    return Member.objects.filter(pk__in=reach_outs(scope).order_by().values("member"))


def seen_after(scope: Scope) -> QuerySet[Member]:
    house = House.objects.current()
    yesterday = timezone.localdate(timezone=house.zone) - DAY
    last = min(scope.until + BACK_WITHIN * DAY, max(yesterday, scope.until))
    came = defaultdict(set)
    seen = Visit.objects.filter(kind__in=SERVED, day__range=(scope.first, last), member__in=reached(scope).values("pk"))
    for member, day in seen.order_by().values_list("member_id", "day").distinct():
        came[member].add(day)
    return Member.objects.filter(
        pk__in={
            member
            for member, at in reach_outs(scope).values_list("member_id", "at")
            if any(0 < (day - house.day_of(at)).days <= BACK_WITHIN for day in came[member])
        }
    )


# -- Which numbers -----------------------------------------------------------------------------------------------------


def _guests(scope: Scope, part: str) -> Behind:
    return of_numbers(lambda scope: _counted(scope, GuestCount, _said(part)), GUESTS, leads_to="arrivals")


def _counted(scope: Scope, model, kind: str = "", **which) -> ByDay:
    rows = model.objects.filter(day__range=scope.days, **which | ({"kind": kind} if kind else {}))
    found: Counter[dt.date] = Counter()
    for day, count in rows.order_by().values_list("day", "count"):
        found[day] += count
    return dict(found)


def on_duty(scope: Scope) -> ByDay:
    return _counted(scope, DayCount, DayCount.Kind.STAFF, day__in=scope.open_dates)


def enquiries(scope: Scope) -> ByDay:
    return _counted(scope, DayCount, DayCount.Kind.ENQUIRY)


def _tasks(**which) -> Behind:
    def count(scope: Scope) -> ByDay:
        standing = UnitTask.objects.standing()
        went_on = standing.filter(carried_from=OuterRef("pk"))
        tasks = standing.filter(day__range=scope.days).annotate(names=Count("sign_ups"), went_on=Exists(went_on))
        return Counter(tasks.filter(**which).order_by().values_list("day", flat=True))

    return of_numbers(count, TASKS, leads_to="board")


def events(scope: Scope) -> ByDay:
    found = Event.objects.standing().filter(day__range=scope.days)
    return Counter(found.order_by().values_list("day", flat=True))


def unit_meetings(scope: Scope) -> ByDay:
    times = [time for unit in Unit.objects.all() for time in unit.meetings]
    held = {day.day: sum(is_held(time, day) for time in times) for day in scope.open_days}
    return {day: count for day, count in held.items() if count}


def house_decisions(scope: Scope) -> ByDay:
    found = HouseDecision.objects.filter(decided_on__range=scope.days, taken_back_at=None)
    return Counter(found.order_by().values_list("decided_on", flat=True))


def _programme(when: str) -> Behind:
    """Days with somebody at the social programme, or with an event at the house."""

    def days(scope: Scope) -> set[dt.date]:
        at_the_house = Event.objects.standing().at_the_house().filter(day__range=scope.days)
        closed = OpenDay.objects.filter(is_open=False, day__range=scope.days)
        holidays = set(closed.values_list("day", flat=True))
        found = {*social(scope).order_by().values_list("day", flat=True).distinct()}
        found |= {*at_the_house.order_by().values_list("day", flat=True)}
        return {day for day in found if _when(day, holidays) == when}

    return of_visits(social, how=How.DAYS, every=days)


def _when(day: dt.date, holidays: set[dt.date]) -> str:
    return "weekend" if day.weekday() >= SATURDAY else "holiday" if day in holidays else "evening"


def _said(part: str) -> str:
    """The value of "day=2026-10-05"."""
    return part.partition("=")[2]


NARROWED: dict[str, Callable[[str], Callable[[dt.date], bool]]] = {
    "attendance.by_day": lambda said: lambda day: day.isoformat() == said,
    "attendance.by_weekday": lambda said: lambda day: WEEKDAYS[day.weekday()] == said,
    "attendance.visits_on_closed_days": lambda said: lambda day: day.isoformat() == said,
}

BEHIND: dict[str, Behind | Callable[[Scope, str], Behind]] = {
    "attendance.ada_wod": of_visits(Scope.wod, how=How.AVERAGE, every=open_dates),
    "attendance.open_wod_days": of_visits(Scope.wod, how=How.DAYS, every=open_dates),
    "attendance.member_days": of_visits(Scope.wod, every=open_dates),
    "attendance.distinct_members": of_visits(Scope.wod, how=How.DISTINCT),
    "attendance.minutes": of_visits(timed, Minutes()),
    "attendance.hours": of_visits(timed, Minutes(), How.HOURS),
    "attendance.minutes_per_visit": of_visits(
        timed, Minutes(), How.RATIO, beside=lambda scope: Visits().by_day(timed(scope)), beside_noun=Visits.noun
    ),
    "attendance.median": of_visits(Scope.wod, how=How.MEDIAN, every=open_dates),
    "attendance.min": of_visits(Scope.wod, how=How.MIN, every=open_dates),
    "attendance.max": of_visits(Scope.wod, how=How.MAX, every=open_dates),
    "attendance.missing_sign_outs": of_visits(without_time_out, Visits()),
    "attendance.estimated_sign_outs": of_visits(assumed, Visits()),
    "attendance.estimated_minutes": of_visits(assumed, Minutes()),
    "attendance.by_day": of_visits(Scope.wod, every=open_dates),
    "attendance.by_weekday": of_visits(Scope.wod, how=How.AVERAGE, every=open_dates),
    "attendance.by_hour": _by_hour,
    "attendance.by_unit": _by_unit,
    "attendance.social": _apart(Kind.SOCIAL),
    "attendance.virtual": _apart(Kind.VIRTUAL),
    "attendance.offsite": _apart(Kind.OFFSITE),
    "attendance.distinct_served": of_visits(served, how=How.DISTINCT),
    "attendance.guests": _guests,
    "attendance.visits_on_closed_days": of_visits(on_closed_days, Visits()),
    "units_15.floor_per_day": of_visits(timed, Units(Rounding.FLOOR)),
    "units_15.eight_minute_per_day": of_visits(timed, Units(Rounding.EIGHT_MINUTE)),
    "units_15.up_to_per_day": of_visits(timed, Units(Rounding.UP_TO)),
    "units_15.floor_per_visit": of_visits(timed, Units(Rounding.FLOOR, per_visit=True)),
    "units_15.house_units": _house_units,
    "membership.roll": of_members(on_roll),
    "membership.active_30": _active(30),
    "membership.active_90": _active(90),
    "membership.active_365": _active(365),
    "membership.new": of_members(enrolled),
    "membership.returned": of_members(came_back),
    "membership.tours": of_numbers(lambda s: _counted(s, GuestCount, "tour"), GUESTS, leads_to="arrivals"),
    "membership.enquiries": of_numbers(enquiries, PEOPLE, leads_to="arrivals"),
    "membership.retention": _retention,
    "reach_out.attempts": _of_reach_outs(lambda rows: rows),
    "reach_out.replies": _of_reach_outs(lambda rows: rows.filter(replied=True)),
    "reach_out.distinct_members": _of_reach_outs(lambda rows: rows, How.DISTINCT, members=reached),
    "reach_out.by_channel": lambda scope, part: _of_reach_outs(lambda rows: rows.filter(channel=_said(part))),
    "reach_out.back_within_14_days": of_members(seen_after),
    "tasks.posted": _tasks(),
    "tasks.taken": _tasks(names__gte=1),
    "tasks.done": _tasks(done_at__isnull=False),
    "tasks.done_together": _tasks(done_at__isnull=False, names__gte=2),
    "tasks.carried_over": _tasks(went_on=True),
    "meetings.unit_meetings": of_numbers(unit_meetings, MEETINGS),
    "meetings.house_decisions": of_numbers(house_decisions, DECISIONS),
    "programme.events": of_numbers(events, EVENTS, leads_to="events"),
    "programme.attendances": of_visits(social),
    "programme.distinct_members": of_visits(social, how=How.DISTINCT),
    "programme.evenings": _programme("evening"),
    "programme.weekend_days": _programme("weekend"),
    "programme.holidays": _programme("holiday"),
    "staff.days_counted": of_numbers(on_duty, STAFF, How.DAYS, leads_to="arrivals"),
    "staff.mean_on_duty": of_numbers(on_duty, STAFF, How.AVERAGE, leads_to="arrivals"),
    "staff.ada_per_staff": of_visits(Scope.wod, Members(), How.RATIO, every=on_duty, beside=on_duty, beside_noun=STAFF),
}
