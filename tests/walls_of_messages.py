"""The doors of messages; tests/walls.py says how to read them."""

from tests.actors import ANYONE, COORDINATOR, IN_CHARGE, Door, pk_of

DOORS = [
    Door("members:stop_messages", GET=ANYONE, POST=ANYONE, at=lambda w: {"token": w.stop_token}),
    Door("members:messages", GET={COORDINATOR}),
    Door("members:stop_all_messages", POST={COORDINATOR}),
    Door("members:let_messages_go", POST={COORDINATOR}),
    Door("members:tell_person", POST={COORDINATOR}, at=pk_of("lost_message")),
    Door("members:take_back_told", POST={COORDINATOR}, at=pk_of("lost_message")),
    Door("members:message_texts", GET={COORDINATOR}),
    Door("members:message_text", GET={COORDINATOR}, at=lambda w: {"kind": "weekly_summary"}),
    Door(
        "members:edit_wording",
        POST={COORDINATOR},
        at=lambda w: {"kind": "weekly_summary"},
        data=lambda w: {"language": "en", "opening": "The kettle is on."},
    ),
    Door("members:notes", GET=IN_CHARGE),
    Door("members:print_notes", POST=IN_CHARGE, data=lambda w: {"note": w.paper_note.pk}),
    Door("members:take_back_printed", POST=IN_CHARGE),
    Door("members:sample_mail"),  # only in a sample house: tests/members/test_house_messages.py
]
