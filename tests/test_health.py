"""How the house's computer is: each finding, well and not, on the page, at home, by command and on /healthz."""

import datetime as dt
import io
import shutil
from collections import namedtuple

import pytest
from django.core.management import call_command
from django.db import OperationalError
from django.test import Client
from django.utils import timezone

from clubhouse import health, schema, tasks
from members import audit, last_runs
from members.models import AuditRecord, Backup, LastRun
from tests import make

Usage = namedtuple("Usage", "total used free")
GB = 1024**3
AT = "smtp://127.0.0.1:9/"


@pytest.fixture
def well(db, settings):
    """A house where all went on as it should."""
    make.house()
    settings.EMAIL_URL, settings.DEMO = AT, False
    now = timezone.now()
    for name in ("send_due", "mail", "walk_records"):
        last_runs.ran(name)
    Backup.objects.create(started_at=now, finished_at=now, ok=True, file="x", tried_at=now, tried_ok=True)
    return now


def wrong(now: dt.datetime) -> set[str]:
    return {finding.name for finding in health.needs_keeper(now)}


def test_a_house_that_is_well(well):
    found = health.findings(well)
    assert {finding.name: finding.ok for finding in found} == dict.fromkeys(
        ["disk", "clock", "worker", "mail", "backup", "trial", "chain", "database", "static"], True
    )
    assert all(finding.says and finding.label for finding in found)


@pytest.mark.parametrize(("total", "free", "ok"), [(100, 6, True), (100, 4, False), (2, 0.4, False), (2, 0.6, True)])
def test_room_on_the_disk(well, monkeypatch, total, free, ok):
    monkeypatch.setattr(shutil, "disk_usage", lambda place: Usage(total * GB, 0, int(free * GB)))
    assert ("disk" in wrong(well)) is not ok


def test_a_disk_of_its_own_for_backups(well, settings, tmp_path):
    settings.BACKUP_FOLDER = tmp_path / "elsewhere" / "backups"
    assert "backup disk" in {finding.name for finding in health.findings(well)}


def later(**delta) -> dt.datetime:
    return timezone.now() + dt.timedelta(**delta)


def ages(name: str, **delta) -> None:
    LastRun.objects.filter(name=name).update(at=later(**delta))


@pytest.mark.parametrize(
    ("name", "run", "late", "enough"),
    [
        ("worker", "send_due", {"minutes": -6}, {"minutes": -4}),
        ("chain", "walk_records", {"days": -10}, {"days": -8}),
        ("clock", "send_due", {"minutes": 3}, {"minutes": 1}),
    ],
)
def test_what_goes_on_by_itself_and_the_clock(well, name, run, late, enough):
    ages(run, **enough)
    assert name not in wrong(well)
    ages(run, **late)
    assert name in wrong(well)


def test_a_record_from_the_future_means_a_wrong_clock(well):
    audit.record(by=None, verb="edit_house")
    AuditRecord.objects.update(at=later(hours=1))
    assert wrong(well) == {"clock"}


@pytest.mark.postgres
def test_the_clock_of_the_database_is_asked(well):
    LastRun.objects.update(at=later(hours=-3))
    assert "clock" in wrong(later(hours=-1))


@pytest.mark.parametrize(
    ("change", "name"),
    [
        ({"finished_at": later(hours=-40)}, "backup"),
        ({"ok": False}, "backup"),
        ({"gone_at": later()}, "backup"),
        ({"tried_at": later(days=-10)}, "trial"),
        ({"tried_ok": False}, "trial"),
    ],
)
def test_backups_and_their_trials(well, monkeypatch, change, name):
    monkeypatch.setattr(health, "SETTLING", dt.timedelta(0))
    assert wrong(well) == set()
    Backup.objects.update(**change)
    assert name in wrong(well)


def test_a_house_that_has_just_begun_is_given_time(db, settings, monkeypatch):
    settings.EMAIL_URL, settings.DEMO = AT, False
    now = timezone.now()
    assert wrong(now) == set()
    assert {f.name for f in health.findings(now) if f.ok is None} == {"worker", "mail", "backup", "trial", "chain"}
    monkeypatch.setattr(health, "SETTLING", dt.timedelta(0))
    assert wrong(now) == {"worker", "backup", "trial", "chain"}


def test_mail_is_asked_by_the_worker_and_live_by_the_command(well, settings):
    """Port 9 of this computer: nobody listens."""
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9
    assert "mail" not in wrong(well)
    tasks.ask_mail_server()
    assert "mail" in wrong(well)
    last_runs.ran("mail")
    assert {f.name: f.ok for f in health.findings(well, is_live=True)}["mail"] is False


def test_the_chain_is_walked_once_a_week(well):
    audit.record(by=None, verb="edit_house")
    LastRun.objects.filter(name="walk_records").update(at=later(days=-6))
    AuditRecord.objects.update(verb="another")
    tasks.walk_records()
    assert "chain" not in wrong(well)  # not its turn
    LastRun.objects.filter(name="walk_records").update(at=later(days=-8))
    tasks.walk_records()
    assert "chain" in wrong(timezone.now())
    assert "was edited" in LastRun.objects.get(name="walk_records").why


def test_before_an_update_only_what_can_be_known_is_said(well, monkeypatch):
    monkeypatch.setattr(schema, "is_current", lambda: False)
    assert wrong(well) == {"database"}


# -- Where people see it -----------------------------------------------------------------------------------------------


def test_the_page_says_each_thing_and_what_to_do(well, dana, sam, as_):
    ages("send_due", minutes=-6)
    page = as_(dana).get("/house/computer/").content.decode()
    assert page.index('data-finding="worker" data-ok="no"') < page.index('data-finding="disk" data-ok="yes"')
    assert "Start the house again." in page
    assert as_(sam).get("/house/computer/").status_code == 403
    assert 'href="/house/computer/"' in as_(dana).get("/house/").content.decode()


def test_a_coordinators_home_has_one_quiet_line(well, dana, sam, as_):
    assert "needs-keeper" not in as_(dana).get("/").content.decode()
    ages("send_due", minutes=-6)
    ages("walk_records", days=-10)
    assert as_(dana).get("/").content.decode().count("needs-keeper") == 1
    assert "needs-keeper" not in as_(sam).get("/").content.decode()


def test_the_command_says_it_line_by_line(well, settings, capsys):
    settings.EMAIL_URL = ""
    call_command("check_house", stdout=(out := io.StringIO()))
    assert all(line.startswith("OK    ") for line in out.getvalue().splitlines())
    ages("send_due", minutes=-6)
    with pytest.raises(SystemExit) as ended:
        call_command("check_house", stdout=(out := io.StringIO()))
    assert ended.value.code == 1
    assert [line for line in out.getvalue().splitlines() if line.startswith("LOOK")] == [
        "LOOK  What goes on by itself: It stands still: no messages, no backups. Start the house again."
    ]


def test_the_command_without_a_database(well, monkeypatch):
    def away(*args):
        raise OperationalError("no")

    monkeypatch.setattr(health, "facts", away)
    with pytest.raises(SystemExit):
        call_command("check_house", stdout=(out := io.StringIO()))
    assert "LOOK  The database: It does not answer." in out.getvalue()


def test_healthz_has_figures_and_no_secrets(well):
    ages("send_due", seconds=-61)
    said = Client().get("/healthz").json()
    assert 61 <= said.pop("worker_age_s") < 70
    assert said.pop("disk_free_mb") > 0
    assert {key: said[key] for key in ("database", "oldest_due_s", "messages_stopped", "clock_ok")} == {
        "database": "ok",
        "oldest_due_s": 0,
        "messages_stopped": False,
        "clock_ok": True,
    }


def test_pages_of_who_is_signed_in_tell_the_time(db, sam, as_):
    assert 'data-now="' in as_(sam).get("/").content.decode()
    assert "data-now" not in Client().get("/accounts/login/").content.decode()
