"""Eight colleagues tap "I call today" at once, on PostgreSQL: one of them calls. With the variant that goes wrong."""

import datetime as dt
import uuid

import pytest
from django.db import connection
from django.utils import timezone

from attendance import actions
from attendance.models import ReachOut, ReachOutClaim
from members import audit
from members.models import AuditRecord
from tests import make
from tests.test_races import at_once

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def ada():
    audit.record(by=None, verb="tests.begin")
    return make.member("Ada Park", phone="1")


@pytest.fixture
def eight():
    return [make.account(make.staff(f"S{number}"), second_factor=False) for number in range(8)]


def test_nobody_is_called_twice(ada, eight):
    for _round in range(5):
        ReachOutClaim.objects.all().delete()
        before = AuditRecord.objects.count()
        errors = at_once([lambda user=user: actions.claim_reach_out(member=ada, by=user) for user in eight])
        assert [type(error) for error in errors] == [actions.ClaimedAlready] * 7
        assert (ReachOutClaim.objects.count(), AuditRecord.objects.count() - before) == (1, 1)
    assert list(audit.broken_records()) == []


@pytest.fixture
def without_the_constraint():
    constraint = next(one for one in ReachOutClaim._meta.constraints if one.name == "one_claim_per_member_and_day")
    with connection.schema_editor() as editor:
        editor.remove_constraint(ReachOutClaim, constraint)
    yield
    ReachOutClaim.objects.all().delete()
    with connection.schema_editor() as editor:
        editor.add_constraint(ReachOutClaim, constraint)


def test_without_the_constraint_two_would_call(without_the_constraint, ada, eight):
    most = 0
    for _round in range(5):
        ReachOutClaim.objects.all().delete()
        at_once([lambda user=user: actions.claim_reach_out(member=ada, by=user) for user in eight])
        most = max(most, ReachOutClaim.objects.filter(day=timezone.localdate()).count())
    assert most > 1


def test_one_outcome_sent_eight_times_is_one(ada, eight):
    key, until = uuid.uuid4(), timezone.localdate() + dt.timedelta(days=30)

    def tap():
        actions.log_reach_out(member=ada, channel="phone", outcome="quiet", quiet_until_on=until, key=key, by=eight[0])

    assert at_once([tap] * 8) == []
    assert ReachOut.objects.count() == 1
    assert AuditRecord.objects.filter(verb="attendance.log_reach_out").count() == 1
