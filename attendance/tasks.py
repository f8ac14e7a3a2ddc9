"""What the worker does for spreadsheets that were brought in, for the units of visits, and for files that take long."""

from celery import shared_task

from attendance import downtime, report_files
from attendance.actions import apply_retention_daily, fill_units_lately, import_drafts
from attendance.forgetting import sweeping


@shared_task
def put_away_drafts() -> int:
    return import_drafts.put_away_drafts()


@shared_task
def fill_units() -> int:
    return fill_units_lately()


@shared_task
def make_report_file() -> int | None:
    return report_files.make_waiting_file()


@shared_task
def make_downtime_pack() -> bool:
    return downtime.make_due_pack()


@shared_task
def sweep_forgotten() -> int:
    return sweeping.sweep()


@shared_task
def apply_retention() -> int:
    return apply_retention_daily()
