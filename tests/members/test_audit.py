"""The audit record: one line that shows when somebody tampered with it."""

import pytest
from django.db import transaction

from members import audit
from members.models import AuditHead, AuditRecord


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
            ["record 4 does not follow from the one before", "records after 4 are missing"],
        ),
    ],
    ids=["edited", "reason removed", "last removed", "one removed", "one inserted"],
)
def test_tampering_shows(three_records, tamper, complaints):
    tamper()
    assert list(audit.broken_records()) == complaints


def test_erasing_a_text_with_its_salt_leaves_the_chain_whole(three_records):
    AuditRecord.objects.filter(seq=2).update(before={}, after={}, why="", salt="")
    assert list(audit.broken_records()) == []


def test_a_record_goes_with_its_change(amara, sam):
    """Rolled back together: no record of what did not happen."""
    with pytest.raises(RuntimeError), transaction.atomic():
        audit.record(by=sam.user, verb="edit_member", about=amara)
        raise RuntimeError
    assert AuditRecord.objects.count() == 0
    assert AuditHead.objects.filter(seq__gt=0).count() == 0


def test_differences_keep_only_what_changed():
    assert audit.differences({"a": 1, "b": 2}, {"a": 1, "b": 3}) == ({"b": 2}, {"b": 3})
