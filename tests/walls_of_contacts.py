"""The doors of time away, and of what was written about reach-outs; tests/walls.py says how to read them."""

import datetime as dt
from typing import Any
from uuid import uuid4

from tests.actors import IN_CHARGE, MEMBERS, OWN, REACH_OUT, Door, pk_of


def at_home(world: Any) -> dict:
    return {"place": "home", "from_on": world.today, "until_on": world.today + dt.timedelta(days=7)}


def its_card(world: Any) -> dict:
    return {"cards": "", "member": world.ida.pk}


def last_tuesday(world: Any) -> dict:
    return {"key": str(uuid4()), "day": world.day, "time": "11:00", "channel": "phone", "outcome": "spoke"}


DOORS = [
    Door("attendance:reach_out_log", GET=IN_CHARGE | {REACH_OUT}),
    Door("attendance:add_reach_out", GET=IN_CHARGE, POST=IN_CHARGE, data=lambda w: {"who": "amara"}),
    Door("attendance:add_reach_out_with", GET=IN_CHARGE, POST=IN_CHARGE, at=pk_of("amara"), data=last_tuesday),
    Door("attendance:take_back_reach_out", POST=IN_CHARGE, at=pk_of("contact")),  # others: their own
    Door("attendance:member_reach_outs", GET=IN_CHARGE, at=pk_of("amara")),
    Door("attendance:print_cards", GET=IN_CHARGE | {REACH_OUT}, POST=IN_CHARGE | {REACH_OUT}, data=its_card),
    Door("attendance:my_reach_outs", GET=MEMBERS),
    Door(
        "attendance:correct_my_reach_out",
        GET={OWN},
        POST={OWN},
        at=pk_of("contact"),
        data=lambda w: {"words": "I was not at home that day."},
    ),
    Door("attendance:my_time_away", GET=MEMBERS, POST=MEMBERS, data=at_home),
    Door("attendance:member_time_away", GET=IN_CHARGE, POST=IN_CHARGE, at=pk_of("amara"), data=at_home),
]
