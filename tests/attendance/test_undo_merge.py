"""Two entries of one person say different things: one stands, the other is kept aside, and both come back."""

import datetime as dt
import uuid

import pytest
import time_machine
from django.utils import timezone

from activities.models import SignUp, Unit
from attendance import actions
from attendance.models import Mark, RemovedVisit, Visit
from members.actions import set_message_wish
from members.models import MessageWish
from tests import make
from tests.attendance.twice import merge, snapshot, stays, undo

pytestmark = pytest.mark.django_db
TUESDAY, MONDAY = dt.date(2026, 10, 6), dt.date(2026, 10, 5)
NOON = dt.datetime(2026, 10, 6, 16, 0, tzinfo=dt.UTC)  # in Detroit


@pytest.fixture(autouse=True)
def on_tuesday_at_noon():
    with time_machine.travel(NOON, tick=False) as clock, timezone.override("America/Detroit"):
        yield clock


@pytest.fixture
def again(amara):
    """Amara was written down a second time by somebody who did not know her."""
    return make.member("Amara Okafr", member_no="AGAIN", enrolled_on=TUESDAY)


def arrive(member, by=None, **more) -> Mark:
    return actions.log_arrival(member=member, day=TUESDAY, key=uuid.uuid4(), by=by and by.user, **more)


def test_here_since_different_days_the_earlier_stay_was_forgotten(amara, again, sam):
    make.visit(amara, MONDAY, "09:00", None)
    make.visit(again, TUESDAY, "09:00", None)
    before = snapshot()
    done = merge(amara, again, sam)
    assert [(stay[0], stay[3]) for stay in stays(amara)] == [("2026-10-05", "not_written"), ("2026-10-06", "here")]
    undo(done, sam)
    assert snapshot() == before


@pytest.mark.parametrize(("hers", "doubled"), [("09:00", "09:20"), ("09:20", "09:00")])
def test_both_are_here_now_means_one_stay_since_the_earlier_arrival(hers, doubled, amara, again, sam):
    make.visit(amara, TUESDAY, hers, None)
    make.visit(again, TUESDAY, doubled, None)
    done = merge(amara, again, sam)
    assert stays(amara) == [("2026-10-06", "09:00", None, "here")]
    actions.log_leaving(member=amara, day=TUESDAY, key=uuid.uuid4(), by=sam.user)
    undo(done, sam)
    # Whose visit it was that ended is whose it stays; the other person is here again.
    ended, here = (amara, again) if hers == "09:00" else (again, amara)
    assert (stays(ended)[0][3], stays(here)[0][3]) == ("known", "here")


def test_who_came_back_since_is_not_here_twice_after_the_undo(amara, again, sam, on_tuesday_at_noon):
    make.visit(amara, TUESDAY, "09:20", None)
    make.visit(again, TUESDAY, "09:00", None)
    done = merge(amara, again, sam)
    actions.log_leaving(member=amara, day=TUESDAY, key=uuid.uuid4(), by=sam.user)
    on_tuesday_at_noon.shift(dt.timedelta(hours=1))
    arrive(amara, sam)
    undo(done, sam)
    assert [stay[3] for stay in stays(amara)] == ["not_written", "here"]
    assert [stay[3] for stay in stays(again)] == ["known"]


def test_a_visit_corrected_or_taken_out_since_stays_so(amara, again, sam):
    kept, gone = make.visit(again, MONDAY), make.visit(again, dt.date(2026, 10, 2))
    done = merge(amara, again, sam)
    Visit.objects.filter(pk=kept.pk).update(kind="social")
    actions.remove_visit(visit=gone, why="Never was", by=sam.user)
    undo(done, sam)
    assert list(again.visits.values_list("pk", "kind")) == [(kept.pk, "social")]
    assert RemovedVisit.objects.get().member == again


def test_a_place_that_was_freed_and_taken_since_is_not_taken_from_anybody(amara, again, noor, sam):
    lunch = make.task("Lunch for 50", places=2)
    for member in (amara, again):
        SignUp.objects.create(task=lunch, member=member, at=timezone.now(), by=sam.user)
    done = merge(amara, again, sam)
    SignUp.objects.create(task=lunch, member=noor, at=timezone.now(), by=noor.user)
    assert undo(done, sam) == ["Lunch for 50"]
    assert lunch.sign_ups.count() == lunch.places


def test_what_was_removed_since_is_passed_over(amara, again, sam):
    kitchen, lunch = make.unit("Kitchen"), make.task("Lunch")
    kitchen.members.add(amara, again)
    for member in (amara, again):
        SignUp.objects.create(task=lunch, member=member, at=timezone.now(), by=sam.user)
    done = merge(amara, again, sam)
    lunch.delete()
    again.units.add(kitchen)  # by hand, in the keeper's rooms
    undo(done, sam)
    assert (SignUp.objects.count(), Unit.members.through.objects.count()) == (0, 2)


def test_stop_is_stop_on_whichever_entry_it_was_said(amara, again):
    wish = {"kind": "task_reminder", "channel": "email", "by": None}
    set_message_wish(person=again, wanted=True, **wish)
    set_message_wish(person=amara, wanted=True, **wish)
    set_message_wish(person=again, wanted=False, **wish)
    before = snapshot()
    done = merge(amara, again)
    assert MessageWish.objects.count() == 0
    undo(done)
    assert snapshot() == before
    set_message_wish(person=again, wanted=True, **wish)
    merge(amara, again)
    assert list(MessageWish.objects.values_list("member", flat=True)) == [amara.pk]
