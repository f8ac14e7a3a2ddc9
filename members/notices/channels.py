"""The ways in which a letter leaves: by e-mail, as a text message, onto the person's own page, onto paper.

The sweep opens a way for a batch of letters, writes each letter, and hands it over.
"""

import datetime as dt
import smtplib
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.utils import timezone, translation

from members import actions
from members.models import Channel, House, Member, Staff
from members.models.messages import Reason
from members.notices import letter as letters
from members.notices import refused, texting
from members.notices.letter import Letter, Wordings


class ServerAway(Exception):
    """No connection: whatever else is due would wait in vain."""


class Way:
    """One channel, open for one batch.

    `rings`: it reaches the person where they are, so the caps count it. `most_unsure`: after so many tries of which
    nobody knows the end it is not tried again (0: until it is of no use). `surely_not_sent`: after these errors the
    letter did not leave; after any other nobody knows.
    """

    rings = True
    most_unsure = 0
    surely_not_sent: tuple[type[Exception], ...] = ()

    @staticmethod
    def why_not(person: Member | Staff, house: House) -> str:
        """The reason why nothing reaches `person` this way, or an empty text."""
        raise NotImplementedError

    def open(self) -> None:
        """Raises `ServerAway`."""

    def still_open(self) -> None:
        """Asked before each letter. Raises `ServerAway`."""

    def close(self) -> None: ...

    def write(self, letter: Letter, house: House, now: dt.datetime, own: Wordings) -> Any:
        """What `hand_over` takes. Raises whatever a text raises."""
        raise NotImplementedError

    def hand_over(self, written: Any) -> None:
        raise NotImplementedError

    def put_away(self, letter: Letter, written: Any, error: Exception) -> bool:
        """Whether `error` says that nobody has the address, which is then used no more; the letter is settled."""
        return False


class ByEmail(Way):
    surely_not_sent = (
        smtplib.SMTPResponseException,
        smtplib.SMTPRecipientsRefused,
        smtplib.SMTPNotSupportedError,
    )

    @staticmethod
    def why_not(person: Member | Staff, house: House) -> str:
        if not settings.MAIL_READY:
            return Reason.NO_MAIL
        if person.email_to_use:
            return ""
        return Reason.REFUSED if person.email and person.email_refused_at else Reason.NO_ADDRESS

    def open(self) -> None:
        self.connection = get_connection()
        try:
            self.connection.open()
        except Exception as error:
            raise ServerAway(type(error).__name__) from error

    def still_open(self) -> None:
        """A server that fell asleep is noticed before a letter is in its hands, not after."""
        server = getattr(self.connection, "connection", None)
        if server is None:
            return
        try:
            code, _answer = server.noop()
        except Exception as error:
            raise ServerAway(type(error).__name__) from error
        if code != 250:
            raise ServerAway(str(code))

    def close(self) -> None:
        self.connection.close()

    def write(self, letter: Letter, house: House, now: dt.datetime, own: Wordings) -> EmailMessage:
        return letters.compose(letter, house, now, own)

    def hand_over(self, written: EmailMessage) -> None:
        self.connection.send_messages([written])

    def put_away(self, letter: Letter, written: EmailMessage, error: Exception) -> bool:
        message_id = written.extra_headers["Message-ID"]
        return refused.while_sending(error) and actions.refuse_email(
            person=letter.person, address=written.to[0], message_id=message_id
        )


class ByText(Way):
    """The gateway says yes, or nothing that tells whether it left: so nothing here is surely not sent.

    A letter that comes twice has the same Message-ID; a text that comes twice rings twice.
    """

    most_unsure = 3

    def __init__(self) -> None:
        self.gateway = texting.Gateway()

    @staticmethod
    def why_not(person: Member | Staff, house: House) -> str:
        return texting.why_not(person, house)

    def still_open(self) -> None:
        if not self.gateway.answers():
            raise ServerAway("no gateway")

    def write(self, letter: Letter, house: House, now: dt.datetime, own: Wordings) -> texting.Text:
        with translation.override(letters.language_of(letter.person, house)), timezone.override(house.zone):
            said = letters.texts(letter, house, now, own)
            return texting.Text(texting.number_of(letter.person, house), texting.compose(said, house))

    def hand_over(self, written: texting.Text) -> None:
        self.gateway.send(written)


class Kept(Way):
    """It stays in the house as a `Note`: nothing is handed over, so nothing is ever unknown."""

    @staticmethod
    def why_not(person: Member | Staff, house: House) -> str:
        return ""

    def write(self, letter: Letter, house: House, now: dt.datetime, own: Wordings) -> str:
        return letters.compose_note(letter, house, now, own)


class OnTheirPage(Kept):
    rings = False


class OnPaper(Kept):
    @staticmethod
    def why_not(person: Member | Staff, house: House) -> str:
        return Reason.CHANNEL_OFF if isinstance(person, Staff) else ""


WAYS: dict[str, type[Way]] = {
    Channel.EMAIL: ByEmail,
    Channel.TEXT: ByText,
    Channel.PAGE: OnTheirPage,
    Channel.NOTE: OnPaper,
}


def ringing() -> list[str]:
    return [channel for channel, way in WAYS.items() if way.rings]
