"""The doors of a member's own days; tests/walls.py says how to read them."""

from tests.actors import ANYONE, MEMBERS, SIGNED_IN, Door

DOORS = [
    Door("activities:my_week", GET=MEMBERS),
    Door("activities:save_lunch", POST=MEMBERS, at=lambda w: {"day": w.today}, data=lambda w: {"action": "save"}),
    Door("activities:lunch", GET=SIGNED_IN),
    Door("activities:edit_calendar_feed", GET=MEMBERS, POST=MEMBERS, data=lambda w: {"action": "make"}),
    Door("activities:calendar_feed", GET=ANYONE, at=lambda w: {"token": w.feed_token}),
]
