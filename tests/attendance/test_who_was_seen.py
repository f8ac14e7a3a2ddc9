"""Whom the arrivals page asks for: the same answer as counting everybody's visits by hand."""

import datetime as dt
import random
from collections import defaultdict

import pytest
import time_machine

from attendance.models import Visit
from tests import make

pytestmark = pytest.mark.django_db
TUESDAY = dt.date(2026, 10, 6)
NINE = dt.datetime(2026, 10, 6, 13, 2, tzinfo=dt.UTC)  # in Detroit


def names(rows) -> list[str]:
    return [visit.member.first_name for visit in rows]


def test_who_was_seen_last_comes_first(amara, noor, rosa, idris):
    make.visit(amara, TUESDAY - dt.timedelta(days=3))
    make.visit(amara, TUESDAY - dt.timedelta(days=1), "09:00", "10:00")
    make.visit(amara, TUESDAY - dt.timedelta(days=1), "11:00", "12:00")  # twice that day, once in the list
    make.visit(noor, TUESDAY - dt.timedelta(days=2))
    make.visit(noor, TUESDAY, "08:00")  # today does not count
    make.visit(rosa, TUESDAY - dt.timedelta(days=60))
    make.visit(idris, TUESDAY - dt.timedelta(days=61))
    rows = Visit.objects.lately(TUESDAY, 60, limit=9)
    assert [row["member"] for row in rows] == [amara.pk, noor.pk, rosa.pk]
    assert [row["member"] for row in Visit.objects.lately(TUESDAY, 60, limit=2)] == [amara.pk, noor.pk]


def test_the_same_as_counted_by_hand():
    chance = random.Random(60)
    people = [make.member(f"P{number}") for number in range(30)]
    by_day: dict[int, set[dt.date]] = defaultdict(set)
    for _ in range(200):
        member, day = chance.choice(people), TUESDAY - dt.timedelta(days=chance.randint(0, 40))
        arrived = f"{chance.randint(0, 11):02}:{chance.randint(0, 59):02}"
        if not Visit.objects.filter(member=member, day=day).count() > 1:
            make.visit(member, day, arrived)
            by_day[member.pk].add(day)
    for days, limit in ((40, 60), (7, 60), (40, 10), (7, 3)):
        window = {
            pk: [d for d in seen if dt.timedelta() < TUESDAY - d <= dt.timedelta(days)] for pk, seen in by_day.items()
        }
        by_hand = sorted((-max(seen).toordinal(), pk) for pk, seen in window.items() if seen)[:limit]
        assert [row["member"] for row in Visit.objects.lately(TUESDAY, days, limit=limit)] == [pk for _, pk in by_hand]


@pytest.mark.parametrize(("now", "here"), [(NINE, ["Rosa"]), (NINE - dt.timedelta(hours=7), ["Amara", "Rosa"])])
def test_an_evening_past_midnight_is_of_the_day_for_twelve_hours(amara, noor, rosa, idris, now, here):
    monday = TUESDAY - dt.timedelta(days=1)
    make.visit(amara, monday, "20:00", None, kind="social")
    make.visit(noor, monday, "20:00", "23:00", kind="social")
    make.visit(rosa, TUESDAY, "00:30", None)
    make.visit(idris, TUESDAY - dt.timedelta(days=2), "20:00", None)  # forgotten
    with time_machine.travel(now, tick=False):
        assert names(Visit.objects.of_the_day(TUESDAY, now, TUESDAY)) == here
        assert names(Visit.objects.still_here(now, TUESDAY)) == here
        assert names(Visit.objects.of_the_day(monday, now, TUESDAY)) == ["Amara", "Noor"]
