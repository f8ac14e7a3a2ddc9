"""Several people at once, and everybody out."""

import datetime as dt
import uuid
from zoneinfo import ZoneInfo

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from attendance import actions
from attendance.closing import StillOpen
from attendance.day_sheet import all_to_mark
from attendance.forms.sentences import NO_TIME, RELOAD, moment_on
from attendance.models import Kind, Mark
from members.models import Member, User

MOST_AT_ONCE = 300  # more is no reception
NOT_YET = _("That time has not come yet.")
NOBODY_CHOSEN = _("Choose at least one person first.")
TOO_MANY = _("That is more than fits into one go. Choose fewer.")


class PeopleForm(forms.Form):
    """People chosen by their numbers, under one key."""

    key = forms.UUIDField(error_messages={"required": RELOAD, "invalid": RELOAD})

    def __init__(self, data=None, *, day: dt.date, zone: ZoneInfo, **more):
        super().__init__(data, **more)
        self.day, self.zone = day, zone
        self.numbers = [number.replace("\0", "") for number in data.getlist("member_no")] if data is not None else []
        self.members: list[Member] = []

    def clean(self) -> dict:
        data = super().clean() or {}
        if not self.numbers:
            raise forms.ValidationError(NOBODY_CHOSEN)
        if len(self.numbers) > MOST_AT_ONCE:
            raise forms.ValidationError(TOO_MANY)
        self.members = all_to_mark(self.numbers, self.day)
        return data

    def moment(self, time: dt.time | None) -> dt.datetime | None:
        at = moment_on(self.day, time, self.zone)
        if at and at > timezone.now():
            raise forms.ValidationError(NOT_YET)
        return at

    @property
    def fresh_key(self) -> uuid.UUID:
        """For the page: whatever was sent before is stored or refused by now."""
        return uuid.uuid4()

    @property
    def first_error(self) -> str:
        """What is not beside a field."""
        hidden = [
            *self.non_field_errors(),
            *self.errors.get("key", []),
            *self.errors.get("action", []),
            *self.errors.get("kind", []),
        ]
        return str(hidden[0]) if hidden else ""


class LogSeveralForm(PeopleForm):
    """Those who were ticked arrive, or leave: today now, on another day at the time beside the button."""

    action = forms.ChoiceField(
        choices=[(Mark.Action.ARRIVE, ""), (Mark.Action.LEAVE, "")],
        error_messages={"required": RELOAD, "invalid_choice": RELOAD},
    )
    kind = forms.ChoiceField(required=False, choices=Kind.choices, error_messages={"invalid_choice": RELOAD})
    arrived = forms.TimeField(required=False, error_messages={"invalid": NO_TIME})
    left = forms.TimeField(required=False, error_messages={"invalid": NO_TIME})

    def __init__(self, data=None, *, is_today: bool, **more):
        super().__init__(data, **more)
        self.is_today = is_today

    def clean(self) -> dict:
        data = super().clean()
        name = "left" if data.get("action") == Mark.Action.LEAVE else "arrived"
        other = "arrived" if name == "left" else "left"
        self.errors.pop(other, None)  # the time beside the other button is not what was meant
        if self.is_today or name in self.errors:
            return data
        try:
            data["at"] = self.moment(data.get(name))
        except forms.ValidationError as error:
            self.add_error(name, error)
        else:
            if data["at"] is None:
                self.add_error(name, _("This is another day than today. Please say the time."))
        return data

    def store(self, *, by: User, tablet=None) -> actions.Batch:
        data = self.cleaned_data
        details = {"kind": data["kind"]} if data.get("kind") and data["action"] == Mark.Action.ARRIVE else {}
        return actions.log_several(
            members=self.members,
            day=self.day,
            action=data["action"],
            key=data["key"],
            at=data.get("at"),
            by=by,
            tablet=tablet,
            **details,
        )


class EveryoneOutForm(PeopleForm):
    """Everybody who was looked at before leaves at one time."""

    at = forms.TimeField(error_messages={"required": _("Say the time they left."), "invalid": NO_TIME})

    def clean_at(self) -> dt.datetime | None:
        return self.moment(self.cleaned_data["at"].replace(second=0, microsecond=0))

    def store(self, *, by: User, tablet=None) -> actions.Batch:
        data = self.cleaned_data
        return actions.everyone_out(
            members=self.members, day=self.day, at=data["at"], key=data["key"], by=by, tablet=tablet
        )


def leaving_and_staying(people: list[StillOpen], at: dt.datetime | None) -> tuple[list[StillOpen], list[StillOpen]]:
    """Who leaves at the full minute `at`, and who came after it and stays."""
    if at is None:
        return [], people
    end = at + dt.timedelta(minutes=1)
    return [one for one in people if one.visit.arrived_at < end], [one for one in people if one.visit.arrived_at >= end]
