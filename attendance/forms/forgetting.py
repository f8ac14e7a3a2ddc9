"""How much of somebody is to be forgotten."""

from django import forms
from django.utils.translation import gettext_lazy as _

from members.models import Erasure


class ForgetForm(forms.Form):
    kind = forms.ChoiceField(
        label=_("How much goes?"),
        choices=Erasure.Kind.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose one."), "invalid_choice": _("Choose one.")},
    )
