"""Where somebody is for a while, and until when. No reason is asked, and none can be given."""

import datetime as dt

from django import forms
from django.utils.translation import gettext_lazy as _

from attendance.forms.sentences import RELOAD
from attendance.models import TimeAway
from members.forms.people import DateInput

NO_DAY = _("Choose a day, like 2026-10-05.")


class TimeAwayForm(forms.Form):
    place = forms.ChoiceField(
        label=_("Where?"),
        choices=TimeAway.Place.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose one of the two."), "invalid_choice": RELOAD},
    )
    from_on = forms.DateField(
        label=_("From"), widget=DateInput(), error_messages={"required": NO_DAY, "invalid": NO_DAY}
    )
    until_on = forms.DateField(
        label=_("Until"),
        widget=DateInput(),
        help_text=_("A guess is fine. You can change it."),
        error_messages={"required": NO_DAY, "invalid": NO_DAY},
    )

    def __init__(self, data=None, *, away: TimeAway | None, today: dt.date):
        now = {"place": away.place, "from_on": away.from_on, "until_on": away.until_on} if away else {"from_on": today}
        super().__init__(data, initial=now)
