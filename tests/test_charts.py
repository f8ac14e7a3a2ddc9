"""Charts are drawn where the numbers say: from zero, in reading order, and never by colour alone."""

import datetime as dt
from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clubhouse.charts import WIDTH, Point, bar_chart, curve, levels, lying_chart, month_calendar, week_strips

pytestmark = pytest.mark.once
OCTOBER, DAY = dt.date(2026, 10, 1), dt.timedelta(days=1)
WEEKDAYS = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]
MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
VALUES = st.lists(st.one_of(st.none(), st.integers(0, 3000)), max_size=20)


@settings(max_examples=25, derandomize=True, deadline=None)
@given(VALUES)
def test_heights_and_widths_are_as_the_values(values):
    points = [Point(str(n), value) for n, value in enumerate(values)]
    top = max((value or 0 for value in values), default=0)
    standing, lying, line = bar_chart(points), lying_chart(points), curve(points)
    for n, value in enumerate(values):
        share = (value or 0) / top if top else 0
        bar = standing.bars[n]
        assert bar.height == pytest.approx(share * (standing.base - 20), abs=0.1)
        assert bar.y + bar.height == pytest.approx(standing.base, abs=0.11)
        assert lying.bars[n].width == pytest.approx(share * WIDTH, abs=0.1)
        assert line.dots[n].y == pytest.approx(bar.y, abs=0.11)
    assert [bar.value for bar in standing.bars] == values
    assert sum(dot.is_top for dot in line.dots) == (1 if top else 0)
    assert all(one.middle < two.middle for one, two in pairwise(standing.bars))


def test_the_average_is_drawn_where_a_bar_of_its_height_would_end():
    chart = bar_chart([Point("Mon", 40), Point("Tue", 60)], Decimal(40))
    assert chart.line == chart.bars[0].y
    assert bar_chart([Point("Mon", 0)], Decimal(0)).line is None


def test_an_empty_chart_is_a_chart():
    assert (bar_chart([]).bars, lying_chart([]).bars, curve([]).area) == ((), (), "")
    assert levels({}) == []


def test_a_long_name_is_cut_with_a_sign():
    (bar,) = lying_chart([Point("Employment, Education and everything else", 3)]).bars
    assert bar.label == "Employment, Education and everythin…"


def test_a_month_stands_in_calendar_weeks():
    """1 October 2026 is a Thursday; Saturday 31 is in the fifth week."""
    days = {OCTOBER + n * DAY: 10 * n for n in range(20)} | {dt.date(2026, 10, 3): None}
    chart = month_calendar(days, OCTOBER, WEEKDAYS)
    cells = {cell.day.day: cell for cell in chart.cells}
    assert (cells[1].x, cells[1].y) == (181.5, 25.5)
    assert (cells[31].x, cells[31].y) == (301.5, 25.5 + 4 * 50)
    assert (cells[1].level, cells[2].level, cells[20].level) == (0, 1, 4)
    assert [cells[n].state for n in (2, 3, 21)] == ["open", "closed", "ahead"]
    assert (cells[3].value, cells[3].level) == (None, None)
    assert [word.words for word in chart.words] == WEEKDAYS
    assert len(cells) == 31 and chart.height == 24 + 5 * 50


def test_a_year_stands_in_four_strips_and_each_day_once():
    first, last = dt.date(2024, 1, 1), dt.date(2024, 12, 31)
    strips = week_strips({}, first, last, WEEKDAYS, MONTHS)
    assert [cell.day for strip in strips for cell in strip.cells] == [first + n * DAY for n in range(366)]
    for strip in strips:
        assert len({(cell.x, cell.y) for cell in strip.cells}) == len(strip.cells)
        assert max(cell.far_x for cell in strip.cells) <= strip.width
        assert max(cell.far_y for cell in strip.cells) <= strip.height
    assert [word.words for word in strips[1].words] == ["Apr", "May", "Jun", "Mon", "Wed", "Fri", "Sun"]


@pytest.mark.parametrize(("first", "last"), [((2026, 1, 30), (2026, 5, 2)), ((2025, 12, 31), (2026, 1, 1))])
def test_any_stretch_has_strips_whose_months_do_not_write_over_each_other(first, last):
    strips = week_strips({}, dt.date(*first), dt.date(*last), WEEKDAYS, MONTHS)
    for strip in strips:
        at = sorted(word.x for word in strip.words if word.words in MONTHS)
        assert all(two - one >= 50 for one, two in pairwise(at))


def test_the_key_tells_every_day_as_it_is_drawn():
    days = {OCTOBER + n * DAY: n for n in range(31)}
    drawn = {cell.value: cell.level for cell in month_calendar(days, OCTOBER, WEEKDAYS).cells}
    told = {value: level.level for level in levels(days) for value in range(level.least, level.most + 1)}
    assert drawn == told | {0: 0}
    assert levels({OCTOBER: 40, OCTOBER + DAY: 41, OCTOBER + 2 * DAY: 0}) == [(2, 40, 40), (4, 41, 41)]


def test_small_days_grow_so_that_no_colour_is_needed():
    days = {OCTOBER + n * DAY: n for n in range(9)}
    (strip,) = week_strips(days, OCTOBER, OCTOBER + 8 * DAY, WEEKDAYS, MONTHS)
    sides = {cell.level: cell.square.side for cell in strip.cells}
    assert sorted(sides.values()) == [sides[n] for n in range(5)] and len(set(sides.values())) == 5


def test_from_right_to_left_everything_is_turned_and_nothing_else():
    points = [Point("a", 3), Point("b", 5), Point("c", 4)]
    there, back = bar_chart(points), bar_chart(points, rtl=True)
    assert [bar.middle for bar in back.bars] == [bar.middle for bar in there.bars][::-1]
    assert [bar.height for bar in back.bars] == [bar.height for bar in there.bars]
    assert [dot.x for dot in curve(points, rtl=True).dots] == [dot.x for dot in curve(points).dots][::-1]
    assert [(bar.x + bar.width) for bar in lying_chart(points, rtl=True).bars] == [WIDTH] * 3
    days = {OCTOBER + n * DAY: n for n in range(31)}
    for ltr, rtl in [
        ([month_calendar(days, OCTOBER, WEEKDAYS)], [month_calendar(days, OCTOBER, WEEKDAYS, rtl=True)]),
        tuple(week_strips(days, OCTOBER, OCTOBER + 100 * DAY, WEEKDAYS, MONTHS, rtl=way) for way in (False, True)),
    ]:
        for one, other in zip(ltr, rtl, strict=True):
            for cell, turned in zip(one.cells, other.cells, strict=True):
                assert turned.x == pytest.approx(one.width - cell.far_x, abs=0.11)
                assert (turned.y, turned.level) == (cell.y, cell.level)
