"""The update: nothing without a fresh backup, one at a time, and in plain words what is new and how to go back."""

import datetime as dt
import io

import pytest
from django.core.management import CommandError, call_command
from django.db import OperationalError
from django.db.migrations.recorder import MigrationRecorder
from django.utils import timezone

from clubhouse import keeping, schema, updating
from clubhouse.keeping import archive
from clubhouse.version import VERSION
from members.models import Backup, LastRun

NEWS = """# What is new

## 0.7, not yet released

**Bold** things.

## 0.6.1

A repair.

## 0.6

Backups.
"""


@pytest.fixture(autouse=True)
def house(db, settings, tmp_path):
    settings.DEMO, settings.BACKUP_FOLDER, settings.BACKUP_KEY = False, tmp_path, "k" * 24
    last = LastRun.objects.create(name=schema.NOTED, at=timezone.now(), why="0.5")
    return last


@pytest.fixture
def waiting(monkeypatch):
    """One migration is waiting; the list says what was done."""
    done: list[str] = []
    last = MigrationRecorder.Migration.objects.filter(app="attendance").last()
    last.delete()

    def migrate():
        done.append("migrated")
        last.save()

    def backup():
        done.append("backed up")
        (updating.settings.BACKUP_FOLDER / "made.age").touch()
        return Backup(file="made.age")

    monkeypatch.setattr(updating, "migrate", migrate)
    monkeypatch.setattr(keeping, "backup", backup)
    return done


def update(**options) -> str:
    call_command("update_house", stdout=(out := io.StringIO()), **options)
    return out.getvalue()


def test_a_backup_first_then_the_database_then_what_is_new(waiting):
    said = update()
    assert waiting == ["backed up", "migrated"]
    assert said.startswith(f"Making a backup first ...\nUpdating the house from version 0.5 to {VERSION} ...")
    assert "\n0.6" in said and "**" not in said
    assert "made.age --replace" in said
    assert LastRun.objects.get(name=schema.NOTED).why == VERSION
    assert update() == f"Nothing to do: the house is up to date, version {VERSION}.\n"
    assert update(verbosity=0) == ""
    assert waiting == ["backed up", "migrated"]


@pytest.mark.parametrize(
    ("minutes", "is_there", "made"), [(59, True, []), (61, True, ["backed up"]), (1, False, ["backed up"])]
)
def test_a_backup_of_the_last_hour_is_fresh_enough(waiting, tmp_path, minutes, is_there, made):
    at = timezone.now() - dt.timedelta(minutes=minutes)
    Backup.objects.create(started_at=at, finished_at=at, ok=True, file="there.age")
    if is_there:
        (tmp_path / "there.age").touch()
    said = update()
    assert waiting == [*made, "migrated"]
    assert ("there.age --replace" in said) is not bool(made)


def test_without_a_backup_nothing_is_changed(waiting, monkeypatch):
    def no_room():
        raise keeping.NotKept("The file could not be written: No space left on device.")

    monkeypatch.setattr(keeping, "backup", no_room)
    with pytest.raises(CommandError, match=r"nothing was changed\. The file could not be written: No space left"):
        update()
    assert waiting == []
    assert LastRun.objects.get(name=schema.NOTED).why == "0.5"


def test_without_a_key_nothing_is_changed(waiting, monkeypatch, settings):
    """The real backup this time."""
    monkeypatch.undo()
    settings.BACKUP_KEY = ""
    monkeypatch.setattr(updating, "migrate", lambda: waiting.append("migrated"))
    with pytest.raises(CommandError, match="There is no key for backups"):
        update()
    assert waiting == []


def test_the_sample_house_makes_no_fuss(waiting, settings):
    settings.DEMO = True
    assert "bootstrap.py manage restore" not in update()
    assert waiting == ["migrated"]


def test_a_house_of_a_newer_program_is_left_alone(waiting):
    MigrationRecorder.Migration.objects.create(app="members", name="9999_of_the_next_version")
    with pytest.raises(CommandError, match="last opened by a newer program"):
        update()
    assert waiting == []


def test_an_update_that_stops_on_the_way_says_what_to_do(waiting, monkeypatch):
    def stops(*args, **options):
        raise OperationalError("disk is full")

    monkeypatch.undo()
    monkeypatch.setattr(updating, "fresh_backup", lambda say: None)
    monkeypatch.setattr(updating, "call_command", stops)
    with pytest.raises(CommandError, match=r"stopped on the way \(OperationalError\)\. Is the disk full\?"):
        update()
    assert schema.waiting(schema.applied())


def test_an_empty_database_is_simply_made(monkeypatch):
    monkeypatch.setattr(schema, "applied", set)
    monkeypatch.setattr(updating, "call_command", lambda *args, **options: None)
    monkeypatch.setattr(updating, "fresh_backup", None)  # not asked
    assert update(verbosity=0) == ""


def test_without_a_database_there_is_a_sentence(monkeypatch):
    def away():
        raise OperationalError("connection refused for postgres at 10.0.0.7")

    monkeypatch.setattr(schema, "applied", away)
    with pytest.raises(CommandError, match=r"did not answer \(OperationalError\)\. Nothing was changed"):
        update()


def test_a_backup_of_a_house_that_waits_says_the_version_of_the_house(waiting):
    """So that the program from before, put back, opens it: a restore refuses what is newer than itself."""
    head = next(archive._lines({}, {}))
    assert b'"version":"0.5"' in head.replace(b" ", b"")
    update()
    assert f'"version":"{VERSION}"'.encode() in next(archive._lines({}, {})).replace(b" ", b"")


@pytest.mark.once
@pytest.mark.parametrize(
    ("before", "now", "told"),
    [
        ("0.5", "0.6.0", ["0.6"]),
        ("0.6.0", "0.6.0", []),
        ("0.6.0", "0.6.1", ["0.6.1"]),
        ("0.5", "0.7.0", ["0.7, not yet released", "0.6.1", "0.6"]),
    ],
)
def test_what_is_new_is_what_came_between(before, now, told):
    sections = updating.changes_between(before, now, NEWS)
    assert [section.splitlines()[0] for section in sections] == told
    assert not any("**" in section or "##" in section for section in sections)


@pytest.mark.once
def test_this_version_has_its_news():
    assert updating.changes_between("0.5", VERSION)


@pytest.mark.parametrize("version", sorted(schema.FIRST_SEEN))
def test_an_older_house_is_known_by_its_migrations(version, house):
    house.delete()
    first = schema.FIRST_SEEN[version]
    assert first in schema.known()
    done = {schema.FIRST_SEEN[older] for older in schema.FIRST_SEEN if older <= version}
    assert schema.version_of(done) == version


def test_the_way_back_is_the_program_before_or_this_one(tmp_path):
    assert "put the program of version 0.6.0 back" in updating.way_back("0.6.0", tmp_path)
    assert "This version opens it" in updating.way_back("0.5", tmp_path)
