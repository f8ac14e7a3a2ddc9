"""The handbook's definitions a second time: word by word, in plain Python over lists, without a line of the product."""

import datetime as dt
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from math import floor
from zoneinfo import ZoneInfo

DAY = dt.timedelta(days=1)
SERVED = ("wod", "social", "virtual")
WEEKDAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]


@dataclass
class Person:
    enrolled_on: dt.date
    off_on: dt.date | None = None  # first day off the roll


@dataclass
class Stay:
    member: int
    day: dt.date
    arrived_at: dt.datetime
    left_at: dt.datetime | None
    kind: str
    ending: str
    unit: int | None

    @property
    def minutes(self) -> int | None:
        return (self.left_at - self.arrived_at) // dt.timedelta(minutes=1) if self.left_at else None


@dataclass
class Task:
    day: dt.date
    names: list[int]
    is_done: bool
    is_called_off: bool
    rest_of: int | None  # which task this is the rest of


@dataclass
class HouseOnPaper:
    zone: str
    rounding: str
    per_visit: bool
    returned_after: int
    weeks: list[tuple[dt.date, dict[int, tuple[dt.time, dt.time]]]]
    exceptions: dict[dt.date, tuple[bool, dt.time | None, dt.time | None]]
    units: list[tuple[str, list[dt.time]]]
    members: list[Person]
    stays: list[Stay] = field(default_factory=list)
    guests: list[tuple[dt.date, str, int]] = field(default_factory=list)
    counts: list[tuple[dt.date, str, int]] = field(default_factory=list)
    reach_outs: list[tuple[int, dt.datetime, str, bool]] = field(default_factory=list)
    tasks: list[Task] = field(default_factory=list)
    events: list[tuple[dt.date, bool, bool]] = field(default_factory=list)  # day, at the house, called off
    decisions: list[tuple[dt.date, bool]] = field(default_factory=list)  # day, taken back
    book: dt.date = dt.date.max  # the first day of its first month


def half_up(amount: Fraction | int) -> Decimal:
    hundredths = floor(Fraction(amount) * 100 + Fraction(1, 2))
    return Decimal(hundredths) / 100


def average(amount: int, by: int) -> Decimal | None:
    return half_up(Fraction(amount, by)) if by else None


def days_between(first: dt.date, last: dt.date) -> list[dt.date]:
    return [first + n * DAY for n in range((last - first).days + 1)]


def hours_of_day(house: HouseOnPaper, day: dt.date) -> tuple | None:
    """(opens, closes), None on a closed day."""
    week = {n: (dt.time(8, 30), dt.time(16, 30)) for n in range(5)}
    for starts_on, hours in sorted(house.weeks):
        if starts_on <= day:
            week = hours
    usual = week.get(day.weekday())
    if day in house.exceptions:
        is_open, opens, closes = house.exceptions[day]
        usual = usual or (None, None)
        return (opens or usual[0], closes or usual[1]) if is_open else None
    return usual


def is_open(house: HouseOnPaper, day: dt.date) -> bool:
    return hours_of_day(house, day) is not None


def clock_hours(house: HouseOnPaper, stay: Stay) -> set[int]:
    """A look at the clock on the wall at the beginning, and at every fifth minute until the end."""
    zone = ZoneInfo(house.zone)
    seen, moment = {stay.arrived_at.astimezone(zone).hour}, stay.arrived_at
    moment = moment.replace(minute=moment.minute // 5 * 5, second=0, microsecond=0) + dt.timedelta(minutes=5)
    while stay.left_at and moment < stay.left_at:
        seen.add(moment.astimezone(zone).hour)
        moment += dt.timedelta(minutes=5)
    return seen


def here_on(house: HouseOnPaper, day: dt.date) -> set[int]:
    return {stay.member for stay in house.stays if stay.day == day and stay.kind == "wod"}


def apart(house: HouseOnPaper, kind: str, days: list[dt.date]) -> dict:
    came = {(stay.member, stay.day) for stay in house.stays if stay.kind == kind and stay.day in days}
    return {
        "days": len({day for _, day in came}),
        "member_days": len(came),
        "distinct_members": len({member for member, _ in came}),
    }


def middle(numbers: list[int]) -> Decimal | None:
    if not numbers:
        return None
    ordered = sorted(numbers)
    return half_up(Fraction(ordered[(len(ordered) - 1) // 2] + ordered[len(ordered) // 2], 2))


def attendance(house: HouseOnPaper, days: list[dt.date]) -> dict:
    open_days = [day for day in days if is_open(house, day)]
    wod = [stay for stay in house.stays if stay.kind == "wod" and stay.day in open_days]
    here = {day: len(here_on(house, day)) for day in open_days}
    known = [stay.minutes for stay in wod if stay.ending == "known"]
    assumed = [stay.minutes for stay in wod if stay.ending == "assumed"]
    in_hour = {(stay.member, stay.day, hour) for stay in wod for hour in clock_hours(house, stay)}
    units = {}
    for number, (name, _) in enumerate(house.units):
        count = len({(stay.member, stay.day) for stay in wod if stay.unit == number})
        if count:
            units[name] = {"member_days": count, "ada": average(count, len(open_days))}
    by_weekday = {}
    for number, name in enumerate(WEEKDAYS):
        counts = [count for day, count in here.items() if day.weekday() == number]
        if counts:
            by_weekday[name] = average(sum(counts), len(counts))
    guests: dict[str, int] = {}
    for day, kind, count in house.guests:
        if day in days and count:
            guests[kind] = guests.get(kind, 0) + count
    closed: dict[str, int] = {}
    for stay in house.stays:
        if stay.kind == "wod" and stay.day in days and stay.day not in open_days:
            closed[str(stay.day)] = closed.get(str(stay.day), 0) + 1
    served = {stay.member for stay in house.stays if stay.kind in ("social", "virtual") and stay.day in days}
    return {
        "open_wod_days": len(open_days),
        "member_days": sum(here.values()),
        "ada_wod": average(sum(here.values()), len(open_days)),
        "distinct_members": len({stay.member for stay in wod}),
        "minutes": sum(known),
        "hours": average(sum(known), 60),
        "minutes_per_visit": average(sum(known), len(known)),
        "median": middle(list(here.values())),
        "min": min(here.values(), default=None),
        "max": max(here.values(), default=None),
        "missing_sign_outs": sum(stay.left_at is None for stay in wod),
        "estimated_sign_outs": len(assumed),
        "estimated_minutes": sum(assumed),
        "by_day": {str(day): count for day, count in here.items()},
        "by_weekday": by_weekday,
        "by_hour": {
            f"{hour:02}": average(sum(one == hour for *_, one in in_hour), len(open_days))
            for hour in sorted({hour for *_, hour in in_hour})
        },
        "by_unit": units,
        "social": apart(house, "social", days),
        "virtual": apart(house, "virtual", days),
        "offsite": apart(house, "offsite", days),
        "distinct_served": len(served | {stay.member for stay in wod}),
        "guests": sum(guests.values()),
        "guests_by_kind": guests,
        "visits_on_closed_days": sum(closed.values()),
        "closed_days_with_visits": closed,
    }


def units_15(house: HouseOnPaper, days: list[dt.date]) -> dict:
    rules = {"floor": lambda m: m // 15, "eight_minute": lambda m: (m + 7) // 15, "up_to": lambda m: (m + 14) // 15}
    per_visit, per_day = [], {}
    for stay in house.stays:
        if stay.kind == "wod" and stay.ending == "known" and stay.day in days and is_open(house, stay.day):
            per_visit.append(stay.minutes)
            per_day[stay.member, stay.day] = per_day.get((stay.member, stay.day), 0) + stay.minutes
    chosen = per_visit if house.per_visit else per_day.values()
    return {
        "floor_per_day": sum(map(rules["floor"], per_day.values())),
        "eight_minute_per_day": sum(map(rules["eight_minute"], per_day.values())),
        "up_to_per_day": sum(map(rules["up_to"], per_day.values())),
        "floor_per_visit": sum(map(rules["floor"], per_visit)),
        "house_rule": f"{house.rounding}_per_{'visit' if house.per_visit else 'day'}",
        "house_units": sum(map(rules[house.rounding], chosen)),
    }
