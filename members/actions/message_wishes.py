"""What somebody asked to be sent. Off until they say so; nobody ever asks why."""

import datetime as dt

from django.db import transaction
from django.utils import timezone

from members import audit
from members.actions.channels import give_back, take_back
from members.models import Member, MessageWish, Staff, User
from members.models.messages import Reason, whose


@transaction.atomic
def set_message_wish(*, person: Member | Staff, kind: str, channel: str, wanted: bool, by: User | None) -> None:
    """Ask for one kind of message, or stop it; stopping also takes back what waits. Safe to call twice."""
    now = timezone.now()
    if wanted:
        _, changed = MessageWish.objects.get_or_create(
            **whose(person), kind=kind, channel=channel, defaults={"since_at": now}
        )
        if changed:
            give_back(person, channel, kind=kind, reason=Reason.UNWISHED, now=now)
    else:
        changed = _stop(person, kind, channel, now)
    if changed:
        _record(person, kind, channel, wanted, by)


@transaction.atomic
def stop_messages(*, person: Member | Staff, kinds: list[str], channel: str) -> None:
    """Stop at once, by the link in a message: whoever holds it may stop it, signed in or not."""
    now = timezone.now()
    stopped = [kind for kind in kinds if _stop(person, kind, channel, now)]
    for kind in stopped:
        _record(person, kind, channel, False, by=None)


@transaction.atomic
def stop_channel(*, person: Member | Staff, channel: str, by: User | None = None) -> None:
    """Stop every kind on `channel` at once, and take back all that waits there."""
    now = timezone.now()
    wished = MessageWish.objects.filter(**whose(person), channel=channel).values_list("kind", flat=True)
    stopped = [kind for kind in wished if _stop(person, kind, channel, now)]
    take_back(person, channel, reason=Reason.UNWISHED, now=now)
    for kind in stopped:
        _record(person, kind, channel, False, by)


def _stop(person: Member | Staff, kind: str, channel: str, now: dt.datetime) -> bool:
    """Whether there was such a wish; what waits is taken back in any case."""
    wishes = MessageWish.objects.filter(**whose(person), kind=kind, channel=channel)
    stopped = bool(wishes.delete()[0])
    take_back(person, channel, kind=kind, reason=Reason.UNWISHED, now=now)
    return stopped


def _record(person: Member | Staff, kind: str, channel: str, wanted: bool, by: User | None) -> None:
    wish = f"{kind} {channel}"
    audit.record(
        by=by,
        verb="set_message_wish",
        about=person if isinstance(person, Member) else None,
        subject=person,
        before={wish: not wanted},
        after={wish: wanted},
    )
