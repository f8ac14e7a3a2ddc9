"""What the house meeting decided, as somebody writes it down."""

from django import forms
from django.utils.translation import gettext_lazy as _

from attendance import actions
from attendance.models import HouseDecision
from members.forms.people import DateInput
from members.models import User

NO_DAY = _("Choose a day, like 2026-10-05.")


class RecordDecisionForm(forms.ModelForm):
    class Meta:
        model = HouseDecision
        fields = ["decided_on", "words", "until_on"]
        widgets = {"decided_on": DateInput(), "until_on": DateInput(), "words": forms.Textarea({"rows": 4})}
        help_texts = {
            "words": _("In your own words: who gets the figures, and what for."),
            "until_on": _("Leave it empty when it holds until the house decides anew."),
        }
        error_messages = {
            "decided_on": {"required": NO_DAY, "invalid": NO_DAY},
            "until_on": {"invalid": NO_DAY},
            "words": {
                "required": _("Say what the house decided."),
                "max_length": _("Keep it under 600 letters."),
            },
        }

    def store(self, *, by: User) -> HouseDecision:
        """Raises `MeetingAhead`, `OverBeforeItBegan`."""
        return actions.record_decision(by=by, **self.cleaned_data)
