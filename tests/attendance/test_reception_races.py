"""Walk-ins, guests and merges under eight hands at once, on PostgreSQL; each with the variant that goes wrong."""

import datetime as dt
import threading
import uuid
from contextlib import suppress

import pytest
from django.db import transaction
from django.utils import timezone

from attendance import actions
from attendance.actions import walk_ins
from attendance.models import DayCount, GuestCount, Mark, Visit
from members import audit
from members.models import AuditRecord, Member, MemberMerge
from tests import make
from tests.test_races import at_once

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]
HANDS = 8


@pytest.fixture(autouse=True)
def begun():
    make.house()
    audit.record(by=None, verb="tests.begin")


def today() -> dt.date:
    return timezone.localdate()


def walk_in(key=None) -> Mark:
    return actions.add_walk_in(first_name="Nia", last_name="", day=today(), key=key or uuid.uuid4(), by=None)


def test_eight_walk_ins_at_once_get_eight_numbers():
    make.member("Amara Okafor", member_no="M0320")
    assert at_once([walk_in] * HANDS) == []
    numbers = sorted(Member.objects.values_list("member_no", flat=True))
    assert numbers == [f"M0{number}" for number in range(320, 329)]
    assert (Visit.objects.here_now().count(), list(audit.broken_records())) == (HANDS, [])


def test_without_waiting_for_each_other_they_run_out_of_attempts(monkeypatch):
    """The control: everybody reads the same highest number, and a lost race is answered only so often."""

    class Nobody:
        @staticmethod
        def select_for_update(**how):
            return Nobody

        @staticmethod
        def first():
            return None

    monkeypatch.setattr(walk_ins.House, "objects", Nobody)
    monkeypatch.setattr(walk_ins, "ATTEMPTS", 1)
    errors = [error for _round in range(5) for error in at_once([walk_in] * HANDS)]
    assert {type(error) for error in errors} == {actions.TooManyAtOnce}


def test_one_walk_in_sent_eight_times_is_one_member():
    key = uuid.uuid4()
    answers: list[int] = []
    assert at_once([lambda: answers.append(walk_in(key).member_id)] * HANDS) == []
    assert (set(answers), Visit.objects.count()) == ({Member.objects.get().pk}, 1)


def one_more(key=None, kind="tour") -> None:
    actions.count_day(day=today(), kind=kind, key=key or uuid.uuid4(), by=None, change=1)


def test_eight_presses_count_eight_and_one_press_sent_eight_times_counts_one():
    assert at_once([one_more] * HANDS) == []
    key = uuid.uuid4()
    assert at_once([lambda: one_more(key)] * HANDS) == []
    assert at_once([lambda: one_more(kind="staff")] * HANDS) == []
    assert (GuestCount.objects.get().count, DayCount.objects.get().count) == (HANDS + 1, HANDS)
    assert list(audit.broken_records()) == []


def test_without_the_lock_presses_are_lost():
    GuestCount.objects.create(day=today(), kind="tour", count=0)
    step = threading.Barrier(HANDS)

    def read_then_write():
        with transaction.atomic():
            counted = GuestCount.objects.get()
            step.wait()
            counted.count += 1
            counted.save()

    assert at_once([read_then_write] * HANDS) == []
    assert GuestCount.objects.get().count < HANDS


def merge_while_they_arrive(rounds: int) -> list[Exception]:
    """Each round: seven devices mark an entry that the eighth joins with the member it belongs to."""
    errors = []
    for number in range(rounds):
        kept, merged = make.member(f"Amara {number}"), make.member(f"Amra {number}")

        def tap(member=merged):
            actions.log_arrival(member=Member.objects.get(pk=member.pk), day=today(), key=uuid.uuid4(), by=None)

        def leave(member=merged):
            with suppress(actions.NotHere):
                actions.log_leaving(member=Member.objects.get(pk=member.pk), day=today(), key=uuid.uuid4(), by=None)

        def here(member=kept):
            actions.log_arrival(member=member, day=today(), key=uuid.uuid4(), by=None)

        def merge(kept=kept, merged=merged):
            actions.merge_members(kept=kept, merged=merged, by=None)

        errors += at_once([tap, tap, tap, leave, leave, here, here, merge])
    return errors


def left_behind() -> int:
    merged = Member.objects.exclude(merged_into=None)
    return Visit.objects.filter(member__in=merged).count() + Mark.objects.filter(member__in=merged).count()


def test_a_merge_meets_arrivals_and_nothing_stays_behind():
    errors = merge_while_they_arrive(6)
    assert [error for error in errors if not isinstance(error, actions.TooManyAtOnce)] == []
    done = MemberMerge.objects.count()
    assert done >= 4  # and whoever lost every race may simply press again
    assert left_behind() == 0
    doubles = Visit.objects.here_now().count() - Visit.objects.here_now().values("member").distinct().count()
    assert (doubles, list(audit.broken_records())) == (0, [])
    for merge in MemberMerge.objects.all():
        actions.undo_merge(merge=merge, by=None)
    assert Member.objects.exclude(merged_into=None).count() == 0


def test_without_the_look_at_the_end_of_the_chain_visits_stay_behind(monkeypatch):
    """The control: an arrival that began before the merge, and is stored after it."""
    kept, merged = make.member("Amara Okafor"), make.member("Amra Okafor")
    found, joined = threading.Event(), threading.Event()

    def record_without_looking(*, by, verb, about=None, **more):
        return AuditRecord.objects.last()

    def arrive_slowly():
        member = Member.objects.get(pk=merged.pk)
        found.set()
        joined.wait()
        actions.log_arrival(member=member, day=today(), key=uuid.uuid4(), by=None)

    def merge():
        found.wait()
        actions.merge_members(kept=kept, merged=merged, by=None)
        joined.set()

    with monkeypatch.context() as without:
        without.setattr(audit, "record", record_without_looking)
        assert at_once([arrive_slowly, merge]) == []
    assert left_behind() == 2

    for row in (*Mark.objects.all(), *Visit.objects.all()):
        row.delete()
    actions.undo_merge(merge=MemberMerge.objects.get(), by=None)
    found.clear()
    joined.clear()
    assert at_once([arrive_slowly, merge]) == []
    assert (left_behind(), Visit.objects.get().member) == (0, kept)
