"""The house as it must not be, for test_redis_gone.py: each page that stores something also calls the worker."""

import os

from clubhouse.celery import app
from clubhouse.wsgi import application as house


def application(environ, start_response):
    if environ["REQUEST_METHOD"] == "POST":
        app.send_task("members.tasks.send_due", queue=os.environ["QUEUE_FOR_TESTS"])
    return house(environ, start_response)
