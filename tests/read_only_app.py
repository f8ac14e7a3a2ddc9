"""The house on a database file that may only be read, for tests/test_failures_live.py."""

import os

from django.conf import settings

from clubhouse.wsgi import application as application  # made here, so that settings are read first

assert os.environ["DATABASE_URL"].startswith("sqlite:")
settings.DATABASES["default"]["OPTIONS"]["init_command"] = "PRAGMA query_only=1;"
