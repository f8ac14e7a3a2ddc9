"""A database other than the one of the settings, to read, fill or look at: for a while it is the default one.

Everything the program does with the database goes through the connection called `default`. So a house that is copied,
built beside or looked at takes that name, in this thread alone, and what runs meanwhile (migrations among it) knows of
no other.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import DEFAULT_DB_ALIAS, connection, connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.recorder import MigrationRecorder
from django.db.utils import load_backend
from psycopg import IsolationLevel

PEOPLE = ("members_user", "members_member", "members_staff")
END_OF_RECORDS = "members_audithead"


@contextmanager
def opened(at: dict[str, Any]) -> Iterator[BaseDatabaseWrapper]:
    """A connection of its own to the database `at`, which is closed in the end."""
    house = load_backend(at["ENGINE"]).DatabaseWrapper(at, DEFAULT_DB_ALIAS)
    try:
        yield house
    finally:
        house.close()


@contextmanager
def as_default(house: BaseDatabaseWrapper) -> Iterator[BaseDatabaseWrapper]:
    before = connections[DEFAULT_DB_ALIAS]
    connections[DEFAULT_DB_ALIAS] = house
    ContentType.objects.clear_cache()
    try:
        yield house
    finally:
        connections[DEFAULT_DB_ALIAS] = before
        ContentType.objects.clear_cache()


def with_options(at: dict[str, Any], **options: Any) -> dict[str, Any]:
    return at | {"OPTIONS": at.get("OPTIONS", {}) | options}


@contextmanager
def standing_still() -> Iterator[None]:
    """The house at one moment, on a connection of its own, while others go on writing."""
    if connection.vendor == "sqlite":
        at = with_options(connection.settings_dict, transaction_mode="DEFERRED")
    else:
        at = with_options(connection.settings_dict, isolation_level=IsolationLevel.REPEATABLE_READ)
    with opened(at) as house, as_default(house), transaction.atomic():
        yield


def tables() -> set[str]:
    return set(connection.introspection.table_names())


def applied() -> list[tuple[str, str]]:
    """The migrations that the house has had, in the order of their names."""
    return sorted(MigrationRecorder(connection).applied_migrations())


def is_empty() -> bool:
    """Nobody is in it: no member, no staff, no account."""
    there = tables()
    with connection.cursor() as cursor:
        for table in PEOPLE:
            if table in there:
                cursor.execute(f"SELECT 1 FROM {connection.ops.quote_name(table)} LIMIT 1")
                if cursor.fetchone():
                    return False
    return True


def last_record() -> int:
    """The number of the last audit record: as long as it stays, nobody changed anything."""
    if END_OF_RECORDS not in tables():
        return 0
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT COALESCE(MAX(seq), 0) FROM {connection.ops.quote_name(END_OF_RECORDS)}")
        return cursor.fetchone()[0]
