"""Closing the day: everybody without a time out in one form."""

import datetime as dt
import uuid
from zoneinfo import ZoneInfo

from django import forms
from django.utils.translation import gettext_lazy as _

from attendance import actions
from attendance.closing import StillOpen
from attendance.forms.sentences import NO_TIME, RELOAD, leaving_moment
from attendance.models import Visit
from members.models import User


class LeavingForm(forms.Form):
    """One person of the closing: left at closing, at a chosen time, or left open (which stores nothing)."""

    OPEN, CLOSING, TIME = "open", "closing", "time"

    how = forms.ChoiceField()  # its choices depend on the day
    at = forms.TimeField(required=False, error_messages={"invalid": NO_TIME})

    def __init__(self, data=None, *, person: StillOpen, zone: ZoneInfo):
        super().__init__(data, prefix=str(person.visit.pk), initial={"how": self.OPEN})
        self.person, self.zone = person, zone
        self.choices = [(self.OPEN, _("Leave it open")), (self.TIME, _("Left at"))]
        if person.closes_at:
            self.choices.insert(1, (self.CLOSING, _("Left at closing (assumed)")))
        self.fields["how"] = forms.ChoiceField(
            choices=self.choices, error_messages={"required": RELOAD, "invalid_choice": RELOAD}
        )

    def clean(self) -> dict:
        data = super().clean() or {}
        if data.get("how") in {self.OPEN, self.CLOSING} and data.get("at"):
            self.add_error("at", _("A time is written here. Choose “Left at”, or take the time away."))
        if data.get("how") == self.TIME and not self.errors:
            if not data.get("at"):
                self.add_error("at", _("Say when, or leave it open."))
            else:
                try:
                    data["at"] = leaving_moment(self.person.visit, data["at"], self.zone)
                except forms.ValidationError as error:
                    self.add_error("at", error)
        return data

    @property
    def leaving(self) -> actions.Leaving | None:
        """What to store; None where the visit stays open."""
        visit, how = self.person.visit, self.cleaned_data["how"]
        if how == self.CLOSING and self.person.closes_at:
            return actions.Leaving(visit, self.person.closes_at, Visit.Ending.ASSUMED)
        return actions.Leaving(visit, self.cleaned_data["at"]) if how == self.TIME else None


class CloseDayForm(forms.Form):
    """Everybody without a time out, each with a form of their own, under one key."""

    key = forms.UUIDField(error_messages={"required": RELOAD, "invalid": RELOAD})

    def __init__(self, data=None, *, people: list[StillOpen], zone: ZoneInfo):
        super().__init__(data)
        self.people = [LeavingForm(self._own(data, person), person=person, zone=zone) for person in people]

    @staticmethod
    def _own(data, person: StillOpen):
        """Somebody who came after the page was loaded has no answer in it, and stays as they are."""
        return data if data is not None and f"{person.visit.pk}-how" in data else None

    @property
    def fresh_key(self) -> uuid.UUID:
        """For the page: whatever was sent before is stored or refused by now."""
        return uuid.uuid4()

    def is_valid(self) -> bool:
        return all([super().is_valid(), *(form.is_valid() for form in self.people if form.is_bound)])

    def store(self, *, day: dt.date, by: User, tablet=None) -> actions.Closed:
        """Raises `actions.NotAllLeft` (each problem stands beside its person then), `actions.NoEstimates`."""
        leavings = [form.leaving for form in self.people if form.is_bound]
        try:
            return actions.close_day(
                day=day, leavings=filter(None, leavings), key=self.cleaned_data["key"], by=by, tablet=tablet
            )
        except actions.NotAllLeft as refusal:
            for form in self.people:
                if form.person.visit.pk in refusal.problems:
                    form.add_error("at", str(refusal.problems[form.person.visit.pk]))
            raise
