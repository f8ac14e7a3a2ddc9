"""What the worker does for spreadsheets that were brought in."""

from celery import shared_task

from attendance.actions import import_drafts


@shared_task
def put_away_drafts() -> int:
    return import_drafts.put_away_drafts()
