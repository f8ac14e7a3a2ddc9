"""Numbers of a day at the desk: one more, one fewer, or a number."""

import datetime as dt

from django import forms
from django.utils.translation import gettext_lazy as _

from attendance import actions
from attendance.forms.sentences import RELOAD
from attendance.models import DayCount, GuestCount
from members.models import User

NO_NUMBER = _("Write a whole number from 0 to 2000.")


class CountDayForm(forms.Form):
    """The buttons count from the number in the field; a number that was typed counts from there.

    An empty field is "nobody counted", where that can be said.
    """

    MORE, LESS, SET = "more", "less", "set"

    key = forms.UUIDField(error_messages={"required": RELOAD, "invalid": RELOAD})
    what = forms.ChoiceField(
        choices=GuestCount.Kind.choices + DayCount.Kind.choices,
        error_messages={"required": RELOAD, "invalid_choice": RELOAD},
    )
    action = forms.ChoiceField(
        choices=[(MORE, ""), (LESS, ""), (SET, "")], error_messages={"required": RELOAD, "invalid_choice": RELOAD}
    )
    seen = forms.IntegerField(required=False, error_messages={"invalid": RELOAD})
    count = forms.IntegerField(
        required=False,
        min_value=0,
        max_value=2000,
        error_messages=dict.fromkeys(["invalid", "min_value", "max_value"], NO_NUMBER),
    )

    def clean(self) -> dict:
        data = super().clean() or {}
        if data.get("what") in GuestCount.Kind.values and "count" in data and data["count"] is None:
            self.add_error("count", NO_NUMBER)
        return data

    def store(self, *, day: dt.date, by: User) -> int | None:
        data = self.cleaned_data
        how: dict = {"change": {self.MORE: 1, self.LESS: -1}.get(data["action"], 0)}
        if data["count"] != data["seen"] or data["action"] == self.SET:
            how["exactly"] = actions.Exactly(data["count"], data["seen"])
        return actions.count_day(day=day, kind=data["what"], key=data["key"], by=by, **how)
