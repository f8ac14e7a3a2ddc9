"""Two entries were one person who said different things about how to reach them."""

import datetime as dt

import pytest
from django.utils import timezone

from attendance.models import ReachOutClaim, TimeAway
from members import actions
from members.models import Message, Note
from tests import make
from tests.attendance.twice import merge, snapshot, undo

pytestmark = pytest.mark.django_db
SOON = dt.date(2099, 5, 1)


@pytest.fixture
def again(amara):
    return make.member("Amara Okafr", member_no="AGAIN")


def message(member, occurrence="task 1", **fields) -> Message:
    now = timezone.now().replace(microsecond=0)
    fields = {"kind": "task_reminder", "channel": "email", "due_at": now, "expires_at": now + dt.timedelta(1)} | fields
    return Message.objects.create(member=member, occurrence=occurrence, **fields)


def test_a_no_on_either_entry_is_a_no_and_takes_back_what_waits(amara, again, sam):
    waits = message(amara)
    actions.edit_member(
        member=again, by=sam.user, email_allowed=False, reach_out_after_days=30, quiet_until_on=SOON,
        reach_out_wanted=False, voicemail="none", contact_from=dt.time(10), contact_until=dt.time(12),
    )  # fmt: skip
    before = snapshot()
    done = merge(amara, again, sam)
    amara.refresh_from_db()
    waits.refresh_from_db()
    assert (amara.email_allowed, amara.phone_allowed, amara.reach_out_wanted) == (False, True, False)
    assert (amara.reach_out_after_days, amara.quiet_until_on) == (30, SOON)
    assert (amara.voicemail, amara.contact_from, amara.contact_until) == ("none", dt.time(10), dt.time(12))
    assert (waits.state, waits.reason) == ("dropped", "channel_off")
    undo(done, sam)
    assert snapshot() == before


def test_what_was_said_since_is_not_taken_back(amara, again, sam):
    actions.edit_member(member=again, by=sam.user, phone_allowed=False, quiet_until_on=SOON)
    done = merge(amara, again, sam)
    amara.refresh_from_db()
    actions.edit_member(member=amara, by=amara.user, quiet_until_on=None)
    undo(done, sam)
    amara.refresh_from_db()
    assert (amara.phone_allowed, amara.quiet_until_on) == (True, None)


def test_an_entry_on_which_nobody_said_anything_takes_nothing_away(amara, again, sam):
    actions.edit_member(member=amara, by=sam.user, visits_allowed=True, reach_out_after_days=7, quiet_until_on=SOON)
    merge(amara, again, sam)
    amara.refresh_from_db()
    assert (amara.email_allowed, amara.visits_allowed, amara.reach_out_after_days, amara.quiet_until_on) == (
        True, True, 7, SOON,
    )  # fmt: skip


def test_claims_times_away_and_notes_move_and_come_back(amara, again, sam, idris):
    today, now = timezone.localdate(), timezone.now().replace(microsecond=0)
    for member, by, ago in [(amara, sam, 1), (again, idris, 2)]:
        ReachOutClaim.objects.create(member=member, day=today, by=by.user, at=now - dt.timedelta(hours=ago))
        TimeAway.objects.create(member=member, place="home", from_on=today, until_on=today, at=now, by=by.user)
    sent = [message(member, state="sent", channel="page", settled_at=now) for member in (amara, again)]
    for number, row in enumerate([*sent, message(again, "task 2", state="sent", channel="page", settled_at=now)]):
        Note.objects.create(message=row, text=f"Note {number}", at=now)
    before = snapshot()
    done = merge(amara, again, sam)
    assert ReachOutClaim.objects.get().by == idris.user
    assert list(TimeAway.objects.values_list("member", flat=True)) == [amara.pk] * 2
    assert sorted(Note.objects.filter(message__member=amara).values_list("text", flat=True)) == ["Note 0", "Note 2"]
    undo(done, sam)
    assert snapshot() == before
