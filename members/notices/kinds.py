"""Which kinds of message there are. Each app registers its own in its `notices.py`; a member chooses per kind."""

import datetime as dt
import enum
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from members.models import House, Member, Message, Staff

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

# Handbook, must-never 4. The texts of this program are tested; words that a house typed itself are asked here.
NEVER_IN_A_MESSAGE = re.compile(r"\b(missed|absent|must|required|compliance|overdue)\b", re.IGNORECASE)
# Words that tell more of a place than a street name does.
TELLING = re.compile(
    r"\b(club\s?-?house|club|mental|psychiatric|psychosocial|illness|health|wellness|recovery|rehabilitation|clinic|"
    r"treatment|support|centre|center|programme?|services?|fountain house)\b",
    re.IGNORECASE,
)


class ForWhom(enum.Flag):
    MEMBERS = enum.auto()
    STAFF = enum.auto()
    EVERYBODY = MEMBERS | STAFF


@dataclass(frozen=True)
class Kind:
    """A kind of message, sent only to whoever asked for it, and only to those whom it is for.

    `still_true(message, now)` is asked at the moment of sending; `text(message, house, now)` is the plain text about
    this one occurrence (the letter around it is the same for all kinds). `prepare(house, now)` puts into the outbox
    what no single action causes, and answers how many. `at_most_once`: an unknown outcome is shown to people and
    never sent again.
    """

    name: str
    label: "StrOrPromise"
    hint: "StrOrPromise"
    still_true: Callable[[Message, dt.datetime], bool]
    text: Callable[[Message, House, dt.datetime], str]
    prepare: Callable[[House, dt.datetime], int] | None = None
    at_most_once: bool = False
    for_whom: ForWhom = ForWhom.MEMBERS

    def is_for(self, person: Member | Staff) -> bool:
        return (ForWhom.STAFF if isinstance(person, Staff) else ForWhom.MEMBERS) in self.for_whom


KINDS: dict[str, Kind] = {}


def register(kind: Kind) -> None:
    KINDS[kind.name] = kind


def in_our_voice(words: str, otherwise: str) -> str:
    """`words` that somebody typed (a task, a unit), or `otherwise` where they hold a word no message may hold."""
    return otherwise if NEVER_IN_A_MESSAGE.search(words) or TELLING.search(words) else words
