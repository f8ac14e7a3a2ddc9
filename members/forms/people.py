"""Members and staff: who we are."""

import datetime as dt

from django import forms
from django.conf.locale import LANG_INFO
from django.utils.translation import gettext_lazy as _

from members.models import Member, Staff

CONTACTS = {
    "phone": "phone_allowed",
    "email": "email_allowed",
    "address": "post_allowed",
}  # and the member's word on it


class DateInput(forms.DateInput):
    input_type = "date"

    def __init__(self, **kwargs):
        super().__init__(format="%Y-%m-%d", **kwargs)


def language_choices(now: str = "") -> list[tuple[str, str]]:
    """Languages by their own names; `now` is kept when it is another one (a spreadsheet brought it)."""
    named = {code: info["name_local"] for code, info in LANG_INFO.items() if "name_local" in info}
    if now:
        named.setdefault(now, now)
    return [("", _("The language of the house")), *sorted(named.items(), key=lambda item: item[1].casefold())]


class PersonForm(forms.ModelForm):
    language = forms.ChoiceField(label=_("Language"), required=False)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["language"].choices = language_choices(self.instance.language)

    def clean(self):
        cleaned = super().clean()
        for name, value in list(cleaned.items()):
            if isinstance(value, dt.date) and not 1900 <= value.year <= 2199:
                self.add_error(name, _("Look at the year again."))
        return cleaned

    @property
    def fields_now(self) -> dict:
        """What an action writes."""
        return {name: self.cleaned_data[name] for name in self._meta.fields or () if name in self.cleaned_data}


class MemberForm(PersonForm):
    class Meta:
        model = Member
        fields = [
            "member_no", "first_name", "last_name", "name_to_use", "pronouns", "born_on", "enrolled_on", "phone",
            "phone_allowed", "email", "email_allowed", "address", "post_allowed", "language", "area", "withdrawn_on",
            "deceased_on",
        ]  # fmt: skip
        widgets = {name: DateInput() for name in ("born_on", "enrolled_on", "withdrawn_on", "deceased_on")} | {
            "address": forms.Textarea({"rows": 3})
        }
        labels = {
            "phone_allowed": _("The house may use this member’s phone number"),
            "email_allowed": _("The house may write to this member by e-mail"),
            "post_allowed": _("The house may send this member post"),
        }
        error_messages = {
            "member_no": {"unique": _("Somebody else has this member number. Choose another one.")},
            "area": {"max_length": _("Keep this under 60 letters.")},
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.instance.pk is None:
            del self.fields["withdrawn_on"], self.fields["deceased_on"]
        # A channel that the member turned off is shown nowhere, here neither.
        for contact, allowed in CONTACTS.items():
            is_on = getattr(self.instance, allowed)
            if contact == "phone":
                is_on = is_on and (self.instance.calls_allowed or self.instance.texts_allowed)
            if not is_on:
                del self.fields[contact]
                self.fields[allowed].help_text = _("What we have is kept, and shown to nobody while this is off.")

    def clean(self):
        cleaned = super().clean()
        enrolled_on = cleaned.get("enrolled_on")
        for name in ("withdrawn_on", "deceased_on"):
            if enrolled_on and cleaned.get(name) and cleaned[name] < enrolled_on:
                self.add_error(name, _("This is before the day of enrolling."))
        return cleaned

    def clean_member_no(self) -> str:
        return self.cleaned_data["member_no"].strip()


class StaffForm(PersonForm):
    class Meta:
        model = Staff
        fields = [
            "first_name", "last_name", "name_to_use", "pronouns", "phone", "email", "language", "started_on",
            "ended_on",
        ]  # fmt: skip
        widgets = {name: DateInput() for name in ("started_on", "ended_on")}

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("started_on") and cleaned.get("ended_on") and cleaned["ended_on"] < cleaned["started_on"]:
            self.add_error("ended_on", _("This is before the first day."))
        return cleaned


class MyMemberForm(PersonForm):
    class Meta:
        model = Member
        fields = [
            "name_to_use", "pronouns", "language", "phone", "phone_allowed", "email", "email_allowed", "address",
            "board_name",
        ]  # fmt: skip
        widgets = {"board_name": forms.RadioSelect, "address": forms.Textarea({"rows": 3})}


class MyStaffForm(PersonForm):
    class Meta:
        model = Staff
        fields = ["name_to_use", "pronouns", "language", "phone", "email"]


class SearchForm(forms.Form):
    q = forms.CharField(label=_("Name or member number"), max_length=100, required=False)
