"""What changes in the house's work and its calendar."""

from activities.actions.calendar import (
    ClosesBeforeItOpens,
    WeekInThePast,
    edit_open_day,
    edit_opening_week,
    remove_open_day,
    remove_opening_week,
)
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
from activities.actions.units import (
    UnitNameTaken,
    add_to_unit,
    add_unit,
    edit_unit,
    edit_unit_staff,
    remove_from_unit,
)

__all__ = [
    "TASK_REMINDER",
    "ClosesBeforeItOpens",
    "DayIsOver",
    "EndsBeforeItStarts",
    "TaskCalledOff",
    "TaskFull",
    "TaskOver",
    "TooFewPlaces",
    "UnitNameTaken",
    "WeekInThePast",
    "add_to_unit",
    "add_unit",
    "call_off_task",
    "edit_open_day",
    "edit_opening_week",
    "edit_task",
    "edit_unit",
    "edit_unit_staff",
    "make_repeating_tasks",
    "post_task",
    "put_back_task",
    "remove_from_unit",
    "remove_open_day",
    "remove_opening_week",
    "repeat_again",
    "sign_up",
    "stop_repeating",
    "withdraw",
]
