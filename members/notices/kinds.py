"""Which kinds of message there are. Each app registers its own in its `notices.py`; a member chooses per kind."""

import datetime as dt
import enum
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from members.models import House, Member, Message, Staff
from members.words import NEVER_IN_A_MESSAGE, TELLING

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


class ForWhom(enum.Flag):
    MEMBERS = enum.auto()
    STAFF = enum.auto()
    EVERYBODY = MEMBERS | STAFF


Facts = Callable[[list[Message], House, dt.datetime], dict[int, dict]]


@dataclass(frozen=True)
class Kind:
    """A kind of message, sent only to whoever asked for it, and only to those whom it is for.

    `facts(messages, house, now)` is asked at the moment of sending, for a whole batch in a constant number of queries:
    it answers, by the message's key, what its templates say. A message left out is not true any more and is dropped.
    The words stand in `templates/messages/<name>/<channel>.txt`, rendered in the person's language (a page or a note
    without its own takes those of the e-mail). `sample(house, now)` gives the same facts about nobody, for previews.

    `prepare(house, now)` puts into the outbox what no single action causes, and answers how many. `at_most_once`: an
    unknown outcome is shown to people and never sent again. `allowed(person)`: asked again at sending where the words
    are not for everybody.
    """

    name: str
    label: "StrOrPromise"
    hint: "StrOrPromise"
    facts: Facts
    sample: Callable[[House, dt.datetime], dict]
    prepare: Callable[[House, dt.datetime], int] | None = None
    at_most_once: bool = False
    for_whom: ForWhom = ForWhom.MEMBERS
    allowed: Callable[[Member | Staff], bool] | None = None

    def is_for(self, person: Member | Staff) -> bool:
        """Whether `person` may ask for it; a wish may also be of a time when it was allowed."""
        return self.is_for_such(person) and self.is_allowed(person)

    def is_for_such(self, person: Member | Staff) -> bool:
        return (ForWhom.STAFF if isinstance(person, Staff) else ForWhom.MEMBERS) in self.for_whom

    def is_allowed(self, person: Member | Staff) -> bool:
        return self.allowed is None or self.allowed(person)


KINDS: dict[str, Kind] = {}


def register(kind: Kind) -> None:
    KINDS[kind.name] = kind


def in_our_voice(words: "StrOrPromise", otherwise: "StrOrPromise") -> "StrOrPromise":
    """`words` that somebody typed (a task, a unit), or `otherwise` where they hold a word no message may hold."""
    return otherwise if NEVER_IN_A_MESSAGE.search(str(words)) or TELLING.search(str(words)) else words
