"""Stretches of days: how they are written, said, and which of them files for outside exist for."""

import datetime as dt

import pytest

from clubhouse.converters import Month
from clubhouse.spans import Span

pytestmark = pytest.mark.once


def span(text: str) -> Span:
    return Span.parse(text)


@pytest.mark.parametrize(
    ("text", "words", "outside"),
    [
        ("2026-10", "October 2026", True),
        ("2026-07-01_2026-09-30", "July to September 2026", True),
        ("2026-08-01_2026-10-31", "August to October 2026", False),
        ("2026-01-01_2026-12-31", "2026", True),
        ("2025-01-01_2026-12-31", "2025 to 2026", True),
        ("2025-07-01_2026-06-30", "July 2025 to June 2026", True),
        ("2026-01-01_2026-10-31", "January to October 2026", False),
        ("2026-10-05_2026-11-08", "5 October 2026 to 8 November 2026", False),
        ("2026-10-05_2026-10-05", "5 October 2026", False),
    ],
)
def test_a_span_is_written_and_said(text, words, outside):
    found = span(text)
    assert (str(found), found.words, found.is_for_outside) == (text, words, outside)


@pytest.mark.parametrize(
    "text",
    [
        "2026-13",
        "2026-10-01_2026-10-31",
        "2026-10-02_2026-10-01",
        "1899-01-01_1900-01-01",
        "2026-02-30_2026-03-01",
        "x",
    ],
)
def test_what_is_no_span_is_refused(text):
    with pytest.raises(ValueError):
        span(text)


def test_a_year_begins_where_the_budget_does():
    assert str(Span.year_to(Month(2026, 10), 7)) == "2026-07-01_2026-10-31"
    assert str(Span.year_to(Month(2026, 6), 7)) == "2025-07-01_2026-06-30"
    assert str(Span.year_to(Month(2026, 10), 10)) == "2026-10"
    assert Span.year_to(Month(2026, 2), 1).months == [Month(2026, 1), Month(2026, 2)]


def test_a_month_is_known_by_its_days():
    assert Span(dt.date(2024, 2, 1), dt.date(2024, 2, 29)).month == Month(2024, 2)
    assert Span(dt.date(2024, 2, 1), dt.date(2024, 2, 28)).month is None
