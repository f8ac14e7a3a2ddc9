"""What somebody can work out who has every file: what was published as equations, solved for each number not in it."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import lil_matrix

MANY = 10_000


@dataclass(frozen=True)
class File:
    """One table: the months it covers, the groups that it tells, and the others together (None: not told)."""

    months: frozenset[int]
    told: Mapping[str, int]
    others: int | None


class Attacker:
    """Knows every file, the names of all groups, and that a person who came in a month came in whatever holds it.

    A group's people in a stretch are as many as in its fullest part at least, and as in all its parts together at most.
    `adds_up`: member-days, where they are exactly as many as in all parts. `marked`: hidden is known to be at least 1.
    """

    def __init__(
        self, files: Collection[File], groups: Collection[str], *, adds_up: bool = False, marked: Collection = ()
    ) -> None:
        stretches = {file.months for file in files} | {frozenset([month]) for file in files for month in file.months}
        self.at = {cell: n for n, cell in enumerate((s, g) for s in sorted(stretches, key=sorted) for g in groups)}
        self.rows: list[tuple[dict[int, int], float, float]] = []
        for file in files:
            for group, number in file.told.items():
                self.knows({(file.months, group): 1}, number, number)
            if file.others is not None:
                hidden = {(file.months, group): 1 for group in groups if group not in file.told}
                self.knows(hidden, file.others, file.others)
        for group in groups:
            for whole in stretches:
                months = {(frozenset([month]), group): -1 for month in whole}
                if len(whole) > 1:
                    self.knows({(whole, group): 1} | months, 0 if adds_up else -MANY, 0)
                for part in stretches:
                    if part < whole:
                        self.knows({(whole, group): 1, (part, group): -1}, 0, MANY)
        self.least = np.zeros(len(self.at))
        for cell in marked:
            self.least[self.at[cell]] = 1

    def knows(self, cells: Mapping[tuple[frozenset[int], str], int], least: float, most: float) -> None:
        self.rows.append(({self.at[cell]: times for cell, times in cells.items()}, least, most))

    def range_of(self, months: Collection[int], group: str) -> tuple[int, int]:
        """The least and the most that a number can be, as far as the files tell."""
        matrix = lil_matrix((len(self.rows), len(self.at)))
        for n, (cells, _least, _most) in enumerate(self.rows):
            for column, times in cells.items():
                matrix[n, column] = times
        rules = LinearConstraint(matrix.tocsr(), [r[1] for r in self.rows], [r[2] for r in self.rows])
        ends = []
        for sign in (1, -1):
            aim = np.zeros(len(self.at))
            aim[self.at[frozenset(months), group]] = sign
            found = milp(aim, constraints=rules, bounds=Bounds(self.least, MANY), integrality=np.ones(len(self.at)))
            assert found.success, found.message
            ends.append(round(sign * found.fun))
        return ends[0], ends[1]
