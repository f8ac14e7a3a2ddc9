"""What each kind of message says on each channel, written by the same hand as the real ones, to nobody."""

import datetime as dt
from dataclasses import dataclass

from django.core.mail import EmailMessage
from django.template import TemplateDoesNotExist
from django.utils import timezone, translation

from members.models import Channel, House, Member, Message, Staff
from members.models.messages import Reason
from members.notices.channels import WAYS
from members.notices.kinds import ForWhom, Kind
from members.notices.letter import Letter, wordings


@dataclass(frozen=True)
class Preview:
    """One channel's text as it arrives. Only mail has a subject and a sender."""

    channel: str
    label: str
    text: str
    subject: str = ""
    sender: str = ""


def previews(kind: Kind, language: str, house: House, now: dt.datetime) -> list[Preview]:
    """In the order of the channels; one for which the kind has no words is left out."""
    found = (_preview(kind, channel, language, house, now) for channel in Channel)
    return [preview for preview in found if preview]


def somebody(kind: Kind, language: str) -> Member | Staff:
    """Made up, and never stored."""
    said = {"pk": 0, "first_name": "Robin", "email": "robin@example.org", "phone": "+1 555 0100", "language": language}
    return Member(**said) if ForWhom.MEMBERS in kind.for_whom else Staff(**said)


def _preview(kind: Kind, channel: Channel, language: str, house: House, now: dt.datetime) -> Preview | None:
    person = somebody(kind, language)
    if channel not in WAYS or WAYS[channel].why_not(person, house) == Reason.CHANNEL_OFF:
        return None
    message = Message(pk=0, kind=kind.name, channel=channel, due_at=now, expires_at=now)
    try:
        with translation.override(language), timezone.override(house.zone):
            letter = Letter(person, channel, [message], {0: kind.sample(house, now)})
            written = WAYS[channel]().write(letter, house, now, wordings())
    except TemplateDoesNotExist:
        return None
    if isinstance(written, EmailMessage):
        return Preview(channel, str(channel.label), str(written.body), str(written.subject), written.from_email)
    return Preview(channel, str(channel.label), getattr(written, "words", written))
