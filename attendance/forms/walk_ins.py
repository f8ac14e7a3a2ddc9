"""Somebody new in two fields."""

import datetime as dt
from zoneinfo import ZoneInfo

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from attendance import actions
from attendance.forms.sentences import NO_TIME, RELOAD, moment_on
from attendance.models import Kind, Mark
from members.models import User, fold


class WalkInForm(forms.Form):
    """Their names; on another day also when they came. `asked` says for which names the hint was shown already."""

    key = forms.UUIDField(error_messages={"required": RELOAD, "invalid": RELOAD})
    kind = forms.ChoiceField(required=False, choices=Kind.choices, error_messages={"invalid_choice": RELOAD})
    asked = forms.CharField(required=False)
    first_name = forms.CharField(
        label=_("First name"), max_length=100, error_messages={"required": _("What is their first name?")}
    )
    last_name = forms.CharField(
        label=_("Family name"), max_length=100, required=False, help_text=_("Only if they like to say it.")
    )
    at = forms.TimeField(
        label=_("Arrived at"),
        error_messages={"required": _("This is another day than today. Please say the time."), "invalid": NO_TIME},
    )

    def __init__(self, data=None, *, day: dt.date, zone: ZoneInfo, is_today: bool, **more):
        super().__init__(data, **more)
        self.day, self.zone = day, zone
        self.fields["at"].widget = forms.TimeInput({"type": "time"}, format="%H:%M")
        for name in ("first_name", "last_name"):
            self.fields[name].widget.attrs |= {"autocomplete": "off", "spellcheck": "false"}
        if is_today:
            del self.fields["at"]

    def clean_at(self) -> dt.datetime | None:
        at = moment_on(self.day, self.cleaned_data["at"], self.zone)
        if at and at > timezone.now():
            raise forms.ValidationError(_("That time has not come yet."))
        return at

    @property
    def is_out_of_date(self) -> bool:
        """Something is wrong that nobody typed."""
        return not self.errors.keys().isdisjoint({"key", "kind"})

    @property
    def names(self) -> str:
        """As typed, for a hint that is shown once for them."""
        return fold(f"{self.cleaned_data['first_name']} {self.cleaned_data['last_name']}")

    @property
    def was_asked(self) -> bool:
        return bool(self.names) and self.cleaned_data["asked"] == self.names

    def store(self, *, by: User, tablet=None) -> Mark:
        data = self.cleaned_data
        return actions.add_walk_in(
            first_name=data["first_name"],
            last_name=data["last_name"],
            day=self.day,
            key=data["key"],
            at=data.get("at"),
            kind=data["kind"] or None,
            by=by,
            tablet=tablet,
        )


def names_from(words: str) -> dict[str, str]:
    """What was typed into the search, as first and family name, to start with."""
    first_name, _space, last_name = words.partition(" ")
    return {"first_name": first_name, "last_name": last_name}
