"""Opening a closed month again."""

from django import forms
from django.utils.translation import gettext_lazy as _

from attendance.forms.sentences import TOO_LONG


class ReopenMonthForm(forms.Form):
    why = forms.CharField(
        label=_("Why is it opened again?"),
        max_length=300,
        help_text=_("A few words, without names. They stay beside the month."),
        error_messages={
            "required": _("Say in a few words why the month is opened again."),
            "max_length": TOO_LONG,
        },
    )
