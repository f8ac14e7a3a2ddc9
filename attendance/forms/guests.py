"""Guests at the desk: one more, one fewer, or a number."""

import datetime as dt

from django import forms
from django.utils.translation import gettext_lazy as _

from attendance import actions
from attendance.forms.sentences import RELOAD
from attendance.models import GuestCount
from members.models import User

NO_NUMBER = _("Write a whole number from 0 to 2000.")


class CountGuestsForm(forms.Form):
    """The buttons count from the number in the field; a number that was typed counts from there."""

    MORE, LESS, SET = "more", "less", "set"

    key = forms.UUIDField(error_messages={"required": RELOAD, "invalid": RELOAD})
    guest_kind = forms.ChoiceField(
        choices=GuestCount.Kind.choices, error_messages={"required": RELOAD, "invalid_choice": RELOAD}
    )
    action = forms.ChoiceField(
        choices=[(MORE, ""), (LESS, ""), (SET, "")], error_messages={"required": RELOAD, "invalid_choice": RELOAD}
    )
    seen = forms.IntegerField(error_messages={"required": RELOAD, "invalid": RELOAD})
    count = forms.IntegerField(
        min_value=0,
        max_value=2000,
        error_messages=dict.fromkeys(["required", "invalid", "min_value", "max_value"], NO_NUMBER),
    )

    def store(self, *, day: dt.date, by: User) -> GuestCount:
        data = self.cleaned_data
        how: dict = {"change": {self.MORE: 1, self.LESS: -1}.get(data["action"], 0)}
        if data["count"] != data["seen"] or data["action"] == self.SET:
            how |= {"count": data["count"], "seen": data["seen"]}
        return actions.count_guests(day=day, kind=data["guest_kind"], key=data["key"], by=by, **how)
