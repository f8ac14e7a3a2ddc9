"""The doors of being forgotten, and of how long things are kept; tests/walls.py says how to read them."""

from typing import Any

from tests.actors import COORDINATOR, IN_CHARGE, MEMBERS, Door, pk_of


def amaras(world: Any) -> dict:
    return {"pk": world.erasure.pk}


DOORS = [
    Door("attendance:ask_to_be_forgotten", GET=MEMBERS, POST=MEMBERS, data=lambda w: {"kind": "anonymise"}),
    Door("attendance:take_back_my_forgetting", POST=MEMBERS),
    Door("attendance:forgetting", GET=IN_CHARGE),
    Door("attendance:confirm_forgetting", GET=IN_CHARGE, POST=IN_CHARGE, at=amaras),
    Door("attendance:take_back_forgetting", POST=IN_CHARGE, at=amaras),
    Door(
        "attendance:forget_member",
        GET={COORDINATOR},
        POST={COORDINATOR},
        at=pk_of("amara"),
        data=lambda w: {"kind": "erase"},
    ),
    Door("attendance:certificates", GET={COORDINATOR}),
    Door("attendance:certificate", GET={COORDINATOR}, at=pk_of("certificate")),
    Door(
        "attendance:edit_retention",
        GET=IN_CHARGE,
        POST=IN_CHARGE,
        data=lambda w: {"what": "reach_out_words", "months": "24"},
    ),
    Door("attendance:confirm_retention", POST=IN_CHARGE, at=pk_of("rule")),
    Door("attendance:end_retention", POST=IN_CHARGE, at=pk_of("rule")),
]
