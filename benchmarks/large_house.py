"""Fills an empty scratch database with a large house: a roll of 3,000, ten years, about 1,000,000 visits.

Guests and reach-outs come with the visits; tasks, events, and numbers of staff begin with this program, a year ago.

DATABASE_URL names the database. On the Tuesday that `benchmarks/arrivals.py` looks at, as many people are expected as
in maple-street: those come on two to four of the last four Tuesdays, everybody else on one at most.
"""

import datetime as dt
import os
import random
import sys
import time
import uuid
from collections.abc import Iterator
from pathlib import Path
from zoneinfo import ZoneInfo

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "clubhouse.settings")

import django

django.setup()

from django.core.management import call_command
from django.core.management.color import no_style
from django.db import connection, transaction

from activities.models import Event, OpenDay, SignUp, Unit, UnitTask
from attendance.models import DayCount, GuestCount, HouseDecision, Kind, Mark, ReachOut, Visit
from members import audit
from members.models import AuditHead, AuditRecord, House, Member, User

ROLL, EXPECTED = 3000, 63
FIRST, LAST = dt.date(2016, 11, 14), dt.date(2026, 11, 13)
TUESDAY = dt.date(2026, 11, 17)
HOLIDAYS = {(1, 1), (1, 20), (2, 17), (5, 26), (6, 19), (7, 4), (9, 5), (10, 10), (11, 26), (12, 25)}
TASKS, HELP, REACH_OUTS, STAFF = 150, (0, 1, 1, 2, 2, 3, 4), 30, 30  # of a day; how many names are on a task
TAPPED_SINCE = LAST - dt.timedelta(days=365)  # before that it was another program, whose spreadsheets were brought in
ZONE = ZoneInfo("America/Detroit")
UNITS = ("Kitchen", "Clerical", "Employment & Education", "Hospitality", "Membership", "Garden", "Snack bar", "Media")
FIRST_NAMES = (
    "Amara Noor Björk Dmitri José Aoife Chen Fatima Siân Łukasz Mary Ali Grace Tomás Yuki Ngozi Priya Otto".split()
)
SYLLABLES = "ar bel cor dan el fen gor har is jun kel lor mar nov os pel quin ros sol tan ul ver wen yar zim".split()

chance = random.Random(3000)


def roll() -> list[Member]:
    """Everyone ever enrolled, in the order they came."""
    people = []
    for number in range(1, ROLL + 1):
        last_name = "".join(chance.choices(SYLLABLES, k=chance.randint(2, 4))).title()
        member = Member(
            member_no=f"M{number:04}",
            first_name=chance.choice(FIRST_NAMES),
            last_name=last_name,
            name_to_use=chance.choice(SYLLABLES).title() if chance.random() < 0.2 else "",
            phone=f"313 555 {number:04}",
            enrolled_on=dt.date(2009, 1, 1) + dt.timedelta(days=number * 217 // 100),
        )
        member.search_name = member.folded_names()
        people.append(member)
    return Member.objects.bulk_create(people, batch_size=500)


def is_holiday(day: dt.date) -> bool:
    """Closed by the calendar."""
    return (day.month, day.day) in HOLIDAYS and day.weekday() < 5


def comings(members: list[Member]) -> Iterator[tuple[int, dt.date, str]]:
    """Who came on which day, and for what: 370 on a work-ordered day, about fifty on two evenings a week."""
    tuesdays = [TUESDAY - dt.timedelta(weeks=weeks) for weeks in range(1, 5)]
    attending: dict[int, float] = {}
    regulars: dict[int, list[dt.date]] = {}
    day = FIRST
    while day <= LAST:
        if (day - FIRST).days % 365 == 0 or not attending:
            enrolled = [member.pk for member in members if member.enrolled_on <= day]
            attending = {pk: chance.betavariate(1, 3.4) for pk in chance.sample(enrolled, min(1700, len(enrolled)))}
        if day in tuesdays:
            regulars = regulars or {
                pk: chance.sample(tuesdays, chance.choice([2, 2, 2, 3, 4, 4])) for pk in list(attending)[:EXPECTED]
            }
            turn = tuesdays.index(day)
            others = [pk for pk in attending if pk not in regulars and pk % 4 == turn]
            came = [pk for pk, days in regulars.items() if day in days] + others
        elif is_holiday(day):
            came = chance.sample(list(attending), 3)  # somebody wrote the wrong kind
        elif day.weekday() < 5:
            came = [pk for pk, often in attending.items() if chance.random() < often]
        else:
            came = []
        for pk in came:
            yield pk, day, Kind.WOD
        if day.weekday() in (3, 5):
            for pk in chance.sample(list(attending), 50):
                yield pk, day, Kind.SOCIAL
        if day.weekday() < 5:
            for pk in chance.sample(list(attending), 4):
                yield pk, day, Kind.VIRTUAL
        day += dt.timedelta(days=1)


def visits(members: list[Member]) -> Iterator[tuple]:
    units = {member.pk: 1 + member.pk % len(UNITS) for member in members}
    midnights: dict[dt.date, dt.datetime] = {}
    for pk, (member, day, kind) in enumerate(comings(members), 1):
        if day not in midnights:
            midnights[day] = dt.datetime.combine(day, dt.time(), ZONE).astimezone(dt.UTC).replace(tzinfo=None)
        begins = 18 * 60 + pk % 7 if kind == Kind.SOCIAL else int(chance.triangular(8 * 60, 13 * 60, 9 * 60))
        arrived_at = midnights[day] + dt.timedelta(minutes=begins)
        left_at = arrived_at + dt.timedelta(minutes=chance.randint(20, 400)) if chance.random() > 0.03 else None
        ending = Visit.Ending.KNOWN if left_at else Visit.Ending.NOT_WRITTEN
        if left_at and day >= TAPPED_SINCE and chance.random() < 0.04:
            ending = Visit.Ending.ASSUMED
        unit = units[member] if chance.random() < 0.8 else chance.randint(1, len(UNITS))
        source = Visit.Source.SCREEN if day >= TAPPED_SINCE else Visit.Source.IMPORT
        yield pk, member, day, arrived_at, left_at, str(ending), str(kind), unit, "habit", str(source), arrived_at


VISIT = [
    "id", "member_id", "day", "arrived_at", "left_at", "ending", "kind", "unit_id", "unit_from", "source", "noted_at",
]  # fmt: skip
MARK = ["key", "payload", "action", "member_id", "visit_id", "day", "at", "noted_at", "undone"]


def store(model, columns: list[str], rows: Iterator[tuple]) -> None:
    table, names = model._meta.db_table, ", ".join(columns)
    with transaction.atomic(), connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.copy(f"COPY {table} ({names}) FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row)
        else:
            text = (tuple(str(value) if isinstance(value, dt.date) else value for value in row) for row in rows)
            cursor.executemany(f"INSERT INTO {table} ({names}) VALUES ({', '.join(['%s'] * len(columns))})", text)
        for sql in connection.ops.sequence_reset_sql(no_style(), [model]):
            cursor.execute(sql)


def marks(tapped: list[tuple]) -> Iterator[tuple]:
    for pk, member, day, at in tapped:
        key = uuid.UUID(int=chance.getrandbits(128), version=4)
        key = key if connection.features.has_native_uuid_field else key.hex
        at = at.replace(tzinfo=None)
        yield key, f"{chance.getrandbits(256):064x}", str(Mark.Action.ARRIVE), member, pk, day, at, at, False


def days(first: dt.date) -> Iterator[dt.date]:
    for number in range((LAST - first).days + 1):
        yield first + dt.timedelta(days=number)


def open_days(first: dt.date) -> list[dt.date]:
    return [day for day in days(first) if day.weekday() < 5 and not is_holiday(day)]


def at(day: dt.date, minutes: int) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(minutes // 60, minutes % 60), ZONE).astimezone(dt.UTC)


def store_calendar_and_counts() -> None:
    OpenDay.objects.bulk_create(OpenDay(day=day, is_open=False) for day in days(FIRST) if is_holiday(day))
    GuestCount.objects.bulk_create(
        GuestCount(day=day, kind=kind, count=chance.randint(0, 6))
        for day in open_days(FIRST)
        for kind in GuestCount.Kind.values
    )
    DayCount.objects.bulk_create(
        DayCount(day=day, kind=kind, count=chance.randint(most // 2, most))
        for day in open_days(TAPPED_SINCE)
        for kind, most in ((DayCount.Kind.STAFF, STAFF), (DayCount.Kind.ENQUIRY, 4))
        if chance.random() < 0.9
    )


def store_reach_outs(members: list[Member]) -> None:
    """To whoever is on the roll: mostly people who have not come lately."""
    channels = ReachOut.Channel.values
    ReachOut.objects.bulk_create(
        (
            ReachOut(
                member_id=members[
                    chance.randrange(min(len(members), (day - dt.date(2009, 1, 1)).days * 100 // 217))
                ].pk,
                at=at(day, 9 * 60 + number * 12 + chance.randrange(12)),
                channel=chance.choice(channels),
                replied=chance.random() < 0.4,
            )
            for day in open_days(FIRST)
            for number in range(REACH_OUTS)
        ),
        batch_size=2000,
    )


def store_tasks_and_events(members: list[Member]) -> None:
    somebody = User.objects.create_user(username="somebody")
    called_off, taken = dt.datetime.combine(TAPPED_SINCE, dt.time(), dt.UTC), []
    tasks = [
        UnitTask(
            day=day,
            unit_id=1 + number % len(UNITS),
            title=f"Task {number}",
            part="morning" if number % 2 else "afternoon",
            places=4,
            called_off_at=called_off if number == 7 and day.day % 9 == 0 else None,
        )
        for day in open_days(TAPPED_SINCE)
        for number in range(TASKS)
    ]
    for task in tasks:
        if chance.random() < 0.8:
            task.done_at = at(task.day, 12 * 60 + chance.randrange(240))
    UnitTask.objects.bulk_create(tasks, batch_size=2000)
    by_day = {(task.day, task.title): task for task in tasks}
    rest = []
    for task in tasks:
        if not task.done_at and chance.random() < 0.3:
            later = by_day.get((task.day + dt.timedelta(days=1), task.title))
            if later:
                later.carried_from = task
                rest.append(later)
    UnitTask.objects.bulk_update(rest, ["carried_from"], batch_size=500)
    for task in tasks:
        for number in chance.sample(range(len(members)), chance.choice(HELP)):
            begun = at(task.day, 9 * 60 + chance.randrange(60))
            taken.append(SignUp(task=task, member=members[number], at=begun, by=somebody))
    SignUp.objects.bulk_create(taken, batch_size=2000)
    Event.objects.bulk_create(
        Event(day=day, title="Together", starts_at=dt.time(18), ends_at=dt.time(20), join_link=link)
        for day in days(TAPPED_SINCE)
        for link, weekdays in (("", (1, 3, 5, 6)), ("https://example.org/", (0,)))
        if day.weekday() in weekdays or (is_holiday(day) and not link)
    )
    HouseDecision.objects.bulk_create(
        HouseDecision(decided_on=day, words="Yes.", recorded_at=at(day, 900))
        for day in days(TAPPED_SINCE)
        if day.day == 14 and day.month % 2 == 0
    )


def changes() -> Iterator[tuple[dt.datetime, str, int | None, str, dict]]:
    """(when, verb, about whom, of what, what it says since): a record each."""
    for visit in Visit.objects.filter(day__gte=TAPPED_SINCE).order_by("pk").iterator():
        after = {"arrived_at": str(visit.arrived_at), "ending": "here", "kind": visit.kind, "unit": "Kitchen"}
        subject = f"attendance.visit {visit.pk}"
        yield visit.arrived_at, "attendance.log_arrival", visit.member_id, subject, after
        if visit.pk % 100 == 0:
            later = visit.arrived_at + dt.timedelta(days=visit.pk % 700 // 100)
            yield later, "attendance.correct_visit", visit.member_id, subject, {"kind": visit.kind}
    for task in UnitTask.objects.order_by("pk").prefetch_related("sign_ups"):
        subject = f"activities.unittask {task.pk}"
        for one in task.sign_ups.all():
            yield one.at, "sign_up", one.member_id, subject, {"task": task.title, "day": str(task.day)}
        if task.done_at:
            yield task.done_at, "attendance.mark_done", None, subject, {"task": task.title, "done": True}
            if task.pk % 50 == 0:
                yield task.done_at, "attendance.mark_not_done", None, subject, {"task": task.title, "done": False}


def store_audit_records() -> None:
    """In an unbroken chain."""
    audit.record(by=None, verb="benchmarks.begin")
    head, records = AuditHead.objects.get(), []
    for moment, verb, about, subject, after in sorted(changes(), key=lambda change: change[0]):
        entry = AuditRecord(
            seq=head.seq + 1, at=moment, verb=verb, about_id=about, subject=subject, after=after,
            salt=f"{chance.getrandbits(128):032x}",
        )  # fmt: skip
        entry.digest = audit._digest(entry)
        entry.chain = audit._link(head.chain, entry)
        head.seq, head.chain = entry.seq, entry.chain
        records.append(entry)
    AuditRecord.objects.bulk_create(records, batch_size=2000)
    head.save()


def main() -> None:
    call_command("migrate", verbosity=0)
    if Member.objects.exists():
        raise SystemExit("The database in DATABASE_URL is not empty.")
    started = time.monotonic()
    House.objects.current()
    meetings = {"morning_meeting_at": dt.time(9), "afternoon_meeting_at": dt.time(13)}
    Unit.objects.bulk_create(Unit(name=name, colour=colour, **meetings) for colour, name in enumerate(UNITS, 1))
    members = roll()
    homes = Unit.members.through
    homes.objects.bulk_create(homes(member=member, unit_id=1 + member.pk % len(UNITS)) for member in members)
    store(Visit, VISIT, visits(members))
    store_calendar_and_counts()
    store_reach_outs(members)
    store_tasks_and_events(members)
    tapped = Visit.objects.filter(day__gte=TAPPED_SINCE).order_by("pk")
    store(Mark, MARK, marks(list(tapped.values_list("pk", "member", "day", "arrived_at"))))
    store_audit_records()
    if connection.vendor == "postgresql":  # what its autovacuum does by itself; SQLite does nothing of the kind
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE")
    counts = f"{Member.objects.count():,} members, {Visit.objects.count():,} visits, {Mark.objects.count():,} marks"
    print(f"{connection.vendor}: {counts} in {time.monotonic() - started:.0f} s")


if __name__ == "__main__":
    main()
