"""The outbox: what waits to be sent, and why something is not sent."""

import datetime as dt

from django.db import models
from django.utils.translation import gettext_lazy as _

from members.models import Channel, Member, Message


class Reason(models.TextChoices):
    """Why a message was dropped, held back, or may not have arrived. A failure carries the name of its error."""

    UNWISHED = "unwished", _("It was not asked for, or not any more.")
    UNTRUE = "untrue", _("It was not true any more.")
    EXPIRED = "expired", _("It came too late to be of use.")
    NO_ADDRESS = "no_address", _("There was no e-mail address that may be used.")
    NO_MAIL = "no_mail", _("The house sends no mail.")
    NOT_ON_ROLL = "not_on_roll", _("The person is not on the roll.")
    DAY_CAP = "day_cap", _("We send one message a day at most.")
    WEEK_CAP = "week_cap", _("We send three messages a week at most.")
    INTERRUPTED = "interrupted", _("The program stopped while it was being sent.")


def queue(
    *,
    member: Member,
    kind: str,
    occurrence: str,
    due_at: dt.datetime,
    expires_at: dt.datetime,
    channel: str = Channel.EMAIL,
) -> Message:
    """Put a message into the outbox, in the transaction of its cause. Safe to call twice; a dropped one waits again."""
    message, made = Message.objects.get_or_create(
        member=member,
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


def drop(*, member: Member, kind: str, occurrence: str, now: dt.datetime, reason: str = Reason.UNTRUE) -> None:
    """Take back what has not left yet."""
    Message.objects.filter(member=member, kind=kind, occurrence=occurrence, state=Message.State.WAITING).update(
        state=Message.State.DROPPED, reason=reason, settled_at=now
    )
