"""The Celery app, and on one page everything that goes on by itself."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "clubhouse.settings")

app = Celery("clubhouse")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()

# Plain intervals only: what is due is decided in house time, from the database (a local-time crontab loses a run
# when the clock falls back). A beat that runs twice, or was off for a day, therefore changes nothing.
app.conf.beat_schedule = {
    "send what is due": {"task": "members.tasks.send_due", "schedule": 30.0, "options": {"expires": 30}},
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
}
