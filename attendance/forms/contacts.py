"""A reach-out that was made elsewhere, as somebody writes it down later."""

import datetime as dt
from zoneinfo import ZoneInfo

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from attendance import actions
from attendance.forms.reach_outs import NO_DAY, LogReachOutForm
from attendance.forms.sentences import NO_TIME, RELOAD, moment_on
from attendance.models import ReachOut
from attendance.reach_out_card import ways
from members.forms.people import DateInput
from members.models import Member, User


class AddReachOutForm(LogReachOutForm):
    """Only ways that `member` allows. Times are house time."""

    day = forms.DateField(label=_("Day"), widget=DateInput(), error_messages={"required": NO_DAY, "invalid": NO_DAY})
    time = forms.TimeField(
        label=_("About what time?"),
        widget=forms.TimeInput({"type": "time"}, format="%H:%M"),
        error_messages={"required": _("A guess is fine. It looks like 14:30."), "invalid": NO_TIME},
    )
    field_order = ("key", "day", "time", "channel", "outcome", "quiet_until_on", "away_until_on", "topic", "note")

    def __init__(self, data=None, *, member: Member, today: dt.date, zone: ZoneInfo, **kwargs):
        initial = {"day": today} | kwargs.pop("initial", {})
        super().__init__(data, today=today, initial=initial, **kwargs)
        self.zone = zone
        allowed = [way.channel for way in ways(member)]
        self.fields["channel"] = forms.ChoiceField(
            label=_("How"),
            choices=[(channel.value, capfirst(channel.label)) for channel in allowed],
            widget=forms.RadioSelect,
            error_messages={"required": _("Choose how you were in touch."), "invalid_choice": RELOAD},
        )
        self.fields["outcome"] = forms.ChoiceField(
            label=_("What came of it"),
            choices=ReachOut.Outcome.choices,
            widget=forms.RadioSelect,
            error_messages={"required": _("Choose how it went."), "invalid_choice": RELOAD},
        )
        self.fields["key"].widget = forms.HiddenInput()
        self.fields["note"].help_text = _("They can read it on their page.")

    def clean(self) -> dict:
        data = super().clean() or {}
        if data.get("day") and data.get("time"):
            try:
                data["at"] = moment_on(data["day"], data["time"], self.zone)
            except forms.ValidationError as error:
                self.add_error("time", error)
        return data

    def store(self, *, member: Member, by: User) -> ReachOut:
        """Raises what `actions.add_reach_out` raises."""
        said = {name: value for name, value in self.cleaned_data.items() if name not in {"day", "time"}}
        return actions.add_reach_out(member=member, by=by, **said)
