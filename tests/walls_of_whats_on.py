"""The doors of the social programme; tests/walls.py says how to read them."""

from typing import Any
from uuid import uuid4

from tests.actors import AT_RECEPTION, IN_CHARGE, MEMBERS, SIGNED_IN, Door, pk_of


def a_walk(world: Any) -> dict:
    return {
        "title": "Walk", "sort": "sport", "day": str(world.today), "starts_at": "23:00", "ends_at": "23:59",
    }  # fmt: skip


DOORS = [
    Door("activities:whats_on", GET=SIGNED_IN),
    Door("activities:whats_on_sheet", GET=SIGNED_IN),
    Door("activities:event", GET=SIGNED_IN, at=pk_of("event")),
    Door("activities:event_poster", GET=SIGNED_IN, at=pk_of("event")),
    Door("activities:join_event", POST=MEMBERS, at=pk_of("event"), data=lambda w: {"action": "sign_up"}),
    Door("activities:share_ride", POST=SIGNED_IN, at=pk_of("event"), data=lambda w: {"action": "offer", "seats": 2}),
    Door("activities:post_event", GET=IN_CHARGE, POST=IN_CHARGE, data=a_walk),
    Door("activities:edit_event", GET=IN_CHARGE, POST=IN_CHARGE, at=pk_of("event"), data=a_walk),
    Door("activities:call_off_event", POST=IN_CHARGE, at=pk_of("event")),
    Door("activities:put_back_event", POST=IN_CHARGE, at=pk_of("event")),
    Door("activities:stop_repeating_event", POST=IN_CHARGE, at=pk_of("event")),
    Door("activities:repeat_event_again", POST=IN_CHARGE, at=pk_of("event")),
    Door(
        "attendance:log_event",
        GET=AT_RECEPTION,
        POST=AT_RECEPTION,
        at=pk_of("past_event"),
        data=lambda w: {"key": str(uuid4()), "action": "save", "member_no": [w.noor.member_no]},
    ),
]
