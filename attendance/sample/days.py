"""The days of the sample house: who came, and numbers. A day comes out the same however often it is made."""

import datetime as dt
import random
from collections.abc import Iterator

from activities.models import Unit
from activities.workdays import Day
from attendance.models import DayCount, GuestCount, Kind, ReachOut, Visit
from attendance.sample.people import STAFF, Invented
from attendance.sample.reach_outs import WAITING, one_of_that_day
from members.models import House, User

HERE_SHARE, LEFT_SHARE = 0.45, 0.2  # of who comes today; the others are still expected


class Diary:
    """Writes days into lists; the rows are stored all at once."""

    def __init__(self, house: House, people: list[Invented], units: list[Unit], by: list[User], now: dt.datetime):
        self.house, self.people, self.units, self.by, self.now = house, people, units, by, now
        self.visits: list[Visit] = []
        self.guests: list[GuestCount] = []
        self.counts: list[DayCount] = []
        self.reach_outs: list[ReachOut] = []

    def write(self, day: Day) -> None:
        """One day that is over."""
        chance = random.Random(f"maple street, {day.day}")
        if day.is_open:
            for person in self.people:
                if chance.random() < person.habit.chance(day.day):
                    self._work_ordered(person, day.day, chance)
        self._social_programme(day, chance)
        self._apart(day.day, chance)
        self._guests_and_reach_outs(day, chance)
        self._staff_and_enquiries(day)

    def write_today(self, day: Day) -> None:
        """As much of today as has happened by now, at whatever hour: some here, some left, the others expected."""
        chance = random.Random(f"maple street, {day.day}")
        coming = [person for person in self.people[1:] if chance.random() < person.habit.chance(day.day)]
        if len(coming) < 24:  # a weekend: the regulars came for the open house
            coming = self.people[1:31]
        chance.shuffle(coming)
        here, left = round(len(coming) * HERE_SHARE), round(len(coming) * LEFT_SHARE)
        # The reception member is at the desk.
        coming = [self.people[1], *(person for person in coming if person is not self.people[1])]
        begin = self.house.at(day.day, dt.time(8, 0))
        if self.now < begin + dt.timedelta(minutes=20):
            begin = self.house.at(day.day, dt.time())
        for place, person in enumerate(coming[: here + left]):
            since = begin if place >= here else max(begin, self.now - dt.timedelta(hours=4))
            arrived = self._between(since, self.now, 0.05 + 0.8 * chance.random())
            gone = self._between(arrived, self.now, 0.3 + 0.6 * chance.random()) if place >= here else None
            kind = Kind.suggested(day, arrived.astimezone(self.house.zone).time())
            self._visit(person, day.day, arrived, gone, kind, chance)
        self._guests_and_reach_outs(day, chance)
        self.counts.append(DayCount(day=day.day, kind=DayCount.Kind.STAFF, count=len(STAFF) - 1))

    def _between(self, first: dt.datetime, last: dt.datetime, share: float) -> dt.datetime:
        moment = first + (last - first) * share
        whole = moment.replace(second=0, microsecond=0)
        return whole if whole >= first else moment.replace(microsecond=0)  # minutes after midnight seconds matter

    def _at(self, day: dt.date, minute: float) -> dt.datetime:
        """`minute` counts from the day's midnight and may run past the next one."""
        days, minute = divmod(int(minute), 24 * 60)
        return self.house.at(day + dt.timedelta(days=days), dt.time(minute // 60, minute % 60))

    def _visit(self, person: Invented, day: dt.date, arrived, left, kind: str, chance: random.Random) -> None:
        here = left is None and day == self.house.day_of(self.now)
        with_unit = kind == Kind.WOD and chance.random() < 0.92
        unit = person.habit.unit if chance.random() < 0.9 else chance.randrange(len(self.units))
        missing = Visit.Ending.HERE if here else Visit.Ending.NOT_WRITTEN
        self.visits.append(
            Visit(
                member=person.member,
                day=day,
                arrived_at=arrived,
                left_at=left,
                ending=Visit.Ending.KNOWN if left else missing,
                kind=kind,
                unit=self.units[unit] if with_unit else None,
                unit_from=Visit.UnitFrom.HABIT if here else Visit.UnitFrom.WORD,
                noted_at=arrived,
            )
        )

    def _work_ordered(self, person: Invented, day: dt.date, chance: random.Random) -> None:
        arrived = min(max(chance.gauss(9 * 60, 40), 8 * 60 + 5), 13 * 60)
        left = min(arrived + chance.choice([120, 180, 240, 300, 360, 420]) + chance.randrange(30), 16 * 60 + 45)
        if chance.random() < 0.03:  # out for an errand, and back
            pause = arrived + 60 + chance.randrange(30)
            self._visit(person, day, self._at(day, arrived), self._at(day, pause), Kind.WOD, chance)
            arrived, left = pause + 45, max(left, pause + 90)
        gone = None if chance.random() < 0.015 else self._at(day, left)
        self._visit(person, day, self._at(day, arrived), gone, Kind.WOD, chance)

    def _social_programme(self, day: Day, chance: random.Random) -> None:
        """Thursday evenings, every second Saturday, and holidays on the actual day."""
        if day.day.weekday() == 3:
            begin, length = 17 * 60 + 15, 150
        elif (day.day.weekday() == 5 and day.day.toordinal() // 7 % 2) or (day.note and not day.is_open):
            begin, length = 12 * 60, 210
        else:
            return
        for person in self.people:
            if chance.random() < person.habit.socially and not person.habit.is_away(day.day):
                arrived = begin + chance.randrange(40)
                left = None if chance.random() < 0.03 else self._at(day.day, arrived + chance.randrange(60, length))
                self._visit(person, day.day, self._at(day.day, arrived), left, Kind.SOCIAL, chance)

    def _apart(self, day: dt.date, chance: random.Random) -> None:
        if day.weekday() > 4:
            return
        for kind, how_many in ((Kind.VIRTUAL, 2), (Kind.OFFSITE, 1)):
            for person in chance.sample(self.people[34:96], chance.randrange(how_many + 1)):
                if day > person.habit.since:
                    arrived = chance.randrange(10 * 60, 15 * 60)
                    left = self._at(day, arrived + chance.randrange(20, 70))
                    self._visit(person, day, self._at(day, arrived), left, kind, chance)

    def _guests_and_reach_outs(self, day: Day, chance: random.Random) -> None:
        if not day.is_open:
            return
        for kind, often, most in (("tour", 0.2, 6), ("visitor", 0.3, 2), ("student", 0.15, 3)):
            if chance.random() < often:
                self.guests.append(GuestCount(day=day.day, kind=kind, count=chance.randrange(1, most + 1)))
        known = [
            person
            for place, person in enumerate(self.people[:113])
            if place >= 70 and place not in WAITING and person.habit.since < day.day
        ]
        for person in chance.sample(known, chance.randrange(1, 5)):
            at = self._at(day.day, chance.randrange(10 * 60, 15 * 60 + 30))
            made = one_of_that_day(person.member, at, chance.choice(self.by), chance)
            if made and at < self.now:
                self.reach_outs.append(made)

    def _staff_and_enquiries(self, day: Day) -> None:
        """Most days somebody counted: mostly one of the staff is off, and now and then somebody asks about joining."""
        chance = random.Random(f"maple street, numbers of {day.day}")
        if day.is_open and chance.random() < 0.95:
            on_duty = len(STAFF) - chance.choice([0, 1, 1, 1, 2])
            self.counts.append(DayCount(day=day.day, kind=DayCount.Kind.STAFF, count=on_duty))
        if day.is_open and chance.random() < 0.85:
            asked = chance.choice([0, 0, 0, 0, 1, 1, 2])
            self.counts.append(DayCount(day=day.day, kind=DayCount.Kind.ENQUIRY, count=asked))

    def store(self) -> None:
        Visit.objects.bulk_create(self.visits, batch_size=1000)
        GuestCount.objects.bulk_create(self.guests, batch_size=1000, ignore_conflicts=True)
        DayCount.objects.bulk_create(self.counts, batch_size=1000, ignore_conflicts=True)
        ReachOut.objects.bulk_create(self.reach_outs, batch_size=1000)


def holidays(first: dt.date, last: dt.date) -> Iterator[tuple[dt.date, str]]:
    """Days of the year on which the sample house keeps no work-ordered day."""
    for year in range(first.year, last.year + 1):
        for month, day, note in (
            (1, 1, "New Year’s Day"),
            (7, 4, "Independence Day"),
            (11, 11, "Veterans Day"),
            (12, 25, "Christmas"),
        ):
            if first <= dt.date(year, month, day) <= last:
                yield dt.date(year, month, day), note
