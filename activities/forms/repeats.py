"""How often something comes again: the fields that a new task and a new event share."""

import datetime as dt

from django import forms
from django.db import models
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext_lazy as _

from activities.models.repeats import LAST, monthly, weekly


class HowOften(models.TextChoices):
    NOT_AT_ALL = "", _("Not at all")
    WEEKLY = "weekly", _("Every week")
    FORTNIGHTLY = "fortnightly", _("Every second week")
    MONTHLY = "monthly", _("Once a month")


EACH_MONTH = [(1, _("First")), (2, _("Second")), (3, _("Third")), (4, _("Fourth")), (LAST, _("Last"))]


class RepeatFields(forms.Form):
    """`rule` and `until` of the cleaned data say how it repeats; an empty rule: not at all.

    Weekdays left out are the weekday of `day`, and so is the day of the month's weekday. See _repeats.html.
    """

    repeats = forms.ChoiceField(
        label=_("How often?"),
        choices=HowOften.choices,
        required=False,
        widget=forms.RadioSelect,
        error_messages={"invalid_choice": _("Choose one of the four.")},
    )
    weekdays = forms.TypedMultipleChoiceField(
        label=_("On which days of the week?"),
        choices=list(WEEKDAYS.items()),
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": _("Choose from the days of the week.")},
    )
    nth = forms.TypedChoiceField(
        label=_("Once a month: which one?"),
        choices=EACH_MONTH,
        coerce=int,
        required=False,
        empty_value="1",
        error_messages={"invalid_choice": _("Choose from first to last.")},
    )
    weekday = forms.TypedChoiceField(
        label=_("Once a month: which day of the week?"),
        choices=[("", _("The weekday of the day above")), *WEEKDAYS.items()],
        coerce=int,
        required=False,
        empty_value=None,
        error_messages={"invalid_choice": _("Choose from the days of the week.")},
    )
    until = forms.DateField(
        label=_("Last day"),
        required=False,
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        help_text=_("Leave it empty to go on and on."),
        error_messages={"invalid": _("Write the day like 2026-10-05.")},
    )

    def clean(self) -> dict:
        super().clean()
        cleaned = self.cleaned_data
        repeats = cleaned.pop("repeats", "")
        weekdays, nth, weekday = cleaned.pop("weekdays", []), int(cleaned.pop("nth", 1)), cleaned.pop("weekday", None)
        if not repeats and "repeats" not in self.errors and (weekdays or cleaned.get("until")):
            self.add_error("repeats", _("Say how often, too. Or leave the days below empty."))
        day = cleaned.get("day")
        return cleaned | {"rule": _rule(repeats, weekdays, nth, weekday, day) if day else ""}


def _rule(repeats: str, weekdays: list[int], nth: int, weekday: int | None, day: dt.date) -> str:
    match repeats:
        case HowOften.WEEKLY:
            return weekly(weekdays or [day.weekday()])
        case HowOften.FORTNIGHTLY:
            return weekly(weekdays or [day.weekday()], every=2)
        case HowOften.MONTHLY:
            return monthly(day.weekday() if weekday is None else weekday, nth=nth)
    return ""
