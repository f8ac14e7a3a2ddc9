"""The doors of reach-out; tests/walls.py says how to read them."""

from typing import Any
from uuid import uuid4

from tests.actors import IN_CHARGE, REACH_OUT, Door, pk_of

WITH_THE_DUTY = IN_CHARGE | {REACH_OUT}


def spoke(world: Any) -> dict:
    return {"key": str(uuid4()), "channel": "phone", "outcome": "spoke"}


DOORS = [
    Door("attendance:reach_out", GET=WITH_THE_DUTY),
    Door("attendance:reach_out_card", GET=WITH_THE_DUTY, at=pk_of("bo")),
    Door("attendance:claim_reach_out", POST=WITH_THE_DUTY, at=pk_of("bo")),
    Door("attendance:release_reach_out", POST=WITH_THE_DUTY, at=pk_of("bo")),
    Door("attendance:log_reach_out", POST=WITH_THE_DUTY, at=pk_of("bo"), data=spoke),
    # a sentence for who did not write it
    Door("attendance:undo_reach_out", POST=WITH_THE_DUTY, at=pk_of("reach_out")),
]
