"""The house's own sentences around a message."""

from django import forms
from django.utils.translation import gettext_lazy as _

from members.models import HouseWording

TOO_LONG = {"max_length": _("Keep it under 160 letters.")}


class WordingForm(forms.ModelForm):
    class Meta:
        model = HouseWording
        fields = ("opening", "closing")
        widgets = dict.fromkeys(fields, forms.Textarea(attrs={"rows": 3, "maxlength": 160}))
        labels = {"opening": _("A sentence before"), "closing": _("A sentence after")}
        help_texts = {
            "opening": _("It comes after the greeting, before what we have to say."),
            "closing": _("It comes right after what we have to say."),
        }
        error_messages = {"opening": TOO_LONG, "closing": TOO_LONG}
