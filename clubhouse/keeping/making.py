"""Making a backup: the house at one moment, sealed, under its name when it is whole."""

import datetime as dt
import hashlib
import logging
from pathlib import Path

from django.conf import settings
from django.db import DatabaseError
from django.utils import timezone
from django.utils.translation import gettext as _

from clubhouse.keeping import archive, folder, sealing
from clubhouse.keeping.refusals import NotKept
from clubhouse.version import VERSION
from members.models import Backup

logger = logging.getLogger(__name__)
KEY_FILE = "secret-key"


def backup(to: Path | None = None, *, what: str = "", row: Backup | None = None) -> Backup:
    """One file with everything; without `to` in the folder of backups, and noted there, in `row` if there is one.

    Raises `NotKept` with a sentence. What was tried is noted either way, and never half a file is left.
    """
    row = row or Backup(started_at=timezone.now())
    row.version, file = VERSION, to
    if file is None:
        row.file = folder.name_at(row.started_at, what)
        file = settings.BACKUP_FOLDER / row.file
    noted = to is None and folder.note(row)
    try:
        _make(row, file)
    except (NotKept, OSError, DatabaseError) as error:
        row.ok, row.finished_at, row.why = False, timezone.now(), _why(error)
        logger.error("no backup was made: %s", type(error).__name__)
        if noted:
            folder.note(row)
        raise NotKept(row.why) from error
    row.ok, row.finished_at = True, timezone.now()
    if noted:
        folder.note(row)
    return row


def _make(row: Backup, file: Path) -> None:
    if not settings.BACKUP_KEY:
        raise NotKept(_("There is no key for backups. Set BACKUP_KEY, and keep it on paper too."))
    if file.exists() and not file.read_bytes().startswith(sealing.BEGINS):
        raise NotKept(_("There is another file of this name, which is no backup. Choose another name."))
    sealed = sealing.seal(archive.pack(_files()), settings.BACKUP_KEY)
    row.size, row.digest = len(sealed), hashlib.sha256(sealed).hexdigest()
    folder.write(file, sealed)


def _files() -> dict[str, bytes]:
    """What belongs to the house and is not in its database: who was forgotten, and the folder's own key."""
    files = {folder.LEDGER: folder.read_ledger()}
    key = settings.DATA_DIR / KEY_FILE
    if key.is_file() and key.read_text().strip() == settings.SECRET_KEY:
        files[KEY_FILE] = key.read_bytes()
    return {name: content for name, content in files.items() if content}


def _why(error: Exception) -> str:
    if isinstance(error, NotKept):
        return str(error)
    if isinstance(error, OSError) and error.strerror:
        return _("The file could not be written: %(why)s.") % {"why": error.strerror}
    return _("The database did not answer: %(why)s.") % {"why": type(error).__name__}


def is_in_the_making(now: dt.datetime) -> bool:
    return Backup.objects.filter(ok=None, started_at__gt=now - folder.GIVEN_UP).exists()
