"""The table of docs/security.md says what is there: 49 requirements, each with a file and a test that exist."""

import ast
import re
from functools import cache
from pathlib import Path

import pytest

pytestmark = pytest.mark.once
ROOT = Path(__file__).resolve().parent.parent
TABLE = (ROOT / "docs" / "security.md").read_text()
# How many sections each chapter of ASVS 5.0.0 has; V10 and V17 are about what we do not have.
SECTIONS = {1: 5, 2: 4, 3: 7, 4: 4, 5: 4, 6: 8, 7: 6, 8: 4, 9: 2, 11: 7, 12: 3, 13: 4, 14: 3, 15: 4, 16: 5}


def rows(text: str) -> list[list[str]]:
    found = [line.strip("|").split(" | ") for line in text.splitlines() if re.match(r"\| V\d", line)]
    return [[cell.strip() for cell in row] for row in found]


@cache
def names_in(file: str) -> set[str]:
    return {node.name for node in ast.parse((ROOT / file).read_text()).body if isinstance(node, ast.FunctionDef)}


def wrong(row: list[str]) -> list[str]:
    """What is not right with one row."""
    if len(row) != 5 or not all(row):
        return ["a cell is missing"]
    number, _asks, _do, place, proof = row
    said = []
    parts = re.fullmatch(r"V(\d+)\.(\d+)\.(\d+)", number)
    if not parts or not 1 <= int(parts[2]) <= SECTIONS.get(int(parts[1]), 0) or not 1 <= int(parts[3]) <= 14:
        said.append(f"{number} is no number of ASVS 5.0")
    said += [f"{name} is not there" for name in named(place) if not (ROOT / name.split()[0]).exists()]
    file, _colons, name = proof.strip("`").partition("::")
    if not (ROOT / file).is_file() or name not in names_in(file):
        said.append(f"{proof} is no test")
    return said if named(place) else [*said, "no place is named"]


def named(place: str) -> list[str]:
    return re.findall(r"`([^`]+)`", place)


def test_the_table_has_49_rows_and_each_number_once():
    numbers = [row[0] for row in rows(TABLE)]
    assert len(numbers) == 49
    assert len(set(numbers)) == 49


def test_every_file_and_every_test_of_the_table_exists():
    assert {row[0]: said for row in rows(TABLE) if (said := wrong(row))} == {}


@pytest.mark.parametrize(
    "row",
    [
        "| V99.1.1 | x | y | `bootstrap.py` | `tests/test_walls.py::test_a_url_without_a_row_is_noticed` |",
        "| V3.9.1 | x | y | `bootstrap.py` | `tests/test_walls.py::test_a_url_without_a_row_is_noticed` |",
        "| V3.1.1 | x | y | `members/no_such_file.py` | `tests/test_walls.py::test_a_url_without_a_row_is_noticed` |",
        "| V3.1.1 | x | y | `bootstrap.py` | `tests/test_walls.py::test_that_nobody_wrote` |",
        "| V3.1.1 | x | y | `bootstrap.py` | `tests/test_nowhere.py::test_x` |",
        "| V3.1.1 | x | y | somewhere | `tests/test_walls.py::test_a_url_without_a_row_is_noticed` |",
        "| V3.1.1 | x |  | `bootstrap.py` | `tests/test_walls.py::test_a_url_without_a_row_is_noticed` |",
    ],
)
def test_a_made_up_row_is_noticed(row):
    (found,) = rows(row)
    assert wrong(found)
