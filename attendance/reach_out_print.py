"""Cards to call from and labels for envelopes: what each person allows, and room to write."""

from collections.abc import Iterable
from dataclasses import dataclass

from attendance.models import ReachOut
from attendance.reach_out import Row
from attendance.reach_out_card import Card, language_of, ways
from members.models import House, Member


@dataclass(frozen=True)
class Label:
    """For an envelope. `sender`: the house's name, where it may stand on it."""

    name: str
    address: str
    sender: str


def cards(rows: Iterable[Row], house: House) -> list[Card]:
    """In the order of `rows`, with what they last talked about. Two queries."""
    rows = list(rows)
    members = Member.objects.in_bulk([row.pk for row in rows])
    talked = ReachOut.objects.filter(member__in=members).exclude(topic="").order_by("at", "pk")
    topics = dict(talked.values_list("member", "topic"))  # the last one stays
    return [
        Card(
            member=members[row.pk],
            row=row,
            ways=tuple(ways(members[row.pk])),
            language=language_of(members[row.pk], house),
            topic=topics.get(row.pk, ""),
        )
        for row in rows
        if row.pk in members
    ]


def labels(members: Iterable[Member], house: House) -> list[Label]:
    """Of those who may be sent post."""
    return [
        Label(
            member.full_name,
            member.address_to_use,
            house.name if member.envelope == Member.Envelope.HOUSE else "",
        )
        for member in members
        if member.address_to_use
    ]
