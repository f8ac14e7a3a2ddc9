"""When what goes on by itself last went on: noted for the page of the house's computer, and never in anybody's way."""

import datetime as dt
import logging

from django.db import Error, transaction
from django.utils import timezone

from members.models import LastRun

logger = logging.getLogger(__name__)


def ran(name: str, ok: bool = True, why: str = "") -> None:
    """Note that `name` went on just now. `why` is a sentence for the keeper, without names.

    A database that takes nothing (full, read-only, away) must not end the task itself, so this raises no such error.
    """
    try:
        with transaction.atomic():
            said = {"at": timezone.now(), "ok": ok, "why": why[:300]}
            LastRun.objects.update_or_create(name=name[:60], defaults=said)
    except Error:
        logger.warning("Not noted when this went on: %s", name)


def seconds_since(name: str, now: dt.datetime) -> int | None:
    """How long ago `name` went on; None when it never did."""
    run = LastRun.objects.filter(name=name).first()
    return int((now - run.at).total_seconds()) if run else None


def is_waiting(asked: str, done: str) -> bool:
    """Whether somebody asked for something that was not done since, going by the names of both runs."""
    at = dict(LastRun.objects.filter(name__in=[asked, done]).values_list("name", "at"))
    return asked in at and (done not in at or at[done] < at[asked])
