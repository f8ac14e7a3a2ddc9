"""When a backup is due, which ones stay, and the weekly proof that one can be brought back. All in the house's time."""

import datetime as dt
import logging
from collections.abc import Callable, Iterable

from django.conf import settings
from django.db import DatabaseError, OperationalError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from clubhouse.keeping import bringing_back, folder, houses, making, scratch, sealing
from clubhouse.keeping.archive import Archive
from clubhouse.keeping.refusals import Busy, NotBroughtBack, NotKept
from members import audit, last_runs
from members.models import Backup, House, LastRun, User

logger = logging.getLogger(__name__)
AT_NIGHT = dt.time(2)  # house time
TRIED_EVERY, TRIED_AGAIN = dt.timedelta(days=7), dt.timedelta(hours=20)
DAYS, WEEKS, MONTHS = 7, 5, 12
KEPT_BEFORE_RESTORE = dt.timedelta(days=30)


def last_night(now: dt.datetime) -> dt.datetime:
    """The latest moment at which a backup was to be made."""
    zone = House.objects.current().zone
    local = now.astimezone(zone)
    day = local.date() if local.time() >= AT_NIGHT else local.date() - dt.timedelta(days=1)
    return dt.datetime.combine(day, AT_NIGHT, tzinfo=zone).astimezone(dt.UTC)


def is_due(now: dt.datetime) -> bool:
    """Once a night, and as soon as the machine is on again when it was off."""
    if not settings.BACKUP_KEY or making.is_in_the_making(now):
        return False
    return not Backup.objects.good().filter(started_at__gte=last_night(now)).exists()


def make_due_backup(now: dt.datetime | None = None, *, asked: bool = False) -> Backup | None:
    """What the beat asks for every hour, and often whether somebody `asked`. Two workers make one backup."""
    now = now or timezone.now()
    if asked and not is_asked(now):
        return None
    folder.look(now)
    if not asked and not is_due(now):
        return None
    with transaction.atomic():
        House.objects.select_for_update(no_key=True).get(pk=House.objects.current().pk)
        if making.is_in_the_making(now):
            return None
        row = Backup.objects.create(started_at=now)
    try:
        made = making.backup(row=row)
    except NotKept:
        return None  # noted, and tried again in an hour
    rotate(now)
    return made


ASKED = "back_up_now"


@transaction.atomic
def back_up_now(*, by: User) -> None:
    """Somebody wants a backup: the worker sees it within a quarter of a minute. Safe to call twice."""
    if not is_asked(timezone.now()):
        last_runs.ran(ASKED)
        audit.record(by=by, verb=ASKED, subject=House.objects.current())


def is_asked(now: dt.datetime) -> bool:
    """Whether somebody waits for a backup that has not begun."""
    asked_at = LastRun.objects.filter(name=ASKED).values_list("at", flat=True).first()
    return asked_at is not None and not Backup.objects.filter(started_at__gte=asked_at).exists()


# -- Which ones stay ---------------------------------------------------------------------------------------------------


def rotate(now: dt.datetime) -> None:
    """Of each of the last 7 days, 5 weeks and 12 months that have one, the newest stays, and the last good one always.

    So does the newest that was brought back to try it. None is kept for longer than a year, but the last good one.
    """
    good = list(Backup.objects.good().order_by("-started_at", "-pk"))
    if not good:
        return
    staying = stay(good, now)
    for row in Backup.objects.filter(ok=True, gone_at=None):
        is_spoiled = row.tried_ok is False and row.started_at < now - dt.timedelta(days=DAYS)
        if row.pk in staying or (row.tried_ok is False and not is_spoiled):
            continue
        try:
            (settings.BACKUP_FOLDER / row.file).unlink(missing_ok=True)
        except OSError as error:
            logger.error("an old backup could not be deleted: %s", error.strerror)
            continue
        Backup.objects.filter(pk=row.pk).update(gone_at=now)


def stay(good: list[Backup], now: dt.datetime) -> set[int]:
    """The keys of those that stay, of `good` ones from the newest on."""
    zone = House.objects.current().zone

    def day(row: Backup) -> dt.date:
        return row.started_at.astimezone(zone).date()

    staying = _newest(good, day, DAYS)
    staying |= _newest(good, lambda row: day(row).isocalendar()[:2], WEEKS)
    staying |= _newest(good, lambda row: (day(row).year, day(row).month), MONTHS)
    staying |= _newest(good, lambda row: bool(row.tried_ok), 2)
    kept = now - KEPT_BEFORE_RESTORE
    staying |= {row.pk for row in good if folder.BEFORE_RESTORE in row.file and row.started_at > kept}
    # Who was forgotten is told until when an old backup may hold them.
    return {good[0].pk} | {
        row.pk for row in good if row.pk in staying and row.started_at > now - settings.BACKUPS_KEPT_FOR
    }


def _newest(good: Iterable[Backup], span: Callable[[Backup], object], how_many: int) -> set[int]:
    found: dict[object, int] = {}
    for row in good:
        if span(row) not in found and len(found) < how_many:
            found[span(row)] = row.pk
    return set(found.values())


# -- The proof ---------------------------------------------------------------------------------------------------------


def is_trial_due(now: dt.datetime) -> bool:
    """Every week; a day after one that failed, and as soon as there is a first one."""
    last = Backup.objects.exclude(tried_at=None).order_by("-tried_at").first()
    if last is None or last.tried_at is None:
        return True
    return last.tried_at <= now - (TRIED_EVERY if last.tried_ok else TRIED_AGAIN)


def try_newest(now: dt.datetime | None = None, *, asked: bool = False) -> Backup | None:
    """Brings the newest good backup back into a house beside, and compares. What was tried; None when nothing was."""
    now = now or timezone.now()
    folder.look(now)
    row = folder.newest_good()
    if row is None or not settings.BACKUP_KEY or not (asked or is_trial_due(now)):
        return None
    try:
        content = (settings.BACKUP_FOLDER / row.file).read_bytes()
        _build_beside(Archive(sealing.unseal(content, settings.BACKUP_KEY)))
    except Busy:
        return None
    except (NotBroughtBack, OSError, DatabaseError) as error:
        row.tried_ok, row.why = False, str(error)[:300]
        logger.error("a backup could not be brought back: %s", type(error).__name__)
    else:
        row.tried_ok = True
    row.tried_at = now
    row.save()
    return row


def _build_beside(archive: Archive) -> None:
    """Raises `Busy` also where the house's own disk or database is in trouble: that says nothing of the backup."""
    try:
        with scratch.built() as beside, houses.as_default(beside.house):
            bringing_back.build(archive)
    except (OSError, OperationalError) as error:
        logger.error("no backup could be tried now: %s", type(error).__name__)
        raise Busy(_("There is no room, or the database does not answer. It is tried again.")) from error


# -- What there is to say ----------------------------------------------------------------------------------------------

LATE = dt.timedelta(hours=36)


def problem(now: dt.datetime) -> str:
    """A sentence for a coordinator when the house could not be brought back from last night; nothing otherwise."""
    if not settings.BACKUP_KEY:
        return _("No backups are made: the key for them is missing.")
    tried = Backup.objects.exclude(tried_at=None).order_by("-tried_at").first()
    if tried and tried.tried_ok is False:
        return _("The last backup that was tried could not be brought back.")
    newest = folder.newest_good()
    if newest is None:
        return _("There is no good backup yet.")
    if newest.started_at < now - LATE:
        return _("The last good backup is more than a day old.")
    return ""


def for_page(now: dt.datetime) -> dict:
    """What `clubhouse/_backups.html` shows."""
    return {
        "problem": problem(now),
        "has_key": bool(settings.BACKUP_KEY),
        "making": making.is_in_the_making(now) or is_asked(now),
        "last": list(Backup.objects.order_by("-started_at", "-pk")[:14]),
    }
