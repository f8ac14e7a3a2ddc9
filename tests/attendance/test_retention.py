"""Off until two colleagues say so; then each day, in batches; never anybody's place in the house."""

import datetime as dt

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.utils import timezone

from attendance import actions, retention
from attendance.models import CorrectionRequest, ReachOut, Visit
from members import audit
from members.models import AuditRecord, EmergencyContact, LastRun, Member, Message, Note, RetentionRule
from tests import make

pytestmark = [pytest.mark.django_db, pytest.mark.once]
NOW = dt.datetime(2026, 12, 1, 15, tzinfo=dt.UTC)
OLD, NEW = NOW - dt.timedelta(days=800), NOW - dt.timedelta(days=20)


@pytest.fixture(autouse=True)
def december():
    with time_machine.travel(NOW, tick=False):
        yield


def rule(what: str, dana, sam=None, months: int = 24) -> RetentionRule:
    found = actions.edit_retention(what=what, months=months, by=dana.user)
    return actions.confirm_retention(rule=found, by=sam.user) if sam else found


def one_of_each(member, at: dt.datetime) -> dict[str, object]:
    """What each rule means, of one moment."""
    ReachOut.objects.create(member=member, at=at, channel="phone", replied=True, topic="The garden", note="By phone")
    CorrectionRequest.objects.create(member=member, day=at.date(), words="At noon", asked_at=at, answered_at=at)
    for channel, state in (("page", "sent"), ("email", "sent")):
        message = Message.objects.create(
            member=member, kind="task_reminder", occurrence=f"task {at:%y%m%d}", channel=channel, state=state,
            due_at=at, expires_at=at, settled_at=at,
        )  # fmt: skip
        if channel == "page":
            Note.objects.create(message=message, text="Tea at three", at=at, read_at=at)
    with time_machine.travel(at, tick=False):
        token = audit.device.set("tablet at the door")
        audit.record(by=None, verb="edit_member", about=member, after={"phone": "1"})
        audit.device.reset(token)
    died = make.member(f"Died{at:%y} Then", phone="1", address="A street", deceased_on=at.date())
    EmergencyContact.objects.create(member=died, name="A sister", phone="2", at=at)
    left = make.member(f"Left{at:%y} Then", phone="1", withdrawn_on=at.date())
    EmergencyContact.objects.create(member=left, name="A brother", phone="3", at=at)
    return {"member": member}


def counts() -> dict[str, int]:
    return {what: kind.rows(NOW).count() for what, kind in retention.KINDS.items()}


@pytest.fixture
def written(amara, dana, sam):
    one_of_each(amara, OLD)
    one_of_each(amara, NEW)


def test_nothing_goes_by_itself(written):
    before = counts()
    assert actions.apply_retention() == 0
    assert counts() == before
    assert set(before.values()) == {1, 2} or min(before.values()) >= 1


def test_nothing_goes_before_the_second_yes(written, dana):
    for what in retention.KINDS:
        rule(what, dana)
    before = counts()
    assert actions.apply_retention() == 0
    assert counts() == before


@pytest.mark.parametrize("what", retention.KINDS)
def test_a_rule_takes_what_is_old_and_leaves_the_rest(what, written, dana, sam):
    before, figures = counts(), (Visit.objects.count(), ReachOut.objects.count(), Member.objects.count())
    told = retention.dry_run(what, 24, NOW)
    rule(what, dana, sam)
    assert told.goes > 0
    assert actions.apply_retention() == told.goes
    after = counts()
    assert after[what] == before[what] - told.goes
    assert after[what] > 0
    assert retention.dry_run(what, 24, NOW).oldest_left_at == told.oldest_left_at
    assert actions.apply_retention() == 0
    assert (Visit.objects.count(), ReachOut.objects.count(), Member.objects.count()) == figures
    assert list(audit.broken_records()) == []


def test_a_run_writes_one_record_without_a_name(written, dana, sam):
    rule("reach_out_words", dana, sam)
    actions.apply_retention()
    record = AuditRecord.objects.filter(verb="attendance.apply_retention").get()
    assert record.about is None
    assert {key: record.after[key] for key in ("what", "rows")} == {"what": "reach_out_words", "rows": 1}


def test_the_record_of_who_did_what_stays(written, amara, dana, sam):
    rule("devices", dana, sam)
    actions.apply_retention()
    record = AuditRecord.objects.filter(verb="edit_member", about=amara).earliest("at")
    assert (record.device, record.after) == ("", {"phone": "1"})
    assert list(audit.broken_records()) == []
    AuditRecord.objects.filter(pk=record.pk).update(after={"phone": "2"})
    assert list(audit.broken_records()) == ["what was left of the blanked records was edited"]


def test_many_go_in_batches(written, dana, sam, amara, monkeypatch):
    monkeypatch.setattr(retention, "BATCH", 2)
    for n in range(1, 6):
        ReachOut.objects.create(
            member=amara, at=OLD - dt.timedelta(days=n), channel="phone", replied=True, topic="The garden"
        )
    rule("reach_out_words", dana, sam)
    assert actions.apply_retention() == 6
    assert AuditRecord.objects.filter(verb="attendance.apply_retention").count() == 3


def test_whoever_came_back_keeps_whom_to_call(written, dana, sam):
    """Both withdrew long ago, and that day stands there still: one comes again, one named somebody last month."""
    kept = []
    for name, at in (("Again Here", OLD), ("Again Named", NEW)):
        back = make.member(name, withdrawn_on=OLD.date())
        kept.append(EmergencyContact.objects.create(member=back, name="A brother", phone="3", at=at))
    make.visit(kept[0].member, NEW.date())
    rule("emergency_of_withdrawn", dana, sam)
    assert actions.apply_retention() == 1
    assert EmergencyContact.objects.filter(pk__in=[contact.pk for contact in kept]).count() == 2


def test_it_is_done_once_a_day(written, dana, sam):
    rule("reach_out_words", dana, sam)
    assert actions.apply_retention_daily() == 1
    ReachOut.objects.update(topic="Again")
    assert actions.apply_retention_daily() == 0
    with time_machine.travel(NOW + dt.timedelta(days=1), tick=False):
        assert actions.apply_retention_daily() == 1
    assert LastRun.objects.get(name="let go what is old enough").ok


def test_the_second_yes_is_somebody_elses(dana):
    proposed = rule("devices", dana)
    with pytest.raises(actions.SameColleague, match="somebody else"):
        actions.confirm_retention(rule=proposed, by=dana.user)
    with pytest.raises(IntegrityError), transaction.atomic():  # the control: the database holds it too
        RetentionRule.objects.update(confirmed_by=dana.user)


def test_one_rule_of_a_kind_at_a_time(dana, sam):
    first = rule("devices", dana)
    assert rule("devices", dana) == first
    with pytest.raises(actions.RuleStands, match="End it first"):
        actions.edit_retention(what="devices", months=3, by=sam.user)


def test_one_colleague_ends_it_and_it_holds_no_more(written, dana, sam):
    standing = rule("reach_out_words", dana, sam)
    actions.end_retention(rule=standing, by=sam.user)
    assert actions.apply_retention() == 0
    with pytest.raises(actions.RuleEnded, match="was ended"):
        actions.confirm_retention(rule=standing, by=sam.user)
    assert rule("reach_out_words", dana).pk != standing.pk


def test_who_withdrew_is_found_at_once_after_every_rule(written, dana, sam):
    """Must-never 2: nothing here ends anybody's belonging."""
    for what in retention.KINDS:
        rule(what, dana, sam, months=1)
    with time_machine.travel(NOW + dt.timedelta(days=3650), tick=False):
        actions.apply_retention()
        assert len(Member.objects.welcome().named("left")) == 2
        assert Member.objects.welcome().named("left").first().phone == "1"
    assert timezone.now() == NOW
