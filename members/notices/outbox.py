"""The outbox: what waits to be sent."""

import datetime as dt

from django.db.models import Q, QuerySet

from members.models import Channel, Member, Message, MessageWish, Staff
from members.models.messages import Reason, whose


def queue(
    *,
    person: Member | Staff,
    kind: str,
    occurrence: str,
    due_at: dt.datetime,
    expires_at: dt.datetime,
    channel: str = Channel.EMAIL,
) -> Message:
    """Put a message into the outbox, in the transaction of its cause. Safe to call twice; a dropped one waits again."""
    message, made = Message.objects.get_or_create(
        **whose(person),
        kind=kind,
        occurrence=occurrence,
        channel=channel,
        defaults={"due_at": due_at, "expires_at": expires_at},
    )
    if not made:
        # Conditional: whoever is sending it at this moment keeps it.
        Message.objects.filter(pk=message.pk, state__in=[Message.State.WAITING, Message.State.DROPPED]).update(
            due_at=due_at, expires_at=expires_at, state=Message.State.WAITING, reason="", settled_at=None
        )
        message.refresh_from_db()
    return message


def drop(*, person: Member | Staff, kind: str, occurrence: str, now: dt.datetime, reason: str = Reason.UNTRUE) -> None:
    """Take back what has not left yet."""
    Message.objects.filter(**whose(person), kind=kind, occurrence=occurrence, state=Message.State.WAITING).update(
        state=Message.State.DROPPED, reason=reason, settled_at=now
    )


def forget(*, person: Member | Staff, kind: str, occurrence: str) -> None:
    """As if it had never waited: giving something back leaves no row and no number for anybody (Standard 3)."""
    gone = [Message.State.WAITING, Message.State.DROPPED]
    Message.objects.filter(**whose(person), kind=kind, occurrence=occurrence, state__in=gone).delete()


def wishing(kind: str, channel: str, day: dt.date) -> QuerySet[MessageWish]:
    """Wishes that can be kept: a member on the roll, or staff who work here, with an address that may be used."""
    wishes = MessageWish.objects.filter(kind=kind, channel=channel)
    members = Member.objects.on_roll(day).filter(email_allowed=True).exclude(email="")
    return wishes.filter(Q(member__in=members) | Q(staff__in=Staff.objects.working(day).exclude(email="")))
