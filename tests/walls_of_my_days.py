"""The doors of a member's own days; tests/walls.py says how to read them."""

from tests.actors import MEMBERS, SIGNED_IN, Door

DOORS = [
    Door("activities:my_week", GET=MEMBERS),
    Door("activities:save_lunch", POST=MEMBERS, at=lambda w: {"day": w.today}, data=lambda w: {"action": "save"}),
    Door("activities:lunch", GET=SIGNED_IN),
]
