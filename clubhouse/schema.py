"""Whether the database has the shape that this program reads and writes: asked until it has, then never again."""

import contextlib
import functools
import threading

from django.db import Error, connection, transaction
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

from clubhouse.version import VERSION
from members.models import LastRun

Key = tuple[str, str]  # of a migration: app, name
NOTED = "version"  # the LastRun that says to which version the house was brought last
# By what a house is known that was last brought along before versions were noted.
FIRST_SEEN = {
    "0.6": ("members", "0011_keeping_and_forgetting"),
    "0.5": ("members", "0008_messages_and_reach_out"),
    "0.4": ("members", "0007_figures_for_outside_and_mail_to_staff"),
    "0.3": ("members", "0005_meeting_duty_and_lunch"),
    "0.2": ("members", "0003_tablets_merges_and_door_wishes"),
    "0.1": ("members", "0001_initial"),
}
_seen = threading.Event()
_one = threading.Lock()


def known() -> frozenset[Key]:
    """All migrations that this program brings. One thread reads them: Django loads the modules anew for each."""
    with _one:
        return _read()


@functools.cache
def _read() -> frozenset[Key]:
    return frozenset(MigrationLoader(None).disk_migrations)


def applied() -> set[Key]:
    return set(MigrationRecorder(connection).applied_migrations())


def waiting(done: set[Key]) -> set[Key]:
    """What the database still lacks."""
    return set(known()) - done


def unheard_of(done: set[Key]) -> set[Key]:
    """What a newer program did to the database."""
    apps = {app for app, _name in known()}
    return {key for key in done - known() if key[0] in apps}


def is_current() -> bool:
    """One look at the database until nothing waits; from then on none."""
    if not _seen.is_set() and not waiting(applied()):
        _seen.set()
    return _seen.is_set()


def is_another_now() -> bool:
    """After a database error: was the database brought to another version under this running program?"""
    done = applied()
    return bool(waiting(done) or unheard_of(done))


def version_of(done: set[Key]) -> str:
    """The version that the house was brought to last, where `done` are its migrations."""
    with contextlib.suppress(Error), transaction.atomic():
        noted = LastRun.objects.filter(name=NOTED).values_list("why", flat=True).first()
        if noted:
            return noted
    if not waiting(done):
        return VERSION
    return next((version for version, first in FIRST_SEEN.items() if first in done), "0.1")
