"""What changes in the house's work and its calendar."""

from activities.actions.sign_ups import TASK_REMINDER, TaskCalledOff, TaskFull, TaskOver, sign_up, withdraw
from activities.actions.tasks import (
    DayIsOver,
    EndsBeforeItStarts,
    TooFewPlaces,
    call_off_task,
    edit_task,
    make_repeating_tasks,
    post_task,
    put_back_task,
    repeat_again,
    stop_repeating,
)

__all__ = [
    "TASK_REMINDER",
    "DayIsOver",
    "EndsBeforeItStarts",
    "TaskCalledOff",
    "TaskFull",
    "TaskOver",
    "TooFewPlaces",
    "call_off_task",
    "edit_task",
    "make_repeating_tasks",
    "post_task",
    "put_back_task",
    "repeat_again",
    "sign_up",
    "stop_repeating",
    "withdraw",
]
