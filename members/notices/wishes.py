"""What a member asked to be sent. Off until they say so; no word about why is ever asked."""

import datetime as dt

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from members import audit
from members.models import Member, Message, MessageWish, User
from members.notices.outbox import Reason


def wishing(kind: str, channel: str, day: dt.date) -> QuerySet[MessageWish]:
    """Wishes that can be kept: the member is on the roll on `day` and has an address that may be used."""
    wishes = MessageWish.objects.filter(kind=kind, channel=channel)
    return wishes.filter(member__in=Member.objects.on_roll(day).filter(email_allowed=True).exclude(email=""))


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
            verb="members.set_message_wish",
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
