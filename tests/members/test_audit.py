"""The audit record: one line that shows when somebody tampered with it."""

import pytest
from django.db import IntegrityError, transaction

from members import audit
from members.actions import edit_member
from members.models import AuditHead, AuditRecord, Member


@pytest.fixture
def three_records(amara, sam):
    for name in ("Amy", "Mara", "Amara"):
        audit.record(by=sam.user, verb="edit_member", about=amara, after={"name_to_use": name}, why="She asked")
    return list(AuditRecord.objects.all())


def test_an_untouched_chain_is_whole(three_records):
    assert [r.seq for r in three_records] == [1, 2, 3]
    assert list(audit.broken_records()) == []


@pytest.mark.parametrize(
    ("tamper", "complaints"),
    [
        (lambda: AuditRecord.objects.filter(seq=2).update(after={"name_to_use": "X"}), ["record 2 was edited"]),
        (lambda: AuditRecord.objects.filter(seq=2).update(why=""), ["record 2 was edited"]),
        (lambda: AuditRecord.objects.filter(seq=3).delete(), ["records after 2 are missing"]),
        (
            lambda: AuditRecord.objects.filter(seq=2).delete(),
            ["record 2 is missing", "record 3 does not follow from the one before"],
        ),
        (
            lambda: AuditRecord.objects.create(seq=4, at="2026-01-01T00:00Z", verb="x", digest="d", chain="c"),
            [
                "record 4 was edited",
                "record 4 does not follow from the one before",
                "records after 4 are missing",
            ],
        ),
    ],
    ids=["edited", "reason removed", "last removed", "one removed", "one inserted"],
)
def test_tampering_shows(three_records, tamper, complaints):
    tamper()
    assert list(audit.broken_records()) == complaints


def swapped():
    """Records 2 and 3 tell the story the other way round."""
    second, third = AuditRecord.objects.get(seq=2), AuditRecord.objects.get(seq=3)
    AuditRecord.objects.filter(pk=second.pk).update(seq=99)
    AuditRecord.objects.filter(pk=third.pk).update(seq=2)
    AuditRecord.objects.filter(pk=second.pk).update(seq=3)


def pushed_in():
    """One between 1 and 2, and whatever came later moved on."""
    for record in AuditRecord.objects.filter(seq__gt=1).order_by("-seq"):
        AuditRecord.objects.filter(pk=record.pk).update(seq=record.seq + 1)
    first = AuditRecord.objects.get(seq=1)
    copy = AuditRecord.objects.get(seq=1)
    copy.pk, copy.seq, copy.chain = None, 2, audit._link(first.chain, AuditRecord(seq=2, digest=copy.digest))
    copy.save(force_insert=True)


def forged(seq: int):
    """Edited by somebody who knows how digest and chain are made."""
    record = AuditRecord.objects.get(seq=seq)
    before = AuditRecord.objects.filter(seq=seq - 1).values_list("chain", flat=True).first() or ""
    record.why = "Nobody asked"
    record.digest = audit._digest(record)
    record.chain = audit._link(before, record)
    record.save()


@pytest.mark.parametrize(
    ("tamper", "complaints"),
    [
        (swapped, ["record 2 does not follow from the one before", "record 3 does not follow from the one before"]),
        (pushed_in, ["record 3 does not follow from the one before", "records after 4 are missing"]),
        (lambda: forged(2), ["record 3 does not follow from the one before"]),
        (lambda: forged(3), ["records after 3 are missing"]),
        (lambda: AuditRecord.objects.filter(seq__gt=1).delete(), ["records after 1 are missing"]),
        (lambda: AuditRecord.objects.all().delete(), ["records after 0 are missing"]),
    ],
    ids=["two swapped", "one pushed in", "one forged", "last forged", "end cut off", "all removed"],
)
def test_tampering_by_somebody_who_knows_the_chain_shows(three_records, tamper, complaints):
    tamper()
    assert set(complaints) <= set(audit.broken_records())


EDITED = {
    "at": "2020-01-01T00:00Z", "verb": "edit_me", "by": None, "about": None, "subject": "members.member 0",
    "before": {"name_to_use": "B"}, "after": {}, "why": "He asked", "device": "tablet", "salt": "0" * 32,
    "digest": "0" * 64, "chain": "0" * 64, "seq": 9,
}  # fmt: skip


@pytest.mark.parametrize("field", EDITED)
def test_no_field_of_a_record_can_be_edited_unseen(field, three_records):
    AuditRecord.objects.filter(seq=2).update(**{field: EDITED[field]})
    assert list(audit.broken_records())


def test_each_field_of_a_record_is_tried():
    assert {column.name for column in AuditRecord._meta.fields} - EDITED.keys() == {"id"}


def blank(*seqs, **said):
    """Take the texts of these records in the way of the house."""
    audit.blank(
        AuditRecord.objects.filter(seq__in=seqs), by=None, verb="attendance.erase", subject="", after={}, **said
    )


def test_erasing_a_text_with_its_salt_leaves_the_chain_whole(three_records):
    blank(2)
    blank(1, 2)
    blanked = AuditRecord.objects.filter(seq__lte=2).values_list("after", "why", "salt")
    assert list(blanked) == [({}, "", ""), ({}, "", "")]
    assert AuditRecord.objects.get(seq=5).after["blanked"] == "1-2"
    assert list(audit.broken_records()) == []


def test_a_text_and_its_salt_erased_by_hand_show(three_records):
    AuditRecord.objects.filter(seq=2).update(before={}, after={}, why="", salt="")
    assert list(audit.broken_records()) == ["record 2 was edited"]


def test_a_record_that_an_earlier_one_named_shows(three_records):
    """Only later records say that one was blanked."""
    blank(2)
    later = audit.record(by=None, verb="edit_me")
    AuditRecord.objects.filter(seq=4).update(after={"blanked": f"2,{later.seq}", "left": "0"})
    AuditRecord.objects.filter(seq=later.seq).update(salt="")
    assert f"record {later.seq} was edited" in list(audit.broken_records())


@pytest.mark.parametrize("field", ["at", "verb", "by", "about", "subject", "before", "after", "why", "device"])
def test_what_is_left_of_a_blanked_record_cannot_be_edited_either(field, three_records):
    blank(2)
    values = {"before": {"name": "X"}, "after": {"name": "X"}}
    AuditRecord.objects.filter(seq=2).update(**{field: values.get(field, EDITED[field])})
    assert list(audit.broken_records()) == ["what was left of the blanked records was edited"]


def test_of_an_arrival_taken_back_the_day_stays_for_the_figures(amara, sam):
    before = {"arrived_at": "2026-10-05T09:00:00Z", "unit": "Kitchen"}
    audit.record(by=sam.user, verb="attendance.undo_mark", about=amara, before=before)
    blank(1)
    assert AuditRecord.objects.get(seq=1).before == {"arrived_at": "2026-10-05"}


def test_nothing_more_is_written_about_somebody_who_is_forgotten(amara, sam):
    """But that a visit was put right: the day's figures go on being true."""
    Member.objects.filter(pk=amara.pk).update(erased_at="2026-10-05T09:00Z", last_name="", search_name="")
    with pytest.raises(audit.ForgottenMeanwhile, match="asked to be forgotten"), transaction.atomic():
        audit.record(by=sam.user, verb="edit_member", about=amara, after={"first_name": "Amara"})
    audit.record(by=sam.user, verb="attendance.correct_visit", about=amara, subject="attendance.visit 3")
    assert AuditRecord.objects.count() == 1


def test_a_name_is_not_written_back(amara):
    """Also where an action forgot to ask: the database holds it."""
    Member.objects.filter(pk=amara.pk).update(erased_at="2026-10-05T09:00Z", last_name="", search_name="")
    again = Member.objects.get(pk=amara.pk)
    again.last_name = "Okafor"
    with pytest.raises(IntegrityError, match="the_forgotten_have_no_name"), transaction.atomic():
        again.save()
    with pytest.raises(audit.ForgottenMeanwhile):
        edit_member(member=amara, by=None, last_name="Okafor")


def test_a_record_goes_with_its_change(amara, sam):
    """Rolled back together: no record of what did not happen."""
    with pytest.raises(RuntimeError), transaction.atomic():
        audit.record(by=sam.user, verb="edit_member", about=amara)
        raise RuntimeError
    assert AuditRecord.objects.count() == 0
    assert AuditHead.objects.filter(seq__gt=0).count() == 0


def test_differences_keep_only_what_changed():
    assert audit.differences({"a": 1, "b": 2}, {"a": 1, "b": 3}) == ({"b": 2}, {"b": 3})
