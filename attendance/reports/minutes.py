"""Minutes of a visit, and the 15-minute units that funders pay by (handbook, definitions)."""

from django.db.models import Func, IntegerField

from members.models import Rounding

UNIT = 15


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
