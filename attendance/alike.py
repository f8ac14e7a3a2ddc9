"""Whether somebody new at the desk may be on the roll already: names that look alike, either way round."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from rapidfuzz.distance import OSA

from attendance.search import NEVER
from members.models import Member, fold

MOST_SHOWN = 5  # a hint, not a list of members
SLIP_FROM, TWO_SLIPS_FROM = 3, 8  # letters


@dataclass(frozen=True)
class Alike:
    """Somebody who may be meant: name to use and initial, and the member number where that is the same for two."""

    member: Member
    name: str


def look_alikes(first_name: str, last_name: str) -> list[Alike]:
    """Everyone ever enrolled who may be the same person, the likeliest first. Two queries; one when nobody is alike."""
    mine = (fold(first_name).split(), fold(last_name).split())
    scores = []
    rows = Member.objects.welcome().values_list("pk", "first_name", "name_to_use", "last_name")
    for pk, given, used, family in rows:
        score = _unlike(mine, ([*_words(given), *_words(used)], _words(family)))
        if score < NEVER:
            scores.append((score, pk))
    likeliest = [pk for _score, pk in sorted(scores)[:MOST_SHOWN]]
    members = Member.objects.in_bulk(likeliest) if likeliest else {}
    return _named(members[pk] for pk in likeliest if pk in members)


def _named(members: Iterable[Member]) -> list[Alike]:
    members = list(members)
    times = Counter(member.short_name.casefold() for member in members)
    return [
        Alike(
            member,
            f"{member.short_name} ({member.member_no})"
            if times[member.short_name.casefold()] > 1
            else member.short_name,
        )
        for member in members
    ]


def _words(name: str) -> list[str]:
    """The words of a name, and its initials where it has several: JP for Jean-Pierre."""
    words = fold(name).split()
    return [*words, "".join(word[0] for word in words)] if len(words) > 1 else words


def _unlike(mine: tuple[list[str], list[str]], theirs: tuple[list[str], list[str]]) -> int:
    """How far apart two (first, family) names are, also the other way round; NEVER for different people."""
    (first, last), (firsts, lasts) = mine, theirs
    if not first or not firsts:
        return NEVER
    if not last or not lasts:  # one of them is known by one name
        near = min(_closest(first, firsts), _closest(last, firsts) + 1, _closest(first, lasts) + 1)
        return near + 1 if near <= 1 and max(map(len, first + last)) >= SLIP_FROM else NEVER
    straight = _closest(first, firsts) + _closest(last, lasts)
    swapped = _closest(first, lasts) + _closest(last, firsts) + 1
    only_initials = max(map(len, first + last)) == 1
    return NEVER if only_initials else min(straight, swapped, NEVER)


def _closest(words: list[str], parts: list[str]) -> int:
    """The longest word of either must be like one of the other: "de la Cruz" is Cruz, "Ana Maria" is Ana."""
    if not words or not parts:
        return NEVER
    longest, their_longest = max(words, key=len), max(parts, key=len)
    return min([_slips(longest, part) for part in parts] + [_slips(word, their_longest) for word in words])


def _slips(word: str, part: str) -> int:
    """Nothing between equal words; one for an initial, a short form or a slip of the finger."""
    if word == part:
        return 0
    short, long = sorted((word, part), key=len)
    if long.startswith(short) or (len(short) >= SLIP_FROM and short in long):
        return 1
    forgiven = (len(short) >= SLIP_FROM) + (len(short) >= TWO_SLIPS_FROM)
    slips = OSA.distance(word, part, score_cutoff=forgiven)
    return slips if slips <= forgiven else NEVER
