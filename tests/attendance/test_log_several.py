"""Several people marked in one go, and taken back in one go."""

import datetime as dt
import uuid

import pytest
import time_machine
from django.utils import timezone

from attendance import actions
from attendance.actions.batches import batch_key
from attendance.models import Mark, Visit
from members.models import AuditRecord
from tests import make

pytestmark = pytest.mark.django_db
TUESDAY, MONDAY = dt.date(2026, 10, 6), dt.date(2026, 10, 5)
NINE = dt.datetime(2026, 10, 6, 13, 2, tzinfo=dt.UTC)  # 9:02 in Detroit


@pytest.fixture(autouse=True)
def on_tuesday_at_nine():
    with time_machine.travel(NINE, tick=False) as clock:
        yield clock


def together(members, by, action="arrive", *, key=None, day=TUESDAY, **more):
    with timezone.override("America/Detroit"):
        return actions.log_several(members=members, day=day, action=action, key=key or uuid.uuid4(), by=by.user, **more)


def take_back(batch, by):
    with timezone.override("America/Detroit"):
        return actions.undo_batch(batch=batch.pk, by=by.user)


def stays() -> dict[str, tuple]:
    """First name -> (arrived, left, ending) of every visit, in house time."""

    def clock(at):
        return at and f"{timezone.localtime(at, make.house().zone):%H:%M}"

    visits = Visit.objects.select_related("member").order_by("arrived_at")
    return {v.member.first_name: (clock(v.arrived_at), clock(v.left_at), v.ending) for v in visits}


def unchanged(batch) -> list[tuple]:
    return [(member.first_name, sentence) for member, sentence in batch.unchanged]


def test_three_arrive_at_once_in_one_batch(amara, noor, rosa, sam):
    batch = together([amara, noor, rosa], sam)
    here = ("09:02", None, "here")
    assert stays() == {"Amara": here, "Noor": here, "Rosa": here}
    assert {(mark.batch, mark.by) for mark in Mark.objects.all()} == {(batch.pk, sam.user)}
    assert (len(batch.marks), unchanged(batch)) == (3, [])
    assert sorted(AuditRecord.objects.values_list("verb", "about__first_name")) == [
        ("attendance.log_arrival", name) for name in ("Amara", "Noor", "Rosa")
    ]


def test_who_is_here_already_does_not_spoil_it_for_the_others(amara, noor, sam):
    make.visit(amara, TUESDAY, "08:30", None)
    batch = together([amara, noor], sam)
    assert unchanged(batch) == [("Amara", "Amara is here already, since 8:30 am.")]
    assert stays() == {"Amara": ("08:30", None, "here"), "Noor": ("09:02", None, "here")}


def test_nor_who_is_not_here_when_the_others_leave(amara, noor, sam):
    make.visit(noor, TUESDAY, "08:30", None)
    batch = together([amara, noor], sam, "leave")
    assert unchanged(batch) == [("Amara", "Amara is not here now. Nothing was changed.")]
    assert stays() == {"Noor": ("08:30", "09:02", "known")}


def test_another_day_wants_a_time_and_says_who_stands_there_already(amara, noor, sam, on_tuesday_at_nine):
    at = make.house().at(MONDAY, dt.time(10))
    batch = together([amara], sam, day=MONDAY)
    assert unchanged(batch) == [("Amara", "This is another day than today. Please say the time.")]
    together([amara], sam, day=MONDAY, at=at)
    on_tuesday_at_nine.shift(dt.timedelta(minutes=1))
    batch = together([amara, noor], sam, day=MONDAY, at=at)
    assert unchanged(batch) == [("Amara", "Amara is written down from 10 am.")]
    assert stays() == {"Amara": ("10:00", None, "not_written"), "Noor": ("10:00", None, "not_written")}


def test_sent_again_it_is_the_same_batch_and_adds_who_was_missing(amara, noor, rosa, sam):
    key = uuid.uuid4()
    together([amara, noor], sam, key=key)  # the answer was lost after two
    batch = together([amara, noor, rosa], sam, key=key)
    assert (len(batch.marks), unchanged(batch), Visit.objects.count()) == (3, [], 3)
    assert Mark.objects.get(member=amara).key == batch_key(batch.pk, amara)


def test_one_undo_takes_all_of_them_back(amara, noor, rosa, sam):
    make.visit(rosa, TUESDAY, "08:30", None)
    batch = together([amara, noor, rosa], sam)
    undone = take_back(batch, sam)
    assert (set(undone.back), undone.kept) == ({amara, noor}, [])
    assert stays() == {"Rosa": ("08:30", None, "here")}  # she was here before them


def test_undoing_a_leaving_brings_them_back(amara, noor, sam):
    for member in (amara, noor):
        make.visit(member, TUESDAY, "08:30", None)
    take_back(together([amara, noor], sam, "leave"), sam)
    assert stays() == dict.fromkeys(["Amara", "Noor"], ("08:30", None, "here"))


@pytest.mark.parametrize("since", ["left", "confirmed", "corrected"])
def test_who_was_changed_since_is_left_alone_and_named(since, amara, noor, sam, on_tuesday_at_nine):
    batch = together([amara, noor], sam)
    on_tuesday_at_nine.shift(dt.timedelta(minutes=20))
    if since == "corrected":
        Visit.objects.filter(member=amara).update(arrived_at=NINE - dt.timedelta(hours=1))
    elif since == "left":
        actions.log_leaving(member=amara, day=TUESDAY, key=uuid.uuid4(), by=sam.user)
    else:  # another tablet saw her
        actions.log_arrival(member=amara, day=TUESDAY, key=uuid.uuid4(), by=sam.user)
    before = stays()["Amara"]
    undone = take_back(batch, sam)
    assert (undone.back, undone.kept) == ([noor], [amara])
    assert stays() == {"Amara": before}


def test_who_was_taken_back_one_by_one_is_passed_over(amara, noor, sam):
    key = uuid.uuid4()
    batch = together([amara, noor], sam, key=key)
    actions.undo_mark(member=amara, day=TUESDAY, key=uuid.uuid4(), by=sam.user)
    undone = take_back(batch, sam)
    assert (undone.back, undone.kept, stays()) == ([noor], [], {})
    sent_again = together([amara, noor], sam, key=key)
    assert unchanged(sent_again) == [
        ("Amara", "This was saved and then undone for Amara."),
        ("Noor", "This was saved and then undone for Noor."),
    ]


def test_a_batch_is_taken_back_once(amara, sam):
    batch = together([amara], sam)
    take_back(batch, sam)
    undone = take_back(batch, sam)
    assert (undone.back, undone.kept) == ([], [])


def test_everyone_leaves_at_a_full_minute_and_nobody_before_they_came(amara, noor, rosa, sam):
    four = make.house().at(TUESDAY, dt.time(9))
    make.visit(amara, TUESDAY, "08:00", None)
    make.visit(noor, TUESDAY, "09:00", None)
    Visit.objects.filter(member=noor).update(arrived_at=four + dt.timedelta(seconds=31))
    make.visit(rosa, TUESDAY, "09:01", None)
    key = uuid.uuid4()
    for _again in range(2):
        with timezone.override("America/Detroit"):
            batch = actions.everyone_out(members=[amara, noor, rosa], day=TUESDAY, at=four, key=key, by=sam.user)
        assert len(batch.marks) == 2
        assert unchanged(batch) == [("Rosa", "Rosa arrived at 9:01 am. The time out comes after the time in.")]
    assert {name: stay[1:] for name, stay in stays().items()} == {
        "Amara": ("09:00", "known"), "Noor": ("09:00", "known"), "Rosa": (None, "here"),
    }  # fmt: skip
    take_back(batch, sam)
    assert [stay[2] for stay in stays().values()] == ["here"] * 3
