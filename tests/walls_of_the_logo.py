"""The doors of the house's logo; tests/walls.py says how to read them."""

import base64

from django.core.files.uploadedfile import SimpleUploadedFile

from tests.actors import ANYONE, COORDINATOR, DOOR_TABLET, Door

# One white dot.
PNG = base64.b64decode("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVR4nGP4//8/AAX+Av4N70a4AAAAAElFTkSuQmCC")

DOORS = [
    Door(
        "members:edit_logo",
        GET={COORDINATOR},
        POST={COORDINATOR},
        data=lambda w: {"picture": SimpleUploadedFile("logo.png", PNG, "image/png")},
    ),
    Door("members:remove_logo", POST={COORDINATOR}),
    Door(
        "members:house_logo",
        GET=ANYONE | {DOOR_TABLET},
        at=lambda w: {"version": w.logo_version},
    ),
]
