"""How a reach-out went, in one tap."""

import datetime as dt

from django import forms
from django.utils.translation import gettext_lazy as _

from attendance import actions
from attendance.forms.sentences import RELOAD
from attendance.models import ReachOut
from members.forms.people import DateInput
from members.models import Member, User

QUIET_FOR, AWAY_FOR = dt.timedelta(days=30), dt.timedelta(days=14)
NO_DAY = _("Choose a day, like 2026-10-05.")


class LogReachOutForm(forms.Form):
    """The buttons are the outcomes; all else is filled in already, or may stay empty."""

    key = forms.UUIDField(error_messages={"required": RELOAD, "invalid": RELOAD})
    channel = forms.ChoiceField(
        choices=ReachOut.Channel.choices,
        error_messages={"required": _("Choose how you were in touch."), "invalid_choice": RELOAD},
    )
    outcome = forms.ChoiceField(
        choices=ReachOut.Outcome.choices,
        error_messages={"required": _("Choose how it went."), "invalid_choice": RELOAD},
    )
    topic = forms.CharField(
        label=_("Something friendly for next time"),
        required=False,
        max_length=80,
        error_messages={"max_length": _("Keep this under 80 letters.")},
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    note = forms.CharField(
        label=_("A note"),
        required=False,
        max_length=500,
        error_messages={"max_length": _("Keep this under 500 letters.")},
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    quiet_until_on = forms.DateField(
        label=_("If they would like quiet: until"),
        required=False,
        widget=DateInput(),
        error_messages={"invalid": NO_DAY},
    )
    away_until_on = forms.DateField(
        label=_("If they are in hospital: likely until"),
        required=False,
        widget=DateInput(),
        error_messages={"invalid": NO_DAY},
    )

    def __init__(self, data=None, *, today: dt.date, **kwargs):
        initial = {"quiet_until_on": today + QUIET_FOR, "away_until_on": today + AWAY_FOR}
        super().__init__(data, initial=initial | kwargs.pop("initial", {}), **kwargs)

    @property
    def says_more(self) -> bool:
        """Something was typed, or is not right, in the part that is folded away at first."""
        folded = ("topic", "note", "quiet_until_on", "away_until_on")
        return self.is_bound and any(self[name].errors or name in self.changed_data for name in folded)

    def store(self, *, member: Member, by: User) -> ReachOut:
        """Raises what `actions.log_reach_out` raises."""
        return actions.log_reach_out(member=member, by=by, **self.cleaned_data)
