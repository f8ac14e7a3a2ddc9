"""The doors of wishes and notes; tests/walls.py says how to read them."""

from tests.actors import IN_CHARGE, MEMBERS, OWN, SIGNED_IN, Door, pk_of

DOORS = [
    Door(
        "members:set_message_wish",
        GET=SIGNED_IN,
        POST=SIGNED_IN,
        data=lambda w: {"kind": "monthly_report", "tap": "email yes"},
    ),
    Door("members:set_contact_wish", GET=MEMBERS, POST=MEMBERS, data=lambda w: {"email_allowed": "false"}),
    Door("members:set_time_wish", GET=MEMBERS, POST=MEMBERS, data=lambda w: {"best_time": "After tea"}),
    Door("members:my_notes", GET=SIGNED_IN),
    Door("members:put_away_note", POST={OWN}, at=pk_of("note")),
    Door("members:take_out_note", POST={OWN}, at=pk_of("note")),
    Door(
        "members:set_member_message_wish",
        GET=IN_CHARGE,
        POST=IN_CHARGE,
        at=pk_of("amara"),
        data=lambda w: {"kind": "monthly_report", "tap": "email yes"},
    ),
    Door(
        "members:set_member_contact_wish",
        GET=IN_CHARGE,
        POST=IN_CHARGE,
        at=pk_of("amara"),
        data=lambda w: {"email_allowed": "false"},
    ),
    Door(
        "members:set_member_time_wish",
        GET=IN_CHARGE,
        POST=IN_CHARGE,
        at=pk_of("amara"),
        data=lambda w: {"best_time": "After tea"},
    ),
]
