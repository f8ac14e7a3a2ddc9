"""Figures for research: a row a person, without names, days or anything by which one of a few could be known.

What tells people apart (joined, age, language, part of town) is told only where at least five share all of it, and in
the groups of `breakdown.py`. What somebody did is told in bands that hold at least five people each.
"""

import hashlib
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Count, Sum
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from activities import workdays
from attendance.models import Kind, Visit
from attendance.reports.breakdown import AGE, AREA, LANGUAGE, NOBODY, Gathered, gather
from attendance.reports.minutes import ElapsedMinutes
from attendance.reports.suppression import LEAST
from clubhouse.spans import Span
from members.models import Member

TRAITS = ("joined", AGE, LANGUAGE, AREA)  # given up from the last one on
DEEDS = ("months", "days", "hours", "social_days", "virtual_days", "offsite_days")
YEARS = (0, 1, 5, 10)
MONTHS = (1, 2, 4, 7, 10, 13)
DAYS = (0, 1, 10, 20, 50, 100, 150)
HOURS = (0, 1, 10, 50, 100, 250, 500, 1000)
Trait = tuple[str, ...]
Told = tuple[str | None, ...]


@dataclass(frozen=True)
class Person:
    """`traits` in the order of TRAITS, None where they are not told; `deeds` in the order of DEEDS."""

    number: str
    traits: Told
    deeds: tuple[str, ...]


@dataclass(frozen=True)
class Research:
    """`withheld` says why there are no figures, as in a breakdown."""

    house: str
    span: Span
    withheld: str = ""
    found: Gathered | None = None
    people: tuple[Person, ...] = ()


def research(span: Span) -> Research:
    """Constant number of queries. The same data give the same rows in the same order."""
    found = gather(span)
    if not found.withheld and len(found.table.days) < LEAST:
        found.withheld = NOBODY
    if found.withheld:
        return Research(found.house.name, span, found.withheld, found)
    members = sorted(found.table.days)
    of = _traits(found, span)
    traits = few_told([of[member] for member in members])
    columns = [in_bands(column, edges) for column, edges in _deeds(found, span, members)]
    rows = list(zip(members, traits, zip(*columns, strict=True), strict=True))
    # A number is good for this file alone: of another time, or once something was put right, everybody has a new one.
    content = hashlib.sha256(repr(rows).encode()).hexdigest()
    numbered = [(_number(f"{span} {content} {member}"), told, did) for member, told, did in rows]
    return Research(found.house.name, span, "", found, tuple(Person(*row) for row in sorted(numbered)))


def few_told(traits: Sequence[Trait]) -> list[Told]:
    """Each person's traits; the last ones are given up until at least five people share all that is told.

    Nor are 1 to 4 people left without a trait that others have told: who knows how many have it could count them.
    """
    kept = [len(TRAITS)] * len(traits)  # how many traits are told, person by person
    while True:
        alike: dict[Trait, list[int]] = defaultdict(list)
        for n, trait in enumerate(traits):
            alike[trait[: kept[n]]].append(n)
        less = _too_few(alike) or _too_few_without(alike, traits)
        if less is None:
            return [(*trait[: kept[n]], *[None] * (len(TRAITS) - kept[n])) for n, trait in enumerate(traits)]
        for n in alike[less[0]]:
            kept[n] = less[1]


def _too_few(alike: Mapping[Trait, list[int]]) -> tuple[Trait, int] | None:
    """A group that has to tell less, and how much it goes on telling: a small one, or one that keeps it company."""
    few = [told for told, people in alike.items() if len(people) < LEAST]
    if not few:
        return None
    told = max(few, key=lambda group: (len(group), group))
    company = [group for group in alike if len(group) > len(told) and group[: len(told)] == told]
    if company or not told:
        return min(company, key=lambda group: (len(alike[group]), group)), len(told)
    return told, len(told) - 1


def _too_few_without(alike: Mapping[Trait, list[int]], traits: Sequence[Trait]) -> tuple[Trait, int] | None:
    """The smallest group that tells a trait which only 1 to 4 others have and do not tell."""
    for place in range(len(TRAITS)):
        all_of = Counter(trait[place] for trait in traits)
        telling = {group: len(people) for group, people in alike.items() if len(group) > place}
        for trait in sorted(all_of):
            groups = [group for group in telling if group[place] == trait]
            if groups and 0 < all_of[trait] - sum(telling[group] for group in groups) < LEAST:
                return min(groups, key=lambda group: (telling[group], group)), place
    return None


def in_bands(numbers: Sequence[int], edges: Sequence[int]) -> list[str]:
    """Each number as its band, like "10 to 19"; bands are joined until each holds five people at least, or nobody."""
    begins = list(edges)

    def band(number: int) -> int:
        return max(begin for begin in begins if begin <= number)

    while True:
        sizes = Counter(map(band, numbers))
        small = [begin for begin in begins if 0 < sizes[begin] < LEAST]
        if not small or len(begins) == 1:
            return [_words(band(number), begins) for number in numbers]
        at = begins.index(small[-1])
        begins.pop(at if at else 1)


def _words(begin: int, begins: list[int]) -> str:
    end = next((other - 1 for other in begins if other > begin), None)
    if end is None:
        return _("%(number)s or more") % {"number": begin}
    if begin == end:
        return str(begin) if begin else _("none")
    return _("%(first)s to %(last)s") % {"first": begin, "last": end}


def _traits(found: Gathered, span: Span) -> dict[int, Trait]:
    """Joined as a band of years, and each group that is counted by itself; all others are one group."""
    traits = {}
    joined = dict(Member.objects.values_list("pk", "enrolled_on"))
    for member in found.table.days:
        years = max(0, (span.last - joined[member]).days * 4 // 1461)
        begin = max(year for year in YEARS if year <= years)
        keys = [(by, found.people.key(by, member, span.last)) for by in (AGE, LANGUAGE, AREA)]
        labels = [found.people.label(by, key) if key in found.lists[by] else _("another group") for by, key in keys]
        traits[member] = (_words(begin, list(YEARS)) if begin else _("under 1"), *labels)
    return traits


def _deeds(found: Gathered, span: Span, members: list[int]) -> list[tuple[list[int], Sequence[int]]]:
    """What each member did, in numbers, with the edges of its bands."""
    visits = Visit.objects.filter(day__range=(span.first, span.last), member__in=members).order_by()
    on_open_days = visits.filter(kind=Kind.WOD, day__in=workdays.open_wod_days(span.first, span.last))
    minutes: dict[int, int | None] = dict(
        on_open_days.filter(ending=Visit.Ending.KNOWN)
        .values_list("member")
        .annotate(spent=Sum(ElapsedMinutes("arrived_at", "left_at")))
    )
    apart = {
        (member, kind): days
        for member, kind, days in visits.exclude(kind=Kind.WOD)
        .values_list("member", "kind")
        .annotate(Count("day", distinct=True))
    }
    return [
        ([found.months[member] for member in members], MONTHS),
        ([found.table.days[member] for member in members], DAYS),
        ([(minutes.get(member) or 0) // 60 for member in members], HOURS),
        *(
            ([apart.get((member, kind.value), 0) for member in members], DAYS)
            for kind in (Kind.SOCIAL, Kind.VIRTUAL, Kind.OFFSITE)
        ),
    ]


def _number(of: str) -> str:
    """Nobody can tell from it who it is, for the house's own secret went in."""
    return salted_hmac("attendance.research", of, algorithm="sha256").hexdigest()[:12].upper()
