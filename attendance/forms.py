"""What the arrivals pages may send, and what we say when it is not right."""

import datetime as dt
import uuid
from zoneinfo import ZoneInfo

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from activities.models import Unit
from attendance import actions
from attendance.closing import StillOpen
from attendance.day_sheet import to_mark
from attendance.models import Kind, Mark, Visit
from clubhouse.clock import NoSuchTime, moment
from members.models import Member, Tablet, User
from members.refusals import Refusal

RELOAD = _("This page is out of date. Load it again, then tap once more.")
NO_TIME = _("This is not a time. It looks like 9:05 or 16:30.")
LONGEST_WAIT = dt.timedelta(days=14)  # a tablet that was in a drawer for longer has forgotten what day it is
NO_SUCH_TIME = _("The clock went forward that night: this time did not exist.")


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
        return self.waited_since or _moment(self.day, self.cleaned_data["at"], self.zone)

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


class CorrectVisitForm(forms.Form):
    """A visit as it really was; times are house time."""

    arrived = forms.TimeField(
        label=_("Arrived at"), error_messages={"required": _("When did the visit begin?"), "invalid": NO_TIME}
    )
    ending = forms.ChoiceField()  # its choices depend on the visit
    left = forms.TimeField(label=_("Left at"), required=False, error_messages={"invalid": NO_TIME})
    after_midnight = forms.BooleanField(label=_("That was after midnight"), required=False)
    kind = forms.ChoiceField(label=_("Kind"), choices=Kind.choices, error_messages={"invalid_choice": RELOAD})
    unit = forms.ModelChoiceField(
        Unit.objects.all(),
        label=_("Unit"),
        required=False,
        empty_label=_("No unit"),
        error_messages={"invalid_choice": RELOAD},
    )
    why = forms.CharField(
        label=_("Why?"),
        max_length=300,
        help_text=_("A few words. The member can read them."),
        error_messages={"required": _("Say in a few words why."), "max_length": _("Please say it in 300 letters.")},
    )

    def __init__(self, *args, visit: Visit, zone: ZoneInfo, is_today: bool, **kwargs):
        self.visit, self.zone = visit, zone
        super().__init__(*args, **{"initial": self._as_written()} | kwargs)
        for name in ("arrived", "left"):
            self.fields[name].widget = forms.TimeInput({"type": "time"}, format="%H:%M")
        endings = [
            (Visit.Ending.KNOWN, _("Left at the time below")),
            (Visit.Ending.NOT_WRITTEN, _("Nobody wrote down when")),
        ]
        if is_today or visit.ending == Visit.Ending.HERE:
            endings.append((Visit.Ending.HERE, _("Still here")))
        if visit.ending == Visit.Ending.ASSUMED:
            endings.append((Visit.Ending.ASSUMED, _("Left about the time below (assumed)")))
        self.fields["ending"] = forms.ChoiceField(
            label=_("How it ended"),
            choices=endings,
            widget=forms.RadioSelect,
            error_messages={"required": _("Choose how the visit ended."), "invalid_choice": RELOAD},
        )

    def _as_written(self) -> dict:
        visit = self.visit
        left = visit.left_at and visit.left_at.astimezone(self.zone)
        return {
            "arrived": visit.arrived_at.astimezone(self.zone).time(),
            "ending": visit.ending,
            "left": left and left.time(),
            "after_midnight": bool(left and left.date() > visit.day),
            "kind": visit.kind,
            "unit": visit.unit_id,
        }

    def clean_arrived(self) -> dt.datetime | None:
        return self._unless_same("arrived", self.visit.arrived_at, self.visit.day)

    def clean(self) -> dict:
        data = super().clean() or {}
        has_time = data.get("ending") in {Visit.Ending.KNOWN, Visit.Ending.ASSUMED}
        if has_time and not data.get("left") and "left" not in self.errors:
            self.add_error("left", _("Say when the visit ended, or choose that nobody wrote it down."))
        elif has_time and data.get("left"):
            day = self.visit.day + dt.timedelta(days=bool(data.get("after_midnight")))
            try:
                data["left"] = self._unless_same("left", self.visit.left_at, day)
            except forms.ValidationError as error:
                self.add_error("left", error)
        else:
            data["left"] = None
        return data

    def _unless_same(self, name: str, written: dt.datetime | None, day: dt.date) -> dt.datetime | None:
        """The moment; the one that was written, to the second, when the minute was not touched."""
        at = _moment(day, self.cleaned_data[name], self.zone)

        def shown(moment: dt.datetime) -> str:  # by the clock, which says the same twice when it goes back
            return f"{moment.astimezone(self.zone):%Y-%m-%d %H:%M}"

        return written if written and at and shown(written) == shown(at) else at

    @property
    def visit_as_it_was(self) -> dict:
        """What `actions.correct_visit` needs."""
        data = self.cleaned_data
        return {
            "arrived_at": data["arrived"],
            "left_at": data["left"],
            "ending": data["ending"],
            "kind": data["kind"],
            "unit": data["unit"],
            "why": data["why"],
        }


class RemoveVisitForm(forms.Form):
    why = CorrectVisitForm.base_fields["why"]


class RequestCorrectionForm(forms.Form):
    words = forms.CharField(
        label=_("What should it say?"),
        max_length=500,
        widget=forms.Textarea({"rows": 4}),
        help_text=_("In your own words. A colleague reads it and answers on your page."),
        error_messages={
            "required": _("Write a few words, so that we know what to put right."),
            "max_length": _("Please say it in 500 letters."),
        },
    )


class AnswerCorrectionForm(forms.Form):
    answer = forms.CharField(
        label=_("Your answer"),
        max_length=500,
        widget=forms.Textarea({"rows": 2}),
        error_messages={
            "required": _("Write a few words; the member reads them."),
            "max_length": _("Please say it in 500 letters."),
        },
    )


class LeavingForm(forms.Form):
    """One person of the closing: left at closing, at a chosen time, or left open (which stores nothing)."""

    OPEN, CLOSING, TIME = "open", "closing", "time"

    how = forms.ChoiceField()  # its choices depend on the day
    at = forms.TimeField(required=False, error_messages={"invalid": NO_TIME})

    def __init__(self, data=None, *, person: StillOpen, zone: ZoneInfo):
        super().__init__(data, prefix=str(person.visit.pk), initial={"how": self.OPEN})
        self.person, self.zone = person, zone
        self.choices = [(self.OPEN, _("Leave it open")), (self.TIME, _("Left at"))]
        if person.closes_at:
            self.choices.insert(1, (self.CLOSING, _("Left at closing (assumed)")))
        self.fields["how"] = forms.ChoiceField(
            choices=self.choices, error_messages={"required": RELOAD, "invalid_choice": RELOAD}
        )

    def clean(self) -> dict:
        data = super().clean() or {}
        if data.get("how") == self.TIME and not self.errors:
            if not data.get("at"):
                self.add_error("at", _("Say when, or leave it open."))
            else:
                try:
                    data["at"] = leaving_moment(self.person.visit, data["at"], self.zone)
                except forms.ValidationError as error:
                    self.add_error("at", error)
        return data

    @property
    def leaving(self) -> actions.Leaving | None:
        """What to store; None where the visit stays open."""
        visit, how = self.person.visit, self.cleaned_data["how"]
        if how == self.CLOSING and self.person.closes_at:
            return actions.Leaving(visit, self.person.closes_at, Visit.Ending.ASSUMED)
        return actions.Leaving(visit, self.cleaned_data["at"]) if how == self.TIME else None


class CloseDayForm(forms.Form):
    """Everybody without a time out, each with a form of their own, under one key."""

    key = forms.UUIDField(error_messages={"required": RELOAD, "invalid": RELOAD})

    def __init__(self, data=None, *, people: list[StillOpen], zone: ZoneInfo):
        super().__init__(data)
        self.people = [LeavingForm(self._own(data, person), person=person, zone=zone) for person in people]

    @staticmethod
    def _own(data, person: StillOpen):
        """Somebody who came after the page was loaded has no answer in it, and stays as they are."""
        return data if data is not None and f"{person.visit.pk}-how" in data else None

    @property
    def fresh_key(self) -> uuid.UUID:
        """For the page: whatever was sent before is stored or refused by now."""
        return uuid.uuid4()

    def is_valid(self) -> bool:
        return all([super().is_valid(), *(form.is_valid() for form in self.people if form.is_bound)])

    def store(self, *, day: dt.date, by: User, tablet=None) -> actions.Closed:
        """Raises `actions.NotAllLeft` (each problem stands beside its person then), `actions.NoEstimates`."""
        leavings = [form.leaving for form in self.people if form.is_bound]
        try:
            return actions.close_day(
                day=day, leavings=filter(None, leavings), key=self.cleaned_data["key"], by=by, tablet=tablet
            )
        except actions.NotAllLeft as refusal:
            for form in self.people:
                if form.person.visit.pk in refusal.problems:
                    form.add_error("at", str(refusal.problems[form.person.visit.pk]))
            raise


def leaving_moment(visit: Visit, time: dt.time, zone: ZoneInfo) -> dt.datetime | None:
    """When somebody left, from a time alone: the small hours after an evening belong to the next day."""
    arrived = visit.arrived_at.astimezone(zone)
    is_after_midnight = time < arrived.time() and arrived.hour >= 12 and time < dt.time(6)
    return _moment(visit.day + dt.timedelta(days=is_after_midnight), time, zone)


def _id(text: str) -> int:
    return int(text) if text.isdecimal() and text.isascii() else 0


def _moment(day: dt.date, time: dt.time | None, zone: ZoneInfo) -> dt.datetime | None:
    try:
        return moment(day, time, zone) if time else None
    except NoSuchTime as error:
        raise forms.ValidationError(NO_SUCH_TIME) from error
