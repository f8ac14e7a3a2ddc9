"""A unit, and the staff who work in it."""

from django import forms
from django.utils.translation import gettext_lazy as _

from activities.models import Unit
from members.models import Staff

COLOURS = [
    (1, _("Green")), (2, _("Clay")), (3, _("Blue")), (4, _("Violet")), (5, _("Gold")), (6, _("Rose")), (7, _("Teal")),
    (8, _("Olive")),
]  # fmt: skip


class EditUnitForm(forms.ModelForm):
    colour = forms.TypedChoiceField(
        label=_("Colour"),
        choices=COLOURS,
        coerce=int,
        error_messages={"required": _("Choose a colour."), "invalid_choice": _("Choose one of the eight colours.")},
    )

    class Meta:
        model = Unit
        fields = ["name", "colour"]
        error_messages = {
            "name": {
                "required": _("Give the unit a name, like Kitchen."),
                "max_length": _("Keep the name under 60 letters."),
                "unique": _("There is a unit with this name already."),
            }
        }


class StaffField(forms.ModelMultipleChoiceField):
    def label_from_instance(self, person: Staff) -> str:
        return person.full_name


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
