"""Arrivals under eight hands at once, on PostgreSQL with real commits; each with the variant that goes wrong.

The race for places of a task is in tests/activities.
"""

import datetime as dt
import re
import threading
import time
import uuid
from collections.abc import Callable
from pathlib import Path

import pytest
import time_machine
from django.db import OperationalError, connection, connections, transaction
from django.db.models import QuerySet
from django.utils import timezone

from activities.actions import post_task
from attendance import actions
from attendance.models import Mark, Visit
from members import audit
from members.actions import edit_account, edit_member
from members.models import AuditRecord, Member
from tests import make

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]
DEVICES = 3


def at_once(jobs: list[Callable[[], None]]) -> list[Exception]:
    """Runs `jobs` in threads that start together; the errors they ended with."""
    start, errors = threading.Barrier(len(jobs)), []

    def run(job):
        try:
            with connection.cursor() as cursor:  # real commits, only not waiting for the disk
                cursor.execute("SET synchronous_commit TO off")
            start.wait()
            job()
        except Exception as error:  # the test looks at it
            errors.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=[job]) for job in jobs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return errors


def the_roll(size: int) -> list[Member]:
    numbers = range(size)
    people = [Member(first_name=f"P{n}", member_no=f"R{n:03}", enrolled_on=dt.date(2020, 1, 1)) for n in numbers]
    audit.record(by=None, verb="tests.begin")
    return Member.objects.bulk_create(people)


def three_devices(members: list[Member], arrive: Callable[[Member], None]) -> list[Exception]:
    """Each device goes through the whole roll, all in step: everybody is marked three times at the same moment."""
    step = threading.Barrier(DEVICES)

    def device():
        for member in members:
            step.wait()
            arrive(member)

    return at_once([device] * DEVICES)


def arrive(member: Member) -> None:
    actions.log_arrival(member=member, day=timezone.localdate(), key=uuid.uuid4(), by=None)


def doubles() -> int:
    return Visit.objects.here_now().count() - Visit.objects.here_now().values("member").distinct().count()


@pytest.mark.parametrize("members", [40, pytest.param(200, marks=pytest.mark.slow)])
def test_three_devices_make_one_visit_of_each_arrival(members):
    assert three_devices(the_roll(members), arrive) == []
    assert (Visit.objects.count(), doubles(), Mark.objects.count()) == (members, 0, DEVICES * members)
    assert AuditRecord.objects.filter(verb="attendance.log_arrival").count() == members
    assert list(audit.broken_records()) == []


@pytest.fixture
def without_the_constraint():
    constraint = next(one for one in Visit._meta.constraints if one.name == "one_visit_here_now_per_member")
    with connection.schema_editor() as editor:
        editor.remove_constraint(Visit, constraint)
    yield
    Mark.objects.all().delete()
    Visit.objects.all().delete()
    with connection.schema_editor() as editor:
        editor.add_constraint(Visit, constraint)


def test_without_the_constraint_the_same_drive_doubles_people(without_the_constraint):
    three_devices(the_roll(40), arrive)
    assert doubles() > 0


def test_looking_first_instead_doubles_people_too(without_the_constraint):
    def look_then_insert(member):
        now = timezone.now()
        with transaction.atomic():
            if not Visit.objects.here_now().filter(member=member).exists():
                Visit.objects.create(member=member, day=timezone.localdate(now), arrived_at=now, noted_at=now)

    three_devices(the_roll(40), look_then_insert)
    assert doubles() > 0


def test_one_tap_sent_eight_times_is_one_tap():
    audit.record(by=None, verb="tests.begin")
    amara = make.member("Amara Okafor")
    answers = []
    for key in [uuid.uuid4() for _ in range(10)]:
        Mark.objects.all().delete()
        Visit.objects.all().delete()
        before = AuditRecord.objects.count()

        def tap(key=key):
            answers.append(actions.log_arrival(member=amara, day=timezone.localdate(), key=key, by=None).visit_id)

        assert at_once([tap] * 8) == []
        assert set(answers[-8:]) == {Visit.objects.get().pk}
        assert (Mark.objects.count(), AuditRecord.objects.count() - before) == (1, 1)


def test_without_a_key_of_its_own_a_tap_sent_again_is_a_second_visit():
    """The lost answer: it was stored, she left meanwhile, and the device sends it again."""
    amara = make.member("Amara Okafor")
    key, day = uuid.uuid4(), timezone.localdate()
    actions.log_arrival(member=amara, day=day, key=key, by=None)
    actions.log_leaving(member=amara, day=day, key=uuid.uuid4(), by=None)
    actions.log_arrival(member=amara, day=day, key=key, by=None)
    assert Visit.objects.count() == 1
    actions.log_arrival(member=amara, day=day, key=uuid.uuid4(), by=None)  # the same tap, its key forgotten
    assert Visit.objects.count() == 2


def test_eight_devices_leave_and_undo_once():
    amara = make.member("Amara Okafor")
    audit.record(by=None, verb="tests.begin")
    day = timezone.localdate()
    arrive(amara)

    def leave():
        actions.log_leaving(member=amara, day=day, key=uuid.uuid4(), by=None)

    def undo():
        actions.undo_mark(member=amara, day=day, key=uuid.uuid4(), by=None)

    errors = at_once([leave] * 8)
    assert [type(error) for error in errors] == [actions.NotHere] * 7
    assert Mark.objects.filter(action="leave").count() == 1
    errors = at_once([undo] * 8)
    assert {type(error) for error in errors} <= {actions.NothingToUndo}
    assert Mark.objects.filter(action="undo").count() + len(errors) == 8
    assert list(audit.broken_records()) == []


def test_who_takes_a_tap_back_waits_for_the_visit_and_holds_no_mark_meanwhile():
    """Held the other way round, two who take taps back wait for each other for ever."""
    amara = make.member("Amara Okafor")
    arrive(amara)
    errors: list[Exception] = []

    def undo():
        errors.extend(
            at_once([lambda: actions.undo_mark(member=amara, day=timezone.localdate(), key=uuid.uuid4(), by=None)])
        )

    another = threading.Thread(target=undo)
    with transaction.atomic():
        Visit.objects.select_for_update(no_key=True).get()
        another.start()
        assert somebody_waits_for_a_lock()
        assert len(Mark.objects.select_for_update(nowait=True)) == 1  # raises where the mark is held
    another.join()
    assert errors == []
    assert Mark.objects.filter(action="undo").count() == 1


def somebody_waits_for_a_lock() -> bool:
    waiting = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
    for _look in range(200):
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_stat_clear_snapshot()")
            cursor.execute(waiting)
            if cursor.fetchone()[0]:
                return True
        time.sleep(0.02)
    return False


def told_at_once(member: Member) -> list[Exception]:
    """Eight tablets come back from a dead wifi together; each saw `member` arrive at another minute."""
    now, day = timezone.now(), timezone.localdate()

    def tell(minutes):
        at = now - dt.timedelta(minutes=minutes)
        actions.log_arrival(member=member, day=day, at=at, stamp=f"{minutes} ago", key=uuid.uuid4(), by=None)

    return at_once([lambda minutes=minutes: tell(minutes) for minutes in range(1, 9)])


@pytest.fixture
def in_the_afternoon():
    with time_machine.travel(dt.datetime(2026, 10, 6, 18, 0, tzinfo=dt.UTC), tick=True):
        yield dt.datetime(2026, 10, 6, 18, 0, tzinfo=dt.UTC)


def test_eight_tablets_tell_eight_times_and_the_earliest_stands(in_the_afternoon):
    audit.record(by=None, verb="tests.begin")
    amara = make.member("Amara Okafor")
    for _ in range(5):
        Mark.objects.all().delete()
        Visit.objects.all().delete()
        assert told_at_once(amara) == []
        minutes_ago = (timezone.now() - Visit.objects.get().arrived_at).total_seconds() / 60
        assert 7.9 < minutes_ago < 9
        assert Mark.objects.count() == 8


def test_without_a_lock_a_later_time_overwrites_an_earlier_one(in_the_afternoon, monkeypatch):
    audit.record(by=None, verb="tests.begin")
    amara = make.member("Amara Okafor")
    monkeypatch.setattr(QuerySet, "select_for_update", lambda rows, **how: rows)
    save, wrong = Visit.save, []
    monkeypatch.setattr(Visit, "save", lambda visit, **how: (time.sleep(0.02), save(visit, **how)))
    for _ in range(10):
        Mark.objects.all().delete()
        Visit.objects.all().delete()
        told_at_once(amara)
        wrong += Visit.objects.filter(arrived_at__gt=timezone.now() - dt.timedelta(minutes=7.9))
        if wrong:
            break
    assert wrong


def edit_amara(amara, dana):
    edit_member(member=amara, by=dana.user, pronouns="she")


def post_a_task(amara, dana):
    post_task(unit=make.unit("Kitchen"), title="Soup", part="morning", places=2, day=dt.date(2099, 1, 5), by=dana.user)


def edit_an_account(amara, dana):
    edit_account(user=amara.user, by=dana.user, duty_reception=True)


def while_amara_arrives(change, amara, dana, monkeypatch) -> list[Exception]:
    """`change` holds its row and is about to record, when Dana taps an arrival that refers to the same row."""
    audit.record(by=None, verb="tests.begin")
    kitchen, record, errors = make.unit("Kitchen"), audit.record, []

    def tap():
        day = timezone.localdate()
        actions.log_arrival(member=amara, day=day, unit=kitchen, key=uuid.uuid4(), by=dana.user)

    device = threading.Thread(target=lambda: errors.extend(at_once([tap])))

    def record_after_the_tap(**what):
        if threading.current_thread() is threading.main_thread():
            device.start()
            time.sleep(0.5)  # it is stored by now, or waits
        return record(**what)

    monkeypatch.setattr(audit, "record", record_after_the_tap)
    try:
        change(amara, dana)
    except OperationalError as error:
        errors.append(error)
    device.join()
    return errors


@pytest.mark.parametrize("change", [edit_amara, post_a_task, edit_an_account])
def test_an_arrival_meets_a_change_of_what_it_refers_to(change, amara, dana, monkeypatch):
    """References are checked at the commit, with the end of the audit chain in hand: a lock must let them through."""
    assert while_amara_arrives(change, amara, dana, monkeypatch) == []
    assert list(audit.broken_records()) == []


def test_with_plain_locks_the_two_wait_for_each_other(amara, dana, monkeypatch):
    lock = QuerySet.select_for_update
    monkeypatch.setattr(QuerySet, "select_for_update", lambda rows, **how: lock(rows, **how | {"no_key": False}))
    assert len(while_amara_arrives(edit_amara, amara, dana, monkeypatch)) == 1


def test_every_lock_of_ours_lets_references_through():
    root = Path(__file__).resolve().parent.parent
    files = [
        path for app in ("members", "activities", "attendance", "clubhouse") for path in (root / app).rglob("*.py")
    ]
    locks = [lock for path in files for lock in re.findall(r"select_for_update\((.*?)\)+[.\n]", path.read_text())]
    assert len(locks) > 20
    assert [lock for lock in locks if "no_key=True" not in lock] == []
