"""What the worker does by itself: see the schedule in clubhouse/celery.py."""

from celery import shared_task

from clubhouse import stopping
from members import last_runs, notices
from members.notices import bounces


@shared_task
def send_due() -> None:
    notices.send_due(stopping=stopping.asked)
    last_runs.ran("send_due")


@shared_task
def read_bounces() -> None:
    bounces.read_bounces()
    last_runs.ran("read_bounces")
