"""Who came to an event."""

import uuid

from django import forms

from attendance import actions
from attendance.day_sheet import all_to_mark
from attendance.forms.sentences import RELOAD
from attendance.forms.several import MOST_AT_ONCE, NOBODY_CHOSEN, TOO_MANY
from members.models import Member, User


class LogEventForm(forms.Form):
    """People chosen by their numbers, under one key."""

    key = forms.UUIDField(error_messages={"required": RELOAD, "invalid": RELOAD})

    def __init__(self, data=None, *, event):
        super().__init__(data)
        self.event = event
        self.numbers = [number.replace("\0", "") for number in data.getlist("member_no")] if data is not None else []
        self.members: list[Member] = []

    def clean(self) -> dict:
        data = super().clean() or {}
        if not self.numbers:
            raise forms.ValidationError(NOBODY_CHOSEN)
        if len(self.numbers) > MOST_AT_ONCE:
            raise forms.ValidationError(TOO_MANY)
        self.members = all_to_mark(self.numbers, self.event.day)
        return data

    @property
    def fresh_key(self) -> uuid.UUID:
        """For the page: whatever was sent before is stored or refused by now."""
        return uuid.uuid4()

    @property
    def first_error(self) -> str:
        return str([*self.non_field_errors(), *self.errors.get("key", [])][0])

    def store(self, *, by: User, tablet=None) -> actions.Batch:
        return actions.log_event(
            event=self.event, members=self.members, key=self.cleaned_data["key"], by=by, tablet=tablet
        )
