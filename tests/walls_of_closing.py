"""The doors of closing a month, and of what stands behind a figure; tests/walls.py says how to read them."""

from typing import Any

from tests.actors import COORDINATOR, IN_CHARGE, SIGNED_IN, STATISTICS, Door

CLOSES = {COORDINATOR, STATISTICS}


def of_closed_month(world: Any) -> dict:
    return {"month": world.closed_month}


def of_figure(world: Any) -> dict:
    return {"span": world.span, "figure": "attendance.distinct_served"}


DOORS = [
    Door("attendance:figure", GET=SIGNED_IN, at=of_figure),
    Door("attendance:figure_visits", GET=IN_CHARGE, at=lambda w: of_figure(w) | {"day": w.day}),
    Door("attendance:close_month", POST=CLOSES, at=of_closed_month),
    Door("attendance:reopen_month", GET=CLOSES, POST=CLOSES, at=of_closed_month, data=lambda w: {"why": "A slip."}),
    Door(
        "attendance:export_as_closed",
        GET=IN_CHARGE | {STATISTICS},
        at=lambda w: of_closed_month(w) | {"format": "csv"},
    ),
]
