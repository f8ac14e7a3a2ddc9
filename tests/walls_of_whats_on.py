"""The doors of the social programme; tests/walls.py says how to read them."""

from tests.actors import MEMBERS, SIGNED_IN, Door, pk_of

DOORS = [
    Door("activities:whats_on", GET=SIGNED_IN),
    Door("activities:whats_on_sheet", GET=SIGNED_IN),
    Door("activities:event", GET=SIGNED_IN, at=pk_of("event")),
    Door("activities:event_poster", GET=SIGNED_IN, at=pk_of("event")),
    Door("activities:join_event", POST=MEMBERS, at=pk_of("event"), data=lambda w: {"action": "sign_up"}),
]
