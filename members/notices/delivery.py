"""How messages fared: numbers for a coordinator, and the few that need a look. No contents."""

import datetime as dt
from dataclasses import dataclass

from django.db.models import Count, QuerySet

from members.models import Member, Message, Staff
from members.models.messages import Reason, whose
from members.notices.kinds import KINDS

LOOKED_BACK = dt.timedelta(days=30)


@dataclass(frozen=True)
class Tally:
    """One kind's messages of the last 30 days, by state; the order is `Message.State`'s."""

    label: str
    counts: list[int]


def tallies(now: dt.datetime) -> list[Tally]:
    rows = Message.objects.filter(due_at__gt=now - LOOKED_BACK).values_list("kind", "state").annotate(Count("pk"))
    found = {(kind, state): count for kind, state, count in rows}
    return [
        Tally(str(kind.label), [found.get((name, state), 0) for state in Message.State.values])
        for name, kind in KINDS.items()
    ]


def need_a_look(now: dt.datetime) -> QuerySet[Message]:
    """Not sent, or nobody knows: somebody may want to tell the person when they meet."""
    lost = [Message.State.FAILED, Message.State.UNKNOWN]
    messages = Message.objects.filter(state__in=lost, due_at__gt=now - LOOKED_BACK).select_related("member", "staff")
    return messages.order_by("-settled_at")[:100]


def held_back(person: Member | Staff, now: dt.datetime) -> QuerySet[Message]:
    """What a cap held back from this person lately."""
    held = Message.objects.filter(**whose(person), state=Message.State.HELD, settled_at__gt=now - dt.timedelta(days=14))
    return held.order_by("-settled_at")


def why(message: Message) -> str:
    return str(Reason(message.reason).label) if message.reason in Reason.values else message.reason


def name_of(message: Message) -> str:
    return str(KINDS[message.kind].label) if message.kind in KINDS else message.kind
