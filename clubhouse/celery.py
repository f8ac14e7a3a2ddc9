"""The Celery app, and on one page everything that goes on by itself."""

import os

from celery import Celery, bootsteps
from kombu.transport import TRANSPORT_ALIASES

from clubhouse import stopping

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "clubhouse.settings")

TRANSPORT_ALIASES["filesystem"] = "clubhouse.folder_queue:Transport"
app = Celery("clubhouse")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


class TellTasks(bootsteps.StartStopStep):
    """A worker that was asked to end says so to the tasks that run, before it waits for them."""

    def close(self, worker) -> None:
        stopping.ask()


app.steps["worker"].add(TellTasks)

# Plain intervals only: what is due is decided in house time, from the database (a local-time crontab loses a run
# when the clock falls back). A beat that runs twice, or was off for a day, therefore changes nothing.
app.conf.beat_schedule = {
    "send what is due": {"task": "members.tasks.send_due", "schedule": 30.0, "options": {"expires": 30}},
    "read letters that came back": {
        "task": "members.tasks.read_bounces",
        "schedule": 600.0,
        "options": {"expires": 600},
    },
    "make files that take long": {
        "task": "attendance.tasks.make_report_file",
        "schedule": 5.0,
        "options": {"expires": 5},
    },
    "make repeating tasks": {
        "task": "activities.tasks.make_repeating_tasks",
        "schedule": 3600.0,
        "options": {"expires": 3600},
    },
    "make repeating events": {
        "task": "activities.tasks.make_repeating_events",
        "schedule": 3600.0,
        "options": {"expires": 3600},
    },
    "carry over what is left": {
        "task": "activities.tasks.carry_over",
        "schedule": 600.0,
        "options": {"expires": 600},
    },
    "set units by what was done": {
        "task": "attendance.tasks.fill_units",
        "schedule": 600.0,
        "options": {"expires": 600},
    },
    "put away uploaded spreadsheets": {
        "task": "attendance.tasks.put_away_drafts",
        "schedule": 600.0,
        "options": {"expires": 600},
    },
    "ask whether the mail server answers": {
        "task": "clubhouse.tasks.ask_mail_server",
        "schedule": 3600.0,
        "options": {"expires": 3600},
    },
    # Once a week; asked each hour, so that a computer that was off comes back to it.
    "look through the record of changes": {
        "task": "clubhouse.tasks.walk_records",
        "schedule": 3600.0,
        "options": {"expires": 3600},
    },
    # Once a night in the house's time; asked each hour, so that what did not work or was slept through is made up for.
    "make a backup": {
        "task": "clubhouse.tasks.make_backup",
        "schedule": 3600.0,
        "options": {"expires": 3600},
    },
    "make a backup that somebody asked for": {
        "task": "clubhouse.tasks.make_backup",
        "schedule": 15.0,
        "kwargs": {"asked": True},
        "options": {"expires": 15},
    },
    "try whether a backup can be brought back": {
        "task": "clubhouse.tasks.try_backup",
        "schedule": 3600.0,
        "options": {"expires": 3600},
    },
    # Once a day, early, in a house that wants it; asked each minute, so that what somebody changed soon holds.
    "make the pack for a day without the program": {
        "task": "attendance.tasks.make_downtime_pack",
        "schedule": 60.0,
        "options": {"expires": 60},
    },
    "sweep after somebody was forgotten": {
        "task": "attendance.tasks.sweep_forgotten",
        "schedule": 60.0,
        "options": {"expires": 60},
    },
    "let go what is old enough": {
        "task": "attendance.tasks.apply_retention",
        "schedule": 3600.0,
        "options": {"expires": 3600},
    },
}
