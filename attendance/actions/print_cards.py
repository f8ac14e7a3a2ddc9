"""Cards and labels on paper: each is a look at a member, and they can see it."""

from collections.abc import Iterable

from django.db import transaction

from members import audit
from members.models import Member, User


@transaction.atomic
def print_cards(*, members: Iterable[Member], by: User) -> None:
    """Written down for each of `members`, before anything is shown."""
    for member in members:
        audit.record(by=by, verb="attendance.print_cards", about=member, subject=member)
