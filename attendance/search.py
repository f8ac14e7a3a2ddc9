"""Finding a member by whatever somebody types: any part of any name, without accents, small slips forgiven."""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Case, IntegerField, Q, Value, When
from rapidfuzz import process
from rapidfuzz.distance import OSA

from attendance.day_sheet import name_of
from members.models import Member, fold

MOST_FOUND = 30
MOST_OFFERED = 5  # to choose from, where one is meant
LONGEST = 100
NEVER = 99


@dataclass(frozen=True)
class Found:
    """Who the words may mean, the likeliest first. `is_guess`: nobody is called so; `has_more`: there are others.

    `meant`: the one whom Enter marks, when there is no doubt: the only one found, or the only one whose names begin so.
    """

    words: str
    members: list[Member]
    is_guess: bool = False
    has_more: bool = False
    meant: Member | None = None

    @property
    def sure(self) -> Member | None:
        """The one who is meant; nobody when it may be another, or when it is only a guess."""
        return self.members[0] if len(self.members) == 1 and not self.is_guess and not self.has_more else None

    @property
    def named(self) -> list[tuple[Member, str]]:
        """The first few, each with as much of the name as tells them apart."""
        names = told_apart(self.members[:MOST_OFFERED])
        return [(member, names[member.pk]) for member in self.members[:MOST_OFFERED]]


def cleaned(words: str) -> str:
    return " ".join(words.replace("\0", " ").split())[:LONGEST]


def find_members(words: str) -> Found:
    """Among everyone ever enrolled who may walk in. One query; two when nobody is called so."""
    everybody = Member.objects.welcome()
    first_word = (fold(words).split() or [""])[0]
    rank = Case(
        When(member_no__iexact=words, then=Value(0)),
        When(search_name__startswith=first_word, then=Value(1)),
        When(search_name__contains=f" {first_word}", then=Value(2)),
        default=Value(3),
        output_field=IntegerField(),
    )
    direct = list(everybody.named(words).order_by(rank, "search_name", "pk")[: MOST_FOUND + 1])
    if direct:
        if len(direct) > MOST_FOUND:
            return Found(words, direct[:MOST_FOUND], has_more=True)
        begin_so = [member for member in direct if begins(member, fold(words).split())]
        meant = direct[0] if len(direct) == 1 else begin_so[0] if len(begin_so) == 1 else None
        return Found(words, sorted(direct, key=lambda member: member is not meant), meant=meant)
    likely = _likely(fold(words).split(), everybody.values_list("pk", "search_name"))
    guesses = {member.pk: member for member in everybody.filter(Q(pk__in=likely))} if likely else {}
    return Found(words, [guesses[pk] for pk in likely if pk in guesses], is_guess=True)


def whom(words: str) -> Found:
    """Whom somebody means who writes one name down: `sure` of the answer only when nobody else can be meant.

    "Amara O. (M0012)", as suggested, means that number; a whole name means whoever is called exactly so, and the
    beginnings of names mean them rather than somebody in whose names they stand further on.
    """
    words = cleaned(words)
    number = re.search(r"\(([^()]+)\)$", words)
    for said in filter(None, [number and number[1], words]):
        exact = list(Member.objects.welcome().filter(member_no__iexact=said.strip()))
        if exact:
            return Found(words, exact)
    found = find_members(words) if words else Found(words, [])
    called = [it for it in found.members if fold(words) in {fold(it.full_name), fold(f"{it.known_as} {it.last_name}")}]
    one = called[0] if len(called) == 1 and not found.has_more else found.meant
    return Found(words, [one]) if one else found


def told_apart(members: Iterable[Member]) -> dict[int, str]:
    """By id: as much of each name as tells these people apart."""
    by_pk = {member.pk: member for member in members}
    names = {pk: name_of(member) for pk, member in by_pk.items()}
    for step in (1, 2):
        times = Counter(name.casefold() for name in names.values())
        names = {pk: name_of(by_pk[pk], step) if times[name.casefold()] > 1 else name for pk, name in names.items()}
    return names


def begins(member: Member, words: list[str]) -> bool:
    """Whether each of the folded `words` begins some part of the member's names."""
    parts = member.search_name.split()
    return bool(words) and all(any(part.startswith(word) for part in parts) for word in words)


def _likely(words: list[str], names: Iterable[tuple[int, str]]) -> list[int]:
    """Ids of the members whose names are most like `words`: every word must be like one of theirs."""
    if not words:
        return []
    likely = [(name, pk, name.split()) for pk, name in names]
    every_part = list({part for _, _, parts in likely for part in parts})
    alike = [_alike(word, every_part) for word in words]
    for found in alike:
        likely = [one for one in likely if not found.keys().isdisjoint(one[2])]
    slips = [
        (sum(min(found.get(part, NEVER) for part in parts) for found in alike), name, pk) for name, pk, parts in likely
    ]
    return [pk for _, _, pk in sorted(slips)[:MOST_FOUND]]


def _alike(word: str, parts: list[str]) -> dict[str, int]:
    """The parts of names that `word` may mean, with the slips between the two: letters left out, added, changed or
    swapped, as a whole or as far as was typed. One slip is forgiven from four letters on, two from eight.
    """
    forgiven = min(len(word) // 4, 2)
    slips: dict[str, int] = {}
    for as_typed in (parts, [part[: len(word)] for part in parts]):
        near = process.extract(word, as_typed, scorer=OSA.distance, score_cutoff=forgiven, limit=None)
        for _, distance, position in near:
            slips[parts[position]] = min(distance, slips.get(parts[position], NEVER))
    return slips
