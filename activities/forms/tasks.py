"""Posting a task and changing it."""

import datetime as dt

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from activities.forms.repeats import RepeatFields
from activities.models import Part, TaskDetails, UnitTask

NOON, LUNCH_IS_OVER = dt.time(12), dt.time(13)
PLACES = _("Write a number from 1 to 60.")


class EditTaskForm(forms.ModelForm):
    """What may change about one day's task."""

    class Meta:
        model: type[TaskDetails] = UnitTask
        fields = ["title", "part", "starts_at", "places", "good_to_know", "is_practice", "carries_over"]
        widgets = {
            "title": forms.TextInput(attrs={"list": "task-library", "autocomplete": "off"}),
            "part": forms.RadioSelect,
            "starts_at": forms.TimeInput(format="%H:%M", attrs={"type": "time"}),
            "places": forms.NumberInput(attrs={"min": 1, "max": 60, "inputmode": "numeric"}),
        }
        labels = {
            "title": _("What is the work?"),
            "part": _("When?"),
            "starts_at": _("At what time?"),
            "is_practice": _("For practice: mistakes are welcome"),
            "carries_over": _("Not done? Put it on the next open day"),
        }
        help_texts = {
            "starts_at": _("Leave it empty for the whole morning or afternoon."),
            "places": _("How many people it needs."),
            "good_to_know": _("What to bring, where to meet."),
        }
        error_messages = {
            "title": {
                "required": _("Give the task a name, like “Lunch for 50”."),
                "max_length": _("Keep the name under 80 letters. The rest fits in “Good to know”."),
            },
            "part": {
                "required": _("Choose morning or afternoon."),
                "invalid_choice": _("Choose morning or afternoon."),
            },
            "starts_at": {"invalid": _("Write the time like 9:30.")},
            "places": {"required": PLACES, "invalid": PLACES, "min_value": PLACES, "max_value": PLACES},
            "good_to_know": {"max_length": _("Keep this under 200 letters.")},
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["part"].choices = Part.choices

    def clean(self) -> dict:
        super().clean()
        cleaned = self.cleaned_data
        part, starts_at = cleaned.get("part"), cleaned.get("starts_at")
        if starts_at and part == Part.MORNING and starts_at >= LUNCH_IS_OVER:
            self.add_error("starts_at", _("That time is in the afternoon. Change the time, or choose Afternoon."))
        if starts_at and part == Part.AFTERNOON and starts_at < NOON:
            self.add_error("starts_at", _("That time is in the morning. Change the time, or choose Morning."))
        return cleaned


class EditDayForm(EditTaskForm):
    """One day's task; of a repeating one also the later days, when that is asked for."""

    and_coming = forms.ChoiceField(
        label=_("Which days?"),
        choices=[("", _("Only this day")), ("yes", _("This day and all later ones"))],
        required=False,
        widget=forms.RadioSelect,
        help_text=_("Days that somebody changed stay as they are."),
        error_messages={"invalid_choice": _("Choose one of the two.")},
    )

    def __init__(self, *args, asks_which_days: bool, **kwargs):
        super().__init__(*args, **kwargs)
        if not asks_which_days:
            del self.fields["and_coming"]

    def clean_and_coming(self) -> bool:
        return self.cleaned_data["and_coming"] == "yes"


class PostTaskForm(RepeatFields, EditTaskForm):
    """A new task, once or again by a rule."""

    class Meta(EditTaskForm.Meta):
        fields = ["unit", "day", *EditTaskForm.Meta.fields]
        widgets = EditTaskForm.Meta.widgets | {"day": forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})}
        labels = EditTaskForm.Meta.labels | {"day": _("On which day?")}
        error_messages = EditTaskForm.Meta.error_messages | {
            "unit": {"required": _("Choose a unit."), "invalid_choice": _("Choose a unit.")},
            "day": {"required": _("Choose a day."), "invalid": _("Write the day like 2026-10-05.")},
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["unit"].empty_label = _("Choose a unit")

    def clean_day(self) -> dt.date:
        day = self.cleaned_data["day"]
        if day > timezone.localdate() + dt.timedelta(days=366):
            raise forms.ValidationError(_("That is far away. Choose a day within the coming year."))
        return day
