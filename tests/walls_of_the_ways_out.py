"""The doors of what comes back from gateways and mail servers; tests/walls.py says how to read them."""

from tests.actors import IN_CHARGE, SIGNED_IN, Door, pk_of

DOORS = [
    # Without the gateway's secret there is no such address, and with it only the gateway's signature opens it.
    Door("members:hear_text"),
    Door("members:use_my_email_again", POST=SIGNED_IN),
    Door("members:use_email_again", POST=IN_CHARGE, at=pk_of("amara")),
]
