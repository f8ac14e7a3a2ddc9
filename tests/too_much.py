"""The house for tests/test_too_much.py, as it is and without its front, which takes whatever is sent then."""

from django.conf import settings

from clubhouse import front
from clubhouse.wsgi import application

PLAIN = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}  # nobody collected static files for it
settings.STORAGES = settings.STORAGES | {"staticfiles": PLAIN}


def as_it_is():
    return application


def without_front():
    front.MOST_BYTES = 2**40
    return application
