"""A house built beside: empty at first, seen by nobody, and put in the place of the other at one stroke.

On SQLite it is a file beside the house's, copied over it in one write that either happens or does not. On PostgreSQL it
is a schema of its own; its tables and those of the house change places in one transaction. One is built at a time: a
lock that goes with the process says so, and what lies there while nobody holds it was left by one that died.
"""

import fcntl
import secrets
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.apps import apps
from django.db import OperationalError, connection
from django.db.backends.base.base import BaseDatabaseWrapper
from django.utils.translation import gettext as _

from clubhouse.keeping import houses
from clubhouse.keeping.refusals import Busy

PATIENCE = 20  # seconds until somebody who writes has to be done
LOCK = 7_315_286  # of PostgreSQL's advisory locks
HELD = {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}
BESIDE, BEFORE = "clubhouse_scratch_", "clubhouse_before_"


class Scratch:
    """`house` is the connection to it; `put_in_place` makes it the house."""

    def __init__(self, house: BaseDatabaseWrapper) -> None:
        self.house = house

    def put_in_place(self, may: Callable[[], None]) -> None:
        """`may` is asked last, while nobody writes, with the old house open; it raises what speaks against it."""
        raise NotImplementedError


@contextmanager
def built() -> Iterator[Scratch]:
    """Raises `Busy` while another one is built. It is gone afterwards, whatever happened."""
    beside = _on_sqlite if connection.vendor == "sqlite" else _on_postgresql
    with beside(connection.settings_dict) as scratch:
        yield scratch


def _somebody_builds() -> Busy:
    return Busy(_("A backup is being tried or brought back at this moment. Wait until it is done."))


# -- SQLite ------------------------------------------------------------------------------------------------------------


class SqliteScratch(Scratch):
    def put_in_place(self, may: Callable[[], None]) -> None:
        give_up_at = time.monotonic() + PATIENCE

        def patience(status: int, remaining: int, total: int) -> None:
            if status in HELD and time.monotonic() > give_up_at:
                raise Busy(_("Somebody is writing into the house. Stop the program first."))

        with houses.opened(connection.settings_dict) as old:
            with houses.as_default(old):
                may()
            self.house.ensure_connection()
            old.ensure_connection()
            with old.wrap_database_errors:
                self.house.connection.backup(old.connection, progress=patience, sleep=0.1)


@contextmanager
def _on_sqlite(at: dict[str, Any]) -> Iterator[Scratch]:
    house = Path(at["NAME"])
    with house.with_name(f"{house.name}.being-built").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise _somebody_builds() from None
        _clear(house)
        pragmas = "PRAGMA journal_mode=MEMORY; PRAGMA synchronous=OFF;"
        file = house.with_name(f"{house.name}.scratch-{secrets.token_hex(4)}")
        file.touch(mode=0o600)
        try:
            with houses.opened(houses.with_options(at | {"NAME": str(file)}, init_command=pragmas)) as scratch:
                yield SqliteScratch(scratch)
        finally:
            _clear(house)


def _clear(house: Path) -> None:
    for left in house.parent.glob(f"{house.name}.scratch-*"):
        left.unlink(missing_ok=True)


# -- PostgreSQL --------------------------------------------------------------------------------------------------------


class PostgresScratch(Scratch):
    def __init__(self, house: BaseDatabaseWrapper, schema: str, place: str) -> None:
        super().__init__(house)
        self.schema, self.place = schema, place

    def put_in_place(self, may: Callable[[], None]) -> None:
        before = BEFORE + self.schema.removeprefix(BESIDE)
        with houses.opened(houses.with_options(connection.settings_dict)) as old, houses.as_default(old):
            try:
                with old.cursor() as cursor:
                    cursor.execute("BEGIN")
                    cursor.execute(f"SET LOCAL lock_timeout = '{PATIENCE}s'")
                    leaving = sorted(name for name in houses.tables() if _is_ours(name))
                    if leaving:
                        cursor.execute("LOCK TABLE " + ", ".join(f'"{self.place}"."{name}"' for name in leaving))
                    may()
                    cursor.execute(f'CREATE SCHEMA "{before}"')
                    for name in leaving:
                        cursor.execute(f'ALTER TABLE "{self.place}"."{name}" SET SCHEMA "{before}"')
                    cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = %s", [self.schema])
                    for (name,) in cursor.fetchall():
                        cursor.execute(f'ALTER TABLE "{self.schema}"."{name}" SET SCHEMA "{self.place}"')
                    cursor.execute(f'DROP SCHEMA "{before}" CASCADE')
                    cursor.execute("COMMIT")
            except OperationalError as error:
                raise Busy(_("Somebody is writing into the house. Stop the program first.")) from error


def _is_ours(table: str) -> bool:
    labels = {app.label for app in apps.get_app_configs()} | {"django"}
    return table == "cache" or any(table.startswith(f"{label}_") for label in labels)


@contextmanager
def _on_postgresql(at: dict[str, Any]) -> Iterator[Scratch]:
    schema = BESIDE + secrets.token_hex(4)
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_schema()")
        place = cursor.fetchone()[0]
    options = f"{at.get('OPTIONS', {}).get('options', '')} -c search_path={schema} -c synchronous_commit=off".strip()
    with houses.opened(houses.with_options(at, options=options)) as house:
        with house.cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_lock(%s)", [LOCK])
            if not cursor.fetchone()[0]:
                raise _somebody_builds()
            _drop(cursor)
            cursor.execute(f'CREATE SCHEMA "{schema}"')
        try:
            yield PostgresScratch(house, schema, place)
        finally:
            house.close()
            with houses.opened(at) as after, after.cursor() as cursor:
                cursor.execute(f'DROP SCHEMA IF EXISTS "{schema}" CASCADE')


def _drop(cursor) -> None:
    cursor.execute("SELECT nspname FROM pg_namespace WHERE nspname LIKE %s", [BESIDE.replace("_", r"\_") + "%"])
    for (left,) in cursor.fetchall():
        cursor.execute(f'DROP SCHEMA IF EXISTS "{left}" CASCADE')
