"""Rows out and in: every table through the models of the migrations that the house has had, so of any version.

A row is one line of JSON, the same on both databases: moments in UTC, keys of a JSON column in order, bytes in base64.
The digest of a table is that of its lines.
"""

import base64
import datetime as dt
import decimal
import hashlib
import json
import uuid
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from django.db import connection, models
from django.db.migrations.loader import MigrationLoader

# Nobody is signed in after a house came back; what lies in the cache counts tries of a quarter of an hour.
LEFT_OUT = {"sessions.session", "usersessions.usersession"}
AT_ONCE = 2000
AS_THEY_ARE = {
    "AutoField", "BigAutoField", "SmallAutoField", "BigIntegerField", "IntegerField", "SmallIntegerField",
    "PositiveBigIntegerField", "PositiveIntegerField", "PositiveSmallIntegerField", "BooleanField", "CharField",
    "TextField", "DateField", "TimeField", "FloatField",
}  # fmt: skip

Migrations = list[tuple[str, str]]
Model = type[models.Model]


def unknown(applied: Migrations) -> Migrations:
    """Those that this program does not have: the house is of a newer one."""
    return [migration for migration in applied if migration not in MigrationLoader(connection).disk_migrations]


def models_at(applied: Migrations) -> list[Model]:
    """Every table there was at these migrations, with those between two others, in the order of their names."""
    apps = MigrationLoader(connection).project_state(applied).apps
    found = [
        model
        for model in apps.get_models(include_auto_created=True)
        if model._meta.managed and not model._meta.proxy and model._meta.label_lower not in LEFT_OUT
    ]
    return sorted(found, key=lambda model: model._meta.db_table)


def columns(model: Model) -> list[str]:
    return [field.attname for field in model._meta.local_concrete_fields]


def line(content: Any) -> bytes:
    written = json.dumps(content, default=plain, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return written.encode() + b"\n"


def plain(value: Any) -> str:
    if isinstance(value, dt.datetime | dt.date | dt.time):
        return value.isoformat()
    if isinstance(value, uuid.UUID | decimal.Decimal):
        return str(value)
    if isinstance(value, bytes | memoryview):
        return base64.b64encode(value).decode()
    raise TypeError(f"no way to write {type(value).__name__} down")


def rows(model: Model) -> Iterator[bytes]:
    """A line for each, in the order of their keys."""
    for row in model._base_manager.order_by("pk").values_list(*columns(model)).iterator(chunk_size=AT_ONCE):
        yield line(row)


def sums(model: Model) -> dict[str, Any]:
    """How many rows there are, and their digest."""
    count, digest = 0, hashlib.sha256()
    for row in rows(model):
        count += 1
        digest.update(row)
    return {"rows": count, "digest": digest.hexdigest()}


def empty(found: Iterable[Model]) -> None:
    """Takes out what migrations put in; inside a transaction, at whose end everything has to fit again."""
    with connection.cursor() as cursor:
        for model in found:
            cursor.execute(f"DELETE FROM {connection.ops.quote_name(model._meta.db_table)}")


def fill(model: Model, lines: Iterable[bytes]) -> None:
    ways = [_way_in(field) for field in model._meta.local_concrete_fields]
    table = connection.ops.quote_name(model._meta.db_table)
    names = ", ".join(connection.ops.quote_name(field.column or "") for field in model._meta.local_concrete_fields)
    ready: Any = (  # read as it goes
        [value if way is None else way(value) for way, value in zip(ways, json.loads(row), strict=True)]
        for row in lines
    )
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.copy(f"COPY {table} ({names}) FROM STDIN") as copy:
                for row in ready:
                    copy.write_row(row)
        else:
            cursor.executemany(f"INSERT INTO {table} ({names}) VALUES ({', '.join(['%s'] * len(ways))})", ready)


def _way_in(field: Any) -> Callable[[Any], Any] | None:
    """How what was written is given to the database; None when it is given as it is."""
    while isinstance(field, models.ForeignKey):
        field = field.target_field
    kind = field.get_internal_type()
    if kind == "JSONField":
        return lambda value: None if value is None and field.null else json.dumps(value, cls=field.encoder)
    if kind == "BinaryField":
        return lambda value: None if value is None else base64.b64decode(value)
    if kind in AS_THEY_ARE or (kind in {"DateTimeField", "UUIDField"} and connection.vendor == "postgresql"):
        return None
    if kind == "DateTimeField":
        return lambda value: value and value.replace("T", " ").removesuffix("+00:00")
    if kind == "UUIDField":
        return lambda value: value and value.replace("-", "")
    return lambda value: None if value is None else field.get_db_prep_save(field.to_python(value), connection)
