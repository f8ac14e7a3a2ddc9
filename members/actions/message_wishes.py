"""What a member asked to be sent. Off until they say so; nobody ever asks why."""

from django.db import transaction
from django.utils import timezone

from members import audit
from members.models import Member, Message, MessageWish, User
from members.models.messages import Reason


@transaction.atomic
def set_message_wish(*, member: Member, kind: str, channel: str, wanted: bool, by: User | None) -> None:
    """Ask for one kind of message, or stop it; stopping also takes back what waits. Safe to call twice."""
    wishes = MessageWish.objects.filter(member=member, kind=kind, channel=channel)
    if wanted:
        _, changed = MessageWish.objects.get_or_create(
            member=member, kind=kind, channel=channel, defaults={"since_at": timezone.now()}
        )
    else:
        changed = bool(wishes.delete()[0])
        Message.objects.filter(member=member, kind=kind, channel=channel, state=Message.State.WAITING).update(
            state=Message.State.DROPPED, reason=Reason.UNWISHED, settled_at=timezone.now()
        )
    if changed:
        wish = f"{kind} {channel}"
        audit.record(
            by=by,
            verb="set_message_wish",
            about=member,
            subject=member,
            before={wish: not wanted},
            after={wish: wanted},
        )


@transaction.atomic
def stop_messages(*, member: Member, kinds: list[str], channel: str) -> None:
    """Stop at once, by the link in a message: whoever holds it may stop it, signed in or not."""
    for kind in kinds:
        set_message_wish(member=member, kind=kind, channel=channel, wanted=False, by=None)
