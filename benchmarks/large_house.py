"""Fills an empty scratch database with a large house: a roll of 3,000, ten years, about 1,000,000 visits.

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

import django  # noqa: E402  (the path and the settings come first)

django.setup()

from django.core.management import call_command  # noqa: E402
from django.core.management.color import no_style  # noqa: E402
from django.db import connection, transaction  # noqa: E402

from activities.models import Unit  # noqa: E402
from attendance.models import Kind, Mark, Visit  # noqa: E402
from members import audit  # noqa: E402
from members.models import AuditHead, AuditRecord, House, Member  # noqa: E402

ROLL, EXPECTED = 3000, 63
FIRST, LAST = dt.date(2016, 11, 14), dt.date(2026, 11, 13)
TUESDAY = dt.date(2026, 11, 17)
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
            enrolled_on=dt.date(2009, 1, 1) + dt.timedelta(days=number * 2),
        )
        member.search_name = member.folded_names()
        people.append(member)
    return Member.objects.bulk_create(people, batch_size=500)


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
        elif day.weekday() < 5:
            came = [pk for pk, often in attending.items() if chance.random() < often]
        else:
            came = []
        for pk in came:
            yield pk, day, Kind.WOD
        if day.weekday() in (3, 5):
            for pk in chance.sample(list(attending), 50):
                yield pk, day, Kind.SOCIAL
        day += dt.timedelta(days=1)


def visits(members: list[Member]) -> Iterator[tuple]:
    units = {member.pk: 1 + member.pk % len(UNITS) for member in members}
    midnights: dict[dt.date, dt.datetime] = {}
    for pk, (member, day, kind) in enumerate(comings(members), 1):
        if day not in midnights:
            midnights[day] = dt.datetime.combine(day, dt.time(), ZONE).astimezone(dt.UTC).replace(tzinfo=None)
        begins = 18 * 60 if kind == Kind.SOCIAL else int(chance.triangular(8 * 60, 13 * 60, 9 * 60))
        arrived_at = midnights[day] + dt.timedelta(minutes=begins)
        left_at = arrived_at + dt.timedelta(minutes=chance.randint(20, 400)) if chance.random() > 0.03 else None
        ending = Visit.Ending.KNOWN if left_at else Visit.Ending.NOT_WRITTEN
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


def store_audit_records() -> None:
    """One a tap, in an unbroken chain."""
    audit.record(by=None, verb="benchmarks.begin")
    head, records = AuditHead.objects.get(), []
    for visit in Visit.objects.filter(day__gte=TAPPED_SINCE).order_by("pk").iterator():
        entry = AuditRecord(
            seq=head.seq + 1, at=visit.arrived_at, verb="attendance.log_arrival", about_id=visit.member_id,
            subject=f"attendance.visit {visit.pk}", salt=f"{chance.getrandbits(128):032x}",
            after={"arrived_at": str(visit.arrived_at), "ending": "here", "kind": visit.kind, "unit": "Kitchen"},
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
    Unit.objects.bulk_create(Unit(name=name, colour=colour) for colour, name in enumerate(UNITS, 1))
    members = roll()
    homes = Unit.members.through
    homes.objects.bulk_create(homes(member=member, unit_id=1 + member.pk % len(UNITS)) for member in members)
    store(Visit, VISIT, visits(members))
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
