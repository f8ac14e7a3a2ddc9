"""The doors of the unit meeting; tests/walls.py says how to read them."""

from activities.models import SignUp
from tests.actors import IN_MEETING, Door, pk_of

DOORS = [
    Door("attendance:meeting", GET=IN_MEETING),
    Door("attendance:meeting_on", GET=IN_MEETING, at=lambda w: {"day": w.today}),
    Door("attendance:meeting_now", GET=IN_MEETING, at=lambda w: {"day": w.today}),
    Door("attendance:meeting_names", POST=IN_MEETING, at=pk_of("task"), data=lambda w: {"q": "noor"}),
    Door("attendance:put_up", POST=IN_MEETING, at=pk_of("task"), data=lambda w: {"q": "noor"}),
    Door("attendance:put_up_again", POST=IN_MEETING, at=lambda w: {"pk": w.task.pk, "member": w.noor.pk}),
    Door(
        "attendance:take_off",
        POST=IN_MEETING,
        at=lambda w: {"pk": SignUp.objects.get(task=w.task, member=w.amara).pk},
    ),
    Door("attendance:take_off_waiting", POST=IN_MEETING, at=lambda w: {"pk": 1}),
]
