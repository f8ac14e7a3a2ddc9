"""What we write about tasks and events: reminders, a place that came free, changes, and the week ahead."""

from activities.actions import CHANGED, PLACE_FREE, TASK_REMINDER, WEEK_AHEAD
from activities.notices import changed, place_free, task_reminder, week_ahead

__all__ = [
    "CHANGED",
    "PLACE_FREE",
    "TASK_REMINDER",
    "WEEK_AHEAD",
    "changed",
    "place_free",
    "task_reminder",
    "week_ahead",
]
