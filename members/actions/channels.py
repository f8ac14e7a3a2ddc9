"""A way of writing that is off: what waits on it is taken back in the commit that turned it off."""

import datetime as dt

from django.utils import timezone

from members.models import Channel, Member, Message, Note, Staff
from members.models.messages import Reason, whose

WAITS_AGAIN = {
    "state": Message.State.WAITING, "reason": "", "settled_at": None, "claim": None, "claimed_until": None,
}  # fmt: skip


def allowed(member: Member) -> set[Channel]:
    """The ways of writing that need a contact of the member's, and that they allow."""
    by_phone = member.phone_allowed and member.texts_allowed
    return {channel for channel, on in ((Channel.EMAIL, member.email_allowed), (Channel.TEXT, by_phone)) if on}


def follow(member: Member, before: set[Channel]) -> None:
    """The outbox follows what `member` allows now; `before` is what they allowed until this change."""
    now, after = timezone.now(), allowed(member)
    for channel in before - after:
        take_back(member, channel, reason=Reason.CHANNEL_OFF, now=now)
    for channel in after - before:
        give_back(member, channel, reason=Reason.CHANNEL_OFF, now=now)


def write_anew(person: Member | Staff) -> None:
    """Something about `person` changed: a letter in a sweep's hands is written again, to what is true now, or not."""
    Message.objects.filter(**whose(person), state=Message.State.CLAIMED).update(**WAITS_AGAIN)


def take_back(person: Member | Staff, channel: str, *, kind: str = "", reason: str, now: dt.datetime) -> None:
    """What has not left yet, also on paper that nobody printed. `kind`: only that one."""
    rows = Message.objects.filter(**whose(person), channel=channel)
    theirs = rows.filter(kind=kind) if kind else rows
    gone = {"state": Message.State.DROPPED, "reason": reason, "settled_at": now}
    theirs.filter(state__in=Message.NOT_GONE).update(**gone)
    if channel != Channel.NOTE:
        return
    for note in Note.objects.filter(message__in=rows, printed_at=None).select_related("message"):
        letter = rows.filter(state=Message.State.SENT, settled_at=note.message.settled_at)
        stopped = letter.filter(kind=kind) if kind else letter
        if stopped.update(**gone):
            # The others of that letter are written anew: its text cannot be cut.
            letter.update(**WAITS_AGAIN)
            note.delete()


def give_back(person: Member | Staff, channel: str, *, kind: str = "", reason: str, now: dt.datetime) -> None:
    """A second tap undoes the first: what `take_back` dropped waits again, if it is still of use."""
    rows = Message.objects.filter(
        **whose(person), channel=channel, state=Message.State.DROPPED, reason=reason, expires_at__gt=now
    )
    (rows.filter(kind=kind) if kind else rows).update(**WAITS_AGAIN)
