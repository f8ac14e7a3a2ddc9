"""What a message says and the letter around it: who it seems to come from, and how to stop it.

Sender, subject and the first 90 characters do not say what kind of place this is: a phone shows them to whoever looks.
"""

import datetime as dt
import re
from dataclasses import dataclass
from email.utils import formataddr, parseaddr

from django.conf import settings
from django.core import signing
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from members.models import Channel, House, HouseWording, Member, Message, Staff
from members.words import TELLING

SALT = "members.stop_messages"
Wordings = dict[tuple[str, str], HouseWording]  # by kind and language


@dataclass(frozen=True)
class Letter:
    """What leaves for one person at one time on one channel; `facts` by the key of the message they belong to."""

    person: Member | Staff
    channel: str
    messages: list[Message]
    facts: dict[int, dict]

    @property
    def pks(self) -> list[int]:
        return [message.pk for message in self.messages]

    @property
    def kinds(self) -> list[str]:
        return list(dict.fromkeys(message.kind for message in self.messages))


def language_of(person: Member | Staff, house: House) -> str:
    return person.language or house.language


def wordings() -> Wordings:
    """The house's own sentences; a handful of rows."""
    return {(each.kind, each.language): each for each in HouseWording.objects.all()}


def texts(letter: Letter, house: House, now: dt.datetime, own: Wordings) -> list[str]:
    """What each message says, in the language that is active. Raises whatever a text raises."""
    context = {"person": letter.person, "house_name": neutral_name(house), "channel": letter.channel}
    return [
        _with_house_words(
            render_to_string(templates_of(message.kind, letter.channel), context | letter.facts[message.pk]).strip(),
            own.get((message.kind, language_of(letter.person, house))),
            letter.channel,
        )
        for message in letter.messages
    ]


def templates_of(kind: str, channel: str) -> list[str]:
    """One text for each kind and channel; on the page and on paper those of the e-mail where there is no other."""
    own = [f"messages/{kind}/{channel}.txt"]
    return own if channel == Channel.TEXT else [*own, f"messages/{kind}/{Channel.EMAIL}.txt"]


def _with_house_words(text: str, wording: HouseWording | None, channel: str) -> str:
    """A text message has no room for them."""
    if wording is None or channel == Channel.TEXT:
        return text
    return "\n\n".join(filter(None, [wording.opening, text, wording.closing]))


def neutral_name(house: House) -> str:
    """The house's name as an envelope may show it: "Maple Street Clubhouse" -> "Maple Street"."""
    name = " ".join(TELLING.sub(" ", house.name).split()).strip(" -,&.:")
    return name if re.sub(r"\b(our|my|your|the|a|and|of|for|in|at)\b|\W", "", name, flags=re.IGNORECASE) else _("us")


def subject(house: House) -> str:
    return _("A message from %(house)s") % {"house": neutral_name(house)}


def stop_token(person: Member | Staff, kinds: list[str], channel: str) -> str:
    whose = f"staff {person.pk}" if isinstance(person, Staff) else person.pk
    return signing.dumps([whose, channel, *kinds], salt=SALT)


def read_stop_token(token: str) -> tuple[type[Member] | type[Staff], int, str, list[str]]:
    """(whether a member or staff, pk, channel, kinds). Raises `signing.BadSignature`."""
    whose, channel, *kinds = signing.loads(token, salt=SALT)
    if isinstance(whose, int):
        return Member, whose, channel, kinds
    return Staff, int(whose.removeprefix("staff ")), channel, kinds


def compose(letter: Letter, house: House, now: dt.datetime, own: Wordings) -> EmailMessage:
    """The e-mail: all of the letter's messages below one greeting."""
    person = letter.person
    with translation.override(language_of(person, house)), timezone.override(house.zone):
        stop = settings.ADDRESS + reverse(
            "members:stop_messages", kwargs={"token": stop_token(person, letter.kinds, letter.channel)}
        )
        text = render_to_string(
            "members/mail/letter.txt",
            {
                "person": person,
                "house_name": neutral_name(house),
                "texts": texts(letter, house, now, own),
                "stop": stop,
            },
        )
        sender = parseaddr(settings.DEFAULT_FROM_EMAIL)[1]
        return EmailMessage(
            subject=subject(house),
            body=text.strip() + "\n",
            from_email=formataddr((neutral_name(house), sender)),
            to=[person.email_to_use],
            headers={
                "Message-ID": message_id(letter.messages, sender),
                "Auto-Submitted": "auto-generated",
                "List-Unsubscribe": f"<{stop}>",
                "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
            },
        )


def compose_note(letter: Letter, house: House, now: dt.datetime, own: Wordings) -> str:
    """What stands on the person's page, or on a sheet of paper below their name."""
    with translation.override(language_of(letter.person, house)), timezone.override(house.zone):
        said = texts(letter, house, now, own)
        if letter.channel == Channel.PAGE:
            return "\n\n".join(said)
        context = {"person": letter.person, "house_name": neutral_name(house), "texts": said}
        return render_to_string("members/mail/note.txt", context).strip()


def message_id(messages: list[Message], sender: str) -> str:
    """The same for the same rows, so that a mailbox can tell a repeated one; nobody can guess it."""
    rows = " ".join(str(message.pk) for message in sorted(messages, key=lambda message: message.pk))
    return f"<{salted_hmac('members.notices.message_id', rows).hexdigest()}@{sender.rpartition('@')[2] or 'localhost'}>"
