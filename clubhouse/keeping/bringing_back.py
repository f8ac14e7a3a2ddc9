"""Bringing a house back: built beside, looked at, and put in its place at one stroke, or not at all."""

import contextlib
import json
import os
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone
from django.utils.translation import gettext as _

from attendance.forgetting import book
from clubhouse import schema
from clubhouse.keeping import after, folder, houses, making, scratch, sealing, sequences, tables
from clubhouse.keeping.after import Ledger
from clubhouse.keeping.archive import Archive
from clubhouse.keeping.refusals import Busy, NoBackupFile, NotBroughtBack, NotEmpty, NotKept, NotWhole
from members.models import Backup


@dataclass
class BroughtBack:
    """What came back, for a sentence or two."""

    version: str
    made_at: str
    rows: int
    before: Backup | None = None  # what was there, in a backup of its own
    notes: list[str] = field(default_factory=list)


def restore(file: Path, *, replace: bool = False, forgotten: Path | None = None) -> BroughtBack:
    """The house of `file` in the place of this one, which is empty or, with `replace`, is kept in a backup first.

    `forgotten` is another ledger of who was forgotten since. Raises a `NotBroughtBack`; then nothing has changed.
    """
    archive = Archive(sealing.unseal(_read(file), settings.BACKUP_KEY))
    is_empty, last_record, before = houses.is_empty(), houses.last_record(), None
    if not is_empty:
        if not replace:
            raise NotEmpty(_("Somebody lives in this house already. To put the backup in its place, add --replace."))
        try:
            before = making.backup(what=folder.BEFORE_RESTORE)
        except NotKept as error:
            raise NotBroughtBack(_("What is here could not be kept first. %(why)s") % {"why": error}) from error
    ledger = _joined(archive, forgotten, is_empty)

    def may() -> None:
        if houses.last_record() != last_record or houses.is_empty() != is_empty:
            raise Busy(_("Somebody wrote in the house just now. Stop the program first, then do it again."))

    back = put_back(archive, ledger, may, with_key=is_empty)
    back.before = before
    known = book.read()
    book.write(*(line for line in ledger if line not in known))
    folder.look(timezone.now())
    # A backup that was being made holds itself so. Nobody makes it now, and the next one need not wait for it.
    Backup.objects.filter(ok=None).delete()
    return back


def put_back(archive: Archive, ledger: Ledger, may: Callable[[], None], *, with_key: bool = False) -> BroughtBack:
    """Raises `NotBroughtBack`, and leaves everything as it was then."""
    notes: list[str] = []
    try:
        with scratch.built() as beside:
            with houses.as_default(beside.house):
                build(archive)
                for apply_again in after.AFTER_RESTORE:
                    apply_again(ledger)
            with _key_put_back(archive, with_key, notes):
                beside.put_in_place(may)
    except (OSError, DatabaseError) as error:
        raise NotBroughtBack(_("It did not work, and nothing has changed: %(why)s") % {"why": error}) from error
    rows = sum(table["rows"] for table in archive.sums.values())
    return BroughtBack(archive.head["version"], archive.head["made_at"], rows, notes=notes)


def build(archive: Archive) -> None:
    """Fills the empty database that is open now, as the house was, and brings it up to this program's version.

    Raises `NotWhole` when what was filled in does not read as what was written.
    """
    executor = MigrationExecutor(connection)
    executor.migrate(_last_ones(archive.migrations, executor))
    found = {model._meta.db_table: model for model in tables.models_at(archive.migrations)}
    with transaction.atomic():
        tables.empty(found.values())
        for head, rows in archive.tables():
            model = found.pop(head["table"], None)
            if model is None or tables.columns(model) != head["columns"]:
                raise NotWhole(_("This backup has a table that its version did not have."))
            tables.fill(model, rows)
            sequences.go_on_after(model, head["last_given"])
    if found:
        raise NotWhole(_("A table is missing in this backup."))
    compare(archive)
    call_command("migrate", interactive=False, verbosity=0)


def compare(archive: Archive) -> None:
    """Each table reads as it was written, row by row."""
    for model in tables.models_at(archive.migrations):
        if tables.sums(model) != archive.sums[model._meta.db_table]:
            raise NotWhole(
                _("The table %(table)s came out otherwise than it was written.") % {"table": model._meta.db_table}
            )


def _last_ones(migrations: tables.Migrations, executor: MigrationExecutor) -> tables.Migrations:
    """Those of each app that no other of it builds on: asked for an earlier one, Django would go back to it."""
    had = set(migrations)
    nodes = executor.loader.graph.node_map
    return [
        (app, name)
        for app, name in migrations
        if not any(child.key in had and child.key[0] == app for child in nodes[app, name].children)
    ]


def _read(file: Path) -> bytes:
    if not settings.BACKUP_KEY:
        raise NotBroughtBack(_("There is no key for backups. Set BACKUP_KEY to the one from your paper."))
    try:
        return file.read_bytes()
    except OSError as error:
        raise NoBackupFile(
            _("The file %(file)s cannot be read: %(why)s.") % {"file": file, "why": error.strerror}
        ) from None


def _joined(archive: Archive, forgotten: Path | None, is_empty: bool) -> Ledger:
    """Each line once: of the folder, of the one that was named, of the backup, and of the house that is replaced."""
    try:
        named = book.lines_of(forgotten.read_text()) if forgotten else []
    except (OSError, ValueError) as error:
        raise NotBroughtBack(_("The list of who was forgotten cannot be read: %(why)s") % {"why": error}) from None
    if forgotten and not named:
        raise NotBroughtBack(_("This is no list of who was forgotten: %(file)s") % {"file": forgotten})
    lines = book.read() + named + book.lines_of(archive.files.get(folder.LEDGER, b"").decode())
    # A house that still waits for its migrations may not be asked; what it knows stands in the file.
    if not is_empty and not schema.waiting(schema.applied()):
        lines += [line for ask in after.FORGOTTEN_HERE for line in ask()]
    return list({json.dumps(line, sort_keys=True): line for line in lines}.values())


@contextlib.contextmanager
def _key_put_back(archive: Archive, may_write: bool, notes: list[str]):
    """The folder's own key comes back into a folder whose key has signed nothing yet; put away again if it fails."""
    key, kept = archive.files.get(making.KEY_FILE), settings.DATA_DIR / making.KEY_FILE
    own = kept.read_bytes() if kept.is_file() else b""
    if not key or key == own or key.decode().strip() == settings.SECRET_KEY:
        yield
        return
    if not may_write or os.environ.get("SECRET_KEY"):
        notes.append(_("This house has another SECRET_KEY: links in letters that were sent before lead nowhere."))
        yield
        return
    folder.write(kept, key)
    try:
        yield
    except BaseException:
        if own:
            folder.write(kept, own)
        else:
            kept.unlink()
        raise
