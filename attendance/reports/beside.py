"""What else the report counts beside visits: tasks, meetings, the social programme, staff, and reach-out."""

import datetime as dt
from collections import Counter, defaultdict

from django.db.models import Count, Exists, OuterRef, Q, Sum

from activities.meetings import is_held
from activities.models import Event, OpenDay, Unit, UnitTask
from attendance.models import DayCount, HouseDecision, Kind, ReachOut, Visit
from attendance.reports.days import Days
from attendance.reports.minutes import half_up
from attendance.reports.people import SERVED
from attendance.reports.shapes import Meetings, Programme, ReachOuts, Staffing, Tasks
from attendance.reports.windows import DAY

BACK_WITHIN = 14
SATURDAY = 5


def tasks(first: dt.date, until: dt.date) -> Tasks:
    went_on = UnitTask.objects.standing().filter(carried_from=OuterRef("pk"))
    counted = (
        UnitTask.objects.standing()
        .filter(day__range=(first, until))
        .annotate(names=Count("sign_ups"), went_on=Exists(went_on))
        .order_by()
    )
    found = counted.aggregate(
        posted=Count("pk"),
        taken=Count("pk", filter=Q(names__gte=1)),
        done=Count("pk", filter=Q(done_at__isnull=False)),
        done_together=Count("pk", filter=Q(done_at__isnull=False, names__gte=2)),
        carried_over=Count("pk", filter=Q(went_on=True)),
    )
    return Tasks(**found)


def meetings(units: list[Unit], days: Days) -> Meetings:
    """Times that units meet, by what their pages say today; none before the doors open or when they are closed."""
    decided = HouseDecision.objects.filter(decided_on__range=(days.first, days.until), taken_back_at=None)
    times = [time for unit in units for time in unit.meetings]
    return Meetings(
        unit_meetings=sum(is_held(time, day) for day in days.open_days for time in times),
        house_decisions=decided.count(),
    )


def programme(days: Days) -> Programme:
    """A day with somebody at the social programme, or with an event at the house, counts once."""
    events = Event.objects.standing().filter(day__range=(days.first, days.until)).order_by()
    social = days.kinds[Kind.SOCIAL]
    open_on = social.days | set(events.at_the_house().values_list("day", flat=True))
    closed = OpenDay.objects.filter(is_open=False, day__range=(days.first, days.until))
    holidays = set(closed.values_list("day", flat=True))
    when = Counter(_when(day, holidays) for day in open_on)
    return Programme(
        events=events.count(),
        attendances=social.member_days,
        distinct_members=len(social.members),
        evenings=when["evening"],
        weekend_days=when["weekend"],
        holidays=when["holiday"],
    )


def _when(day: dt.date, holidays: set[dt.date]) -> str:
    if day.weekday() >= SATURDAY:
        return "weekend"
    return "holiday" if day in holidays else "evening"


def staff(days: Days) -> Staffing:
    """Over the open days on which somebody counted."""
    counts = DayCount.objects.filter(kind=DayCount.Kind.STAFF, day__range=(days.first, days.until))
    on_duty = {day: count for day, count in counts.values_list("day", "count") if day in days.here}
    people, members = sum(on_duty.values()), sum(days.here[day] for day in on_duty)
    return Staffing(
        days_counted=len(on_duty),
        mean_on_duty=half_up(people, len(on_duty)) if on_duty else None,
        ada_per_staff=half_up(members, people) if people else None,
    )


def enquiries(first: dt.date, until: dt.date) -> int | None:
    counts = DayCount.objects.filter(kind=DayCount.Kind.ENQUIRY, day__range=(first, until))
    return counts.aggregate(sum=Sum("count"))["sum"]


def reach_out(days: Days, yesterday: dt.date) -> ReachOuts:
    house, first, until = days.house, days.first, days.until
    begin, end = house.at(first, dt.time()), house.at(until + DAY, dt.time())
    in_time = ReachOut.objects.filter(at__gte=begin, at__lt=end)
    contacts = list(in_time.values_list("member_id", "at", "channel", "replied"))
    seen = Visit.objects.filter(
        kind__in=SERVED,
        day__range=(first, min(until + BACK_WITHIN * DAY, yesterday)),
        member__in=in_time.values("member"),
    )
    came = defaultdict(set)
    for member, day in seen.order_by().values_list("member_id", "day").distinct():
        came[member].add(day)
    back = {
        member
        for member, at, _, _ in contacts
        if any(0 < (day - house.day_of(at)).days <= BACK_WITHIN for day in came[member])
    }
    channels = Counter(channel for _, _, channel, _ in contacts)
    return ReachOuts(
        attempts=len(contacts),
        replies=sum(replied for *_, replied in contacts),
        distinct_members=len({member for member, *_ in contacts}),
        by_channel={channel: channels[channel] for channel in ReachOut.Channel.values if channels[channel]},
        back_within_14_days=len(back),
    )
