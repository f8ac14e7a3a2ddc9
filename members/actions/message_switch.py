"""The switch that stops every message of the house, and lets them go again."""

from django.db import transaction
from django.utils import timezone

from members import audit
from members.models import House, User


@transaction.atomic
def stop_all_messages(*, by: User | None) -> House:
    """From now on nothing leaves but sign-in codes and invitations. What waits goes on waiting. Safe to call twice."""
    house = _locked_house()
    if house.messages_stopped_at is None:
        house.messages_stopped_at = timezone.now()
        house.save(update_fields=["messages_stopped_at"])
        audit.record(by=by, verb="stop_all_messages", subject=house)
    return house


@transaction.atomic
def let_messages_go(*, by: User | None) -> House:
    """What still is of use leaves with the next sweep; what came too late meanwhile never does. Safe to call twice."""
    house = _locked_house()
    if house.messages_stopped_at is not None:
        before = {"messages_stopped_at": house.messages_stopped_at}
        house.messages_stopped_at = None
        house.save(update_fields=["messages_stopped_at"])
        audit.record(by=by, verb="let_messages_go", subject=house, before=before)
    return house


def _locked_house() -> House:
    return House.objects.select_for_update(no_key=True).get(pk=House.objects.current().pk)
