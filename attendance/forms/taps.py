"""A tap on a tile, on whichever screen."""

import datetime as dt
from zoneinfo import ZoneInfo

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from activities.models import Unit
from attendance import actions
from attendance.day_sheet import to_mark
from attendance.forms.sentences import NO_TIME, RELOAD, TOO_LONG, moment_on
from attendance.models import Kind, Mark
from attendance.reasons import reason_words
from members.models import Member, Tablet, User
from members.refusals import Refusal

LONGEST_WAIT = dt.timedelta(days=14)  # a tablet that was in a drawer for longer has forgotten what day it is


class NotUnderstood(Refusal):
    """What was sent is no mark."""


class LogArrivalForm(forms.Form):
    """One tap. Only `key`, `member_no` and `action` must be there; a time is house time on `day`.

    A tap that waited on a tablet names the person by `member_id` (because names and numbers are not kept there) and
    says when it was tapped and when it is sent, both by the tablet's clock: only the time between the two counts.
    """

    key = forms.UUIDField(error_messages={"required": RELOAD, "invalid": RELOAD})
    tapped_at = forms.CharField(required=False, max_length=40, error_messages={"max_length": RELOAD})
    sent_at = forms.CharField(required=False, max_length=40, error_messages={"max_length": RELOAD})
    member_id = forms.CharField(required=False, max_length=18, error_messages={"max_length": RELOAD})
    member_no = forms.CharField(required=False)
    action = forms.ChoiceField(
        choices=Mark.Action.choices, error_messages={"required": RELOAD, "invalid_choice": RELOAD}
    )
    at = forms.TimeField(required=False, error_messages={"invalid": NO_TIME})
    kind = forms.ChoiceField(required=False, choices=Kind.choices, error_messages={"invalid_choice": RELOAD})
    unit = forms.ModelChoiceField(Unit.objects.all(), required=False, error_messages={"invalid_choice": RELOAD})
    why = forms.CharField(required=False, max_length=300, error_messages={"max_length": TOO_LONG})  # a chip, or words
    of = forms.UUIDField(required=False, error_messages={"invalid": RELOAD})
    batch = forms.UUIDField(required=False, error_messages={"invalid": RELOAD})

    def __init__(self, *args, day: dt.date, zone: ZoneInfo, **kwargs):
        super().__init__(*args, **kwargs)
        self.day, self.zone = day, zone
        self.member: Member | None = None
        self.waited_since: dt.datetime | None = None  # by the house's clock
        self.fields["member_no"].validators = []  # whatever it is, nobody has it

    def clean_sent_at(self) -> str:
        """How long ago the tap was, taken off the house's clock: a tablet's clock may be wrong by years."""
        tapped, sent = self.cleaned_data.get("tapped_at"), self.cleaned_data["sent_at"]
        if not tapped:
            return ""
        try:
            ago = dt.datetime.fromisoformat(sent) - dt.datetime.fromisoformat(tapped)
        except (ValueError, TypeError) as error:
            raise forms.ValidationError(RELOAD) from error
        if not dt.timedelta(0) <= ago <= LONGEST_WAIT:
            raise forms.ValidationError(_("The clock of this tablet was changed. Please write this down by hand."))
        self.waited_since = timezone.now() - ago
        self.day = self.waited_since.astimezone(self.zone).date()
        return sent

    def clean_member_no(self) -> str:
        number, pk = self.cleaned_data["member_no"], self.cleaned_data.get("member_id", "")
        if not number and not pk:
            raise forms.ValidationError(RELOAD)
        number = number.replace("\0", "")
        self.member = to_mark(self.day, member_no=number) if number else to_mark(self.day, pk=_id(pk))
        if self.member is None:
            raise forms.ValidationError(_("Nobody with this number can be found. Nothing was changed."))
        return number

    def clean_at(self) -> dt.datetime | None:
        return self.waited_since or moment_on(self.day, self.cleaned_data["at"], self.zone)

    def store(self, *, by: User, tablet: Tablet | None = None) -> Mark:
        """Does what was tapped. Raises `NotUnderstood`, and what the three actions raise."""
        if not self.is_valid():
            name, errors = next(iter(self.errors.items()))
            raise NotUnderstood(str(errors[0]), name)
        data = self.cleaned_data
        mark = {"member": self.member, "day": self.day, "key": data["key"], "by": by}
        mark |= {"tablet": tablet, "batch": data["batch"]}
        if data["action"] == Mark.Action.UNDO:
            return actions.undo_mark(**mark, of=data["of"])
        mark |= {"at": data["at"], "stamp": data["tapped_at"] if self.waited_since else ""}
        mark |= {"why": reason_words(data["why"])}
        if data["action"] == Mark.Action.LEAVE:
            return actions.log_leaving(**mark)
        return actions.log_arrival(**mark, kind=data["kind"] or None, unit=data["unit"])


class ChangeVisitForm(forms.Form):
    kind = forms.ChoiceField(required=False, choices=Kind.choices, error_messages={"invalid_choice": RELOAD})
    unit = forms.ModelChoiceField(Unit.objects.all(), required=False, error_messages={"invalid_choice": RELOAD})


class MarkMyselfForm(forms.Form):
    """What a member's own phone sends: a key and one thing they said. Who it is about is never in it."""

    CHANGE = "change"
    HOUSE, HOME, ELSEWHERE = "house", "home", "elsewhere"
    PLACES = {HOUSE: _("At the house"), HOME: _("From home"), ELSEWHERE: _("Elsewhere")}
    KINDS = {HOME: Kind.VIRTUAL, ELSEWHERE: Kind.OFFSITE}

    key = forms.UUIDField(error_messages={"required": RELOAD, "invalid": RELOAD})
    action = forms.ChoiceField(
        choices=[*Mark.Action.choices, (CHANGE, CHANGE)],
        error_messages={"required": RELOAD, "invalid_choice": RELOAD},
    )
    of = forms.UUIDField(required=False, error_messages={"invalid": RELOAD})
    where = forms.ChoiceField(required=False, choices=PLACES.items(), error_messages={"invalid_choice": RELOAD})
    unit = forms.ModelChoiceField(Unit.objects.all(), required=False, error_messages={"invalid_choice": RELOAD})

    def store(self, *, member: Member, by: User) -> Mark | None:
        """Does what was said; None for a change of the visit. Raises `NotUnderstood`, and what the actions raise."""
        if not self.is_valid():
            name, errors = next(iter(self.errors.items()))
            raise NotUnderstood(str(errors[0]), name)
        data = self.cleaned_data
        kind, mark = self.KINDS.get(data["where"]), {"member": member, "key": data["key"], "by": by}
        if data["action"] == self.CHANGE:
            at_the_house = data["where"] == self.HOUSE
            actions.change_mine(member=member, by=by, at_the_house=at_the_house, kind=kind, unit=data["unit"])
            return None
        if data["action"] == Mark.Action.UNDO:
            return actions.take_back(**mark, of=data["of"])
        if data["action"] == Mark.Action.LEAVE:
            return actions.say_leaving(**mark)
        return actions.say_here(**mark, kind=kind)


def _id(text: str) -> int:
    return int(text) if text.isdecimal() and text.isascii() else 0
