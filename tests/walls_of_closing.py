"""The doors of closing a month, and of what stands behind a figure; tests/walls.py says how to read them."""

from typing import Any

from tests.actors import COORDINATOR, IN_CHARGE, STATISTICS, Door

CLOSES = {COORDINATOR, STATISTICS}


def of_closed_month(world: Any) -> dict:
    return {"month": world.closed_month}


DOORS = [
    Door("attendance:close_month", POST=CLOSES, at=of_closed_month),
    Door("attendance:reopen_month", GET=CLOSES, POST=CLOSES, at=of_closed_month, data=lambda w: {"why": "A slip."}),
    Door(
        "attendance:export_as_closed",
        GET=IN_CHARGE | {STATISTICS},
        at=lambda w: of_closed_month(w) | {"format": "csv"},
    ),
]
