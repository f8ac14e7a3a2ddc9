"""The door with invented people: nothing is looked up in the house, nothing counted, nothing kept."""

import uuid
from collections.abc import Iterable

from attendance.door import LETTERS, MOST_SHOWN, Door, letters_in
from attendance.models import Mark
from members.models import Member, fold, token_digest

CARD = "BCDF-GHJK-NPRS"
CODE = "2580"


def _invented(pk: int, name: str, **fields) -> Member:
    first_name, _, last_name = name.partition(" ")
    member = Member(pk=pk, first_name=first_name, last_name=last_name, member_no=f"P{pk}", **fields)
    member.search_name = member.folded_names()
    return member


INVENTED = [
    _invented(1, "Sunny Field", door_card_digest=token_digest(CARD.replace("-", ""))),
    _invented(2, "Sunny Forest", door_picture=Member.DoorPicture.CAT),
    _invented(3, "Sunny Fern", door_picture=Member.DoorPicture.BOAT),
    _invented(4, "Pepper Hill", door_code="practice"),
    _invented(5, "Robin Garden"),
    *(_invented(pk, f"Willow {letter}brook") for pk, letter in enumerate("ABCDEF", start=6)),
]


class PracticeDoor(Door):
    is_practice = True
    letters = LETTERS

    def __init__(self) -> None:
        """Without tablet and house."""

    def named(self, words: str) -> list[Member]:
        found = [m for m in INVENTED if all(word in m.search_name for word in fold(words).split())]
        return found[: MOST_SHOWN + 1] if letters_in(words) >= self.letters else []

    def holder_of(self, card: str) -> Member | None:
        return next((member for member in INVENTED if member.door_card_digest == token_digest(card)), None)

    def members(self, pks: Iterable[int]) -> list[Member]:
        return [member for member in INVENTED if member.pk in pks]

    def to_mark(self, pks: Iterable[int]) -> list[Member]:
        return self.members(pks)

    def is_proof(self, member: Member, proof: str) -> bool:
        return proof == CODE if member.door_code else super().is_proof(member, proof)

    def _salt(self, step: str) -> str:
        return f"door practice {step}"

    def is_used(self, screen: str) -> bool:
        return False

    def takes(self, limit: str) -> str:
        return ""

    def is_blocked(self, members: Iterable[Member]) -> bool:
        return False

    def takes_code(self, members: Iterable[Member]) -> list | None:
        return []

    def wrong_code(self, members: Iterable[Member]) -> None:
        pass

    def right_code(self, member: Member, tries: list) -> None:
        pass

    def log(self, member: Member, action: Mark.Action, key: uuid.UUID) -> None:
        pass
