"""How the house's computer is: each thing that can go wrong by itself, with a sentence that says what to do."""

import contextlib
import datetime as dt
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.storage import staticfiles_storage
from django.core.mail import get_connection
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from clubhouse import keeping, schema
from members.models import AuditRecord, Backup, LastRun

LEAST_FREE = 500 * 1024 * 1024  # bytes
LEAST_SHARE = 0.05
CLOCK = dt.timedelta(minutes=2)
WORKER = dt.timedelta(minutes=5)
BACKUP = dt.timedelta(hours=36)  # one a day, and the computer may be off over night
TRIAL = dt.timedelta(days=9)  # one a week
CHAIN = dt.timedelta(days=9)
MAIL = dt.timedelta(hours=3)  # asked each hour
SETTLING = dt.timedelta(days=2)  # so long after it began a house may not have done everything once
MAIL_SECONDS = 5


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at. `ok` None: it has not been its turn yet."""

    name: str
    label: str
    ok: bool | None
    says: str  # how it is, or what to do


@dataclass(frozen=True)
class Facts:
    """What the findings rest on, asked of the database once."""

    now: dt.datetime
    runs: dict[str, LastRun]
    is_settling: bool


def facts(now: dt.datetime) -> Facts:
    runs = {run.name: run for run in LastRun.objects.all()}
    began = MigrationRecorder.Migration.objects.filter(app="members", name="0011_keeping_and_forgetting")
    since = began.values_list("applied", flat=True).first()
    return Facts(now, runs, is_settling=since is not None and now - since < SETTLING)


def findings(now: dt.datetime, *, is_live: bool = False) -> list[Finding]:
    """Everything; `is_live` also connects to the mail server now, where otherwise the worker's last word counts."""
    if not schema.is_current():  # tables may be missing
        return [*disks(), *program()]
    known = facts(now)
    return [*disks(), clock(known), worker(known), mail(known, is_live), *backups(known), chain(known), *program()]


def needs_keeper(now: dt.datetime) -> list[Finding]:
    """What is wrong, for the line on a coordinator's home."""
    return [finding for finding in findings(now) if finding.ok is False]


# -- One by one --------------------------------------------------------------------------------------------------------


def disks() -> Iterator[Finding]:
    places = {"disk": (_("Room on the disk"), settings.DATA_DIR)}
    if not settings.BACKUP_FOLDER.is_relative_to(settings.DATA_DIR):
        places["backup disk"] = (_("Room for backups"), settings.BACKUP_FOLDER)
    for name, (label, folder) in places.items():
        with contextlib.suppress(OSError):
            total, _used, free = shutil.disk_usage(_standing(folder))
            ok = free >= LEAST_FREE and free >= LEAST_SHARE * total
            said = _("%(free)s are free.") if ok else _("Only %(free)s are free. Make room: see the keeper's guide.")
            yield Finding(name, label, ok, said % {"free": room(free)})
            continue
        yield Finding(name, label, False, _("The folder cannot be found. Is the disk plugged in?"))


def room(free: int) -> str:
    mb = free // 1024 // 1024
    return f"{mb // 1024} GB" if mb >= 10 * 1024 else f"{mb} MB"


def _standing(folder: Path) -> Path:
    """The folder, or the nearest one above it when it is not made yet."""
    return next((place for place in (folder, *folder.parents) if place.exists()), folder)


def free_mb() -> int | None:
    try:
        return shutil.disk_usage(_standing(settings.DATA_DIR)).free // 1024 // 1024
    except OSError:
        return None


def is_clock_right(now: dt.datetime) -> bool:
    """Against the database's clock, and against what was written down last: nothing comes from the future."""
    latest = [LastRun.objects.order_by("-at").values_list("at", flat=True).first()]
    latest.append(AuditRecord.objects.order_by("-seq").values_list("at", flat=True).first())
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT clock_timestamp()")
            theirs = cursor.fetchone()[0]
        if abs(theirs - now) > CLOCK:
            return False
    return all(at - now <= CLOCK for at in latest if at)


def clock(known: Facts) -> Finding:
    label = _("The clock")
    if is_clock_right(known.now):
        return Finding("clock", label, True, _("It is right, as far as the house can tell."))
    return Finding(
        "clock", label, False, _("The computer's clock is wrong. Set it by the network, then start the house again.")
    )


def worker(known: Facts) -> Finding:
    label, run = _("What goes on by itself"), known.runs.get("send_due")
    if run is None and known.is_settling:
        return Finding("worker", label, None, _("It has not begun yet. It begins when the house is started."))
    if run is not None and known.now - run.at <= WORKER:
        return Finding("worker", label, True, _("It goes on, twice a minute."))
    return Finding("worker", label, False, _("It stands still: no messages, no backups. Start the house again."))


def mail(known: Facts, is_live: bool) -> Finding:
    label = _("The mail server")
    if not settings.EMAIL_URL or settings.DEMO:
        return Finding("mail", label, True, _("The house sends no mail."))
    run = known.runs.get("mail")
    ok = try_mail() if is_live else run.ok if run and known.now - run.at <= MAIL else None
    if ok:
        return Finding("mail", label, True, _("It answers."))
    if ok is None:
        return Finding("mail", label, None, _("Nobody has asked it lately."))
    return Finding(
        "mail", label, False, _("It does not answer. Letters wait; nothing is lost. See the keeper's guide.")
    )


def try_mail() -> bool:
    """Connect and sign in, send nothing. The server is given a few seconds."""
    server = get_connection(timeout=MAIL_SECONDS)
    try:
        server.open()
        server.close()
    except OSError:  # smtplib's errors are of this kind
        return False
    return True


def backups(known: Facts) -> Iterator[Finding]:
    label, tried = _("The last backup"), _("The last trial")
    made = Backup.objects.good().values_list("finished_at", flat=True).first()
    if made and known.now - made <= BACKUP:
        hours = int((known.now - made).total_seconds()) // 3600
        old = ngettext("%(hours)s hour old.", "%(hours)s hours old.", hours) % {"hours": hours}
        yield Finding("backup", label, True, old if hours else _("Less than an hour old."))
    elif made is None and known.is_settling:
        yield Finding("backup", label, None, _("There is none yet. The first is made within a day."))
    else:
        yield Finding("backup", label, False, _("There is no fresh backup. Look below for the reason."))
    at = Backup.objects.filter(tried_ok=True).order_by("-tried_at").values_list("tried_at", flat=True).first()
    failed = Backup.objects.filter(gone_at=None, tried_ok=False).exists()
    if at and known.now - at <= TRIAL and not failed:
        yield Finding("trial", tried, True, _("A backup was restored to try it, and it was whole."))
    elif at is None and not failed and known.is_settling:
        yield Finding("trial", tried, None, _("No backup was tried yet. That happens once a week."))
    else:
        yield Finding("trial", tried, False, _("No backup was restored to try it lately. Make one and try it."))


def chain(known: Facts) -> Finding:
    label, run = _("The record of changes"), known.runs.get("walk_records")
    if run and not run.ok:
        return Finding("chain", label, False, _("It was changed by hand. Ask who had the database; keep the backups."))
    if run and known.now - run.at <= CHAIN:
        return Finding("chain", label, True, _("It is whole. We look each week."))
    if run is None and known.is_settling:
        return Finding("chain", label, None, _("Not looked through yet. That happens once a week."))
    return Finding("chain", label, False, _("Nobody looked through it lately. Is the worker alive?"))


def program() -> Iterator[Finding]:
    ok = schema.is_current()
    said = _("It fits the program.") if ok else _("It waits for an update. Run: python3 bootstrap.py update")
    yield Finding("database", _("The database"), ok, said)
    ok = bool(getattr(staticfiles_storage, "hashed_files", True))  # what this program has read of them
    said = _("They are in place.") if ok else _("Style and scripts are missing. Run: python3 bootstrap.py update")
    yield Finding("static", _("Style and scripts"), ok, said)


def in_short(now: dt.datetime) -> dict:
    """For /healthz: figures without secrets."""
    run = LastRun.objects.filter(name="send_due").first()
    age = max(0, int((now - run.at).total_seconds())) if run else None
    return {
        "worker_age_s": age,
        "backup_age_s": keeping.age(now),
        "disk_free_mb": free_mb(),
        "clock_ok": is_clock_right(now),
    }


def no_database() -> Finding:
    return Finding("database", _("The database"), False, _("It does not answer. Is it running, and is the disk full?"))
