"""The next version is this one, and a little more."""

from clubhouse import settings as today

globals().update({name: value for name, value in vars(today).items() if name.isupper()})
INSTALLED_APPS = [*today.INSTALLED_APPS, "tests.next_version.apps.Next"]
MIGRATION_MODULES = {"attendance": "tests.next_version.attendance_migrations"}
