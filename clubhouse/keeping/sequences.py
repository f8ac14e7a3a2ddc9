"""The next number of each table: a number that was given once is not given again, also when its row is gone."""

from django.db import connection, models

from clubhouse.keeping.tables import Model


def last_given(model: Model) -> int | None:
    """The highest key that the database ever gave by itself; None where it gives none."""
    if not isinstance(model._meta.pk, models.AutoField):
        return None
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = %s", [model._meta.db_table])
            found = cursor.fetchone()
            return found[0] if found else 0
        sequence = _sequence(cursor, model)
        if sequence is None:
            return None
        cursor.execute(f"SELECT CASE WHEN is_called THEN last_value ELSE 0 END FROM {sequence}")
        return cursor.fetchone()[0]


def go_on_after(model: Model, number: int | None) -> None:
    if number is None or not isinstance(model._meta.pk, models.AutoField):
        return
    table, pk = model._meta.db_table, connection.ops.quote_name(model._meta.pk.column or "")
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT COALESCE(MAX({pk}), 0) FROM {connection.ops.quote_name(table)}")
        number = max(number, cursor.fetchone()[0])
        if connection.vendor == "sqlite":
            cursor.execute("DELETE FROM sqlite_sequence WHERE name = %s", [table])
            if number:
                cursor.execute("INSERT INTO sqlite_sequence (name, seq) VALUES (%s, %s)", [table, number])
        elif sequence := _sequence(cursor, model):
            cursor.execute("SELECT setval(%s, %s, %s)", [sequence, max(number, 1), number > 0])


def _sequence(cursor, model: Model) -> str | None:
    quoted = connection.ops.quote_name(model._meta.db_table)
    cursor.execute("SELECT pg_get_serial_sequence(%s, %s)", [quoted, model._meta.pk.column])
    return cursor.fetchone()[0]
