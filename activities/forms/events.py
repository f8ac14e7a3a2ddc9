"""Posting an event and changing it; and how many seats a car has."""

import datetime as dt

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from activities.forms.repeats import RepeatFields
from activities.models import Event, Ride

PLACES = _("Write a number from 1 to 500, or leave it empty.")
TIME = _("Write the time like 17:15.")
LINK = _("A link looks like https://meet.example.org/tea.")
SEATS = _("Write a number from 1 to 8.")
LONGEST = dt.timedelta(hours=16)


class EditEventForm(forms.ModelForm):
    """What may change about one day's event."""

    join_link = forms.URLField(
        label=_("Link to join online"),
        required=False,
        max_length=200,
        assume_scheme="https",
        help_text=_("Only people who are signed in see it. It is never printed or sent."),
        error_messages={"invalid": LINK, "max_length": _("This link is too long. Ask for a shorter one.")},
    )

    class Meta:
        model = Event
        fields = [
            "title", "sort", "starts_at", "ends_at", "about", "meeting_point", "cost", "places", "has_rides",
            "join_link",
        ]  # fmt: skip
        widgets = {
            "sort": forms.RadioSelect,
            "starts_at": forms.TimeInput(format="%H:%M", attrs={"type": "time"}),
            "ends_at": forms.TimeInput(format="%H:%M", attrs={"type": "time"}),
            "about": forms.Textarea(attrs={"rows": 4}),
            "places": forms.NumberInput(attrs={"min": 1, "max": 500, "inputmode": "numeric"}),
        }
        labels = {
            "title": _("What is on?"),
            "sort": _("What kind is it?"),
            "starts_at": _("From"),
            "ends_at": _("To"),
            "about": _("What happens?"),
            "meeting_point": _("Where do we meet?"),
            "cost": _("What does it cost?"),
            "places": _("How many can come?"),
            "has_rides": _("Share rides: a list of free seats in cars"),
        }
        help_texts = {
            "about": _("A few short sentences."),
            "places": _("Leave it empty when there is room for everybody."),
            "cost": _("Like “$4 for the bus”, or leave it empty."),
        }
        error_messages = {
            "title": {
                "required": _("Give the event a name, like “Games evening”."),
                "max_length": _("Keep the name under 80 letters."),
            },
            "sort": {"required": _("Choose a kind."), "invalid_choice": _("Choose a kind.")},
            "starts_at": {"required": _("Say when it starts."), "invalid": TIME},
            "ends_at": {"required": _("Say when it ends."), "invalid": TIME},
            "about": {"max_length": _("Keep this under 600 letters.")},
            "places": {"invalid": PLACES, "min_value": PLACES, "max_value": PLACES},
            "cost": {"max_length": _("Keep this under 80 letters.")},
            "meeting_point": {"max_length": _("Keep this under 120 letters.")},
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["sort"].choices = Event.Sort.choices

    def clean_join_link(self) -> str:
        link = self.cleaned_data["join_link"]
        if link and not link.lower().startswith("https://"):
            raise forms.ValidationError(_("Use a link that begins with https://. Others can listen in on the rest."))
        return link

    def clean(self) -> dict:
        cleaned = super().clean() or self.cleaned_data
        starts_at, ends_at = cleaned.get("starts_at"), cleaned.get("ends_at")
        if starts_at and ends_at:
            if starts_at == ends_at:
                self.add_error("ends_at", _("It ends when it starts. Say a later time."))
            elif _length(starts_at, ends_at) > LONGEST:
                self.add_error("ends_at", _("That is longer than 16 hours. Look at both times again."))
        return cleaned


def _length(starts_at: dt.time, ends_at: dt.time) -> dt.timedelta:
    """An end before the beginning is meant on the next day."""
    day = dt.date(2026, 1, 1)
    length = dt.datetime.combine(day, ends_at, dt.UTC) - dt.datetime.combine(day, starts_at, dt.UTC)
    return length if length > dt.timedelta() else length + dt.timedelta(days=1)


class PostEventForm(RepeatFields, EditEventForm):
    """A new event, once or again by a rule."""

    class Meta(EditEventForm.Meta):
        fields = ["day", *EditEventForm.Meta.fields]
        widgets = EditEventForm.Meta.widgets | {"day": forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})}
        labels = EditEventForm.Meta.labels | {"day": _("On which day?")}
        error_messages = EditEventForm.Meta.error_messages | {
            "day": {"required": _("Choose a day."), "invalid": _("Write the day like 2026-10-05.")},
        }

    def clean_day(self) -> dt.date:
        day = self.cleaned_data["day"]
        if day > timezone.localdate() + dt.timedelta(days=366):
            raise forms.ValidationError(_("That is far away. Choose a day within the coming year."))
        return day


class OfferRideForm(forms.ModelForm):
    """How many people fit into the car, beside its driver."""

    class Meta:
        model = Ride
        fields = ["seats"]
        error_messages = {"seats": {"required": SEATS, "invalid": SEATS, "min_value": SEATS, "max_value": SEATS}}
