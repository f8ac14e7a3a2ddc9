"""Choosing a PIN, and typing it."""

from django import forms
from django.utils.translation import gettext_lazy as _


class PinInput(forms.PasswordInput):
    """Never sent back to the page, as a password; but a shared tablet would offer to remember a field for passwords."""

    input_type = "text"


def pin_field(label, **attributes) -> forms.CharField:
    widget = PinInput({"inputmode": "numeric", "autocomplete": "off", "class": "is-secret"} | attributes)
    return forms.CharField(
        label=label,
        max_length=8,
        widget=widget,
        error_messages={"required": _("Type the digits."), "max_length": _("Use 4 to 8 digits.")},
    )


class SetPinForm(forms.Form):
    pin = pin_field(_("New PIN"))
    pin_again = pin_field(_("The same once more"))

    def clean(self) -> dict:
        data = super().clean() or {}
        if data.get("pin") and data.get("pin_again") and data["pin"] != data["pin_again"]:
            self.add_error("pin_again", _("The two are not the same. Type it once more."))
        return data


class UnlockForm(forms.Form):
    pin = pin_field(_("Your PIN"), autofocus=True)
