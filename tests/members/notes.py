"""A kind of message for these tests, and the house in which they are sent."""

import datetime as dt

from members.models import Channel, Member, Message, MessageWish, Staff
from members.models.messages import whose
from members.notices import Kind

NOON = dt.datetime(2026, 10, 7, 16, 0, tzinfo=dt.UTC)  # Wednesday 12:00 in Detroit
LONG_AGO = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
HOUR = dt.timedelta(hours=1)

untrue: set[str] = set()
broken: set[str] = set()


def text(message, house, now) -> str:
    if message.occurrence in broken:
        raise RuntimeError("this text breaks")
    return f"A word about {message.occurrence}."


def kind(name: str = "note", **fields) -> Kind:
    return Kind(
        name=name,
        label="Notes",
        hint="Now and then.",
        still_true=lambda message, now: message.occurrence not in untrue,
        text=text,
        **fields,
    )


def wish(person: Member | Staff, kind: str = "note") -> MessageWish:
    return MessageWish.objects.create(**whose(person), kind=kind, channel=Channel.EMAIL, since_at=LONG_AGO)


def waiting(
    person: Member | Staff,
    occurrence: str = "thing 1",
    *,
    kind: str = "note",
    due_at: dt.datetime = NOON,
    expires_at: dt.datetime | None = None,
    **fields,
) -> Message:
    return Message.objects.create(
        **whose(person),
        kind=kind,
        occurrence=occurrence,
        channel=Channel.EMAIL,
        due_at=due_at,
        expires_at=expires_at or due_at + 48 * HOUR,
        **fields,
    )


def states() -> list[tuple[str, str, str]]:
    """(occurrence, state, reason) of every row."""
    return sorted(Message.objects.values_list("occurrence", "state", "reason"))
