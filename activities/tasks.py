"""What the worker does for the board."""

from celery import shared_task

from activities.actions import tasks


@shared_task
def make_repeating_tasks() -> int:
    return tasks.make_repeating_tasks()
