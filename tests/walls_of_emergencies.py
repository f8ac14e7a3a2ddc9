"""The doors of emergency contacts; tests/walls.py says how to read them."""

from typing import Any
from uuid import uuid4

from tests.actors import COORDINATOR, IN_CHARGE, MEMBERS, OWN, STAFF, Door, pk_of


def a_person(w: Any) -> dict:
    return {"name": "Ada", "relation": "a friend", "phone": "555 0123"}


def why(w: Any) -> dict:
    return {"quick": "accident", "key": str(uuid4())}


def taken_away(w: Any) -> dict:
    """The record of one that the staff took away at Amara's word."""
    return {"seq": w.taken_away.seq}


DOORS = [
    Door("members:my_emergency_contacts", GET=MEMBERS, POST=MEMBERS, data=a_person),
    Door("members:change_emergency_contact", GET={OWN}, POST={OWN}, at=pk_of("emergency_contact"), data=a_person),
    Door("members:take_away_emergency_contact", POST={OWN}, at=pk_of("emergency_contact")),
    Door("members:put_back_emergency_contact", POST={OWN}, at=taken_away),
    Door("members:put_back_member_contact", POST={STAFF}, at=taken_away),
    Door("members:see_emergency", GET=IN_CHARGE, POST=IN_CHARGE, at=pk_of("amara"), data=why),
    Door("members:member_emergency_contacts", GET=IN_CHARGE, POST=IN_CHARGE, at=pk_of("amara"), data=a_person),
    Door("members:take_away_member_contact", POST=IN_CHARGE, at=pk_of("emergency_contact")),
    Door("members:see_emergency_looks", GET={COORDINATOR}),
    Door("attendance:see_emergency_sheet", GET=IN_CHARGE, POST=IN_CHARGE, data=why),
    Door("attendance:see_downtime_pack", GET=IN_CHARGE),
    Door("attendance:make_downtime_pack", POST=IN_CHARGE),
    Door("attendance:take_downtime_pack", POST=IN_CHARGE, at=lambda w: {"what": "sheets"}),
    Door("attendance:take_downtime_pack", POST=IN_CHARGE, at=lambda w: {"what": "contacts"}),
]
