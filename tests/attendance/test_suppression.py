"""Which groups may be counted alone, and what happens where it is done in a simpler way: somebody solves for it."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from attendance.reports.suppression import ROOM, fit, others, told
from tests.attendance.solver import Attacker, File

pytestmark = pytest.mark.once


def groups(**numbers: int) -> dict[str, range]:
    """That many people in each; nobody is in two."""
    return {name: range(1000 * n, 1000 * n + number) for n, (name, number) in enumerate(numbers.items())}


def test_large_groups_are_counted_alone_and_small_ones_together():
    assert told([groups(en=80, es=21, fi=6, so=5)]) == {"en", "es"}


def test_a_group_needs_room_in_every_month():
    assert told([groups(en=80, es=21, fi=12, so=4), groups(en=70, es=9, fi=14, so=4)]) == {"en", "fi"}


def test_the_smallest_large_group_keeps_a_small_one_company():
    assert told([groups(en=80, es=21, fi=12, so=1)]) == {"en", "es"}
    assert told([groups(en=80, es=21, fi=12)]) == {"en", "es"}  # and is there when somebody new comes


def test_a_small_house_has_no_groups_to_tell():
    assert told([groups(en=14, es=4)]) == frozenset()
    assert told([]) == frozenset()


def test_somebody_in_two_units_is_one_person():
    assert others({"Kitchen": {1, 2}, "Clerical": {2, 3}, "Garden": {3, 4}}, {"Garden"}) == {1, 2, 3}


@pytest.mark.parametrize(("numbers", "may"), [([0, 5, 80], True), ([1, 80], False), ([4], False), ([], True)])
def test_what_may_stand_in_a_file(numbers, may):
    assert fit(numbers) is may


MONTHS = st.lists(st.dictionaries(st.sampled_from("abcdef"), st.integers(0, 40)), max_size=4)


@settings(max_examples=60, derandomize=True, deadline=None)
@given(MONTHS, st.permutations("abcdef"))
def test_all_that_is_told_has_room_and_the_names_of_hidden_groups_do_not_matter(months, names):
    before = [groups(**numbers) for numbers in months]
    shown = told(before)
    for month in before:
        assert min([len(month[name]) for name in shown] or [ROOM]) >= ROOM
        assert not shown or len(others(month, shown)) >= ROOM
    hidden = [name for name in names if name not in shown]
    called = dict(zip(sorted(hidden), hidden, strict=True))
    assert told([{called.get(name, name): who for name, who in month.items()} for month in before]) == shown


# -- Simpler ways, each of them broken ---------------------------------------------------------------------------------

JAN, FEB, MAR = ({n} for n in (1, 2, 3))
QUARTER = JAN | FEB | MAR


def file(months: set[int], others: int, **told: int) -> File:
    return File(frozenset(months), told, others)


def test_hiding_small_numbers_alone_is_undone_by_the_total():
    attacker = Attacker([file(JAN, 3, en=80, es=21)], ["en", "es", "so"])
    assert attacker.range_of(JAN, "so") == (3, 3)


def test_hiding_a_second_number_file_by_file_is_undone_by_two_files():
    """Each file hides two numbers; the quarter's tells what January's hides, because nobody new came."""
    months = [file(JAN, 24, en=80), file(FEB, 24, en=80), file(MAR, 24, en=80)]
    quarter = file(QUARTER, 83, es=21)
    assert Attacker(months, ["en", "es", "so"]).range_of(JAN, "so") == (0, 24)
    assert Attacker([*months, quarter], ["en", "es", "so"]).range_of(QUARTER, "so") == (3, 3)


def test_deciding_month_by_month_what_to_hide_is_undone_by_the_quarter():
    """In January one person speaks Somali, so Spanish is hidden too; in February nobody does. The quarter hides both.

    But it tells how many people there were: no more than in January. So all who speak Spanish came in February too, and
    January's Somali is one person, who is known to be there because a nought would have been told.
    """
    files = [file(JAN, 9, en=80), file(FEB, 0, en=80, es=8, so=0), file(MAR, 0, en=80, es=8, so=0)]
    files.append(file(QUARTER, 9, en=80))
    hidden = [(frozenset(JAN), "es"), (frozenset(JAN), "so")]
    assert Attacker(files[:3], ["en", "es", "so"], marked=hidden).range_of(JAN, "so") == (1, 8)
    assert Attacker(files, ["en", "es", "so"], marked=hidden).range_of(JAN, "so") == (1, 1)


def test_the_same_groups_in_every_file_are_not_undone():
    files = [file(months, 9, en=80) for months in (JAN, FEB, MAR, QUARTER)]
    attacker = Attacker(files, ["en", "es", "so"])
    assert [attacker.range_of(JAN, "so"), attacker.range_of(QUARTER, "so")] == [(0, 9), (0, 9)]
