"""What the worker does by itself: see the schedule in clubhouse/celery.py."""

from celery import shared_task

from members import notices


@shared_task
def send_due() -> None:
    notices.send_due()
