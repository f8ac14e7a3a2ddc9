"""The doors of what may leave the house; tests/walls.py says how to read them."""

from typing import Any

from clubhouse.converters import Month
from clubhouse.spans import Span
from tests.actors import COORDINATOR, IN_CHARGE, STATISTICS, Door, pk_of


def of_the_month(world: Any) -> dict:
    return {"span": Span.of(world.month)}


DOORS = [
    Door("attendance:breakdown", GET=IN_CHARGE | {STATISTICS}, at=of_the_month),
    Door(
        "attendance:export_breakdown",
        GET=IN_CHARGE | {STATISTICS},
        at=lambda w: of_the_month(w) | {"format": "csv"},
    ),
    Door(
        "attendance:export_breakdown",
        GET=IN_CHARGE | {STATISTICS},
        at=lambda w: of_the_month(w) | {"format": "xlsx"},
    ),
    Door(
        "attendance:ask_for_breakdown",
        POST=IN_CHARGE | {STATISTICS},
        at=lambda w: {"span": Span.of(Month(2020, 1), Month(2021, 12))},
        data=lambda w: {"format": "csv"},
    ),
    Door(
        "attendance:export_research",
        GET={COORDINATOR, STATISTICS},
        POST={COORDINATOR, STATISTICS},
        at=of_the_month,
        data=lambda w: {"format": "xlsx"},
    ),
    Door(
        "attendance:decisions",
        GET={COORDINATOR, STATISTICS},
        POST={COORDINATOR, STATISTICS},
        data=lambda w: {"decided_on": w.day, "words": "The university may have them."},
    ),
    Door("attendance:take_back_decision", POST={COORDINATOR, STATISTICS}, at=pk_of("decision")),
]
