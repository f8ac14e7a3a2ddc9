"""A visit as it really was, and the members' own words about it."""

import datetime as dt
from zoneinfo import ZoneInfo

from django import forms
from django.utils.translation import gettext_lazy as _

from activities.models import Unit
from attendance.forms.sentences import NO_TIME, RELOAD, TOO_LONG, moment_on, not_sure
from attendance.models import HeldTopic, Kind, Visit
from attendance.reasons import Reason, reason_words
from attendance.search import LONGEST, Found, whom


class ReasonForm(forms.Form):
    """Why: a chip, a few words, or both."""

    reason = forms.ChoiceField(
        label=_("Why?"),
        required=False,
        choices=Reason.choices,
        widget=forms.RadioSelect,
        error_messages={"invalid_choice": RELOAD},
    )
    why = forms.CharField(
        label=_("In your own words"),
        required=False,
        max_length=300,
        help_text=_("Instead, or as well. The member can read it."),
        error_messages={"max_length": TOO_LONG},
    )

    def clean(self) -> dict:
        data = super().clean() or {}
        said = reason_words(data.get("reason", ""), data.get("why", ""))
        if not said and not self.errors.keys() & {"reason", "why"}:
            self.add_error("why", _("Choose a reason, or say in a few words why."))
        elif len(said) > 300:
            self.add_error("why", TOO_LONG)
        data["said"] = said
        return data


class CorrectVisitForm(ReasonForm):
    """A visit as it really was; times are house time."""

    seen = forms.CharField(required=False, max_length=40, error_messages={"max_length": RELOAD})
    whose = forms.CharField(
        label=_("Whose visit"),
        required=False,
        max_length=LONGEST,
        help_text=_("Was it somebody else's? Write their name, or a part of it."),
    )
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

    def __init__(self, data=None, *, visit: Visit, zone: ZoneInfo, is_today: bool):
        self.visit, self.zone = visit, zone
        self.member, self.meant = visit.member, Found("", [])  # whom the name means, or may mean
        if data is not None and data.get("choose"):  # one of those whom the name may mean
            data = data.copy()
            data["whose"] = data["choose"]
        super().__init__(data, initial=self._as_written())
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
            "whose": visit.member.full_name,
            "arrived": visit.arrived_at.astimezone(self.zone).time(),
            "ending": visit.ending,
            "left": left and left.time(),
            "after_midnight": bool(left and left.date() > visit.day),
            "kind": visit.kind,
            "unit": visit.unit_id,
        }

    def clean_whose(self) -> str:
        words = self.cleaned_data["whose"]
        if words and words != self.initial["whose"]:
            self.meant = whom(words)
            if self.meant.sure is None:
                raise forms.ValidationError(not_sure(self.meant))
            self.member = self.meant.sure
        return words

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
        at = moment_on(day, self.cleaned_data[name], self.zone)

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
            "member": self.member,
            "seen": data["seen"],
            "why": data["said"],
        }


class RemoveVisitForm(ReasonForm):
    """A visit that never was."""


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


class RequestHeldCorrectionForm(RequestCorrectionForm):
    """The same about anything that is held."""

    about = forms.ChoiceField(
        label=_("What is it about?"),
        choices=HeldTopic.choices,
        error_messages={"required": _("Choose what it is about."), "invalid_choice": RELOAD},
    )
    field_order = ["about", "words"]


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
