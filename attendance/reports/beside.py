"""What else the report counts beside visits: tasks, meetings, the social programme, staff, and reach-out."""

import datetime as dt
from collections import Counter

from django.db.models import Count, Exists, OuterRef, Q, Sum
from django.db.models.functions import TruncDate

from activities.meetings import is_held
from activities.models import Event, OpenDay, Unit, UnitTask
from attendance.models import DayCount, HouseDecision, Kind, ReachOut, Visit
from attendance.reports.days import Days
from attendance.reports.minutes import DaysAfter, half_up
from attendance.reports.people import SERVED
from attendance.reports.shapes import Meetings, Programme, ReachOuts, Staffing, Tasks
from attendance.reports.windows import DAY
from members.models import House

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


def reach_out(
    house: House, first: dt.date, until: dt.date, yesterday: dt.date, *, made_in: Unit | None = None
) -> ReachOuts:
    """Of the house, or of a unit. Whether somebody was seen again is asked contact by contact: there may be many."""
    made = ReachOut.objects.made_in(made_in) if made_in else ReachOut.objects.all()
    begin, end = house.at(first, dt.time()), house.at(until + DAY, dt.time())
    seen = Visit.objects.filter(
        member=OuterRef("member"),
        kind__in=SERVED,
        day__range=(DaysAfter(OuterRef("day"), 1), DaysAfter(OuterRef("day"), BACK_WITHIN)),
        day__lte=yesterday,
    )
    contacts = (
        made.filter(at__gte=begin, at__lt=end)
        .alias(day=TruncDate("at", tzinfo=house.zone))
        .annotate(came=Exists(seen))
        .order_by()
        .values_list("member_id", "channel", "replied", "came")
    )
    members, back, replies, channels = set(), set(), 0, Counter[str]()
    for member, channel, replied, came in contacts.iterator():
        members.add(member)
        channels[channel] += 1
        replies += replied
        if came:
            back.add(member)
    return ReachOuts(
        attempts=channels.total(),
        replies=replies,
        distinct_members=len(members),
        by_channel={channel: channels[channel] for channel in ReachOut.Channel.values if channels[channel]},
        back_within_14_days=len(back),
    )
