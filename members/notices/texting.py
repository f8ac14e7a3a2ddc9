"""Text messages: short, from a neutral name, with how to stop them, to whichever gateway the house uses.

A gateway says yes or nothing that can be trusted: a refusal, no answer and a wrong address look alike here. So what it
did not say yes to may have left: `Unsure`. Numbers stand in no log (see LOGGING in the settings).
"""

import re
import unicodedata
from dataclasses import dataclass
from urllib.parse import quote

from apprise import Apprise, AppriseAsset, NotifyBase, NotifyFormat
from django.conf import settings
from django.urls import reverse
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from members.models import House, Member, Staff
from members.models.messages import Reason
from members.notices.letter import neutral_name
from members.phones import for_texts

ROOM = 160
NAME = 30  # letters of the house's name, so that a text of 110 fits beside it
WAITED_FOR = 20.0  # seconds until a gateway has to have said yes
ENOUGH = 3  # this often in a row without a yes: whatever is wrong, trying the others would make them unsure too

# What `kinds.TELLING` finds, where words stand side by side: "mapleclubhouse.org".
TELLING_ADDRESS = re.compile(r"club|mental|psych|illness|wellness|recover|rehab|clinic|fountain", re.IGNORECASE)

# The alphabet of phones (GSM 03.38): one place each, those of the second row two.
ONE_PLACE = set(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
TWO_PLACES = set("^{}\\[~]|€\f")
# One of these alone would halve the room of the whole text.
PLAINER = str.maketrans(
    {
        "‘": "'",
        "’": "'",
        "“": '"',
        "”": '"',
        "„": '"',
        "«": '"',
        "»": '"',
        "–": "-",
        "—": "-",
        "…": "...",
        "\u00a0": " ",
    }
)


class Unsure(Exception):
    """The gateway did not say yes: nobody knows whether the text left."""


@dataclass(frozen=True)
class Text:
    number: str
    words: str


# -- What it says ------------------------------------------------------------------------------------------------------


def places(text: str) -> int:
    """How much room `text` takes: letters of the phone alphabet count one or two, in any other script UTF-16 units."""
    if set(text) <= ONE_PLACE | TWO_PLACES:
        return sum(2 if letter in TWO_PLACES else 1 for letter in text)
    return len(text.encode("utf-16-le")) // 2


def parts(text: str) -> int:
    """How many messages `text` is for the house's bill; a phone shows them as one."""
    one, each = (160, 153) if set(text) <= ONE_PLACE | TWO_PLACES else (70, 67)
    return 1 if places(text) <= one else -(-places(text) // each)


def compose(texts: list[str], house: House) -> str:
    """One text message that holds `texts`, or says how many wait; never more than 160. Call it in their language."""
    name = Truncator(neutral_name(house)).chars(NAME, truncate="").strip()
    whole = [" ".join(text.split()) for text in texts]
    candidates = [" ".join(whole)] if all(whole) else []
    candidates += [_with_address(len(texts)), _only_count(len(texts))]
    framed = (_("%(house)s: %(text)s STOP ends this.") % {"house": name, "text": text} for text in candidates if text)
    plain = [unicodedata.normalize("NFC", text).translate(PLAINER) for text in framed]
    return next((text for text in plain if places(text) <= ROOM), plain[-1][:ROOM])


def _with_address(count: int) -> str:
    """Empty where the address itself would tell what kind of place this is."""
    address = settings.ADDRESS + reverse("me")
    if TELLING_ADDRESS.search(address):
        return ""
    return ngettext(
        "You have one note. Sign in to read it: %(address)s",
        "You have %(count)d notes. Sign in to read them: %(address)s",
        count,
    ) % {"count": count, "address": address}


def _only_count(count: int) -> str:
    return ngettext(
        "You have one note. Sign in to read it.", "You have %(count)d notes. Sign in to read them.", count
    ) % {"count": count}


# -- To whom, and how --------------------------------------------------------------------------------------------------


def number_of(person: Member | Staff, house: House) -> str:
    """Where a text for `person` goes ("+13135550100"); empty when there is no number that may be used for it."""
    return for_texts(person.text_to_use, house.country)


def why_not(person: Member | Staff, house: House) -> str:
    """The reason why `person` gets no text, or an empty one."""
    if not settings.TEXTS_READY:
        return Reason.NO_TEXTS
    return "" if number_of(person, house) else Reason.NO_NUMBER


class Gateway:
    """The way out for the texts of one batch."""

    def __init__(self) -> None:
        self.unsure_in_a_row = 0

    def answers(self) -> bool:
        """Whether the next text is worth trying: nothing that is not tried can become unsure."""
        return self.unsure_in_a_row < ENOUGH and service_for("+13135550100") is not None

    def send(self, text: Text) -> None:
        """Raises `Unsure` when nobody knows whether it left."""
        gateway, service = Apprise(asset=ASSET), service_for(text.number)
        if service:
            gateway.add(service)
        if not gateway.notify(body=text.words, body_format=NotifyFormat.TEXT, timeout=WAITED_FOR):
            self.unsure_in_a_row += 1
            raise Unsure
        self.unsure_in_a_row = 0


def service_for(number: str) -> NotifyBase | None:
    """The gateway as TEXT_URL names it, for one number; None where it names none that apprise knows."""
    service = Apprise.instantiate(settings.TEXT_URL.replace("{to}", quote(number, safe="")), asset=ASSET)
    if service is not None:
        service.socket_connect_timeout = service.socket_read_timeout = WAITED_FOR / 2
        service.retry = 0  # whether to try again is the outbox's to say
    return service


ASSET = AppriseAsset(
    app_id="Messages", app_desc="Messages", async_mode=False, interpret_escapes=False, interpret_emojis=False,
    http_redirects=False,  # who answers "over there" did not take it
    allow_templates=False,
)  # fmt: skip
