"""What a coordinator decides for the house."""

import unicodedata
import zoneinfo

from django import forms
from django.utils.translation import gettext_lazy as _

from members.actions.house import DECIDED
from members.models import House
from members.models.house import LETTERS_THAT_SEAL
from members.phones import COUNTRIES

TIME = _("Write the time like 20:00.")
MOST_BYTES = 127  # of the words that open a PDF; readers leave out what is beyond
DAYS = _("Write a number of days, like 90.")


def time_input() -> forms.TimeInput:
    return forms.TimeInput(format="%H:%M", attrs={"type": "time"})


class SecretWordsInput(forms.PasswordInput):
    """Never sent back to the page, as a password; but seen while they are typed, because they go onto paper."""

    input_type = "text"


class EditHouseForm(forms.ModelForm):
    class Meta:
        model = House
        fields = DECIDED
        widgets = {
            "time_zone": forms.TextInput(attrs={"list": "time-zones", "autocomplete": "off"}),
            "rounding": forms.RadioSelect,
            "lunch_until": time_input(),
            "quiet_from": time_input(),
            "quiet_until": time_input(),
            "downtime_password": SecretWordsInput({"autocomplete": "off", "spellcheck": "false"}),
        }
        help_texts = {
            "time_zone": _("Like America/Detroit. It says when a day begins; times written down stay as they were."),
            "returned_after_days": _("Reports say “came back” after this many days away."),
            "reach_out_after_days": _(
                "Who comes less often is looked for later, and a member may set their own number."
            ),
            "reach_out_pause_days": _("For so long nobody is called again."),
        }
        error_messages = {
            "name": {"required": _("Give the house its name."), "max_length": _("Keep the name under 80 letters.")},
            "time_zone": {"required": _("Choose a time zone, like America/Detroit.")},
            "help_line": {"max_length": _("Keep this under 160 letters.")},
            "recent_days": dict.fromkeys(("required", "invalid", "min_value", "max_value"), DAYS),
            "returned_after_days": dict.fromkeys(("required", "invalid", "min_value", "max_value"), DAYS),
            "reach_out_after_days": dict.fromkeys(
                ("required", "invalid", "min_value", "max_value"), _("Write a number of days from 3 to 365.")
            ),
            "reach_out_pause_days": dict.fromkeys(
                ("required", "invalid", "min_value", "max_value"), _("Write a number of days from 1 to 365.")
            ),
            "reception_locks_after": dict.fromkeys(
                ("required", "invalid", "min_value", "max_value"), _("Write a number of minutes from 1 to 15.")
            ),
            "rounding": dict.fromkeys(("required", "invalid_choice"), _("Choose one of the three ways.")),
            "lunch_until": {"invalid": _("Write the time like 10:30, or leave it empty.")},
            "quiet_from": {"required": TIME, "invalid": TIME},
            "quiet_until": {"required": TIME, "invalid": TIME},
            "country": {"max_length": _("Write two letters, like US or FI.")},
            "fiscal_year_starts_in": dict.fromkeys(("required", "invalid_choice"), _("Choose one of these months.")),
            "age_bands": {
                "required": _("Write ages with commas, like 18, 25, 35, 50, 65."),
                "max_length": _("Use fewer groups."),
            },
            "downtime_password": {"max_length": _("Use 80 letters or fewer.")},
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.instance.can_seal:
            kept = _("Words are set. To keep them, leave this empty. New ones: 12 letters or more, on paper.")
            self.fields["downtime_password"].help_text = kept

    @property
    def time_zones(self) -> list[str]:
        return sorted(name for name in zoneinfo.available_timezones() if "/" in name and not name.startswith("Etc/"))

    def clean_country(self) -> str:
        country = self.cleaned_data["country"].strip().upper()
        if country and country not in COUNTRIES:
            raise forms.ValidationError(_("Write two letters, like US or FI."))
        return country

    def clean_downtime_password(self) -> str:
        """As PDF readers read them, whatever keyboard they were typed on. Empty: those that were set stay."""
        words = unicodedata.normalize("NFKC", " ".join(self.cleaned_data["downtime_password"].split()))
        if words and len(words) < LETTERS_THAT_SEAL:
            raise forms.ValidationError(_("Use 12 letters or more. A few words make a good key."))
        if len(words.encode()) > MOST_BYTES:
            raise forms.ValidationError(_("Use fewer letters."))
        return words or self.instance.downtime_password

    def clean(self) -> dict:
        cleaned = super().clean() or {}
        if cleaned.get("quiet_from") and cleaned.get("quiet_from") == cleaned.get("quiet_until"):
            self.add_error("quiet_until", _("Quiet hours need an end that is not their beginning."))
        return cleaned
