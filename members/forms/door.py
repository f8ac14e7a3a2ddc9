"""What a member may choose for the tablet at the door."""

from django import forms
from django.utils.translation import gettext_lazy as _

from members.models import Member


class DoorPictureForm(forms.ModelForm):
    class Meta:
        model = Member
        fields = ["door_picture"]


class DoorCodeForm(forms.Form):
    code = forms.CharField(label=_("Code"), max_length=8, error_messages={"required": _("Type 4 to 8 digits.")})
