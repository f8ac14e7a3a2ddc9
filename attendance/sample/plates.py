"""Plates at lunch in the sample house: many for today, a few for the days after."""

import datetime as dt

from activities import lunch
from activities.models import SavedLunch, SignUp
from members.models import House, User

PLATES = (14, 3, 2)  # today, and the open days that follow


def save_plates(house: House, by: User, today: dt.date, now: dt.datetime) -> None:
    """Of people who are on a task that day, but for the member's own account, who can try it."""
    for day, plates in zip(lunch.days(house, today), PLATES, strict=False):
        coming = (
            SignUp.objects.filter(task__day=day, member__user=None).order_by("member").values_list("member", flat=True)
        )
        SavedLunch.objects.bulk_create(
            (SavedLunch(day=day, member_id=member, at=now, by=by) for member in coming.distinct()[:plates]),
            ignore_conflicts=True,
        )
