"""A few words of thanks."""

from django import forms
from django.utils.translation import gettext_lazy as _

from activities.models import Thanks


class ThanksForm(forms.ModelForm):
    class Meta:
        model = Thanks
        fields = ["words"]
        error_messages = {
            "words": {
                "required": _("Write a few words first."),
                "max_length": _("Keep it under 200 letters."),
            }
        }
