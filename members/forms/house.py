"""What a coordinator decides for the house."""

import zoneinfo

from django import forms
from django.utils.translation import gettext_lazy as _

from members.actions.house import DECIDED
from members.models import House

TIME = _("Write the time like 20:00.")
DAYS = _("Write a number of days, like 90.")


def time_input() -> forms.TimeInput:
    return forms.TimeInput(format="%H:%M", attrs={"type": "time"})


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
        }
        help_texts = {
            "time_zone": _("Like America/Detroit. It says when a day begins; times written down stay as they were."),
            "returned_after_days": _("Reports say “came back” after this many days away."),
        }
        error_messages = {
            "name": {"required": _("Give the house its name."), "max_length": _("Keep the name under 80 letters.")},
            "time_zone": {"required": _("Choose a time zone, like America/Detroit.")},
            "help_line": {"max_length": _("Keep this under 160 letters.")},
            "recent_days": dict.fromkeys(("required", "invalid", "min_value", "max_value"), DAYS),
            "returned_after_days": dict.fromkeys(("required", "invalid", "min_value", "max_value"), DAYS),
            "reception_locks_after": dict.fromkeys(
                ("required", "invalid", "min_value", "max_value"), _("Write a number of minutes from 1 to 15.")
            ),
            "rounding": dict.fromkeys(("required", "invalid_choice"), _("Choose one of the three ways.")),
            "lunch_until": {"invalid": _("Write the time like 10:30, or leave it empty.")},
            "quiet_from": {"required": TIME, "invalid": TIME},
            "quiet_until": {"required": TIME, "invalid": TIME},
            "fiscal_year_starts_in": dict.fromkeys(("required", "invalid_choice"), _("Choose one of these months.")),
            "age_bands": {
                "required": _("Write ages with commas, like 18, 25, 35, 50, 65."),
                "max_length": _("Use fewer groups."),
            },
        }

    @property
    def time_zones(self) -> list[str]:
        return sorted(name for name in zoneinfo.available_timezones() if "/" in name and not name.startswith("Etc/"))

    def clean(self) -> dict:
        cleaned = super().clean() or {}
        if cleaned.get("quiet_from") and cleaned.get("quiet_from") == cleaned.get("quiet_until"):
            self.add_error("quiet_until", _("Quiet hours need an end that is not their beginning."))
        return cleaned
