"""A backup that is brought back is the house that was kept; what cannot be brought back changes nothing."""

import gzip
import json
import os
import resource
from contextlib import nullcontext
from io import StringIO

import pyrage
import pytest
from django.contrib.sessions.models import Session
from django.core.management import CommandError, call_command
from django.db import OperationalError, connection, connections

from clubhouse import keeping
from clubhouse.keeping import after, archive, bringing_back, houses, scratch, sealing, tables
from clubhouse.keeping.refusals import Busy, Newer, NoBackupFile, NotBroughtBack, NotEmpty, NotWhole, WrongKey
from members import audit
from members.models import Backup, HouseLogo, Member, User
from tests import make
from tests.keeping.conftest import KEY, another, migrated, sums


def report() -> str:
    call_command("monthly_report", "2026-10", stdout=(out := StringIO()))
    return out.getvalue()


def packed(change) -> bytes:
    """A sealed backup whose lines somebody changed who has the key, with digests that fit again."""
    lines = gzip.decompress(archive.pack({})).splitlines(keepends=True)
    content = [json.loads(line) for line in lines]
    change(content)
    return sealing.seal(gzip.compress(b"".join(tables.line(line) for line in content)), KEY)


def test_it_comes_back_as_it_was(house, folder, tmp_path):
    last = make.member("Gone Again")
    last_pk = last.pk
    last.delete()
    kept, told, logo = sums(), report(), bytes(HouseLogo.objects.get().png)
    made = keeping.backup()
    file = folder / made.file
    assert (made.ok, made.size, oct(file.stat().st_mode)[-3:]) == (True, file.stat().st_size, "600")
    assert b"Amara" not in file.read_bytes()
    with another(tmp_path):
        back = keeping.restore(file)
        assert sums() == kept
        assert report() == told
        assert bytes(HouseLogo.objects.get().png) == logo
        assert back.before is None
        assert not Backup.objects.filter(ok=None).exists()  # it held itself as being made
        assert list(audit.broken_records()) == []
        # A number that was given once is not given again.
        assert make.member("Newcomer").pk > last_pk
        assert User.objects.get(username="amara").pk
    assert scratches() == []


def scratches() -> list[str]:
    if connection.vendor == "sqlite":
        name = connection.settings_dict["NAME"]
        return [entry for entry in os.listdir(os.path.dirname(name)) if ".scratch-" in entry]
    with connection.cursor() as cursor:
        cursor.execute("SELECT nspname FROM pg_namespace WHERE nspname LIKE 'clubhouse_scratch%%'")
        return [row[0] for row in cursor.fetchall()]


@pytest.mark.slow
def test_into_a_house_where_somebody_lives_only_when_told(house, folder, as_):
    made = keeping.backup()
    as_(Member.objects.get(first_name="Amara"))
    assert Session.objects.exists()
    newer = make.member("Only Here")
    now = sums()
    with pytest.raises(NotEmpty):
        keeping.restore(folder / made.file)
    assert sums() == now
    back = keeping.restore(folder / made.file, replace=True)
    assert not Member.objects.filter(pk=newer.pk).exists()
    assert not Session.objects.exists()
    # What was there is in a backup of its own, and can be had again.
    assert back.before.file in {row.file for row in Backup.objects.good()}
    keeping.restore(folder / back.before.file, replace=True)
    assert Member.objects.filter(first_name="Only").exists()


@pytest.mark.once
def test_a_wrong_key_and_what_is_no_backup(house, folder, settings, tmp_path):
    made = keeping.backup()
    before = sums()
    sealed = (folder / made.file).read_bytes()
    no_backup = tmp_path / "letter.txt"
    no_backup.write_text("Dear house, ...")
    for file, error in ((no_backup, NoBackupFile), (tmp_path / "nowhere", NoBackupFile)):
        with pytest.raises(error):
            keeping.restore(file, replace=True)
    other = tmp_path / "other.age"
    other.write_bytes(sealing.seal(gzip.compress(b'{"format": "diary"}\n'), KEY))
    with pytest.raises(NoBackupFile):
        keeping.restore(other, replace=True)
    settings.BACKUP_KEY = "another key altogether, of another house"
    with pytest.raises(WrongKey):
        keeping.restore(folder / made.file, replace=True)
    settings.BACKUP_KEY = ""
    with pytest.raises(NotBroughtBack, match="no key"):
        keeping.restore(folder / made.file, replace=True)
    assert (sums(), (folder / made.file).read_bytes()) == (before, sealed)


@pytest.mark.once
def test_cut_short_or_edited_at_any_place_it_is_refused(house, folder, tmp_path):
    sealed = (folder / keeping.backup().file).read_bytes()
    before, file = sums(), tmp_path / "damaged.age"
    step = len(sealed) // 60
    damaged = [sealed[:end] for end in range(0, len(sealed), step)] + [sealed[:-1], sealed + b"x"]
    damaged += [sealed[:at] + bytes([sealed[at] ^ 1]) + sealed[at + 1 :] for at in range(0, len(sealed), step)]
    for content in damaged:
        file.write_bytes(content)
        with pytest.raises(NotBroughtBack):
            keeping.restore(file, replace=True)
    assert sums() == before
    assert Backup.objects.filter(file__contains="before-restore").count() == 0


@pytest.mark.once
def test_lines_that_were_changed_by_somebody_with_the_key(house, tmp_path):
    """The lock holds off others; the digests inside tell what went wrong before it was locked."""
    before, file = sums(), tmp_path / "edited.age"

    def edit_row(lines):
        next(line for line in lines if isinstance(line, list) and "Amara" in line)[1] = "someone else"

    def drop_row(lines):
        lines.remove(next(line for line in lines if isinstance(line, list) and "Amara" in line))

    def drop_end(lines):
        lines.pop()

    for change in (edit_row, drop_row, drop_end):
        file.write_bytes(packed(change))
        with pytest.raises(NotWhole):
            keeping.restore(file, replace=True)
    assert sums() == before


@pytest.mark.once
def test_a_newer_program_made_it(house, tmp_path):
    file = tmp_path / "newer.age"
    for change in (
        lambda lines: lines[0].update(version="99.0.0"),
        lambda lines: lines[0].update(edition=2),
        lambda lines: lines[0]["migrations"].append(["members", "9999_from_tomorrow"]),
    ):
        file.write_bytes(packed(change))
        with pytest.raises(Newer, match="Update the program first"):
            keeping.restore(file, replace=True)


@pytest.mark.slow
def test_what_comes_out_otherwise_is_refused(house, folder, monkeypatch):
    """A fault of the program itself: a row that is filled in otherwise than it was written."""
    made, before = keeping.backup(), sums()
    fill = tables.fill

    def careless(model, lines):
        fill(model, (line.replace(b"Amara", b"Amaro") for line in lines))

    monkeypatch.setattr(tables, "fill", careless)
    with pytest.raises(NotWhole, match="members_member"):
        keeping.restore(folder / made.file, replace=True)
    assert sums() == before
    # Control: without the comparison it goes through.
    monkeypatch.setattr(bringing_back, "compare", lambda found: None)
    keeping.restore(folder / made.file, replace=True)
    assert Member.objects.filter(first_name="Amaro").exists()


def rows_with_a_guest(monkeypatch):
    """While members are written down, somebody enrols; a table that comes later in the file has a row about them."""
    rows = tables.rows

    def meanwhile(model):
        yield from rows(model)
        if model._meta.db_table == "members_member":
            with houses.opened(outside.settings_dict) as own, houses.as_default(own):
                make.account(make.member("Come Meanwhile"), username="meanwhile")

    outside = connections["default"]
    monkeypatch.setattr(tables, "rows", meanwhile)


def test_a_backup_is_one_moment_while_the_house_goes_on(house, monkeypatch):
    rows_with_a_guest(monkeypatch)
    content = archive.pack({})
    assert User.objects.filter(username="meanwhile").exists()  # nobody had to wait
    assert b"meanwhile" not in gzip.decompress(content)


def test_control_without_the_moment_it_tears(house, monkeypatch):
    monkeypatch.setattr(houses, "standing_still", nullcontext)
    rows_with_a_guest(monkeypatch)
    content = gzip.decompress(archive.pack({}))
    assert b"meanwhile" in content
    assert b"Come" not in content


@pytest.mark.slow
def test_somebody_who_changes_the_house_meanwhile_is_not_lost(house, folder, monkeypatch):
    made = keeping.backup()
    build = bringing_back.build

    def slowly(found):
        build(found)
        with houses.opened(outside.settings_dict) as own, houses.as_default(own):
            audit.record(by=None, verb="log_arrival", about=Member.objects.get(first_name="Noor"))

    outside = connections["default"]
    monkeypatch.setattr(bringing_back, "build", slowly)
    with pytest.raises(Busy, match="Stop the program first"):
        keeping.restore(folder / made.file, replace=True)
    assert Member.objects.filter(first_name="Noor").exists()


@pytest.mark.once
def test_a_disk_that_is_full_in_the_last_moment(house, folder, monkeypatch):
    """Built beside there was room for it; in its place there is none any more."""
    made, before = keeping.backup(), sums()
    put = scratch.SqliteScratch.put_in_place

    def full(self, may):
        limits = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (4096, limits[1]))
        try:
            put(self, may)
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, limits)

    monkeypatch.setattr(scratch.SqliteScratch, "put_in_place", full)
    with pytest.raises(NotBroughtBack, match="nothing has changed"):
        keeping.restore(folder / made.file, replace=True)
    connection.close()
    assert {name: it for name, it in sums().items() if name != "members_backup"} == {
        name: it for name, it in before.items() if name != "members_backup"
    }


@pytest.mark.slow
def test_one_at_a_time_and_what_one_left_is_cleared(house, folder):
    made = keeping.backup()
    with scratch.built(), pytest.raises(Busy):
        keeping.restore(folder / made.file, replace=True)
    if connection.vendor == "sqlite":
        open(f"{connection.settings_dict['NAME']}.scratch-deadbeef", "w").close()
    else:
        with connection.cursor() as cursor:
            cursor.execute("CREATE SCHEMA clubhouse_scratch_deadbeef")
    assert len(scratches()) == 1
    keeping.restore(folder / made.file, replace=True)
    assert scratches() == []


@pytest.mark.slow
def test_who_was_forgotten_since_is_forgotten_again(house, folder, tmp_path, monkeypatch):
    made = keeping.backup()
    amara = Member.objects.get(first_name="Amara").pk
    seen = []

    def apply_again(ledger):
        seen.append(ledger)
        Member.objects.filter(pk__in=[line["member"] for line in ledger]).update(first_name="Somebody")

    monkeypatch.setattr(after, "AFTER_RESTORE", [apply_again])
    monkeypatch.setattr(after, "FORGOTTEN_HERE", [lambda: [{"member": 0, "certificate": "c3", "state": "done"}]])
    (folder / "forgotten.jsonl").write_text(json.dumps({"member": amara, "certificate": "c1", "state": "done"}) + "\n")
    other = tmp_path / "of-the-old-computer.jsonl"
    other.write_text(json.dumps({"member": -1, "certificate": "c2", "state": "done"}) + "\n")
    keeping.restore(folder / made.file, replace=True, forgotten=other)
    assert not Member.objects.filter(first_name="Amara").exists()
    assert {line["certificate"] for line in seen[0]} == {"c1", "c2", "c3"}
    assert len((folder / "forgotten.jsonl").read_text().splitlines()) == 3
    letter = tmp_path / "letter.txt"
    letter.write_text("Dear house, ...")
    with pytest.raises(NotBroughtBack, match="no list"):
        keeping.restore(folder / made.file, replace=True, forgotten=letter)
    # The list itself is in the next backup.
    assert b"forgotten.jsonl" in gzip.decompress(sealing.unseal((folder / keeping.backup().file).read_bytes(), KEY))


@pytest.mark.slow
@pytest.mark.once
def test_the_folders_own_key_comes_back_into_a_fresh_folder_only(house, folder, settings, tmp_path, monkeypatch):
    monkeypatch.delenv("SECRET_KEY", raising=False)
    key = settings.DATA_DIR / "secret-key"
    settings.SECRET_KEY = "the-old-computers-own-key-" * 3
    key.write_text(settings.SECRET_KEY)
    made = keeping.backup()
    settings.SECRET_KEY = "made-a-moment-ago-by-the-new-one-" * 2
    key.write_text(settings.SECRET_KEY)
    back = keeping.restore(folder / made.file, replace=True)  # somebody lives here: its key has signed things
    assert key.read_text() == settings.SECRET_KEY
    assert "another SECRET_KEY" in back.notes[0]
    with another(tmp_path):
        with monkeypatch.context() as patched, pytest.raises(NotBroughtBack):
            for place in (scratch.SqliteScratch, scratch.PostgresScratch):
                patched.setattr(place, "put_in_place", refuse)
            keeping.restore(folder / made.file)
        assert key.read_text() == settings.SECRET_KEY
        keeping.restore(folder / made.file)
        assert key.read_text().startswith("the-old-computers")


def refuse(self, may):
    raise Busy("somebody writes")


@pytest.mark.slow
def test_the_commands_say_what_they_did(house, folder, tmp_path):
    file = tmp_path / "house.age"
    call_command("backup", str(file), stdout=(said := StringIO()))
    assert said.getvalue().startswith(f"Everything is kept in {file}")
    assert not Backup.objects.exists()
    with pytest.raises(CommandError, match="add --replace. Nothing has changed."):
        call_command("restore", str(file))
    call_command("restore", str(file), "--replace", stdout=(said := StringIO()))
    assert "Each of us signs in once more." in said.getvalue()
    letter = tmp_path / "letter.txt"
    letter.write_text("Dear house")
    with pytest.raises(CommandError, match="no backup"):
        call_command("backup", str(letter))
    assert letter.read_text() == "Dear house"


@pytest.mark.slow
@pytest.mark.once
def test_a_house_moves_to_another_database(house, tmp_path, settings):
    before, target = sums(), f"sqlite:///{tmp_path}/new.sqlite3"
    call_command("move_house", target, stdout=(said := StringIO()))
    assert "Copied and compared" in said.getvalue()
    at = connection.settings_dict | {"NAME": f"{tmp_path}/new.sqlite3", "ENGINE": "django.db.backends.sqlite3"}
    with houses.opened(at | {"OPTIONS": settings.SQLITE_OPTIONS}) as other, houses.as_default(other):
        assert sums() == before
    for url, why in ((target, "There is a house"), ("nonsense", "not the address"), ("mysql://x/y", "not the addr")):
        with pytest.raises(CommandError, match=why):
            call_command("move_house", url)


@pytest.mark.once
def test_a_house_whose_own_database_is_away_does_not_move(db, tmp_path, monkeypatch):
    def away():
        raise OperationalError("connection refused")

    monkeypatch.setattr(houses, "last_record", away)
    with pytest.raises(CommandError, match="own database does not answer: connection refused. Nothing has changed"):
        call_command("move_house", f"sqlite:///{tmp_path}/new.sqlite3")
    assert not (tmp_path / "new.sqlite3").exists()


@pytest.mark.slow
@pytest.mark.once
def test_the_real_lock_is_the_age_format_with_a_passphrase():
    sealed = sealing.seal(b"a house", KEY)
    assert sealed.startswith(b"age-encryption.org/v1\n-> scrypt ")
    assert pyrage.passphrase.decrypt(sealed, KEY) == b"a house"
    with pytest.raises(WrongKey):
        sealing.unseal(sealed, "another key altogether")
    with pytest.raises(NotWhole):
        sealing.unseal(sealed[:-1], KEY)


@pytest.mark.slow
def test_an_empty_house_that_was_never_migrated_is_empty(house, tmp_path):
    assert not houses.is_empty()
    with another(tmp_path):
        assert houses.is_empty()
        migrated()
        assert houses.is_empty()
