"""The doors of the house's computer; tests/walls.py says how to read them."""

from tests.actors import COORDINATOR, Door

DOORS = [
    Door("see_keeping", GET={COORDINATOR}),
    Door("back_up_now", POST={COORDINATOR}),
]
