"""One step that brings a house to the version of the program: a backup first, then migrations, then what is new."""

import contextlib
import datetime as dt
import fcntl
import io
import re
from collections.abc import Callable, Iterator
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import SystemCheckError
from django.db import Error, connection
from django.utils import timezone

from clubhouse import keeping, schema
from clubhouse.version import VERSION, as_numbers
from members import last_runs
from members.refusals import Refusal

FRESH = dt.timedelta(hours=1)
FIRST_THAT_RESTORES = (0, 6)
CHANGES = settings.BASE_DIR / "CHANGELOG.md"
HEADING = re.compile(r"^## (\d+(?:\.\d+)+)", re.MULTILINE)
Say = Callable[[str], object]


class NotUpdated(Refusal):
    """Nothing was changed, or what was changed is told; the sentence says what to do."""


def update_house(say: Say, *, is_quiet: bool = False) -> None:
    """Bring the database along. `is_quiet`: at each start, where "nothing to do" is no news. Raises `NotUpdated`."""
    with only_one():
        done = schema.applied()
        if schema.unheard_of(done):
            raise NotUpdated(
                f"This house was last opened by a newer program, and this is {VERSION}. Nothing was changed. "
                "Put the newer program back, or restore a backup that this version made."
            )
        waiting = schema.waiting(done)
        if not done:
            migrate()
            note_version()
            if not is_quiet:
                say(f"The database is made, for version {VERSION}.")
            return
        before = schema.version_of(done)
        if waiting:
            backup = fresh_backup(say)
            say(f"Updating the house from version {before} to {VERSION} ...")
            migrate()
            check()
        note_version()
    if waiting or _place(before) < _place(VERSION):
        tell(say, before, backup if waiting else None)
    elif not is_quiet:
        say(f"Nothing to do: the house is up to date, version {VERSION}.")


def fresh_backup(say: Say) -> Path | None:
    """One not older than an hour, else one made now. Of the sample house none: its people are invented."""
    if settings.DEMO:
        return None
    latest = None
    with contextlib.suppress(Error):  # a house from before backups has no table of them
        latest = keeping.newest_good()
    if latest and latest.finished_at and timezone.now() - latest.finished_at <= FRESH:
        file = settings.BACKUP_FOLDER / latest.file
        if file.is_file():
            return file
    say("Making a backup first ...")
    try:
        made = keeping.backup()
    except keeping.NotKept as refusal:
        raise NotUpdated(
            f"Not updated, because there is no fresh backup, and nothing was changed. {refusal}"
        ) from refusal
    return settings.BACKUP_FOLDER / made.file


def migrate() -> None:
    try:
        call_command("migrate", interactive=False, verbosity=0)
    except Error as error:
        raise NotUpdated(
            f"The update stopped on the way ({type(error).__name__}). Is the disk full? Until it is done, pages say "
            "that the house is updating. Make room and do it again, or restore the backup."
        ) from error


def check() -> None:
    try:
        call_command("check", databases=["default"], stdout=io.StringIO())
    except SystemCheckError as error:
        raise NotUpdated(f"The database is up to date, but the settings are not right: {error}") from error


def note_version() -> None:
    last_runs.ran(schema.NOTED, why=VERSION)


def tell(say: Say, before: str, backup: Path | None) -> None:
    say(f"Updated to version {VERSION}.")
    for section in changes_between(before, VERSION):
        say(f"\n{section}")
    if backup:
        say(f"\n{way_back(before, backup)}")


def way_back(before: str, backup: Path) -> str:
    command = f"DATA_DIR={settings.DATA_DIR} python3 bootstrap.py manage restore {backup} --replace"
    if as_numbers(before) < FIRST_THAT_RESTORES:
        return f"The house as it was before is in {backup}. This version opens it: {command}"
    return f"To go back: close the house, put the program of version {before} back, then: {command}"


def changes_between(before: str, now: str, text: str | None = None) -> list[str]:
    """The sections of what is new that came after `before`, oldest last, in plain words."""
    text = CHANGES.read_text() if text is None else text
    starts = [(found[1], found.start()) for found in HEADING.finditer(text)] + [("", len(text))]
    wanted = [
        text[start:end]
        for (version, start), (_next, end) in zip(starts, starts[1:], strict=False)
        if _place(before) < _place(version) <= _place(now)
    ]
    return [re.sub(r"\*\*|^## ", "", section, flags=re.MULTILINE).strip() for section in wanted]


def _place(version: str) -> tuple[int, ...]:
    """0.6 and 0.6.0 are the same."""
    return (*as_numbers(version), 0, 0)[:3]


@contextlib.contextmanager
def only_one() -> Iterator[None]:
    """Two that start at once take turns: the second one finds nothing to do."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(%s)", [LOCK])
        try:
            yield
        finally:
            with contextlib.suppress(Error), connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [LOCK])
        return
    folder = Path(settings.DATABASES["default"]["NAME"]).parent
    folder.mkdir(parents=True, exist_ok=True)
    with open(folder / "update.lock", "w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


LOCK = 0x636C7562  # of PostgreSQL: the letters "club"
