"""Houses that nobody thought up: on paper for the naive report, and the same in the database."""

import datetime as dt
from random import Random
from zoneinfo import ZoneInfo

from activities.models import Event, OpenDay, OpeningHours, OpeningWeek, SignUp, Unit, UnitTask
from attendance.models import DayCount, GuestCount, HouseDecision, ReachOut, Visit
from members.models import Member, User
from tests import make
from tests.attendance.naive_report import HouseOnPaper, Person, Stay, Task

DAY = dt.timedelta(days=1)
NOON = dt.datetime(2026, 1, 1, 12, tzinfo=dt.UTC)
# Where the clock changes in the month, and by half an hour on Lord Howe.
PLACES = [
    ("America/Detroit", dt.date(2026, 3, 1)), ("America/Detroit", dt.date(2026, 11, 1)),
    ("Europe/Helsinki", dt.date(2026, 3, 1)), ("Europe/Helsinki", dt.date(2026, 10, 1)),
    ("Australia/Lord_Howe", dt.date(2026, 4, 1)), ("Australia/Lord_Howe", dt.date(2026, 10, 1)),
    ("America/Detroit", dt.date(2028, 2, 1)), ("Europe/Helsinki", dt.date(2026, 7, 1)),
]  # fmt: skip
LONG_AGO = (89, 90, 91, 120, 200, 364, 365, 366, 400, 750)
AFTER_JOINING = (30, 31, 90, 91, 180, 181, 365, 366)


def month_end(first: dt.date) -> dt.date:
    return (first + 31 * DAY).replace(day=1) - DAY


def spans(first: dt.date) -> list[tuple[dt.date, dt.date]]:
    """The month that begins with `first`; two months, a fiscal year, days that are no month, a day; before the book."""
    last, year = month_end(first), first.year
    return [
        (first, last), (first, last), (first, last),
        (first, month_end(last + DAY)),
        (dt.date(year - 1, 7, 1), dt.date(year, 6, 30)),
        (first + 4 * DAY, first + 23 * DAY),
        (last, last),
        (dt.date(year - 4, first.month, 1), month_end(dt.date(year - 4, first.month, 1))),
    ]  # fmt: skip


class RandomHouse:
    """`paper` says everything; `store` puts the same into the database."""

    def __init__(self, seed: int) -> None:
        self.chance = Random(seed)
        zone, self.month = PLACES[seed % len(PLACES)]
        self.zone = ZoneInfo(zone)
        # A day of the month and a little around it, or one long before.
        self.near = [self.month + n * DAY for n in range(-4, 36)]
        self.far = [self.month - n * DAY for n in LONG_AGO]
        self.changing = [day for day in self.near if self._midnight(day + DAY) - self._midnight(day) != DAY]
        self.paper = HouseOnPaper(
            zone=zone,
            rounding=self.chance.choice(["floor", "eight_minute", "up_to"]),
            per_visit=self.chance.random() < 0.5,
            returned_after=self.chance.choice([30, 90]),
            weeks=self._weeks(),
            exceptions=self._exceptions(),
            units=[(name, self._times()) for name in ("Clerical", "Kitchen", "Garden")],
            members=self._members(),
        )
        first, last = self.span = self.chance.choice(spans(self.month))
        self.today = self.chance.choice([first, first + 9 * DAY, last, last + DAY, last + 8 * DAY, last + 300 * DAY])
        until = min(last, self.today - DAY)
        self.edges = [until - n * DAY for n in (29, 30, 89, 90, 364, 365)] + [last + n * DAY for n in (-2, 1, 4, 12)]
        self._beside()
        self._stays()

    def _midnight(self, day: dt.date) -> dt.datetime:
        return dt.datetime.combine(day, dt.time(), self.zone).astimezone(dt.UTC)

    def day(self) -> dt.date:
        return self.chance.choice(self.near if self.chance.random() < 0.7 else self.far)

    def _weeks(self) -> list:
        if self.chance.random() < 0.5:
            return []
        starts = self.chance.sample(self.near + self.far, self.chance.randint(1, 3))
        hours = (dt.time(9), dt.time(13)), (dt.time(8, 30), dt.time(17)), (dt.time(12), dt.time(20))
        return [
            (day, {n: self.chance.choice(hours) for n in self.chance.sample(range(7), self.chance.randint(0, 6))})
            for day in starts
        ]

    def _exceptions(self) -> dict:
        times = [(None, None), (dt.time(10), dt.time(12, 30)), (None, dt.time(12))]
        closed = (
            self.near if self.chance.random() < 0.15 else self.chance.sample(self.near, 8)
        )  # a whole month at times
        found = dict.fromkeys([*closed, *self.chance.sample(self.far, 2)], (False, None, None))
        opened = [*self.chance.sample(self.near, 4), *(day - DAY for day in self.changing)] if len(closed) < 30 else []
        return found | {day: (True, *self.chance.choice(times)) for day in opened}

    def _times(self) -> list[dt.time]:
        return self.chance.choice([[], [dt.time(9)], [dt.time(9), dt.time(13)], [dt.time(12, 30)]])

    def _members(self) -> list[Person]:
        joined = self.month - self.chance.randint(100, 800) * DAY  # several on one day: a cohort that may be told
        people = [Person(joined + self.chance.randint(0, 2) * DAY) for _ in range(self.chance.randint(4, 7))]
        people += [Person(self.day()) for _ in range(3)] + [Person(dt.date(2019, 5, 6)) for _ in range(3)]
        for person in self.chance.sample(people, 2):
            person.off_on = person.enrolled_on + self.chance.randint(0, 500) * DAY
        return people

    def _stays(self) -> None:
        taken, here_now = set(), set()
        for _ in range(self.chance.choice([0, 3, 60, 90])):
            member = self.chance.randrange(len(self.paper.members))
            after_joining = self.paper.members[member].enrolled_on + self.chance.choice(AFTER_JOINING) * DAY
            day = after_joining if self.chance.random() < 0.3 else self.day()
            day = self.chance.choice(self.edges) if self.chance.random() < 0.2 else day
            arrived_at = self._midnight(day) + dt.timedelta(
                minutes=self.chance.randint(0, 22 * 4) * 15 + self.chance.choice([0, 7])
            )
            if self.changing and self.chance.random() < 0.1:  # a night over the change of the clock
                day = self.changing[0] - DAY
                arrived_at = self._midnight(day) + dt.timedelta(hours=self.chance.randint(19, 22))
            kind = self.chance.choice(["wod", "wod", "wod", "wod", "social", "virtual", "offsite"])
            ending = self.chance.choice(["known", "known", "known", "known", "assumed", "not_written", "here"])
            if (member, arrived_at, kind) in taken or (ending == "here" and member in here_now):
                continue
            taken.add((member, arrived_at, kind))
            if ending == "here":
                here_now.add(member)
            lasted = dt.timedelta(
                minutes=self.chance.choice([0, 7, 8, 15, 45, 60, 200, 480, 700, 1900]),
                microseconds=self.chance.choice([0, 0, 30_000_001, 59_999_999]),
            )
            left_at = arrived_at + lasted if ending in ("known", "assumed") else None
            unit = self.chance.choice([None, 0, 1, 1])
            self.paper.stays.append(Stay(member, day, arrived_at, left_at, kind, ending, unit))

    def _beside(self) -> None:
        chance, paper = self.chance, self.paper
        paper.guests = [(day, kind, chance.randint(0, 3)) for day in self.near for kind in ("tour", "student")]
        counted = chance.sample(self.near, 15) if chance.random() < 0.8 else []
        paper.counts = [(day, kind, chance.randint(0, 4)) for day in counted for kind in ("enquiry", "staff")]
        moments = {self._moment() for _ in range(20)}
        paper.reach_outs = [
            (chance.randrange(len(paper.members)), at, chance.choice(["phone", "card", "visit"]), chance.random() < 0.5)
            for at in sorted(moments)
        ]
        for number in range(20):
            names = chance.sample(range(len(paper.members)), chance.choice([0, 1, 1, 2, 3]))
            rest_of = number - 1 if number % 3 == 2 and chance.random() < 0.7 else None
            paper.tasks.append(Task(self.day(), names, chance.random() < 0.6, chance.random() < 0.2, rest_of))
        paper.events = [(self.day(), chance.random() < 0.7, chance.random() < 0.2) for _ in range(12)]
        paper.decisions = [(self.day(), chance.random() < 0.3) for _ in range(3)]

    def _moment(self) -> dt.datetime:
        day = self.span[1] - self.chance.randint(0, 3) * DAY if self.chance.random() < 0.3 else self.day()
        at = dt.datetime.combine(day, dt.time(self.chance.choice([0, 9, 23]), 30), self.zone)
        return at.astimezone(dt.UTC)

    def store(self) -> None:
        paper = self.paper
        make.house(
            time_zone=paper.zone,
            rounding=paper.rounding,
            rounding_per_visit=paper.per_visit,
            returned_after_days=paper.returned_after,
        )
        for starts_on, hours in paper.weeks:
            week = OpeningWeek.objects.create(starts_on=starts_on)
            OpeningHours.objects.bulk_create(
                OpeningHours(week=week, weekday=n, opens_at=opens, closes_at=closes)
                for n, (opens, closes) in hours.items()
            )
        OpenDay.objects.bulk_create(
            OpenDay(day=day, is_open=is_open, opens_at=opens, closes_at=closes)
            for day, (is_open, opens, closes) in paper.exceptions.items()
        )
        units = [
            make.unit(name, **dict(zip(("morning_meeting_at", "afternoon_meeting_at"), times, strict=False)))
            for name, times in paper.units
        ]
        members = Member.objects.bulk_create(
            Member(
                first_name=f"M{n}",
                member_no=f"M{n}",
                enrolled_on=person.enrolled_on,
                **{("withdrawn_on", "deceased_on")[n % 2]: person.off_on},
            )
            for n, person in enumerate(paper.members)
        )
        # Entries that turned out to be somebody else count nowhere.
        Member.objects.create(first_name="X", member_no="X", enrolled_on=self.month, merged_into=members[0])
        Visit.objects.bulk_create(
            Visit(
                member=members[one.member],
                day=one.day,
                arrived_at=one.arrived_at,
                left_at=one.left_at,
                ending=one.ending,
                kind=one.kind,
                unit=None if one.unit is None else units[one.unit],
                noted_at=one.arrived_at,
            )
            for one in paper.stays
        )
        GuestCount.objects.bulk_create(GuestCount(day=day, kind=kind, count=n) for day, kind, n in paper.guests)
        DayCount.objects.bulk_create(DayCount(day=day, kind=kind, count=n) for day, kind, n in paper.counts)
        ReachOut.objects.bulk_create(
            ReachOut(member=members[member], at=at, channel=channel, replied=replied)
            for member, at, channel, replied in paper.reach_outs
        )
        self._store_tasks(members, units[0])
        Event.objects.bulk_create(
            Event(
                day=day,
                title="Together",
                starts_at=dt.time(18),
                ends_at=dt.time(20),
                join_link="" if at_the_house else "https://example.org/",
                called_off_at=NOON if called_off else None,
            )
            for day, at_the_house, called_off in paper.events
        )
        HouseDecision.objects.bulk_create(
            HouseDecision(decided_on=day, words="Yes.", recorded_at=NOON, taken_back_at=NOON if taken_back else None)
            for day, taken_back in paper.decisions
        )

    def _store_tasks(self, members: list[Member], unit: Unit) -> None:
        by = User.objects.create_user(username="somebody")
        tasks: list[UnitTask] = []
        for task in self.paper.tasks:
            tasks.append(
                UnitTask.objects.create(
                    unit=unit,
                    title="Lunch",
                    day=task.day,
                    done_at=NOON if task.is_done else None,
                    called_off_at=NOON if task.is_called_off else None,
                    carried_from=None if task.rest_of is None else tasks[task.rest_of],
                )
            )
        SignUp.objects.bulk_create(
            SignUp(task=stored, member=members[name], at=NOON, by=by)
            for stored, task in zip(tasks, self.paper.tasks, strict=True)
            for name in task.names
        )
