"""Files in the making: what each kind is made by, where they lie, and what the worker does every few seconds."""

import datetime as dt
import logging
import os
import shutil
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings
from django.db import DatabaseError, connection
from django.utils import timezone, translation

from attendance import exports
from attendance.actions import report_files as actions
from attendance.exports.breakdown import export_breakdown
from attendance.exports.research import export_research
from attendance.exports.roster import Progress, write_roster
from attendance.models import HouseDecision, ReportFile
from attendance.reports import report_of
from attendance.reports.breakdown import breakdown
from attendance.reports.by_member import by_member
from attendance.reports.research import research
from attendance.reports.roster import Roster
from clubhouse.spans import Span
from members.models import House

What = ReportFile.What
Writer = Callable[[ReportFile, Path, Progress], None]
logger = logging.getLogger(__name__)

RENEW_EVERY = 1.0  # seconds between two notes of how far it is
HOLD_EVERY = 30.0  # seconds between two signs of life
HOLD_AT_MOST = 120  # of them: nothing takes longer than an hour
NOT_LONG = dt.timedelta(minutes=1)  # until somebody looks at a file that waits
MOST_AT_ONCE = 20_000  # rows of a roster that somebody may wait for; more are made by the worker
# No name of anybody in the names of files.
FILE_NAMES = {
    What.REPORT: "report",
    What.REPORT_WITH_NAMES: "report-with-names",
    What.ROSTER: "attendance-roster",
    What.BREAKDOWN: "figures-by-group",
    What.RESEARCH: "figures-for-research",
}


class NotGiven(Exception):
    """There is nothing to give out, and trying again would not help: `str(reason)` is the name of the trouble."""


def _roster(file: ReportFile, path: Path, progress: Progress) -> None:
    write_roster(Roster(file.span), file.format, path, progress)


def _report(file: ReportFile, path: Path, progress: Progress) -> None:
    progress(0, 1)
    letterhead = exports.Letterhead.of(House.objects.current())
    path.write_bytes(exports.export_report(report_of(file.span), file.format, letterhead))
    progress(1, 1)


def _report_with_names(file: ReportFile, path: Path, progress: Progress) -> None:
    progress(0, 1)
    paper = exports.Letterhead.of(House.objects.current()).paper
    path.write_bytes(exports.export_report_with_names(report_of(file.span), by_member(file.span), paper=paper))
    progress(1, 1)


def _breakdown(file: ReportFile, path: Path, progress: Progress) -> None:
    progress(0, 1)
    figures = breakdown(file.span)
    if figures.withheld:
        raise NotGiven("too_few")
    path.write_bytes(export_breakdown(figures, file.format))
    progress(1, 1)


def _research(file: ReportFile, path: Path, progress: Progress) -> None:
    """Asks for the decision once more: it may have been taken back while the file waited."""
    if not HouseDecision.objects.in_force(timezone.localdate()).exists():
        raise NotGiven("no_decision")
    progress(0, 1)
    figures = research(file.span)
    if figures.withheld:
        raise NotGiven("too_few")
    path.write_bytes(export_research(figures, file.format))
    progress(1, 1)


# What -> who writes it: `writer(file, path, progress)`, with `progress(rows so far, rows there will be)` now and then.
WRITERS: dict[str, Writer] = {
    What.ROSTER: _roster,
    What.REPORT: _report,
    What.REPORT_WITH_NAMES: _report_with_names,
    What.BREAKDOWN: _breakdown,
    What.RESEARCH: _research,
}


def file_name(what: str, span: Span, format: str) -> str:
    """Like "attendance-roster-2026-10.csv"; the report of a month says that it is one."""
    is_monthly = what == What.REPORT and span.month
    return f"{'monthly-' if is_monthly else ''}{FILE_NAMES[What(what)]}-{span}.{format}"


def path_of(file: ReportFile) -> Path:
    """Where it lies once it is ready."""
    return settings.REPORT_FILES / file.stored_as


def make_waiting_file() -> int | None:
    """What the worker does every few seconds: sweep, then make the file that waits longest. Its number, or None."""
    sweep()
    file = actions.claim_file()
    if file is None:
        return None
    house = House.objects.current()
    try:
        with timezone.override(house.zone), translation.override(house.language):
            make(file)
    except actions.ClaimLost:
        logger.info("report file %s was taken back meanwhile", file.pk)
    except NotGiven as reason:
        actions.fail_file(file=file, trouble=str(reason))
    except OSError:
        logger.exception("report file %s: no room, or no right to write", file.pk)
        actions.fail_file(file=file, trouble="disk")
    except Exception:
        logger.exception("report file %s did not work out", file.pk)
        actions.fail_file(file=file)
    return file.pk


def make(file: ReportFile) -> None:
    """Write `file` where nobody finds it, and put it in its place when it is whole."""
    if not (file.owner.is_active and file.owner.has_perm(actions.PERMISSIONS[What(file.what)])):
        return actions.fail_file(file=file, trouble="not_allowed")
    workshop = settings.REPORT_FILES / f"{file.stored_as}.part"
    settings.REPORT_FILES.mkdir(mode=0o700, parents=True, exist_ok=True)
    workshop.mkdir(mode=0o700)
    try:
        path = workshop / "file"
        path.touch(mode=0o600)
        actions.renew_claim(file=file, done=0, total=0)
        with held(file):
            WRITERS[file.what](file, path, _Clock(file))
        with path.open("rb") as whole:
            os.fsync(whole.fileno())  # so that it is whole after a power cut too
        path.chmod(0o600)
        path.rename(path_of(file))
    finally:
        shutil.rmtree(workshop, ignore_errors=True)
    try:
        actions.finish_file(file=file)
    except actions.ClaimLost:
        path_of(file).unlink(missing_ok=True)
        raise


@contextmanager
def held(file: ReportFile) -> Iterator[None]:
    """Signs of life while one step takes long: whoever is killed gives none, and the claim runs out."""
    stop = threading.Event()
    thread = threading.Thread(target=_hold, args=[file, stop], daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


def _hold(file: ReportFile, stop: threading.Event) -> None:
    for _ in range(HOLD_AT_MOST):
        if stop.wait(HOLD_EVERY):
            return
        try:
            if not actions.hold_claim(file=file):
                return
        except DatabaseError:
            logger.exception("report file %s: no sign of life this time", file.pk)
        finally:
            connection.close()  # of this thread


class _Clock:
    """Notes how far it is, and holds the claim on to the file; not at each row."""

    def __init__(self, file: ReportFile) -> None:
        self.file, self.next_at = file, 0.0

    def __call__(self, done: int, total: int) -> None:
        if time.monotonic() >= self.next_at:
            self.next_at = time.monotonic() + RENEW_EVERY
            actions.renew_claim(file=self.file, done=done, total=total)


def is_stuck(files: list[ReportFile]) -> bool:
    """Whether one of `files` waits although no other one is being made: the worker seems to be away."""
    now = timezone.now()
    waits = any(file.state == ReportFile.State.WAITING and file.asked_at < now - NOT_LONG for file in files)
    return waits and not ReportFile.objects.filter(state=ReportFile.State.WORKING, claimed_until__gt=now).exists()


def remove(file: ReportFile) -> None:
    """From the disk, after its row went."""
    if file.stored_as:
        path_of(file).unlink(missing_ok=True)


def sweep() -> int:
    """Forget what is a day old, and remove from the disk what belongs to no file. Returns how many were removed.

    The folder is looked at first: a name is in its row before anything of that name is written.
    """
    actions.put_away_files()
    if not settings.REPORT_FILES.is_dir():
        return 0
    found = list(settings.REPORT_FILES.iterdir())
    kept = set(ReportFile.objects.exclude(stored_as="").values_list("stored_as", flat=True)) if found else set()
    gone = [path for path in found if path.name.removesuffix(".part") not in kept]
    for path in gone:
        if path.is_dir():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)
    return len(gone)
