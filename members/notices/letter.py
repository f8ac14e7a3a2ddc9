"""The letter around a message: who it seems to come from, and how to stop it.

Sender, subject and the first 90 characters do not say what kind of place this is: a phone shows them to whoever looks.
"""

import datetime as dt
import re
from email.utils import formataddr, parseaddr

from django.conf import settings
from django.core import signing
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from members.models import House, Member, Message, Staff
from members.notices.kinds import KINDS, TELLING

SALT = "members.stop_messages"


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


def compose(messages: list[Message], house: House, now: dt.datetime) -> EmailMessage:
    """One e-mail that holds `messages`, all for the same person: what is due within two hours goes together."""
    person = messages[0].person
    with translation.override(person.language or house.language), timezone.override(house.zone):
        kinds = list(dict.fromkeys(message.kind for message in messages))
        stop = settings.ADDRESS + reverse(
            "members:stop_messages", kwargs={"token": stop_token(person, kinds, messages[0].channel)}
        )
        text = render_to_string(
            "members/mail/letter.txt",
            {
                "person": person,
                "house_name": neutral_name(house),
                "texts": [KINDS[message.kind].text(message, house, now).strip() for message in messages],
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
                "Message-ID": message_id(messages, sender),
                "Auto-Submitted": "auto-generated",
                "List-Unsubscribe": f"<{stop}>",
                "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
            },
        )


def message_id(messages: list[Message], sender: str) -> str:
    """The same for the same rows, so that a mailbox can tell a repeated one; nobody can guess it."""
    rows = " ".join(str(message.pk) for message in sorted(messages, key=lambda message: message.pk))
    return f"<{salted_hmac('members.notices.message_id', rows).hexdigest()}@{sender.rpartition('@')[2] or 'localhost'}>"
