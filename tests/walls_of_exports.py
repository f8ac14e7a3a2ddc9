"""The doors of the report's files; tests/walls.py says how to read them."""

from typing import Any

from clubhouse.spans import Span
from tests.actors import COORDINATOR, IN_CHARGE, STATISTICS, Door


def of_the_month(world: Any) -> dict:
    return {"span": Span.of(world.month)}


DOORS = [
    *(
        Door(
            "attendance:export_monthly_report",
            GET=IN_CHARGE | {STATISTICS},
            at=lambda w, format=format: of_the_month(w) | {"format": format},
        )
        for format in ("csv", "json", "xlsx", "pdf")
    ),
    Door(
        "attendance:export_report_with_names",
        GET={COORDINATOR},
        POST={COORDINATOR},
        at=of_the_month,
        data=lambda w: {"why": "Hours for the county."},
    ),
]
