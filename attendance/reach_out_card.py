"""One person's card: how to be in touch, as they wish it, and what to talk about. Nothing else about them."""

import re
from dataclasses import dataclass

from django.conf.locale import LANG_INFO
from django.utils.translation import gettext as _

from attendance.models import ReachOut
from attendance.reach_out import Row
from members.models import House, Member


@dataclass(frozen=True)
class Way:
    """A channel that this person allows. `link` is for a tap; without one `words` is where to write or go."""

    channel: ReachOut.Channel
    icon: str
    label: str
    words: str
    link: str = ""


@dataclass(frozen=True)
class Card:
    member: Member
    row: Row
    ways: tuple[Way, ...]
    language: str = ""  # in its own words; empty for the house's
    topic: str = ""  # of the last time
    last: ReachOut | None = None

    @property
    def voicemail(self) -> str:
        """none, name or house; empty for who is not called."""
        return self.member.voicemail if self.member.phone_to_use else ""

    @property
    def evening_calls(self) -> bool:
        """No word of calls where the phone is off."""
        return self.member.works_by_day and bool(self.member.phone_to_use)

    @property
    def envelope(self) -> str:
        return self.member.envelope if self.member.address_to_use else ""

    @property
    def first_way(self) -> ReachOut.Channel:
        return self.ways[0].channel


def card(member: Member, row: Row, house: House) -> Card:
    """Two queries. `row` is that of the list, which says who may be seen here at all."""
    written = ReachOut.objects.filter(member=member).order_by("-at", "-pk")
    return Card(
        member=member,
        row=row,
        ways=tuple(ways(member)),
        language=language_of(member, house),
        topic=written.exclude(topic="").values_list("topic", flat=True).first() or "",
        last=written.select_related("by__member", "by__staff").first(),
    )


def ways(member: Member) -> list[Way]:
    """What is off is not here; the first one is what people mostly take."""
    channel, phone, text = ReachOut.Channel, member.phone_to_use, member.text_to_use
    every = [
        Way(channel.PHONE, "phone", _("Call"), phone, f"tel:{dialled(phone)}"),
        Way(channel.TEXT, "message", _("Text message"), text, f"sms:{dialled(text)}"),
        Way(channel.EMAIL, "mail", _("E-mail"), member.email_to_use, f"mailto:{member.email_to_use}"),
        Way(channel.CARD, "heart", _("A card by post"), _addressed(member, member.address_to_use)),
        Way(channel.VISIT, "door", _("A visit"), member.home_to_visit),
    ]
    return [way for way in every if way.words]


def dialled(phone: str) -> str:
    """A number as phones take it in a link."""
    return re.sub(r"[^\d+*#]", "", phone)


def language_of(member: Member, house: House) -> str:
    code = member.language
    return "" if code in {"", house.language} else LANG_INFO.get(code, {}).get("name_local", code)


def _addressed(member: Member, address: str) -> str:
    return f"{member.full_name}\n{address}" if address else ""
