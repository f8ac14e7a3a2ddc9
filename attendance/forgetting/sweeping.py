"""What is left on the disk after somebody was forgotten: pages of the database that are free by now, and files.

A row that is gone leaves its bytes in the database's own files until something else is written over them. The worker
has the database write its files anew; until it did, the certificate says so.
"""

import logging

from django.conf import settings
from django.db import DatabaseError, connection
from django.utils import timezone

from attendance import downtime, report_files
from attendance.forgetting import book
from members.last_runs import ran
from members.models import Erasure

logger = logging.getLogger(__name__)
WHAT = "sweep after somebody was forgotten"
WAIT_FOR_LOCKS = "5s"


def sweep() -> int:
    """What the worker does every minute. Answers how many certificates are whole now."""
    book.settle()
    waiting = list(Erasure.objects.done().filter(swept_at=None).values_list("pk", flat=True))
    if not waiting or connection.in_atomic_block:
        return 0
    try:
        sweep_files()
        write_anew()
    except (DatabaseError, OSError) as error:  # tried again in a minute
        logger.warning("sweep after forgetting: %s", type(error).__name__)
        ran(WHAT, ok=False, why=type(error).__name__)
        return 0
    ran(WHAT)
    return Erasure.objects.filter(pk__in=waiting).update(swept_at=timezone.now())


def sweep_files() -> None:
    """Files with names that were made before, the pack for a day without the program, and the sample house's mail."""
    report_files.sweep()
    downtime.remove_pack()
    if settings.DEMO and settings.MAIL_FOLDER.is_dir():
        for file in settings.MAIL_FOLDER.iterdir():
            file.unlink(missing_ok=True)


def write_anew() -> None:
    """The database's files, without what is free in them. Raises DatabaseError while others hold it."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("VACUUM")
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            is_busy = cursor.fetchone()[0]
        if is_busy:
            raise DatabaseError("somebody reads what was written before")
        return
    with connection.cursor() as cursor:
        cursor.execute(f"SET lock_timeout = '{WAIT_FOR_LOCKS}'")
        try:
            for table in connection.introspection.table_names(cursor):
                cursor.execute(f"VACUUM (FULL, ANALYZE) {connection.ops.quote_name(table)}")
        finally:
            cursor.execute("RESET lock_timeout")
