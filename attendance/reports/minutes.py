"""Minutes of a visit, and the 15-minute units that funders pay by (handbook, definitions)."""

from decimal import ROUND_HALF_UP, Decimal

from django.db.models import Func, IntegerField

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


class DaysSince(Func):
    """`DaysSince("day", "member__enrolled_on")`: whole days from the second to the first, in SQL."""

    output_field = IntegerField()
    template = "(%(expressions)s)"
    arg_joiner = " - "

    def as_sqlite(self, compiler, connection, **extra):
        template = "CAST(%(expressions)s AS INTEGER)"
        later, earlier = (Func(part, function="julianday") for part in self.source_expressions)
        return DaysSince(later, earlier).as_sql(compiler, connection, template=template)
