"""Somebody takes along what the house holds about them."""

from django.db import transaction

from members import audit
from members.models import Member, Staff, User


@transaction.atomic
def take_along(*, person: Member | Staff, what: str, by: User) -> None:
    """One record for each file that leaves the house, also of what is one's own. `what` is "json" or "page"."""
    about = person if isinstance(person, Member) else None
    audit.record(by=by, verb="take_along", about=about, subject=person, after={"file": what})
