"""Which times there are figures of for people outside the house."""

import datetime as dt

from clubhouse.converters import Month
from clubhouse.spans import Span


def times_near(span: Span, today: dt.date, year_starts_in: int) -> list[Span]:
    """A month, a quarter, a year and a year of the budget that are over: around the end of `span`, or the latest.

    Without `span` itself; the shortest first.
    """
    last = min(Month.of(span.last), Month.of(today).previous)
    quarter = _ended(last, 3, 1)
    year, budget_year = _ended(last, 12, 1), _ended(last, 12, year_starts_in)
    holding = [one for one in (_ahead(quarter, 3), _ahead(year, 12), _ahead(budget_year, 12)) if one.last < today]
    found = [Span.of(last), quarter, year, budget_year, *holding]
    return sorted({one for one in found if one != span}, key=lambda one: (len(one.months), one.last))


def _ended(last: Month, months: int, starts_in: int) -> Span:
    """The latest stretch of so many months that ends with `last` or before it."""
    end = last
    while (end.next.number - starts_in) % months:
        end = end.previous
    return _of(end, months)


def _ahead(span: Span, months: int) -> Span:
    end = Month.of(span.last)
    for _month in range(months):
        end = end.next
    return _of(end, months)


def _of(end: Month, months: int) -> Span:
    first = end
    for _month in range(months - 1):
        first = first.previous
    return Span.of(first, end)
