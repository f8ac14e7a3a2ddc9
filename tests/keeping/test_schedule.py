"""One backup a night, kept in turn, tried each week; what does not work is said, and tried again."""

import datetime as dt
import errno
import os
from pathlib import Path

import pytest
import time_machine
from django.db import IntegrityError, OperationalError
from django.test import Client

from clubhouse import keeping, tasks
from clubhouse.celery import app
from clubhouse.keeping import archive, bringing_back, schedule
from members.models import AuditRecord, Backup, Member
from tests import make
from tests.keeping.test_restore import scratches

NOON = dt.datetime(2026, 10, 6, 16, 0, tzinfo=dt.UTC)  # in Detroit
HOUR = dt.timedelta(hours=1)
DAY = dt.timedelta(days=1)


@pytest.fixture
def quick_house(db, folder, quick_lock, monkeypatch):
    """Where what stands in the file is of no interest."""
    monkeypatch.setattr(archive, "pack", lambda files: b"a house")
    return make.house(time_zone="America/Detroit")


def at(moment: dt.datetime, **fields) -> Backup:
    name = f"clubhouse-{moment:%Y-%m-%d-%H%M%S}Z{fields.pop('what', '')}.age"
    return Backup.objects.create(started_at=moment, finished_at=moment, **{"ok": True, "file": name} | fields)


def lying(row: Backup, where: Path) -> Backup:
    where.mkdir(exist_ok=True)
    (where / row.file).write_bytes(b"age")
    return row


@pytest.mark.once
@pytest.mark.parametrize(
    ("zone", "now", "since"),
    [
        ("America/Detroit", dt.datetime(2026, 10, 6, 5, 59, tzinfo=dt.UTC), dt.datetime(2026, 10, 5, 6, tzinfo=dt.UTC)),
        ("America/Detroit", dt.datetime(2026, 10, 6, 6, 0, tzinfo=dt.UTC), dt.datetime(2026, 10, 6, 6, tzinfo=dt.UTC)),
        # The night in which there is no two o'clock, and the one in which a clock is set back.
        ("America/Detroit", dt.datetime(2026, 3, 8, 12, tzinfo=dt.UTC), dt.datetime(2026, 3, 8, 7, tzinfo=dt.UTC)),
        ("Europe/Helsinki", dt.datetime(2026, 10, 25, 12, tzinfo=dt.UTC), dt.datetime(2026, 10, 24, 23, tzinfo=dt.UTC)),
        (
            "Australia/Lord_Howe",
            dt.datetime(2026, 4, 5, 3, tzinfo=dt.UTC),
            dt.datetime(2026, 4, 4, 15, 30, tzinfo=dt.UTC),
        ),
    ],
)
def test_the_night_is_the_houses(quick_house, zone, now, since):
    make.house(time_zone=zone)
    assert schedule.last_night(now) == since


@pytest.mark.once
def test_one_a_night_however_often_the_beat_asks(quick_house):
    moment, made = NOON - 12 * HOUR, []
    for _hour in range(49):
        with time_machine.travel(moment, tick=False):
            if keeping.make_due_backup():
                made.append(moment)
        moment += HOUR
    # The first at once, then each at two in the night.
    assert made == [NOON - 12 * HOUR, NOON - 10 * HOUR, NOON + 14 * HOUR]


@pytest.mark.once
def test_a_machine_that_was_off_makes_up_for_it_once(quick_house):
    with time_machine.travel(NOON, tick=False):
        assert keeping.make_due_backup()
    with time_machine.travel(NOON + 9 * DAY + 3 * HOUR, tick=False):
        assert keeping.make_due_backup()
        assert keeping.make_due_backup() is None


@pytest.mark.once
def test_two_workers_make_one(quick_house):
    now = dt.datetime.now(dt.UTC)
    Backup.objects.create(started_at=now - HOUR)  # somebody is at it
    assert keeping.make_due_backup() is None
    assert Backup.objects.count() == 1
    # One that died is not waited for for ever.
    Backup.objects.update(started_at=now - 3 * HOUR)
    assert keeping.make_due_backup()
    assert "ended without a word" in Backup.objects.get(ok=False).why


@pytest.mark.once
def test_a_full_disk_leaves_no_half_file_and_is_tried_again(quick_house, folder, monkeypatch):
    def full(handle):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as patched:
        patched.setattr(os, "fsync", full)
        assert keeping.make_due_backup() is None
    row = Backup.objects.get()
    assert (row.ok, row.why) == (False, "The file could not be written: No space left on device.")
    assert list(folder.iterdir()) == []
    assert keeping.age(dt.datetime.now(dt.UTC)) is None
    assert keeping.make_due_backup().ok


@pytest.mark.once
def test_a_folder_that_is_none(quick_house, folder):
    folder.write_text("a file in the way")
    with pytest.raises(keeping.NotKept, match="could not be written"):
        keeping.backup()
    assert Backup.objects.get().ok is False


@pytest.mark.once
def test_without_a_key_nothing_is_made_and_it_is_said(quick_house, settings):
    settings.BACKUP_KEY = ""
    assert keeping.make_due_backup() is None
    assert not Backup.objects.exists()
    assert "key" in keeping.problem(NOON)
    with pytest.raises(keeping.NotKept, match="BACKUP_KEY"):
        keeping.backup()


@pytest.mark.once
def test_days_weeks_and_months_stay(quick_house, folder):
    rows = [lying(at(NOON - n * DAY), folder) for n in range(500)]
    before = lying(at(NOON - 20 * DAY - HOUR, what="-before-restore"), folder)
    schedule.rotate(NOON)
    staying = set(Backup.objects.filter(gone_at=None).values_list("pk", flat=True))
    ages = sorted((NOON - row.started_at).days for row in rows if row.pk in staying)
    assert ages[:7] == [0, 1, 2, 3, 4, 5, 6]
    assert len(ages) == 7 + 3 + 10  # two weeks and two months have days there already
    assert 300 < ages[-1] < 366
    assert before.pk in staying
    assert {file.name for file in folder.iterdir()} == {row.file for row in Backup.objects.filter(gone_at=None)}


@pytest.mark.once
def test_the_last_good_one_stays_however_old(quick_house, folder):
    good = lying(at(NOON - 900 * DAY), folder)
    lying(at(NOON - 901 * DAY, tried_ok=True), folder)  # longer than anybody is told
    spoiled = lying(at(NOON - 9 * DAY, tried_ok=False), folder)
    schedule.rotate(NOON)
    assert set(Backup.objects.filter(gone_at=None)) == {good}
    assert not (folder / spoiled.file).exists()


@pytest.mark.once
def test_one_that_was_proven_stays_beside_newer_ones(quick_house, folder):
    rows = [lying(at(NOON - n * HOUR / 8), folder) for n in range(40)]
    Backup.objects.filter(pk=rows[30].pk).update(tried_ok=True)
    schedule.rotate(NOON)
    assert set(Backup.objects.filter(gone_at=None)) == {rows[0], rows[30]}


@pytest.mark.once
def test_what_somebody_took_away_or_put_there_is_noticed(quick_house, folder):
    made = keeping.backup()
    kept = (folder / made.file).read_bytes()
    (folder / made.file).unlink()
    schedule.folder.look(NOON)
    assert keeping.newest_good() is None
    (folder / made.file).write_bytes(kept)
    (folder / "clubhouse-2026-09-01-060003Z.age").write_bytes(kept)
    (folder / "shopping.age").write_bytes(kept)
    schedule.folder.look(NOON)
    assert set(Backup.objects.good().values_list("file", flat=True)) == {
        made.file,
        "clubhouse-2026-09-01-060003Z.age",
    }


@pytest.mark.once
def test_a_trial_each_week_a_day_after_one_that_failed(quick_house, monkeypatch):
    assert schedule.is_trial_due(NOON)
    row = at(NOON - 9 * DAY, tried_at=NOON - 6 * DAY, tried_ok=True)
    assert not schedule.is_trial_due(NOON)
    assert schedule.is_trial_due(NOON + DAY)
    row.tried_ok = False
    row.save()
    assert schedule.is_trial_due(NOON)


@pytest.mark.once
def test_a_backup_that_cannot_be_brought_back_is_no_good_one(quick_house, folder):
    made = keeping.backup()
    assert keeping.try_newest().tried_ok is False
    assert keeping.newest_good() is None
    assert "could not be brought back" in keeping.problem(dt.datetime.now(dt.UTC))
    assert (folder / made.file).exists()
    # The next hour makes another one.
    assert schedule.is_due(dt.datetime.now(dt.UTC))


@pytest.mark.once
@pytest.mark.parametrize("trouble", [OSError(28, "No space left on device"), OperationalError("disk is full")])
def test_a_disk_without_room_spoils_no_backup(quick_house, monkeypatch, trouble):
    keeping.backup()
    monkeypatch.setattr(schedule, "Archive", lambda content: content)
    monkeypatch.setattr(schedule.sealing, "unseal", lambda sealed, key: sealed)

    def full(archive):
        raise trouble

    monkeypatch.setattr(bringing_back, "build", full)
    assert keeping.try_newest() is None
    assert keeping.newest_good().tried_at is None
    # The control: rows that the database does not take are the backup's own fault.
    trouble = IntegrityError("a line stands there twice")
    assert keeping.try_newest().tried_ok is False


@pytest.mark.slow
def test_the_trial_brings_it_back_beside(house, folder, monkeypatch):
    keeping.backup()
    amara = Member.objects.get(first_name="Amara")
    amara.first_name = "Changed Since"
    amara.save()
    assert keeping.try_newest().tried_ok is True
    assert Member.objects.get(pk=amara.pk).first_name == "Changed Since"
    assert scratches() == []
    assert keeping.try_newest() is None  # until next week

    def broken(found):
        raise bringing_back.NotWhole("A row is missing.")

    monkeypatch.setattr(bringing_back, "build", broken)
    tried = schedule.try_newest(asked=True)
    assert (tried.tried_ok, tried.why) == (False, "A row is missing.")
    assert scratches() == []


def test_what_there_is_to_say(quick_house):
    assert keeping.problem(NOON) == "There is no good backup yet."
    row = at(NOON - 35 * HOUR)
    assert (keeping.problem(NOON), keeping.age(NOON)) == ("", 35 * 3600)
    row.started_at = NOON - 37 * HOUR
    row.save()
    assert "more than a day old" in keeping.problem(NOON)


@pytest.mark.once
def test_the_beat_asks_each_hour():
    wanted = {entry["task"]: entry["schedule"] for entry in app.conf.beat_schedule.values() if "kwargs" not in entry}
    assert wanted["clubhouse.tasks.make_backup"] == wanted["clubhouse.tasks.try_backup"] == 3600


# -- Pages -------------------------------------------------------------------------------------------------------------


@pytest.mark.page
def test_the_button_asks_the_worker(quick_house, dana, as_):
    page = as_(dana).get("/house/computer/").content.decode()
    assert "Make a backup now" in page
    assert "<li>There is none yet.</li>" in page
    assert schedule.make_due_backup(asked=True) is None
    for _twice in range(2):
        answer = as_(dana).post("/house/backups/now/", follow=True).content.decode()
    assert "A backup is on its way." in answer
    assert AuditRecord.objects.filter(verb="back_up_now", by=dana.user).count() == 1
    tasks.make_backup(asked=True)
    tasks.make_backup(asked=True)
    assert Backup.objects.good().count() == 1
    page = as_(dana).get("/house/computer/").content.decode()
    assert "Made" in page and "on its way" not in page
    assert Client().get("/healthz").json()["backup_age_s"] >= 0


@pytest.mark.page
def test_no_page_shows_the_key_and_without_one_there_is_no_button(quick_house, dana, as_, settings):
    keeping.backup()
    assert settings.BACKUP_KEY not in as_(dana).get("/house/computer/").content.decode()
    settings.BACKUP_KEY = ""
    page = as_(dana).get("/house/computer/").content.decode()
    assert "the key for them is missing" in page
    assert "Make a backup now" not in page
