"""Whom somebody at the door may mean: never a list, never more of a name than needed, never whether anybody is in."""

import hashlib
import re
import uuid
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from allauth.core.internal import ratelimit
from django.contrib.auth.hashers import check_password
from django.core import signing
from django.core.cache import cache
from django.db.models import Q
from django.http import HttpRequest
from django.utils import timezone
from django.utils.functional import cached_property

from attendance.actions.door import log_at_door
from attendance.day_sheet import to_mark
from attendance.models import Mark
from members.actions.door import CARD_LENGTH, CARD_LETTERS
from members.actions.tablets import count_search, count_tap
from members.models import Member, fold, token_digest

MOST_SHOWN = 5
LETTERS, LETTERS_IN_A_SMALL_HOUSE, SMALL_HOUSE = 3, 2, 40
LONGEST_WHOLE = 40
CHOICE_LASTS = 5 * 60  # seconds
WRONG_CODES, BLOCKED_FOR = 5, 20 * 60
# Per device, counted in the database cache (see members/sign_in.py).
LIMITS = {
    "door_search": "10/m/key,60/h/key",
    "door_card": "20/m/key,600/h/key",
    "door_code": f"{WRONG_CODES}/20m/key",
}
CARD = re.compile(f"[{CARD_LETTERS}]{{{CARD_LENGTH}}}$")


@dataclass(frozen=True)
class Choice:
    """One button: a name, and whom it may be. `must_tell`: others have this name, and no picture tells them apart."""

    name: str
    pks: tuple[int, ...]
    picture: str = ""
    must_tell: bool = False

    @property
    def picture_name(self) -> str:
        return str(Member.DoorPicture(self.picture).label)


@dataclass(frozen=True)
class Held:
    """What one screen gave to the next. `key` is the mark's, so that a tap sent twice is one mark."""

    members: list[Member]
    key: uuid.UUID
    must_tell: bool


def choices(members: Iterable[Member]) -> list[Choice]:
    """A button each; people with one name are told apart by their pictures, or share a button that asks."""
    by_name: dict[str, list[Member]] = {}
    for member in members:
        by_name.setdefault(member.short_name.casefold(), []).append(member)
    found = []
    for namesakes in by_name.values():
        pictures = Counter(member.door_picture for member in namesakes)
        others = [member for member in namesakes if not member.door_picture or pictures[member.door_picture] > 1]
        if len(namesakes) == 1:
            found.append(Choice(namesakes[0].short_name, (namesakes[0].pk,)))
            continue
        found += [Choice(m.short_name, (m.pk,), picture=m.door_picture) for m in namesakes if m not in others]
        if others:
            found.append(Choice(others[0].short_name, tuple(member.pk for member in others), must_tell=True))
    return found


def letters_in(words: str) -> int:
    return len(fold(words).replace(" ", ""))


def card_in(words: str) -> str:
    """What stands on a card, also behind letters that stood in the field when the scanner typed; else nothing."""
    card = CARD.search(fold(words).replace(" ", ""))
    return card[0] if card else ""


def _whole_names(words: str) -> set[str]:
    """What `search_name` may say of somebody whose whole name was typed: some have two letters, some are written
    without a space, some begin with the family name.
    """
    folded = fold(words)
    bare = folded.replace(" ", "")[:LONGEST_WHOLE]
    halves = {f"{a} {b}" for at in range(1, len(bare)) for a, b in [(bare[:at], bare[at:]), (bare[at:], bare[:at])]}
    return {folded, *halves}


class Door:
    """The door as one paired tablet sees it."""

    is_practice = False

    def __init__(self, request: HttpRequest, tablet):
        self.request, self.tablet = request, tablet
        self.people = Member.objects.welcome()

    @cached_property
    def letters(self) -> int:
        """How many must be typed."""
        on_roll = Member.objects.on_roll(timezone.localdate())[:SMALL_HOUSE].count()
        return LETTERS if on_roll >= SMALL_HOUSE else LETTERS_IN_A_SMALL_HOUSE

    # -- Looking people up

    def named(self, words: str) -> list[Member]:
        """Whose names hold each of `words`, or who is called just so; one more than are shown at most."""
        matching = Q(search_name__in=_whole_names(words))
        if letters_in(words) >= self.letters:
            parts = Q()
            for word in fold(words).split():
                parts &= Q(search_name__contains=word)
            matching |= parts
        return list(self.people.filter(matching)[: MOST_SHOWN + 1])

    def holder_of(self, card: str) -> Member | None:
        digest = token_digest(card)
        return self.people.filter(Q(door_card_digest=digest) | Q(merged__door_card_digest=digest)).first()

    def members(self, pks: Iterable[int]) -> list[Member]:
        return list(self.people.filter(pk__in=pks))

    def to_mark(self, pks: Iterable[int]) -> list[Member]:
        """With what a mark needs to know of them; one query a person."""
        found = [to_mark(timezone.localdate(), pk=pk) for pk in pks]
        return [member for member in found if member is not None]

    def who_proves(self, members: Iterable[Member], proof: str) -> Member | None:
        """The one among `members` whose code this is; for who has no code, the member number."""
        fits = [member for member in members if self.is_proof(member, proof.strip())]
        return fits[0] if len(fits) == 1 else None

    def is_proof(self, member: Member, proof: str) -> bool:
        if member.door_code:
            return check_password(proof, member.door_code)
        return member.member_no.casefold() == proof.casefold()

    # -- What a screen gives to the next one: signed, for this tablet and this step, and not for long

    def seal(self, step: str, members: Iterable[int], *, must_tell: bool = False) -> str:
        held = {"members": list(members), "key": str(uuid.uuid4()), "must_tell": must_tell}
        return signing.dumps(held, salt=self._salt(step))

    def unseal(self, step: str, sealed: str) -> Held | None:
        """None for what is too old, was made up, or comes from another tablet or another step."""
        try:
            held = signing.loads(sealed, salt=self._salt(step), max_age=CHOICE_LASTS)
        except signing.BadSignature:
            return None
        members = self.to_mark(held["members"]) if step == "tap" else self.members(held["members"])
        return Held(members, uuid.UUID(held["key"]), held["must_tell"]) if members else None

    def _salt(self, step: str) -> str:
        return f"door {self.tablet.pk} {step}"

    def is_used(self, screen: str) -> bool:
        """Whether this screen was sent before: a page that is shown again (Back, a restored tab) shows nobody."""
        return not cache.add(self._counted("screen", screen), True, timeout=24 * 3600)

    # -- Slowing down

    def takes(self, limit: str) -> str:
        """Counts one search (`door_search`) or card (`door_card`). "" when it may go on, else "paused" or "slow"."""
        if self.tablet.paused_at:
            return "paused"
        key = str(self.tablet.pk)
        if ratelimit.consume(self.request, app="attendance", action=limit, config=LIMITS, key=key) is None:
            return "slow"
        return "" if limit == "door_card" or count_search(tablet=self.tablet) else "paused"

    def is_blocked(self, members: Iterable[Member]) -> bool:
        """Whether one of them typed too many wrong codes here."""
        return bool(cache.get_many([self._counted("blocked", member.pk) for member in members]))

    def takes_code(self, members: Iterable[Member]) -> list | None:
        """Counts a try before it is looked at, so that no two slip past together. None when there were too many."""
        tries = [ratelimit.consume(self.request, **self._tries(member)) for member in members]
        return None if None in tries or self.is_blocked(members) else tries

    def wrong_code(self, members: Iterable[Member]) -> None:
        """The fifth wrong one blocks a member on this tablet for twenty minutes from then."""
        for member in members:
            if ratelimit.consume(self.request, dry_run=True, **self._tries(member)) is None:
                cache.set(self._counted("blocked", member.pk), True, BLOCKED_FOR)

    def right_code(self, member: Member, tries: list) -> None:
        """This try was none, for nobody of that name; and whoever it is begins again."""
        for tried in tries:
            tried.rollback()
        ratelimit.clear(self.request, **self._tries(member))

    def _tries(self, member: Member) -> dict:
        return {"app": "attendance", "action": "door_code", "config": LIMITS, "key": f"{self.tablet.pk} {member.pk}"}

    def _counted(self, what: str, which: object) -> str:
        return f"door-{what}:" + hashlib.sha256(f"{self.tablet.pk} {which}".encode()).hexdigest()

    # -- Writing down

    def log(self, member: Member, action: Mark.Action, key: uuid.UUID) -> None:
        log_at_door(member=member, action=action, key=key, tablet=self.tablet)
        count_tap(tablet=self.tablet)
