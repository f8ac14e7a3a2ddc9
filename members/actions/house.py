"""What the house decides about itself."""

from typing import Any

from django.db import transaction

from members import audit
from members.models import House, User

DECIDED = (
    "name", "time_zone", "help_line", "recent_days", "returned_after_days", "rounding", "rounding_per_visit",
    "members_may_post_tasks", "members_may_mark_themselves", "lunch_until", "closing_estimate", "reception_locks_after",
    "quiet_from", "quiet_until", "country", "reach_out_after_days", "reach_out_pause_days", "fiscal_year_starts_in",
    "age_bands", "downtime_pack", "downtime_password",
)  # fmt: skip


@transaction.atomic
def edit_house(*, by: User | None, **decided: Any) -> House:
    """Change what is named in `decided` (checked by the form). The record says what it was before."""
    unknown = decided.keys() - set(DECIDED)
    if unknown:
        raise TypeError(f"the house does not decide about {', '.join(sorted(unknown))}")
    house = House.objects.select_for_update(no_key=True).get(pk=House.objects.current().pk)
    before, after = audit.differences({name: getattr(house, name) for name in decided}, decided)
    if after:
        for name, value in after.items():
            setattr(house, name, value)
        house.save(update_fields=list(after))
        audit.record(by=by, verb="edit_house", subject=house, before=_told(before), after=_told(after))
    return house


def _told(settings: dict[str, Any]) -> dict[str, Any]:
    """For the record, which is never erased: that something secret is set, and not what it is."""
    return {name: bool(value) if name in House.Privacy.sensitive else value for name, value in settings.items()}
