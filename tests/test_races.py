"""Arrivals under eight hands at once, on PostgreSQL with real commits; each with the variant that goes wrong.

The race for places of a task is in tests/activities.
"""

import datetime as dt
import threading
import uuid
from collections.abc import Callable

import pytest
from django.db import connection, connections, transaction
from django.utils import timezone

from attendance import actions
from attendance.models import Mark, Visit
from members import audit
from members.models import AuditRecord, Member
from tests import make

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]
DEVICES = 3
MEMBERS = 200


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


def the_roll(size: int = MEMBERS) -> list[Member]:
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


def test_three_devices_and_two_hundred_arrivals_make_one_visit_each():
    assert three_devices(the_roll(), arrive) == []
    assert (Visit.objects.count(), doubles(), Mark.objects.count()) == (MEMBERS, 0, DEVICES * MEMBERS)
    assert AuditRecord.objects.filter(verb="attendance.log_arrival").count() == MEMBERS
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
