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


def breaks() -> str:
    raise RuntimeError("this text breaks")


def facts(messages, house, now) -> dict[int, dict]:
    """The words stand in tests/templates/messages."""
    return {
        message.pk: {"thing": breaks if message.occurrence in broken else message.occurrence}
        for message in messages
        if message.occurrence not in untrue
    }


def kind(name: str = "note", **fields) -> Kind:
    return Kind(
        name=name,
        label="Notes",
        hint="Now and then.",
        facts=facts,
        sample=lambda house, now: {"thing": "something"},
        **fields,
    )


def wish(person: Member | Staff, kind: str = "note", channel: str = Channel.EMAIL) -> MessageWish:
    return MessageWish.objects.create(**whose(person), kind=kind, channel=channel, since_at=LONG_AGO)


def waiting(
    person: Member | Staff,
    occurrence: str = "thing 1",
    *,
    kind: str = "note",
    due_at: dt.datetime = NOON,
    expires_at: dt.datetime | None = None,
    channel: str = Channel.EMAIL,
    **fields,
) -> Message:
    return Message.objects.create(
        **whose(person),
        kind=kind,
        occurrence=occurrence,
        channel=channel,
        due_at=due_at,
        expires_at=expires_at or due_at + 48 * HOUR,
        **fields,
    )


def states() -> list[tuple[str, str, str]]:
    """(occurrence, state, reason) of every row."""
    return sorted(Message.objects.values_list("occurrence", "state", "reason"))
