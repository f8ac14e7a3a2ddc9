"""What the worker does for spreadsheets that were brought in, and for the units of visits."""

from celery import shared_task

from attendance.actions import fill_units_lately, import_drafts


@shared_task
def put_away_drafts() -> int:
    return import_drafts.put_away_drafts()


@shared_task
def fill_units() -> int:
    return fill_units_lately()
