"""The doors of what we know how to do; tests/walls.py says how to read them."""

from tests.actors import IN_CHARGE, MEMBERS, SIGNED_IN, Door, pk_of

BREAD = {"title": "Bread and rolls", "part": "morning", "places": "3"}

DOORS = [
    Door("activities:library", GET=SIGNED_IN),
    Door("activities:unit_library", GET=SIGNED_IN, at=pk_of("unit")),
    Door("activities:add_library_task", GET=IN_CHARGE, POST=IN_CHARGE, at=pk_of("unit"), data=lambda w: BREAD),
    Door("activities:add_usual_tasks", POST=IN_CHARGE, at=pk_of("unit"), data=lambda w: {"trade": "kitchen"}),
    Door("activities:edit_library_task", GET=IN_CHARGE, POST=IN_CHARGE, at=pk_of("library_task"), data=lambda w: BREAD),
    Door("activities:remove_library_task", POST=IN_CHARGE, at=pk_of("library_task")),
    Door("activities:put_back_library_task", POST=IN_CHARGE, at=pk_of("library_task")),
    Door(
        "activities:post_library_task", POST=IN_CHARGE, at=pk_of("library_task"), data=lambda w: {"day": str(w.today)}
    ),
    Door("activities:can_show_work", POST=MEMBERS, at=pk_of("library_task"), data=lambda w: {"action": "can_show"}),
    Door("activities:guide", GET=SIGNED_IN, at=pk_of("library_task")),
    # Members who cannot show the work are led to the guide, with a sentence (tests/activities/test_guides.py).
    Door(
        "activities:write_guide",
        GET=SIGNED_IN,
        POST=SIGNED_IN,
        at=pk_of("library_task"),
        data=lambda w: {"action": "write", "words": "Let it rise.", "picture": "clock"},
    ),
]
