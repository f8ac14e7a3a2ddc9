"""The house's Celery app as it is, but with a beat every second and a queue of its own: for tests/test_worker.py."""

import os

from clubhouse.celery import app

app.conf.task_default_queue = os.environ["QUEUE_FOR_TESTS"]
for entry in app.conf.beat_schedule.values():
    entry["schedule"] = 1.0
