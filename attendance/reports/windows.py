"""Which days stand beside those of the report: comparisons, the trend, and cohorts."""

import datetime as dt
from dataclasses import dataclass

from clubhouse.converters import Month
from clubhouse.spans import Span

DAY = dt.timedelta(days=1)
TREND = 13
QUARTERS = 8
JULY, OCTOBER = 7, 10


@dataclass(frozen=True)
class Windows:
    """All of it, for a report of `span` that counts until `until`, in a book that `begins` with a month (or is empty).

    A stretch begins no earlier than the book and ends no later than yesterday; None where nothing is left of it.
    """

    span: Span
    until: dt.date
    yesterday: dt.date
    begins: Month | None

    @property
    def anchor(self) -> dt.date:
        """The day from which comparisons look back."""
        return max(self.until, self.span.first)

    @property
    def trend(self) -> list[Month]:
        """The oldest first; the last one is always there."""
        last = Month.of(self.anchor)
        months = [months_before(last, n) for n in range(TREND)]
        return [month for month in reversed(months) if month == last or (self.begins and month >= self.begins)]

    @property
    def stretches(self) -> dict[str, Span | None]:
        """By the names of `Comparisons`."""
        span, months, this_month = self.span, self.span.months, Month.of(self.anchor)
        if span.is_whole_months:
            before = Span.of(months_before(months[0], len(months)), months[0].previous)
            a_year_ago = Span.of(months_before(months[0], 12), months_before(months[-1], 12))
            rolling = months_before(this_month, 11).first
        else:
            before = Span(span.first - (span.last - span.first + DAY), span.first - DAY)
            a_year_ago = Span(year_before(span.first), year_before(span.last))
            rolling = year_before(self.anchor) + DAY
        found = {
            "last_month": before,
            "same_month_last_year": a_year_ago,
            "rolling_12": Span(rolling, self.anchor),
            "year_to_date": Span(dt.date(this_month.year, 1, 1), self.anchor),
            "fiscal_july": Span(Span.year_to(this_month, JULY).first, self.anchor),
            "fiscal_october": Span(Span.year_to(this_month, OCTOBER).first, self.anchor),
        }
        return {name: self._written(stretch) for name, stretch in found.items()}

    def _written(self, stretch: Span) -> Span | None:
        if self.begins is None:
            return None
        first, last = max(stretch.first, self.begins.first), min(stretch.last, self.yesterday)
        return Span(first, last) if first <= last else None

    @property
    def first(self) -> dt.date:
        """The first day that any stretch or month of the trend needs, or the report itself."""
        stretches = [stretch.first for stretch in self.stretches.values() if stretch]
        return min([self.span.first, self.trend[0].first, *stretches])

    @property
    def last(self) -> dt.date:
        """The last day that is over of those that anything needs: months of the trend are counted as a whole."""
        return max(self.until, min(Month.of(self.anchor).last, self.yesterday))

    @property
    def quarters(self) -> list[Span]:
        """The quarters of the calendar that were over by `until`, the oldest first."""
        month = Month.of(self.until + DAY)
        start = months_before(month, (month.number - 1) % 3)
        starts = [months_before(start, 3 * n) for n in range(QUARTERS, 0, -1)]
        return [Span.of(first, first.next.next) for first in starts]


def months_before(month: Month, number: int) -> Month:
    year, index = divmod(month.year * 12 + month.number - 1 - number, 12)
    return Month(year, index + 1)


def year_before(day: dt.date) -> dt.date:
    """The same day a year before; 28 February for the 29th."""
    try:
        return day.replace(year=day.year - 1)
    except ValueError:
        return day.replace(year=day.year - 1, day=28)
