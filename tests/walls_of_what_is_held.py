"""The doors of what is held about oneself; tests/walls.py says how to read them."""

from tests.actors import MEMBERS, SIGNED_IN, Door

DOORS = [
    Door("held", GET=SIGNED_IN),
    Door("held_topics", GET=SIGNED_IN),
    Door("held_topic", GET=SIGNED_IN, at=lambda w: {"topic": "about-me"}),
    Door("held_table", GET=SIGNED_IN, at=lambda w: {"table": "members.user"}),
    Door("take_held_along", GET=SIGNED_IN),
    Door("held_whole", GET=SIGNED_IN),
    Door("held_json", GET=SIGNED_IN),
    Door("agreed", GET=MEMBERS),
    Door("not_right", GET=MEMBERS, POST=MEMBERS, data=lambda w: {"about": "about-me", "words": "My name is Ama."}),
]
