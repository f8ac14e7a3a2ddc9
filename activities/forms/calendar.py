"""The opening week, and one day of the calendar."""

import datetime as dt

from django import forms
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext_lazy as _

from activities.models import OpenDay

TIME = _("Write the time like 8:30.")
DAY = _("Write the day like 2026-10-05.")
FARTHEST = dt.timedelta(days=2 * 366)


def time_input(**attrs: str) -> forms.TimeInput:
    return forms.TimeInput(format="%H:%M", attrs={"type": "time", **attrs})


class EditOpeningWeekForm(forms.Form):
    """Seven weekdays with two times each; a weekday left empty is closed."""

    starts_on = forms.DateField(
        label=_("From which day?"),
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        help_text=_("Days before it stay as they were."),
        error_messages={"required": DAY, "invalid": DAY},
    )

    def __init__(self, *args, today: dt.date, hours: dict[int, tuple[dt.time, dt.time]], is_first: bool, **kwargs):
        super().__init__(*args, **kwargs)
        self.today = today
        self.fields["starts_on"].initial = today + dt.timedelta(days=1)
        if is_first:
            self.fields["starts_on"].help_text = _("If you bring spreadsheets: the first day in them.")
        for weekday, name in WEEKDAYS.items():
            opens_at, closes_at = hours.get(weekday, (None, None))
            self.fields[f"opens_{weekday}"] = self._time(_("%(day)s, opens at") % {"day": name}, opens_at)
            self.fields[f"closes_{weekday}"] = self._time(_("%(day)s, closes at") % {"day": name}, closes_at)

    @staticmethod
    def _time(label: str, initial: dt.time | None) -> forms.TimeField:
        return forms.TimeField(
            label=label,
            required=False,
            initial=initial,
            widget=time_input(**{"class": "form-control"}),
            error_messages={"invalid": TIME},
        )

    def weekdays(self) -> list[tuple]:
        """(name, field for the opening time, field for the closing time) of each day."""
        return [(name, self[f"opens_{weekday}"], self[f"closes_{weekday}"]) for weekday, name in WEEKDAYS.items()]

    def clean_starts_on(self) -> dt.date:
        day = self.cleaned_data["starts_on"]
        if day > self.today + FARTHEST:
            raise forms.ValidationError(_("That is far away. Choose a day within the next two years."))
        return day

    def clean(self) -> dict:
        cleaned = super().clean() or {}
        hours = {}
        for weekday in WEEKDAYS:
            opens, closes = f"opens_{weekday}", f"closes_{weekday}"
            if opens in self.errors or closes in self.errors:
                continue
            opens_at, closes_at = cleaned.get(opens), cleaned.get(closes)
            if bool(opens_at is not None) != bool(closes_at is not None):
                self.add_error(
                    closes if opens_at is not None else opens, _("Write both times, or leave both empty for closed.")
                )
            elif opens_at is not None and closes_at <= opens_at:
                self.add_error(closes, _("The house closes after it opens. Look at the two times."))
            elif opens_at is not None:
                hours[weekday] = (opens_at, closes_at)
        return cleaned | {"hours": hours}


class EditOpenDayForm(forms.ModelForm):
    """One day that differs from its week."""

    is_open = forms.TypedChoiceField(
        label=_("On this day the house is"),
        choices=[("closed", _("Closed")), ("open", _("Open"))],
        coerce=lambda value: value == "open",
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose open or closed."), "invalid_choice": _("Choose open or closed.")},
    )

    class Meta:
        model = OpenDay
        fields = ["is_open", "note", "opens_at", "closes_at"]
        widgets = {"opens_at": time_input(), "closes_at": time_input()}
        labels = {"note": _("Why?")}
        help_texts = {
            "note": _("A word that everybody may read, like Holiday, Snow or Long night."),
            "opens_at": _("Leave it empty for the usual hours."),
            "closes_at": _("Leave it empty for the usual hours."),
        }
        error_messages = {
            "note": {"max_length": _("Keep this under 120 letters.")},
            "opens_at": {"invalid": TIME},
            "closes_at": {"invalid": TIME},
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.initial["is_open"] = "open" if self.instance.is_open else "closed"

    def clean(self) -> dict:
        cleaned = super().clean() or {}
        if cleaned.get("is_open") is False:
            cleaned |= {"opens_at": None, "closes_at": None}
            if not cleaned.get("note") and "note" not in self.errors:
                self.add_error("note", _("Say in a word why the house is closed."))
        return cleaned
