"""What needs a look: visits of the last weeks that are odd and that nobody said are right. Asked, never stored."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db.models import Case, Count, DateTimeField, Exists, F, OuterRef, Q, Value, When
from django.db.models.functions import Coalesce, TruncDate
from django.utils.translation import gettext as _

from attendance.history import visit_words
from attendance.models import Mark, Visit
from clubhouse.clock import day_words, time_words
from members.models import House, Member, Tablet

WINDOW = dt.timedelta(days=60)  # what is older was in the month's report long ago
UNFINISHED = dt.timedelta(days=14)
LONG = dt.timedelta(hours=12)
SAME_LEAVING = dt.timedelta(minutes=15)
MOST_COUNTED = 100
LIVE = (Visit.Source.SCREEN, Visit.Source.DOOR, Visit.Source.SELF)  # what is written down as it happens


@dataclass(frozen=True)
class Check:
    """One odd visit, with what is odd about it in words."""

    visit: Visit
    odd: list[str]


@dataclass(frozen=True)
class Unfinished:
    """A day on which somebody has no time out."""

    day: dt.date
    people: int


@dataclass(frozen=True)
class Missing:
    """What the book lacks, beside the odd visits."""

    unfinished: list[Unfinished] = field(default_factory=list)
    leavings: list[Mark] = field(default_factory=list)  # at the door, by people who had not arrived


def odd_visits(house: House, now: dt.datetime):
    """Visits of the last 60 days that overlap, are very long, assumed, or were written down on another day."""
    today = house.day_of(now)
    ends = Case(
        When(ending=Visit.Ending.HERE, day=today, then=Value(now + LONG)),
        default=Coalesce("left_at", "arrived_at"),
        output_field=DateTimeField(),
    )
    others = Visit.objects.filter(member=OuterRef("member"), day=OuterRef("day")).exclude(pk=OuterRef("pk"))
    goes_on = Q(ending=Visit.Ending.HERE, day=today)
    began_then = Q(left_at=None, arrived_at__gt=OuterRef("arrived_at"))
    at_once = others.filter(
        Q(arrived_at=OuterRef("arrived_at"))
        | Q(arrived_at__lt=OuterRef("ends")) & (Q(left_at__gt=OuterRef("arrived_at")) | goes_on | began_then)
    )
    late = Q(source__in=LIVE) & ~Q(noted_on=F("day"))
    visits = Visit.objects.filter(day__range=(today - WINDOW, today), confirmed_at=None)
    return visits.annotate(
        ends=ends, at_once=Exists(at_once), noted_on=TruncDate("noted_at", tzinfo=house.zone)
    ).filter(Q(at_once=True) | Q(left_at__gt=F("arrived_at") + LONG) | Q(ending=Visit.Ending.ASSUMED) | late)


def how_many(house: House, now: dt.datetime) -> int:
    """Odd visits and unseen leavings, counted to a hundred: one more and nobody reads the number."""
    odd = odd_visits(house, now).order_by()[:MOST_COUNTED].count()
    return min(odd + _leavings(house, now).count(), MOST_COUNTED)


def checks(visits: Iterable[Visit]) -> list[Check]:
    """`visits` (from `odd_visits`, with their members) in words. One query for the visits they overlap."""
    visits = list(visits)
    of_the_days: dict[tuple, list[Visit]] = defaultdict(list)
    days, members = {visit.day for visit in visits}, {visit.member_id for visit in visits}
    for other in Visit.objects.filter(day__in=days, member__in=members) if visits else ():
        of_the_days[other.member_id, other.day].append(other)
    return [Check(visit, _odd(visit, of_the_days[visit.member_id, visit.day])) for visit in visits]


def missing(house: House, now: dt.datetime) -> Missing:
    """Two queries: days of the last two weeks with times out that nobody wrote down, and unseen leavings."""
    today = house.day_of(now)
    waiting = Visit.objects.filter(day__range=(today - UNFINISHED, today - dt.timedelta(days=1)), left_at=None)
    days = waiting.order_by("-day").values_list("day").annotate(Count("member", distinct=True))
    leavings = _leavings(house, now).select_related("member").order_by("-at")[:MOST_COUNTED]
    return Missing([Unfinished(day, people) for day, people in days], list(leavings))


def _leavings(house: House, now: dt.datetime):
    """Leavings at the door by people who were not in the book, and are not in it for that time since."""
    today = house.day_of(now)
    marks = Mark.objects.filter(action=Mark.Action.LEAVE, visit=None, undone=False, tablet__place=Tablet.Place.DOOR)
    around = Visit.objects.filter(member=OuterRef("member"), day=OuterRef("day"), arrived_at__lte=OuterRef("at"))
    known = around.filter(Q(left_at=None) | Q(left_at__gte=OuterRef("at") - SAME_LEAVING))
    living = Member.objects.themselves()
    return marks.filter(day__range=(today - WINDOW, today), member__in=living).exclude(Exists(known))


def _odd(visit: Visit, of_the_day: list[Visit]) -> list[str]:
    odd = []
    ends = visit.ends  # type: ignore[attr-defined]  # annotated
    for other in of_the_day if visit.at_once else ():  # type: ignore[attr-defined]
        if other.pk != visit.pk and _at_once(visit.arrived_at, ends, other):
            odd.append(_("At the same time as another visit: %(visit)s.") % {"visit": _times(other)})
    if visit.left_at and visit.left_at - visit.arrived_at > LONG:
        hours, minutes = divmod(visit.minutes or 0, 60)
        odd.append(_("Longer than 12 hours: %(hours)d h %(minutes)d min.") % {"hours": hours, "minutes": minutes})
    if visit.left_at and visit.ending == Visit.Ending.ASSUMED:
        odd.append(_("The time out is assumed: %(time)s.") % {"time": time_words(visit.left_at)})
    noted_on = visit.noted_on  # type: ignore[attr-defined]
    if visit.source in LIVE and noted_on != visit.day:
        odd.append(_("Written down later, on %(day)s.") % {"day": day_words(noted_on)})
    return odd


def _at_once(arrived_at: dt.datetime, ends: dt.datetime, other: Visit) -> bool:
    """As the query says it; an open end of another visit counts where the query found one at all."""
    if other.arrived_at == arrived_at:
        return True
    return other.arrived_at < ends and (other.left_at is None or other.left_at > arrived_at)


def _times(visit: Visit) -> str:
    facts = {"arrived_at": visit.arrived_at.isoformat(), "ending": visit.ending}
    return visit_words(facts | {"left_at": visit.left_at and visit.left_at.isoformat()})
