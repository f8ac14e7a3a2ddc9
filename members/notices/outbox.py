"""The outbox: what waits to be sent."""

import datetime as dt
from collections.abc import Iterable

from django.db.models import Q, QuerySet

from members.models import Channel, Member, Message, MessageWish, Staff
from members.models.messages import Reason, whose


def queue(
    *, person: Member | Staff, kind: str, occurrence: str, due_at: dt.datetime, expires_at: dt.datetime
) -> list[Message]:
    """Put a message into the outbox, in the transaction of its cause: one row for each way this person wishes it.

    No wish, no row. Safe to call twice; a dropped one waits again.
    """
    channels = MessageWish.objects.filter(**whose(person), kind=kind).values_list("channel", flat=True)
    about: dict = {**whose(person), "kind": kind, "occurrence": occurrence}
    times = {"due_at": due_at, "expires_at": expires_at}
    made = []
    for channel in sorted(channels):
        message, new = Message.objects.get_or_create(**about, channel=channel, defaults=times)
        if not new:
            # Conditional: whoever is sending it at this moment keeps it.
            Message.objects.filter(pk=message.pk, state__in=[Message.State.WAITING, Message.State.DROPPED]).update(
                **times, state=Message.State.WAITING, reason="", settled_at=None, claim=None, claimed_until=None
            )
            message.refresh_from_db()
        made.append(message)
    return made


def queue_for(
    wishes: Iterable[MessageWish], *, kind: str, occurrence: str, due_at: dt.datetime, expires_at: dt.datetime
) -> int:
    """A row for each of `wishes` that has none yet, in one statement; answers for how many."""
    rows = [
        Message(
            member_id=wish.member_id,
            staff_id=wish.staff_id,
            kind=kind,
            occurrence=occurrence,
            channel=wish.channel,
            due_at=due_at,
            expires_at=expires_at,
        )
        for wish in wishes
    ]
    Message.objects.bulk_create(rows, ignore_conflicts=True, batch_size=500)  # another worker may be doing the same
    return len(rows)


def drop(*, person: Member | Staff, kind: str, occurrence: str, now: dt.datetime, reason: str = Reason.UNTRUE) -> None:
    """Take back what has not left yet, on every channel."""
    mine = Message.objects.filter(**whose(person), kind=kind, occurrence=occurrence, state__in=Message.NOT_GONE)
    mine.update(state=Message.State.DROPPED, reason=reason, settled_at=now)


def forget(*, person: Member | Staff, kind: str, occurrence: str) -> None:
    """As if it had never waited: giving something back leaves no row and no number for anybody (Standard 3)."""
    gone = [*Message.NOT_GONE, Message.State.DROPPED]
    Message.objects.filter(**whose(person), kind=kind, occurrence=occurrence, state__in=gone).delete()


def wishing(kind: str, day: dt.date) -> QuerySet[MessageWish]:
    """Wishes that can be kept, on every channel: a member on the roll who did not ask for quiet, or staff who work
    here, whose contact on that channel may be used.
    """
    members = Member.objects.on_roll(day).exclude(quiet_until_on__gte=day)
    phone = members.filter(phone_allowed=True, texts_allowed=True).exclude(phone="")
    email = members.filter(email_allowed=True, email_refused_at=None).exclude(email="")
    staff = Staff.objects.working(day)
    return MessageWish.objects.filter(kind=kind).filter(
        Q(channel=Channel.EMAIL, member__in=email)
        | Q(channel=Channel.TEXT, member__in=phone)
        | Q(channel__in=[Channel.PAGE, Channel.NOTE], member__in=members)
        | Q(channel=Channel.EMAIL, staff__in=staff.filter(email_refused_at=None).exclude(email=""))
        | Q(channel=Channel.TEXT, staff__in=staff.exclude(phone=""))
        | Q(channel=Channel.PAGE, staff__in=staff)
    )
