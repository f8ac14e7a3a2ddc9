"""How long the reach-out list takes on a house that `large_house.py` filled, against one bare look at an index.

Asks on three days: the one after the last visits were written; two weeks later, when half of the house has not been
seen; and of those last here more than a year ago. Prints people, queries and ratios to `max(day)` of every member on
the roll. `DATABASE_URL` names the house.
"""

import datetime as dt
import os
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "clubhouse.settings")

import django

django.setup()

from django.db import connection
from django.test.utils import CaptureQueriesContext

from attendance.models import Visit
from attendance.reach_out import whom
from members.models import House, Member

LAST = dt.date(2026, 11, 13)
TIMES = 7


def seconds(ask) -> float:
    taken = []
    for _ in range(TIMES):
        begun = time.perf_counter()
        ask()
        taken.append(time.perf_counter() - begun)
    return min(taken)  # the one that other programs disturbed least


def bare() -> None:
    """What any answer has to look up: when each member was last here."""
    table, members = Visit._meta.db_table, Member._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT id, (SELECT max(day) FROM {table} v WHERE v.member_id = m.id) FROM {members} m")
        cursor.fetchall()


def main() -> None:
    house, floor = House.objects.current(), seconds(bare)
    print(
        f"{connection.vendor}: {Visit.objects.count():,} visits; last day of {Member.objects.count():,}: {floor:.3f} s"
    )
    for name, day, longer_ago in (
        ("the day after", LAST + dt.timedelta(days=1), False),
        ("two weeks later", LAST + dt.timedelta(days=15), False),
        ("longer ago", LAST + dt.timedelta(days=15), True),
    ):
        now = house.at(day, dt.time(10))
        with CaptureQueriesContext(connection) as queries:
            found = whom(house, now, longer_ago=longer_ago)
        taken = seconds(lambda now=now, longer=longer_ago: whom(house, now, longer_ago=longer))
        cost = f"{taken:.3f} s, {taken / floor:.1f} x the bare look"
        print(f"{name}: {len(found.rows)} people, {len(queries)} queries, {cost}")


if __name__ == "__main__":
    main()
