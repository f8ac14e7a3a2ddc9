"""A unit, and the staff who work in it."""

from collections.abc import Iterator

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from activities.models import Unit
from members.models import Staff

TIME = _("Write the time like 9:00 or 13:00.")

COLOURS = [
    (1, _("Green")), (2, _("Clay")), (3, _("Blue")), (4, _("Violet")), (5, _("Gold")), (6, _("Rose")), (7, _("Teal")),
    (8, _("Olive")),
]  # fmt: skip


def time_input() -> forms.TimeInput:
    return forms.TimeInput(format="%H:%M", attrs={"type": "time"})


class EditUnitForm(forms.ModelForm):
    colour = forms.TypedChoiceField(
        label=_("Colour"),
        choices=COLOURS,
        coerce=int,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose a colour."), "invalid_choice": _("Choose one of the eight colours.")},
    )

    class Meta:
        model = Unit
        fields = ["name", "description", "icon", "colour", "morning_meeting_at", "afternoon_meeting_at"]
        widgets = {
            "description": forms.Textarea(attrs={"rows": 4}),
            "icon": forms.RadioSelect,
            "morning_meeting_at": time_input(),
            "afternoon_meeting_at": time_input(),
        }
        help_texts = {"morning_meeting_at": _("On open days."), "afternoon_meeting_at": _("Leave it empty for none.")}
        error_messages = {
            "name": {
                "required": _("Give the unit a name, like Kitchen."),
                "max_length": _("Keep the name under 60 letters."),
                "unique": _("There is a unit with this name already."),
            },
            "description": {"max_length": _("Keep this under 600 letters.")},
            "icon": {"required": _("Choose a picture."), "invalid_choice": _("Choose one of these pictures.")},
            "morning_meeting_at": {"invalid": TIME},
            "afternoon_meeting_at": {"invalid": TIME},
        }

    def pictures(self) -> Iterator[tuple]:
        """(field, its choices as (radio, whether it is chosen)) of what is chosen by looking: picture and colour."""
        for field in (self["icon"], self["colour"]):
            yield field, [(radio, str(radio.data["value"]) == str(field.value())) for radio in field]


class StaffField(forms.ModelMultipleChoiceField):
    def label_from_instance(self, person: Staff) -> str:
        return person.full_name

    def clean(self, value):
        """Django lets numbers through that SQLite has no room for."""
        try:
            return super().clean(value)
        except OverflowError:
            raise ValidationError(self.error_messages["invalid_choice"], code="invalid_choice") from None


class EditUnitStaffForm(forms.Form):
    staff = StaffField(
        label=_("Staff who work in this unit"),
        queryset=Staff.objects.all(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "invalid_choice": _("Choose from the staff of the house."),
            "invalid_pk_value": _("Choose from the staff of the house."),
            "list": _("Choose from the staff of the house."),
        },
    )

    def __init__(self, *args, unit: Unit, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["staff"].initial = unit.staff.values_list("pk", flat=True)
