"""Whom to call for a member; and why somebody opens it."""

import uuid

from django import forms
from django.utils.translation import gettext_lazy as _

from members.actions.emergency_looks import WHY, WHY_OF_ALL
from members.models import EmergencyContact

LONG = _("That is long. Write less.")


class EmergencyContactForm(forms.ModelForm):
    class Meta:
        model = EmergencyContact
        fields = ["name", "relation", "phone"]
        labels = {"name": _("Name"), "relation": _("Who they are to me"), "phone": _("Phone")}
        help_texts = {"relation": _("Like: my sister, a neighbour. It may stay empty.")}
        widgets = {
            "name": forms.TextInput(attrs={"autocomplete": "off"}),
            "relation": forms.TextInput(attrs={"autocomplete": "off"}),
            "phone": forms.TextInput(attrs={"type": "tel", "autocomplete": "off"}),
        }
        error_messages = {
            "name": {"required": _("Write a name."), "max_length": LONG},
            "relation": {"max_length": LONG},
            "phone": {"required": _("Write a phone number."), "max_length": LONG},
        }

    def clean_phone(self) -> str:
        phone = self.cleaned_data["phone"].strip()
        if sum(letter.isdigit() for letter in phone) < 3:
            raise forms.ValidationError(_("Write a phone number, like 555 0100."))
        return phone


class WhyForm(forms.Form):
    """`quick`: one press. Otherwise the words that somebody typed. `key` is of this one look."""

    why = forms.CharField(
        label=_("Or say it in your own words"),
        max_length=300,
        required=False,
        help_text=_("They can read it. Name nobody else, and say nothing about their health."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"max_length": _("That is long. 300 letters are enough.")},
    )
    key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)
    quick = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args, choices=WHY, **kwargs):
        super().__init__(*args, **kwargs)
        self.choices = choices
        if choices is WHY_OF_ALL:
            self.fields["why"].help_text = _("Name nobody. Say what goes on here.")

    def clean(self) -> dict:
        cleaned = super().clean() or {}
        quick = cleaned.get("quick")
        words = quick if quick in self.choices else cleaned.get("why", "").strip()
        if not words and "why" not in self.errors:
            self.add_error("why", _("Say why in a few words."))
        return cleaned | {"words": words}
