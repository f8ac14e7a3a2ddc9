"""Minutes of a visit, and the 15-minute units that funders pay by (handbook, definitions)."""

from decimal import ROUND_HALF_UP, Decimal

from django.db.models import BigIntegerField, DateField, Func, IntegerField

from members.models import Rounding

UNIT = 15


def half_up(amount: int | Decimal, by: int = 1) -> Decimal:
    """`amount / by` with two decimals, a half rounded up."""
    return (Decimal(amount) / by).quantize(Decimal("0.01"), ROUND_HALF_UP)


class ElapsedMinutes(Func):
    """`ElapsedMinutes("arrived_at", "left_at")`: elapsed seconds // 60 in SQL, NULL without a time out.

    Written out for each database because a difference of moments is computed row by row in Python on SQLite.
    """

    output_field = IntegerField()

    def get_db_converters(self, connection) -> list:
        return []  # it is a number already, in each of a million rows

    def as_sql(self, compiler, connection, **extra):
        (begin, begin_params), (end, end_params) = (compiler.compile(part) for part in self.source_expressions)
        sql = f"CAST(FLOOR(EXTRACT(EPOCH FROM ({end} - {begin})) / 60) AS integer)"
        return sql, [*end_params, *begin_params]

    def as_sqlite(self, compiler, connection, **extra):
        (begin, begin_params), (end, end_params) = (compiler.compile(part) for part in self.source_expressions)

        def microseconds(moment: str) -> str:
            # strftime would round the fraction up into the next second, so the two are read apart.
            seconds = f"CAST(strftime('%%s', substr({moment}, 1, 19)) AS INTEGER)"
            return f"({seconds} * 1000000 + CAST(substr({moment} || '.000000', 21, 6) AS INTEGER))"

        sql = f"(({microseconds(end)} - {microseconds(begin)}) / 60000000)"
        return sql, [*end_params, *end_params, *begin_params, *begin_params]


def units(minutes: int, rounding: str) -> int:
    """How many 15-minute units `minutes` make by one of the three rules."""
    if rounding == Rounding.EIGHT_MINUTE:
        return (minutes + 7) // UNIT
    if rounding == Rounding.UP_TO:
        return -(-minutes // UNIT)
    return minutes // UNIT


class Seconds(Func):
    """`Seconds("arrived_at")`: whole seconds since 1970 in SQL; with `up` a started second counts."""

    output_field = BigIntegerField()

    def __init__(self, moment: str, *, up: bool = False) -> None:
        super().__init__(moment, up=up)

    def get_db_converters(self, connection) -> list:
        return []  # it is a number already

    def as_sql(self, compiler, connection, **extra):
        moment, params = compiler.compile(self.source_expressions[0])
        return f"CAST({'CEIL' if self.extra['up'] else 'FLOOR'}(EXTRACT(EPOCH FROM {moment})) AS bigint)", params

    def as_sqlite(self, compiler, connection, **extra):
        moment, params = compiler.compile(self.source_expressions[0])
        sql = f"CAST(strftime('%%s', substr({moment}, 1, 19)) AS INTEGER)"
        if not self.extra["up"]:
            return sql, params
        return f"({sql} + (CAST(substr({moment} || '.0', 21, 6) AS INTEGER) > 0))", [*params, *params]


class DaysAfter(Func):
    """`DaysAfter("enrolled_on", 31)`: the day so many days later, in SQL."""

    output_field = DateField()

    def __init__(self, day, days: int) -> None:
        super().__init__(day, days=days)

    def as_sql(self, compiler, connection, **extra):
        day, params = compiler.compile(self.source_expressions[0])
        return f"({day} + {self.extra['days']})", params

    def as_sqlite(self, compiler, connection, **extra):
        day, params = compiler.compile(self.source_expressions[0])
        return f"date({day}, '+{self.extra['days']} days')", params
