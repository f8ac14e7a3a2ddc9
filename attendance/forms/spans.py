"""Which days a report is about: shortcuts, or any two days."""

import datetime as dt

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clubhouse.converters import Month
from clubhouse.spans import Span

DAY = gettext_lazy("Write the day like 2026-10-05.")
YEARS = range(1900, 2200)  # room for date arithmetic on both sides


def _day(**options) -> forms.DateField:
    return forms.DateField(
        **options,
        input_formats=["%Y-%m-%d"],
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date", "class": "form-control"}),
        error_messages={"required": DAY, "invalid": DAY},
    )


class ChooseSpanForm(forms.Form):
    """Two days, both included."""

    first = _day(label=gettext_lazy("From"))
    last = _day(label=gettext_lazy("To"))

    def clean(self) -> dict:
        cleaned = super().clean() or {}
        for name in ("first", "last"):
            if name in cleaned and cleaned[name].year not in YEARS:
                self.add_error(name, _("Choose a year from 1900 to 2199."))
        first, last = cleaned.get("first"), cleaned.get("last")
        if first and last and last < first:
            self.add_error("last", _("This day comes before the first one. Change one of them."))
        return cleaned

    @property
    def span(self) -> Span:
        return Span(self.cleaned_data["first"], self.cleaned_data["last"])


def shortcuts(today: dt.date, year_starts_in: int) -> list[tuple[str, Span]]:
    """What people ask for most, with its name. Budget years begin in month number `year_starts_in`."""
    this_month = Month.of(today)
    quarter = Month(this_month.year, (this_month.number - 1) // 3 * 3 + 1)
    budget = Month(this_month.year - (this_month.number < year_starts_in), year_starts_in)
    offered = [
        (_("Last month"), Span.of(this_month.previous)),
        (_("This quarter"), _months(quarter, 3)),
        (_("Last quarter"), _months(_back(quarter, 3), 3)),
        (_("This budget year"), _months(budget, 12)),
        (_("Last budget year"), _months(_back(budget, 12), 12)),
        (_("This calendar year"), _months(Month(this_month.year, 1), 12)),
        (_("Last twelve months"), _months(_back(this_month, 12), 12)),
    ]
    if year_starts_in == 1:  # the budget year is the calendar's: it is offered once
        offered = [(name, span) for name, span in offered if name != _("This calendar year")]
    return offered


def _back(month: Month, by: int) -> Month:
    number = month.year * 12 + month.number - 1 - by
    return Month(number // 12, number % 12 + 1)


def _months(first: Month, many: int) -> Span:
    return Span.of(first, _back(first, 1 - many))
