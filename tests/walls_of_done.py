"""The doors of what was done, of thanks and of carrying over; tests/walls.py says how to read them."""

from tests.actors import IN_MEETING, MEMBERS, SIGNED_IN, Door, pk_of

DOORS = [
    Door("attendance:mark_done", POST=SIGNED_IN, at=pk_of("task")),  # a sentence for who is not on it
    Door("attendance:mark_not_done", POST=SIGNED_IN, at=pk_of("task")),
    Door("attendance:take_me_off", POST=MEMBERS, at=pk_of("done_task")),
    Door(
        "attendance:edit_helpers",
        GET=IN_MEETING,
        POST=IN_MEETING,
        at=pk_of("done_task"),
        data=lambda w: {"add": w.noor.member_no},
    ),
    Door("activities:give_thanks", POST=SIGNED_IN, at=pk_of("done_task"), data=lambda w: {"words": "Lovely soup!"}),
    Door("activities:take_back_thanks", POST=SIGNED_IN, at=pk_of("thanks")),  # a sentence for who did not write them
    Door("activities:carry_over", POST=IN_MEETING, at=pk_of("task")),
    Door("activities:leave_after_all", POST=IN_MEETING, at=pk_of("task")),
    Door("activities:carry_over_all", POST=IN_MEETING, at=lambda w: {"day": w.today}),
    Door("activities:leave_all_after_all", POST=IN_MEETING),
    Door("activities:week", GET=SIGNED_IN),
    Door("activities:week_of", GET=SIGNED_IN, at=lambda w: {"day": w.day}),
]
