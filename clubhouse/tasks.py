"""What the worker does by itself for the house's computer: see the schedule in clubhouse/celery.py."""

import datetime as dt
import itertools

from celery import shared_task
from django.conf import settings
from django.utils import timezone

from clubhouse import health, keeping
from members import audit, last_runs

A_WEEK = dt.timedelta(days=7).total_seconds()


@shared_task
def ask_mail_server() -> None:
    if settings.EMAIL_URL and not settings.DEMO:
        last_runs.ran("mail", ok=health.try_mail())


@shared_task
def walk_records() -> None:
    """Look through the whole chain of audit records, once a week."""
    since = last_runs.seconds_since("walk_records", timezone.now())
    if since is not None and since < A_WEEK:
        return
    broken = list(itertools.islice(audit.broken_records(), 5))
    last_runs.ran("walk_records", ok=not broken, why="; ".join(broken))


@shared_task
def make_backup(*, asked: bool = False) -> None:
    keeping.make_due_backup(asked=asked)


@shared_task
def try_backup() -> None:
    keeping.try_newest()
