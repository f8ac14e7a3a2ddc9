"""What somebody asked to be sent. Off until they say so; nobody ever asks why."""

from django.db import transaction
from django.utils import timezone

from members import audit
from members.models import Member, Message, MessageWish, Staff, User
from members.models.messages import Reason, whose


@transaction.atomic
def set_message_wish(*, person: Member | Staff, kind: str, channel: str, wanted: bool, by: User | None) -> None:
    """Ask for one kind of message, or stop it; stopping also takes back what waits. Safe to call twice."""
    wishes = MessageWish.objects.filter(**whose(person), kind=kind, channel=channel)
    if wanted:
        _, changed = MessageWish.objects.get_or_create(
            **whose(person), kind=kind, channel=channel, defaults={"since_at": timezone.now()}
        )
    else:
        changed = bool(wishes.delete()[0])
        Message.objects.filter(**whose(person), kind=kind, channel=channel, state=Message.State.WAITING).update(
            state=Message.State.DROPPED, reason=Reason.UNWISHED, settled_at=timezone.now()
        )
    if changed:
        wish = f"{kind} {channel}"
        audit.record(
            by=by,
            verb="set_message_wish",
            about=person if isinstance(person, Member) else None,
            subject=person,
            before={wish: not wanted},
            after={wish: wanted},
        )


@transaction.atomic
def stop_messages(*, person: Member | Staff, kinds: list[str], channel: str) -> None:
    """Stop at once, by the link in a message: whoever holds it may stop it, signed in or not."""
    for kind in kinds:
        set_message_wish(person=person, kind=kind, channel=channel, wanted=False, by=None)
