"""The folder of backups: whole files only, for the keeper's eyes alone, and what the rows say about them kept true."""

import contextlib
import datetime as dt
import hashlib
import os
import re
import secrets
from pathlib import Path

from django.conf import settings
from django.db import DatabaseError, transaction

from members.models import Backup

NAME = re.compile(r"clubhouse-\d{4}-\d\d-\d\d-\d{6}Z(?:-[a-z0-9-]+)?\.age")
BEFORE_RESTORE = "before-restore"
LEDGER = "forgotten.jsonl"
GIVEN_UP = dt.timedelta(hours=2)  # the largest house takes minutes


def name_at(moment: dt.datetime, what: str = "") -> str:
    """A time and nothing else: like clubhouse-2026-10-06-060003Z.age; never one that is taken."""
    stem = f"clubhouse-{moment.astimezone(dt.UTC):%Y-%m-%d-%H%M%S}Z" + (f"-{what}" if what else "")
    taken = (settings.BACKUP_FOLDER / f"{stem}.age").exists()
    return f"{stem}-{secrets.token_hex(2)}.age" if taken else f"{stem}.age"


def write(file: Path, content: bytes) -> None:
    """All of it under its name, or nothing: also when the disk is full, or the machine stops half way."""
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    part = file.with_name(f".{file.name}.{secrets.token_hex(4)}.part")
    try:
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
            out.write(content)
            out.flush()
            os.fsync(out.fileno())
        part.replace(file)
        place = os.open(file.parent, os.O_RDONLY)
        try:
            os.fsync(place)
        finally:
            os.close(place)
    except BaseException:
        part.unlink(missing_ok=True)
        raise


def note(row: Backup) -> bool:
    """Whether it could be written down: a house that waits for its migrations may have no table for it yet."""
    try:
        with transaction.atomic():
            row.save()
    except DatabaseError:
        return False
    return True


def look(now: dt.datetime) -> None:
    """Bring the rows to what lies in the folder: files that somebody took away, that came by hand, or half ones."""
    folder = settings.BACKUP_FOLDER
    with contextlib.suppress(OSError):
        for part in folder.glob(".*.part"):
            if now.timestamp() - part.stat().st_mtime > GIVEN_UP.total_seconds():
                part.unlink()
    there = {file.name: file for file in folder.glob("*.age") if NAME.fullmatch(file.name)}
    known = {row.file: row for row in Backup.objects.exclude(file="")}
    for name, row in known.items():
        if row.ok and (name in there) != (row.gone_at is None):
            Backup.objects.filter(pk=row.pk).update(gone_at=None if name in there else now)
    for name in there.keys() - {name for name, row in known.items() if row.ok is not None}:
        file = there[name]
        moment = moment_of(name)
        Backup.objects.update_or_create(
            file=name,
            defaults={
                "started_at": moment, "finished_at": moment, "ok": True, "size": file.stat().st_size,
                "digest": digest_of(file), "why": "", "gone_at": None,
            },
        )  # fmt: skip
    over = Backup.objects.filter(ok=None, started_at__lt=now - GIVEN_UP)
    over.update(ok=False, finished_at=now, why="It ended without a word: the program or the computer was stopped.")


def digest_of(file: Path) -> str:
    with file.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()


def newest_good() -> Backup | None:
    """Of a house that waits for its migrations: by what lies in the folder."""
    try:
        with transaction.atomic():
            return Backup.objects.good().order_by("-started_at", "-pk").first()
    except DatabaseError:
        newest = max(
            (file.name for file in settings.BACKUP_FOLDER.glob("*.age") if NAME.fullmatch(file.name)), default=""
        )
    return Backup(file=newest, started_at=moment_of(newest), finished_at=moment_of(newest), ok=True) if newest else None


def moment_of(name: str) -> dt.datetime:
    return dt.datetime.strptime(name.removeprefix("clubhouse-")[:17] + "+0000", "%Y-%m-%d-%H%M%S%z")


def age(now: dt.datetime) -> int | None:
    """Seconds since the last good backup was made; None when there is none."""
    newest = newest_good()
    return int((now - newest.started_at).total_seconds()) if newest else None


def read_ledger(file: Path | None = None) -> bytes:
    file = file or settings.BACKUP_FOLDER / LEDGER
    content = file.read_bytes() if file.is_file() else b""
    return content[: content.rfind(b"\n") + 1]  # a line that a crash cut off was never said
