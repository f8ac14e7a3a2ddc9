"""Two entries of one person stand on one task or event, or in its line: nobody is on it twice, nobody loses out."""

import datetime as dt

import pytest
import time_machine
from django.utils import timezone

from activities.models import Event
from attendance.actions import places_twice
from members.models import AuditRecord, Message
from tests import make
from tests.attendance.twice import merge, snapshot, undo
from tests.members.notes import wish

pytestmark = pytest.mark.django_db
TUESDAY = dt.date(2026, 10, 6)
NOON = dt.datetime(2026, 10, 6, 16, 0, tzinfo=dt.UTC)  # in Detroit


@pytest.fixture(autouse=True)
def on_tuesday_at_noon():
    with time_machine.travel(NOON, tick=False), timezone.override("America/Detroit"):
        yield


@pytest.fixture
def again(amara):
    return make.member("Amara Okafr", member_no="AGAIN", enrolled_on=TUESDAY)


def a_task(places: int):
    return make.task("Lunch", day=TUESDAY + dt.timedelta(days=1), places=places)


def an_event(places: int):
    return Event.objects.create(
        title="Lunch", day=TUESDAY + dt.timedelta(days=1), starts_at=dt.time(18), ends_at=dt.time(20), places=places
    )  # fmt: skip


@pytest.fixture(params=[a_task, an_event], ids=["task", "event"])
def lunch(request):
    return request.param(2)


def put_on(offer, *members, sam) -> None:
    for member in members:
        offer.sign_ups.create(member=member, at=timezone.now(), by=sam.user)


def put_in_line(offer, *members, sam) -> None:
    for member in members:
        offer.waiting.create(member=member, at=timezone.now(), by=sam.user)


def on(offer) -> list[str]:
    return sorted(one.member.member_no for one in offer.sign_ups.select_related("member"))


def in_line(offer) -> list[str]:
    return [one.member.member_no for one in offer.waiting.select_related("member").order_by("pk")]


def numbers(*members) -> list[str]:
    return sorted(member.member_no for member in members)


def test_the_second_place_goes_to_whoever_waited_longest(lunch, amara, again, noor, rosa, sam):
    wish(noor, "place_free")
    put_on(lunch, amara, again, sam=sam)
    put_in_line(lunch, noor, rosa, sam=sam)
    done = merge(amara, again, sam)
    assert (on(lunch), in_line(lunch)) == (numbers(amara, noor), numbers(rosa))
    assert list(AuditRecord.objects.order_by("seq").values_list("verb", "about"))[-2:] == [
        ("attendance.merge_members", amara.pk), ("move_up", noor.pk),
    ]  # fmt: skip
    assert Message.objects.filter(kind="place_free", member=noor).count() == 1
    assert undo(done, sam) == ["Lunch"]
    assert (on(lunch), in_line(lunch)) == (numbers(amara, noor), numbers(rosa))


def test_who_has_a_place_waits_no_more_and_the_undo_brings_both_back(lunch, amara, again, noor, rosa, sam):
    put_on(lunch, again, noor, sam=sam)
    put_in_line(lunch, rosa, amara, sam=sam)
    before = snapshot()
    done = merge(amara, again, sam)
    assert (on(lunch), in_line(lunch)) == (numbers(amara, noor), numbers(rosa))
    assert undo(done, sam) == []
    assert snapshot() == before


def test_the_earlier_place_in_line_counts(lunch, amara, again, noor, rosa, sam):
    put_on(lunch, noor, rosa, sam=sam)
    put_in_line(lunch, again, sam=sam)
    idris = make.member("Idris Bello")
    put_in_line(lunch, idris, amara, sam=sam)
    before = snapshot()
    done = merge(amara, again, sam)
    assert in_line(lunch) == [amara.member_no, idris.member_no]
    undo(done, sam)
    assert snapshot() == before


def test_what_is_put_back_in_line_takes_a_place_that_is_free_now(lunch, amara, again, noor, rosa, sam):
    put_on(lunch, again, noor, sam=sam)
    put_in_line(lunch, amara, sam=sam)
    done = merge(amara, again, sam)
    lunch.sign_ups.filter(member=noor).delete()  # there was nobody in line
    assert undo(done, sam) == []
    assert (on(lunch), in_line(lunch)) == (numbers(amara, again), [])


def test_a_place_is_put_back_where_there_is_room_for_everybody(amara, again, noor, sam):
    party = an_event(2)
    Event.objects.filter(pk=party.pk).update(places=None)
    put_on(party, amara, again, sam=sam)
    before = snapshot()
    done = merge(amara, again, sam)
    put_on(party, noor, sam=sam)
    assert undo(done, sam) == []
    party.sign_ups.filter(member=noor).delete()
    assert snapshot() == before


def test_an_event_whose_place_was_taken_since_is_named(amara, again, noor, sam):
    party = an_event(2)
    put_on(party, amara, again, sam=sam)
    done = merge(amara, again, sam)
    put_on(party, noor, sam=sam)
    assert (undo(done, sam), party.sign_ups.count()) == (["Lunch"], 2)


def test_days_that_are_over_stay_as_they_were(amara, again, noor, sam):
    lunch = make.task("Lunch", day=TUESDAY - dt.timedelta(days=1), places=2)
    put_on(lunch, amara, again, sam=sam)
    put_in_line(lunch, noor, sam=sam)
    before = snapshot()
    done = merge(amara, again, sam)
    assert (on(lunch), in_line(lunch)) == (numbers(amara), numbers(noor))
    undo(done, sam)
    assert snapshot() == before


@pytest.mark.parametrize("rule", ["leave_lines", "move_up"])
def test_without_one_of_the_two_rules_the_line_is_wrong(rule, amara, again, noor, rosa, sam, monkeypatch):
    monkeypatch.setattr(places_twice, rule, lambda *offers, **now: [])
    lunch = a_task(2)
    put_on(lunch, amara, again if rule == "move_up" else rosa, sam=sam)
    put_in_line(lunch, again if rule == "leave_lines" else noor, sam=sam)
    merge(amara, again, sam)
    both = set(on(lunch)) & set(in_line(lunch))
    assert both or (lunch.sign_ups.count() < lunch.places and in_line(lunch))
