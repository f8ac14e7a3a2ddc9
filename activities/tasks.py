"""What the worker does for the board and the social programme."""

from celery import shared_task

from activities.actions import carry_over_by_itself, repeating_events, tasks


@shared_task
def make_repeating_tasks() -> int:
    return tasks.make_repeating_tasks()


@shared_task
def make_repeating_events() -> int:
    return repeating_events.make_repeating_events()


@shared_task
def carry_over() -> int:
    return carry_over_by_itself()
