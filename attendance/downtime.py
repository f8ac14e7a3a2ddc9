"""The pack for a day without the program: made early each day in a house that wants it, and where it lies.

What there is to do is read from the folder and the house each time. So the machine may have been off, the words may
have changed, or somebody may have been forgotten and the files with them: the next look makes what is missing.
"""

import contextlib
import datetime as dt
import logging
import os
import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from django.conf import settings
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from pypdf.errors import PyPdfError

from activities.models import UnitTask
from attendance.actions.downtime import ASKED, CONTACTS, MADE, SHEETS
from attendance.day_sheet import EXPECTED, day_sheet
from attendance.exports import downtime as exports
from attendance.exports.drawing import NotDrawn
from members import last_runs
from members.models import Erasure, House, LastRun, Member

logger = logging.getLogger(__name__)
EARLY = dt.time(3)  # house time: people who sign up late in the evening are on it, and nobody has come yet
TRIED_AGAIN = dt.timedelta(minutes=10)
LEFT_BEHIND = dt.timedelta(hours=1)  # a file that is still being written after so long never will be


@dataclass(frozen=True)
class Pack:
    """What lies in the folder. `contacts` is None while no words of the house seal them."""

    day: dt.date
    made_at: dt.datetime
    sheets: Path
    contacts: Path | None

    def open(self, what: str) -> BinaryIO | None:
        """One of the two files; None when it is not there, or not any more."""
        path = {SHEETS: self.sheets, CONTACTS: self.contacts}[what]
        try:
            return path.open("rb") if path else None
        except OSError:
            return None


def folder() -> Path:
    return settings.DATA_DIR / "downtime"


def file_name(day: dt.date, what: str) -> str:
    """No name of anybody in the names of files."""
    return f"{day}-{what}.pdf"


def current_pack() -> Pack | None:
    """The newest one; None while there is none, or nobody can read it."""
    with contextlib.suppress(OSError, ValueError):
        for sheets in sorted(folder().glob(f"*-{SHEETS}.pdf"), reverse=True):
            day = dt.date.fromisoformat(sheets.name.removesuffix(f"-{SHEETS}.pdf"))
            made_at = dt.datetime.fromtimestamp(sheets.stat().st_mtime, dt.UTC)
            contacts = folder() / file_name(day, CONTACTS)
            return Pack(day, made_at, sheets, contacts if contacts.is_file() else None)
    return None


# -- What the worker does every minute ---------------------------------------------------------------------------------


def make_due_pack(now: dt.datetime | None = None) -> bool:
    """Makes the pack when it is due, and takes it away where the house wants none. Whether one was made."""
    now, house = now or timezone.now(), House.objects.current()
    try:
        if not house.downtime_pack:
            remove_pack()
            return False
        if not is_due(house, now):
            return False
        with timezone.override(house.zone), translation.override(house.language):
            make_pack(house, now)
    except (OSError, NotDrawn, PyPdfError) as error:  # tried again in ten minutes
        logger.error("the pack for a day without the program was not made: %s", type(error).__name__)
        no_room = _("The disk is full, or the folder cannot be written to.")
        last_runs.ran(MADE, ok=False, why=no_room if isinstance(error, OSError) else _("A page could not be drawn."))
        return False
    last_runs.ran(MADE)
    return True


def is_due(house: House, now: dt.datetime) -> bool:
    """Once a day, early; at once when there is none, when the words are others by now, and when somebody asks."""
    if last_runs.is_waiting(ASKED, MADE):
        return True
    last = LastRun.objects.filter(name=MADE).first()
    if last and not last.ok and now - TRIED_AGAIN < last.at <= now:
        return False
    pack = current_pack()
    if pack is None or (pack.day != house.day_of(now) and now.astimezone(house.zone).time() >= EARLY):
        return True
    return not _is_sealed_right(pack, house)


def _is_sealed_right(pack: Pack, house: House) -> bool:
    """Sealed with the house's words of now, or not there when these are too short to seal anything."""
    if pack.contacts is None or not house.can_seal:
        return (pack.contacts is None) == (not house.can_seal)
    try:
        return exports.opens(pack.contacts.read_bytes(), house.downtime_password)
    except (OSError, PyPdfError):
        return False


def make_pack(house: House, now: dt.datetime) -> None:
    """Both files, or what was there stays as it was. Raises `OSError`, `NotDrawn`, `PyPdfError`."""
    day, forgotten = house.day_of(now), Erasure.objects.done().count()
    tasks = UnitTask.objects.standing().on(day).select_related("unit").in_order()
    expected = day_sheet(day, house, now).groups[EXPECTED]
    files = {file_name(day, SHEETS): exports.sheets_to_print(house, day, expected, tasks, now)}
    if house.can_seal:
        members = Member.objects.welcome().on_roll(day).exclude(emergency_contacts=None)
        members = members.prefetch_related("emergency_contacts").order_by("search_name", "pk")
        sealed = exports.whom_to_call(house, members, now, opens_with=house.downtime_password)
        files[file_name(day, CONTACTS)] = sealed
    _put(files)
    if Erasure.objects.done().count() != forgotten:
        remove_pack()  # it may name somebody who was forgotten while it was made; the next look makes another


def _put(files: dict[str, bytes]) -> None:
    """Written beside, put in place when all are whole, and then whatever else lies there goes."""
    folder().mkdir(mode=0o700, parents=True, exist_ok=True)
    written: dict[str, Path] = {}
    try:
        for name, content in files.items():
            written[name] = folder() / f"{secrets.token_hex(8)}.part"
            with open(os.open(written[name], os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())  # so that it is whole after a power cut too
        for name, part in written.items():
            part.replace(folder() / name)
    finally:
        for part in written.values():
            part.unlink(missing_ok=True)
    for other in folder().iterdir():
        if other.name not in files and not _is_being_written(other):
            other.unlink(missing_ok=True)


def _is_being_written(file: Path) -> bool:
    """By another worker, in this moment."""
    age = timezone.now().timestamp() - file.stat().st_mtime
    return file.suffix == ".part" and age < LEFT_BEHIND.total_seconds()


def remove_pack() -> None:
    """Every file of it. Raises `OSError`."""
    for file in folder().iterdir() if folder().is_dir() else ():
        file.unlink(missing_ok=True)


# -- What there is to say ----------------------------------------------------------------------------------------------


def for_page(house: House, now: dt.datetime) -> dict:
    """What `attendance/see_downtime_pack.html` shows."""
    last = LastRun.objects.filter(name=MADE).first()
    return {
        "pack": current_pack() if house.downtime_pack else None,
        "is_asked": last_runs.is_waiting(ASKED, MADE),
        "trouble": last.why if last and not last.ok else "",
        "today": house.day_of(now),
    }
