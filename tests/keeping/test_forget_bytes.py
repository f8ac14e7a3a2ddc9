"""Of somebody who was forgotten no byte is left: in the database's files, other files, the log, a restored backup."""

from pathlib import Path

import pytest
from django.db import connection

from attendance.forgetting import book, sweeping
from clubhouse import keeping
from members import audit
from members.models import Erasure, Member
from tests.attendance import canary
from tests.attendance.test_forget_canary import forgotten
from tests.keeping.conftest import another, migrated

pytestmark = pytest.mark.slow


@pytest.fixture
def empty(transactional_db, folder, quick_lock):
    """A house in which nobody lives yet."""


@pytest.fixture
def sample(folder, settings):
    """Where files of a sample house lie."""
    settings.DEMO = True
    settings.MAIL_FOLDER = settings.DATA_DIR / "mail"
    settings.REPORT_FILES = settings.DATA_DIR / "report-files"
    settings.EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    settings.EMAIL_FILE_PATH = str(settings.MAIL_FOLDER)
    for name in ("mail", "report-files", "downtime", "queue"):
        (settings.DATA_DIR / name).mkdir()
        if name != "queue":
            (settings.DATA_DIR / name / "file").write_text(f"Dear {canary.FULL}")
    return settings.DATA_DIR


def files(folder: Path) -> dict[Path, bytes]:
    """Every file but the backups, which say until when they are kept; and those of the database."""
    found = {file for file in folder.rglob("*") if file.is_file() and file.suffix != ".age"}
    if connection.vendor == "sqlite":
        name = Path(connection.settings_dict["NAME"])
        found |= {name, *name.parent.glob(f"{name.name}-*")}
    return {file: file.read_bytes() for file in found}


def left(folder: Path) -> list[str]:
    return sorted(
        f"{file.name}: {piece}"
        for file, content in files(folder).items()
        for piece in canary.PIECES
        if piece.encode() in content.lower()
    )


def test_no_byte_is_left(house, sample, tmp_path, capfd):
    with another(tmp_path):
        migrated()
        zebulonia = canary.member()
        before = left(sample)
        erasure = forgotten(zebulonia, Erasure.Kind.ERASE)
        assert erasure.swept_at is None
        if connection.vendor == "sqlite":
            assert left(sample) != []  # the control: without the sweep its bytes are there
            assert {line.split(": ")[1] for line in before} == set(canary.PIECES)
        assert sweeping.sweep() == 1
        assert left(sample) == []
        assert sorted(set(canary.left())) == []
        assert sweeping.sweep() == 0
        assert Erasure.objects.get(pk=erasure.pk).swept_at is not None
    said = "".join(capfd.readouterr()).casefold()
    assert [piece for piece in canary.PIECES if piece in said] == []


def test_a_backup_from_before_brings_nobody_back(empty, sample, folder):
    zebulonia = canary.member()
    made = keeping.backup()
    erasure = forgotten(zebulonia, Erasure.Kind.ANONYMISE)
    keeping.restore(folder / made.file, replace=True)
    assert Member.objects.get(pk=zebulonia.pk).full_name == "A member"
    assert sorted(set(canary.left())) == []
    again = Erasure.objects.get(certificate=erasure.certificate)
    assert (again.again_at is not None, again.done_at) == (True, erasure.done_at)
    assert list(audit.broken_records()) == []
    assert sweeping.sweep() == 1
    assert left(sample) == []
    assert book.standing(book.read())[erasure.certificate]["state"] == book.DONE


def test_control_without_the_book_she_is_back(empty, sample, folder, monkeypatch):
    zebulonia = canary.member()
    made = keeping.backup()
    forgotten(zebulonia, Erasure.Kind.ANONYMISE)
    book.path().unlink()
    monkeypatch.setattr("clubhouse.keeping.after.FORGOTTEN_HERE", [])
    keeping.restore(folder / made.file, replace=True)
    assert Member.objects.get(pk=zebulonia.pk).full_name == canary.FULL
