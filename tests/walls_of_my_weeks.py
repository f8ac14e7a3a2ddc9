"""The doors of what I joined, week by week; tests/walls.py says how to read them."""

from clubhouse.converters import IsoWeek
from tests.actors import MEMBERS, Door

DOORS = [
    Door("attendance:my_weeks", GET=MEMBERS),
    Door("attendance:my_week_of", GET=MEMBERS, at=lambda w: {"week": IsoWeek.of(w.day)}),
]
