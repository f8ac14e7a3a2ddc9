"""Whom the house has not seen: each rule with its story. Tuesday 6 October is today."""

import datetime as dt
import random

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from attendance.models import ReachOut, ReachOutClaim, TimeAway
from attendance.reach_out import Why, usual_gap, whom
from members.models import House, Member
from tests import make

pytestmark = pytest.mark.django_db
TUESDAY = dt.date(2026, 10, 6)
PHONE = "313 555 0100"
LONG_AGO = dt.date(2020, 1, 1)


def ago(days: int) -> dt.date:
    return TUESDAY - dt.timedelta(days=days)


@pytest.fixture
def house(db) -> House:
    return make.house(reach_out_after_days=14, reach_out_pause_days=7)


def ada(*days_ago: int, enrolled_on: dt.date = LONG_AGO, **fields):
    """Ada, who can be called, and was here so many days ago."""
    member = make.member("Ada Park", enrolled_on=enrolled_on, **{"phone": PHONE} | fields)
    for days in days_ago:
        make.visit(member, ago(days))
    return member


def listed(house: House, **how) -> list[str]:
    return [row.name for row in whom(house, make.noon(TUESDAY), **how).rows]


def reach(member, days: int, channel: str = "phone", replied: bool = False, outcome: str = "", hour: int = 12) -> None:
    at = make.noon(ago(days)) + dt.timedelta(hours=hour - 12)
    ReachOut.objects.create(member=member, at=at, channel=channel, replied=replied, outcome=outcome)


@pytest.mark.parametrize(("days", "names"), [(13, []), (14, ["Ada P."]), (15, ["Ada P."])])
def test_whoever_was_not_here_for_the_houses_days(house, days, names):
    ada(days, days + 200)
    assert listed(house) == names
    assert [row.last_here_on for row in whom(house, make.noon(TUESDAY)).rows] == [ago(days)] * len(names)


def test_the_day_is_the_houses_not_greenwichs(house):
    ada(13)
    late = make.noon(TUESDAY) + dt.timedelta(hours=11, minutes=59)
    assert whom(house, late).rows == ()
    assert len(whom(house, late + dt.timedelta(minutes=1)).rows) == 1


@pytest.mark.parametrize(("own", "days", "found"), [(30, 29, 0), (30, 30, 1), (5, 4, 0), (5, 5, 1)])
def test_the_members_own_number_comes_before_the_houses_and_before_any_rhythm(house, own, days, found):
    ada(*range(days, days + 40, 1), reach_out_after_days=own)
    assert len(listed(house)) == found


@pytest.mark.parametrize(
    ("visits", "found"),
    [
        ([60, 90, 120, 150], 0),  # monthly: not called after fourteen days, nor after two months
        ([61, 91, 121, 151], 1),  # but when it is more than two
        ([14, 15, 16, 17, 18], 1),  # daily: looked for by the house's number
        ([14, 22], 1),  # twice only is no rhythm
        ([20, 21, 22, 200], 1),  # one long time away makes nobody's rhythm longer
        ([20, 30, 44, 60], 0),  # every fortnight or so
    ],
)
def test_who_comes_seldom_is_looked_for_by_their_own_rhythm(house, visits, found):
    ada(*visits)
    assert len(listed(house)) == found


def test_a_rhythm_is_made_of_the_last_ten_days_within_a_year():
    def days(*numbers: int) -> list[dt.date]:
        return [ago(number) for number in numbers]

    assert usual_gap(days(1, 1, 2)) is None
    assert usual_gap(days(1, 8, 8, 15)) == dt.timedelta(7)
    assert usual_gap(days(1, 2, 32)) == dt.timedelta(1)  # the smaller of the two in the middle
    assert usual_gap(days(*range(0, 300, 30), *range(301, 340))) == dt.timedelta(30)  # daily, but that was before
    assert usual_gap(days(1, 2, 400)) is None


def test_the_question_reads_the_same_rhythm_from_the_book(house):
    chance = random.Random(6)
    for _ in range(25):
        start = chance.randint(14, 60)
        ada(*{start + chance.randint(0, 500) for _ in range(chance.randint(1, 25))}, start)
    due = {row.pk for row in whom(house, make.noon(TUESDAY)).rows}
    for member in Member.objects.filter(visits__isnull=False).distinct():
        days = [visit.day for visit in member.visits.all()]
        gap = usual_gap(days)
        by_hand = gap is None or (TUESDAY - max(days)) > 2 * gap
        assert (member.pk in due) == by_hand, days


def test_who_never_came_counts_from_the_day_they_joined(house):
    ada(enrolled_on=ago(13))
    assert listed(house) == []
    make.member("Bo Lund", enrolled_on=ago(14), phone=PHONE)
    (row,) = whom(house, make.noon(TUESDAY)).rows
    assert (row.name, row.last_here_on, row.enrolled_on) == ("Bo L.", None, ago(14))


def test_who_was_here_last_more_than_a_year_ago_stands_on_a_list_of_their_own(house):
    ada(365)
    make.visit(make.member("Bo Lund", phone=PHONE), ago(366))
    assert (listed(house), listed(house, longer_ago=True)) == (["Ada P."], ["Bo L."])


@pytest.mark.parametrize(
    "fields",
    [
        {"withdrawn_on": TUESDAY},
        {"deceased_on": ago(3)},
        {"enrolled_on": ago(-1)},
        {"reach_out_wanted": False},
        {"quiet_until_on": TUESDAY},
    ],
)
def test_who_is_left_alone(house, fields):
    """Off the roll, "please don't", or in peace for a while: nowhere, whatever else is true."""
    member = ada(40, works_by_day=True, **fields)
    TimeAway.objects.create(member=member, place="hospital", from_on=ago(3), until_on=TUESDAY, at=make.noon(ago(3)))
    for how in ({}, {"longer_ago": True}, {"only": member.pk}):
        found = whom(house, make.noon(TUESDAY), **how)
        assert (found.rows, found.no_way) == ((), ())


def test_peace_ends_with_its_last_day(house):
    ada(40, quiet_until_on=ago(1))
    assert listed(house) == ["Ada P."]


@pytest.mark.parametrize(
    ("contacts", "found"),
    [
        ([(6, "phone", True, "spoke")], 0),  # answered: seven days of peace
        ([(7, "phone", True, "spoke")], 1),
        ([(6, "phone", False, "left_message")], 0),  # a message waits for them
        ([(6, "card", False, "")], 0),  # whatever is written is a message
        ([(1, "phone", False, "no_answer")], 0),  # nobody answered: not again today, and not tomorrow
        ([(2, "phone", False, "no_answer")], 1),
        ([(2, "phone", False, "")], 1),  # from a spreadsheet
        ([(4, "phone", False, ""), (3, "phone", False, ""), (2, "visit", False, "")], 0),  # three tries are a contact
        ([(9, "phone", False, ""), (8, "phone", False, ""), (7, "visit", False, "")], 1),
        ([(8, "phone", True, "spoke"), (3, "phone", False, "no_answer")], 1),
    ],
)
def test_who_heard_from_us_is_left_in_peace_for_the_houses_days(house, contacts, found):
    member = ada(40)
    for contact in contacts:
        reach(member, *contact)
    assert len(listed(house)) == found


def test_a_call_that_came_to_nothing_is_told_to_the_next_colleague(house):
    reach(ada(40), 3)
    assert whom(house, make.noon(TUESDAY)).rows[0].tried_on == ago(3)


@pytest.mark.parametrize("place", ["hospital", "home"])
def test_who_is_away_is_thought_of_whatever_their_visits(house, place):
    member = ada(1)
    away = TimeAway.objects.create(member=member, place=place, from_on=ago(3), until_on=TUESDAY, at=make.noon(ago(3)))
    assert [row.why for row in whom(house, make.noon(TUESDAY)).rows] == [Why(place)]
    reach(member, 2, replied=True)
    assert listed(house) == []
    ReachOut.objects.all().delete()
    away.until_on = ago(1)
    away.save()
    assert listed(house) == []


def test_hospital_comes_before_home(house):
    member = ada(1)
    for place in ("hospital", "home"):
        TimeAway.objects.create(member=member, place=place, from_on=ago(3), until_on=TUESDAY, at=make.noon(ago(3)))
    assert [row.why for row in whom(house, make.noon(TUESDAY)).rows] == [Why.HOSPITAL]


def test_who_works_by_day_is_called_in_the_evening_when_not_heard_from_lately(house):
    member = ada(40, 41, 42, works_by_day=True)
    assert [row.why for row in whom(house, make.noon(TUESDAY)).rows] == [Why.EVENING]
    reach(member, 13, replied=True)  # longer than the days of peace, but it is not fourteen days
    assert listed(house) == []
    ReachOut.objects.all().delete()
    make.visit(member, ago(13))
    assert listed(house) == []


def test_who_works_by_day_stands_on_today_s_list_also_after_years(house):
    ada(800, works_by_day=True)
    assert (listed(house), listed(house, longer_ago=True)) == (["Ada P."], [])


@pytest.mark.parametrize(
    ("fields", "rows", "no_way"),
    [
        ({"phone": ""}, 0, 1),
        ({"phone_allowed": False}, 0, 1),
        ({"calls_allowed": False}, 1, 0),  # a text message may come
        ({"calls_allowed": False, "texts_allowed": False}, 0, 1),
        ({"phone": "", "email": "ada@example.org"}, 1, 0),
        ({"phone": "", "email": "ada@example.org", "email_allowed": False}, 0, 1),
        ({"phone": "", "address": "1 Elm Street"}, 1, 0),
        ({"phone": "", "address": "1 Elm Street", "post_allowed": False}, 0, 1),
        ({"phone": "", "address": "1 Elm Street", "post_allowed": False, "visits_allowed": True}, 1, 0),
        ({"phone": "", "visits_allowed": True}, 0, 1),
    ],
)
def test_whom_no_channel_may_reach_is_asked_in_person(house, fields, rows, no_way):
    ada(40, **fields)
    found = whom(house, make.noon(TUESDAY))
    assert (len(found.rows), len(found.no_way)) == (rows, no_way)


def test_nobody_calls_themselves(house, idris):
    idris.phone = PHONE
    idris.save()
    assert listed(house, longer_ago=True) == ["Idris B."]
    assert listed(house, longer_ago=True, besides=idris.user.pk) == []


def test_home_bases_and_who_calls_today(house, sam):
    member = ada(40)
    kitchen, clerical, garden = make.unit("Kitchen"), make.unit("Clerical"), make.unit("Garden")
    kitchen.members.add(member)
    clerical.members.add(member)
    ReachOutClaim.objects.create(member=member, day=ago(1), by=sam.user, at=make.noon(ago(1)))
    found = whom(house, make.noon(TUESDAY))
    (row,) = found.rows
    assert (row.unit, row.units, row.claimed_by) == (clerical, (clerical, kitchen), "")
    assert [len(found.of_unit(unit).rows) for unit in (kitchen, clerical, garden, None)] == [1, 1, 0, 1]
    ReachOutClaim.objects.create(member=member, day=TUESDAY, by=sam.user, at=make.noon(TUESDAY))
    found = whom(house, make.noon(TUESDAY))
    assert found.rows[0].claimed_by == "Sam"
    assert (len(found.free_for(sam.user.pk)), found.free_for(None)) == (1, [])


def test_eight_queries_however_many_they_are(house, sam):
    noon = make.noon(TUESDAY)
    for number in (1, 3):
        while len(listed(house)) < number:
            member = ada(40)
            make.unit("Kitchen").members.add(member)
            ReachOutClaim.objects.create(member=member, day=TUESDAY, by=sam.user, at=make.noon(TUESDAY))
        with CaptureQueriesContext(connection) as queries:
            found = whom(house, noon)
        assert (len(found.rows), len(queries)) == (number, 8)
