"""What somebody wants to be sent, and how a member may be reached: one tap, or one thing typed, at a time."""

import datetime as dt

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from clubhouse.clock import time_words
from members.forms.people import DateInput
from members.models import Channel, House, Member, Staff
from members.wishes import kinds_for


class MessageWishForm(forms.Form):
    """`tap` is "email yes" to ask for a kind on a channel, "email no" to stop it."""

    tap = forms.ChoiceField(choices=[(f"{channel} {yes}", "") for channel in Channel.values for yes in ("yes", "no")])

    def __init__(self, data: QueryDict, *, person: Member | Staff):
        super().__init__(data)
        self.fields["kind"] = forms.ChoiceField(choices=[(name, name) for name in kinds_for(person)])

    @property
    def wish(self) -> dict:
        channel, yes = self.cleaned_data["tap"].split()
        return {"kind": self.cleaned_data["kind"], "channel": channel, "wanted": yes == "yes"}


class TimeInput(forms.TimeInput):
    input_type = "time"

    def __init__(self):
        super().__init__(format="%H:%M")


class ContactWishForm(forms.ModelForm):
    """Changes what was posted and leaves the rest; what does not fit a tap is typed, each beside its own button."""

    reach_out = forms.ChoiceField(choices=[(value, value) for value in ("house", "own", "none")], required=False)
    peace = forms.ChoiceField(choices=[("over", "over")], required=False)

    class Meta:
        model = Member
        fields = [
            "phone_allowed", "calls_allowed", "texts_allowed", "email_allowed", "post_allowed", "visits_allowed",
            "address", "voicemail", "envelope", "contact_from", "contact_until", "best_time", "reminder_time",
            "summary_when_empty", "reach_out_after_days", "quiet_until_on", "works_by_day",
        ]  # fmt: skip
        labels = {
            "address": _("Street, town, and what else the post needs"),
            "contact_from": _("Not before"),
            "contact_until": _("Not after"),
            "best_time": _("In your own words"),
            "reach_out_after_days": _("Or after this many days"),
            "quiet_until_on": _("Through this day"),
        }
        help_texts = {"best_time": ""}
        widgets = {
            "address": forms.Textarea({"rows": 3, "autocomplete": "off"}),
            "contact_from": TimeInput(),
            "contact_until": TimeInput(),
            "quiet_until_on": DateInput(),
        }
        error_messages = {
            "address": {"max_length": _("Keep this under 300 letters.")},
            "best_time": {"max_length": _("Keep this under 60 letters.")},
        }

    def __init__(self, data: QueryDict | None, *, instance: Member, house: House, today: dt.date):
        super().__init__(data, instance=instance)
        for field in self.fields.values():
            field.widget.attrs["class"] = "form-control"
        self.house, self.today, self.posted = house, today, set(data or ()) & set(self.fields)
        if data is not None:
            self.as_it_was = ContactWishForm(None, instance=instance, house=house, today=today)
            self.were = {name: getattr(instance, name) for name in ("phone_allowed", "calls_allowed", "texts_allowed")}
            if "reach_out" in data:
                self._only_with("reach_out_after_days", data["reach_out"] == "own")
            if "peace" in data:
                self._only_with("quiet_until_on", False)

    def _only_with(self, typed: str, needed: bool) -> None:
        """A tap beside something to type: it is read when the tap means it."""
        self.fields[typed].required = needed
        self.posted = self.posted | {typed} if needed else self.posted - {typed}

    def __getitem__(self, name: str) -> forms.BoundField:
        """What was not posted stands as it was."""
        if self.is_bound and name not in self.posted:
            return self.as_it_was[name]
        return super().__getitem__(name)

    def full_clean(self):
        every = self.fields
        self.fields = {name: field for name, field in every.items() if name in self.posted}
        super().full_clean()
        self.fields = every

    def clean_quiet_until_on(self):
        day = self.cleaned_data["quiet_until_on"]
        if day and not 0 <= (day - self.today).days <= 366:
            raise forms.ValidationError(_("Choose a day from today on, a year away at most."))
        return day

    def clean(self):
        cleaned = super().clean()
        start, end = cleaned.get("contact_from"), cleaned.get("contact_until")
        if start and end and start >= end:
            self.add_error("contact_until", _("This is before the first one."))
        elif (start or end) and not self._some_time_is_left(start or dt.time.min, end or dt.time.max):
            quiet = {"from": time_words(self.house.quiet_from), "until": time_words(self.house.quiet_until)}
            sentence = _("The house writes nothing from %(from)s to %(until)s. Leave some time outside of that.")
            self.add_error("contact_until", sentence % quiet)
        return cleaned

    def _some_time_is_left(self, start: dt.time, end: dt.time) -> bool:
        quarters = (self.house.at(self.today, dt.time(n // 4, n % 4 * 15)) for n in range(96))
        return any(
            start <= at.astimezone(self.house.zone).time() < end and not self.house.is_quiet(at) for at in quarters
        )

    @property
    def fields_now(self) -> dict:
        """What an action writes: columns of the member."""
        said = dict(self.cleaned_data)
        reach_out, peace = said.pop("reach_out", ""), said.pop("peace", "")
        if reach_out == "none":
            said = {"reach_out_wanted": False}  # their own number is kept for another day
        elif reach_out == "house":
            said = {"reach_out_wanted": True, "reach_out_after_days": None}
        elif reach_out == "own":
            said["reach_out_wanted"] = True
        if peace:
            said = {"quiet_until_on": None}
        return said | self._phone(said)

    def _phone(self, said: dict) -> dict:
        """What is shown as off is off: with the phone off, a tap on calls or texts brings back that one alone."""
        were = self.were
        for one, other in (("calls_allowed", "texts_allowed"), ("texts_allowed", "calls_allowed")):
            if said.get(one) and not were["phone_allowed"]:
                return {"phone_allowed": True, other: False}
        if said.get("phone_allowed") and not (were["calls_allowed"] or were["texts_allowed"]):
            return {"calls_allowed": True, "texts_allowed": True}
        return {}
