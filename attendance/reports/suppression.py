"""Which groups may be counted one by one in what leaves the house (docs/decisions/0033).

A number of 1 to 4 people points at them, so small groups are never counted alone: they stand together in one number.
Which groups those are is decided once for a whole year, from the year before, and is the same in every file of that
year. Were it decided anew each month, the quarter and its months would tell together what each of them hides.

A month in which a number of 1 to 4 would stand anywhere is not given out, and nothing is that holds such a month.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence

LEAST = 5  # people behind a number that leaves the house
ROOM = 10  # people that a group counted by itself had in each month of the year before, and the others together


def told(groups: Sequence[Mapping[str, Collection[int]]]) -> frozenset[str]:
    """The groups that are counted by themselves in a year; `groups`: who was in each, month by month, the year before.

    Each had room in every month, and so had all others together. The smallest large groups keep the others company
    until that is so: somebody in a new, small group must never make a number small.
    """
    names = {name for month in groups for name in month}
    least = {name: min(len(month.get(name, ())) for month in groups) for name in names}
    large = sorted((name for name in names if least[name] >= ROOM), key=lambda name: (-least[name], name))
    while large and min(len(others(month, large)) for month in groups) < ROOM:
        large.pop()
    return frozenset(large)


def others(groups: Mapping[str, Collection[int]], shown: Collection[str]) -> set[int]:
    """Everybody in a group that is not shown."""
    return {member for name, members in groups.items() if name not in shown for member in members}


def fit(numbers: Iterable[int]) -> bool:
    """Whether these numbers of people may stand in a file: nobody, or enough."""
    return all(number == 0 or number >= LEAST for number in numbers)
