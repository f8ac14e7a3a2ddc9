"""Nothing is left of somebody who is forgotten: every table, every column, looked at without the models."""

import datetime as dt
import time

import pytest
from django.utils import timezone

from attendance import actions
from attendance.forgetting import book, whole, words
from attendance.models import ReachOut, Visit
from members import audit
from members.models import AuditHead, AuditRecord, Erasure, Member, Staff
from tests import make
from tests.attendance import canary

pytestmark = pytest.mark.django_db


@pytest.fixture
def folder(settings, tmp_path):
    settings.BACKUP_FOLDER = tmp_path / "backups"
    return settings.BACKUP_FOLDER


@pytest.fixture
def zebulonia(folder, db):
    return canary.member()


def forgotten(member: Member, kind: str) -> Erasure:
    dana = make.staff("Dana Whitfield")
    make.account(dana, username="dana", role="coordinator")
    ines = make.staff("Ines Costa")
    make.account(ines, username="ines")
    erasure = actions.forget_member(member=member, kind=kind, by=dana.user)
    return actions.confirm_forgetting(erasure=erasure, by=ines.user)


def test_she_is_everywhere_before(zebulonia):
    """The control: each table that may hold a row of somebody's holds one of hers, and each piece is found."""
    assert canary.without_a_row(zebulonia) == []
    found = set(canary.left())
    assert {piece for piece in canary.PIECES if any(line.endswith(piece) for line in found)} == set(canary.PIECES)


@pytest.mark.parametrize("kind", Erasure.Kind.values)
def test_nothing_is_left_in_any_table(kind, zebulonia):
    erasure = forgotten(zebulonia, kind)
    assert sorted(set(canary.left())) == []
    assert list(audit.broken_records()) == []
    assert erasure.certificate not in str(Member.objects.values_list())
    assert not any(piece in book.path().read_text().casefold() for piece in canary.PIECES)


def test_a_column_that_was_left_out_is_seen(zebulonia, monkeypatch):
    """The control: one rule less, and her words about a reach-out are found."""
    monkeypatch.setattr(ReachOut.Privacy, "forget", {"stays": {"topic", "note"}})
    forgotten(zebulonia, Erasure.Kind.ERASE)
    assert sorted(set(canary.left())) == [
        "attendance_reachout.note: canarytext",
        "attendance_reachout.topic: canarytext",
    ]


def test_her_words_are_shown_to_the_colleagues_before(zebulonia):
    """Where others wrote the full name it is replaced; where they wrote a part, somebody looks."""
    noor = Member.objects.get(first_name="Noor")
    ReachOut.objects.create(
        member=noor, at=timezone.now(), channel="phone", replied=True, note="Zebbie says hello", topic=canary.FULL
    )
    full, alone = whole.texts_with_the_name(zebulonia)
    assert ("attendance.reachout", canary.FULL) in {(one.model._meta.label_lower, one.text) for one in full}
    assert [one.text for one in alone if one.pk and one.model is ReachOut] == ["Zebbie says hello"]
    forgotten(zebulonia, Erasure.Kind.ANONYMISE)
    kept = ReachOut.objects.get(member=noor)
    assert (kept.note, kept.topic) == ("Zebbie says hello", "a member")


def test_a_namesake_keeps_their_texts(zebulonia):
    other = make.member(canary.FULL)
    note = ReachOut.objects.create(
        member=other, at=timezone.now(), channel="phone", replied=True, note=f"{canary.FULL} likes tea"
    )
    names = words.Names.of([zebulonia])
    assert canary.FULL not in names.full
    assert canary.FULL in names.alone
    words.replace(names)
    note.refresh_from_db()
    assert note.note == f"{canary.FULL} likes tea"


@pytest.mark.slow
def test_a_house_of_years_is_done_in_seconds(zebulonia):
    """2,500 visits and 10,000 records about her; a budget, as the machine may be busy."""
    sam, day = Staff.objects.get(), timezone.localdate() - dt.timedelta(days=3000)
    Visit.objects.bulk_create(
        Visit(
            member=zebulonia, day=day + dt.timedelta(days=n), ending="not_written", noted_at=timezone.now(),
            arrived_at=timezone.now() - dt.timedelta(days=3000 - n),
        )
        for n in range(2500)
    )  # fmt: skip
    last = AuditRecord.objects.order_by("seq").last()
    chain, records = last.chain, []
    for n in range(1, 10_001):
        record = AuditRecord(
            seq=last.seq + n, at=timezone.now(), verb="attendance.log_arrival", about=zebulonia, by=sam.user,
            subject=f"attendance.visit {n}", after={"note": canary.WRITTEN}, device="tablet", salt="s",
        )  # fmt: skip
        record.digest = audit._digest(record)
        record.chain = chain = audit._link(chain, record)
        records.append(record)
    AuditRecord.objects.bulk_create(records, batch_size=1000)
    AuditHead.objects.update(seq=last.seq + 10_000, chain=chain)
    begin = time.perf_counter()
    forgotten(zebulonia, Erasure.Kind.ERASE)
    assert time.perf_counter() - begin < 20
    assert list(audit.broken_records()) == []
