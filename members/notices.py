"""The one door for messages to people."""

import datetime as dt

from members.models import Channel, Member, Message


def queue(
    *,
    member: Member,
    kind: str,
    occurrence: str,
    due_at: dt.datetime,
    expires_at: dt.datetime,
    channel: str = Channel.EMAIL,
) -> Message:
    """Put a message into the outbox, in the transaction of its cause. Safe to call twice; one that was dropped waits again."""
    message, made = Message.objects.get_or_create(
        member=member,
        kind=kind,
        occurrence=occurrence,
        channel=channel,
        defaults={"due_at": due_at, "expires_at": expires_at},
    )
    if not made and message.state in {Message.State.WAITING, Message.State.DROPPED}:
        message.due_at, message.expires_at = due_at, expires_at
        message.state, message.reason, message.settled_at = Message.State.WAITING, "", None
        message.save()
    return message


def drop(*, member: Member, kind: str, occurrence: str, now: dt.datetime, reason: str) -> None:
    """Take back what has not left yet."""
    Message.objects.filter(member=member, kind=kind, occurrence=occurrence, state=Message.State.WAITING).update(
        state=Message.State.DROPPED, reason=reason, settled_at=now
    )
