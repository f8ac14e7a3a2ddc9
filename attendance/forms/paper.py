"""The paper sheet: a name, a time in and a time out a row, typed in haste."""

import datetime as dt
import uuid
from itertools import zip_longest
from zoneinfo import ZoneInfo

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from attendance import actions
from attendance.day_sheet import to_mark
from attendance.forms.sentences import RELOAD, leaving_moment, moment_on, not_sure
from attendance.models import Kind, Mark, Visit
from attendance.search import LONGEST, Found, whom
from clubhouse.clock import typed_time
from members.models import Member, Tablet, User
from members.refusals import Refusal

MOST_ROWS = 200
NO_TYPED_TIME = _("This is not a time. It looks like 915 or 4:30 pm.")


class PaperRowForm(forms.Form):
    """One row. After `store`, `mark` is what was written down; else each error stands at its field."""

    key = forms.UUIDField(error_messages={"required": RELOAD, "invalid": RELOAD})
    who = forms.CharField(
        label=_("Name or number"), max_length=LONGEST, error_messages={"required": _("Who is it? Write their name.")}
    )
    arrived = forms.CharField(label=_("Time in"), max_length=20, error_messages={"required": _("When did they come?")})
    left = forms.CharField(label=_("Time out"), required=False, max_length=20)
    kind = forms.ChoiceField(required=False, choices=Kind.choices, error_messages={"invalid_choice": RELOAD})

    def __init__(self, data=None, *, day: dt.date, zone: ZoneInfo):
        super().__init__(data)
        self.day, self.zone = day, zone
        self.member: Member | None = None
        self.meant = Found("", [])
        self.mark: Mark | None = None
        self.in_the_book: Visit | None = None  # what stands in the way
        self.row_key = (data or {}).get("key") or str(uuid.uuid4())

    @property
    def input_id(self) -> str:
        return f"who-{self.row_key}"

    @property
    def choose_prefix(self) -> str:
        """What a button sends before the number of whom it means, so that the row is known."""
        return f"{self.row_key}:"

    def clean_who(self) -> str:
        words = self.cleaned_data["who"]
        self.meant = whom(words)
        if self.meant.sure is None:
            raise forms.ValidationError(not_sure(self.meant))
        self.member = to_mark(self.day, pk=self.meant.sure.pk)
        return words

    def clean_arrived(self) -> dt.datetime | None:
        return moment_on(self.day, _time(self.cleaned_data["arrived"]), self.zone)

    def clean_left(self) -> dt.datetime | None:
        words, arrived_at = self.cleaned_data["left"], self.cleaned_data.get("arrived")
        if not words or arrived_at is None:
            return None
        time = _time(words, after=arrived_at.astimezone(self.zone).time())
        return leaving_moment(Visit(day=self.day, arrived_at=arrived_at), time, self.zone)

    def store(self, *, by: User, tablet: Tablet | None = None) -> bool:
        """Whether the row is in the book; whatever is the matter otherwise stands beside its field."""
        if not self.is_valid() or self.member is None:
            return False
        data = self.cleaned_data
        row = {"key": data["key"], "kind": data["kind"] or None, "arrived_at": data["arrived"], "left_at": data["left"]}
        try:
            self.mark = actions.log_paper(member=self.member, day=self.day, by=by, tablet=tablet, **row)
        except Refusal as refusal:
            self.in_the_book = getattr(refusal, "visit", None)
            self.add_error(refusal.field if refusal.field in self.fields else "arrived", str(refusal))
        return self.mark is not None


def paper_rows(data: QueryDict, *, day: dt.date, zone: ZoneInfo) -> list[PaperRowForm]:
    """The rows of a post that are not empty. `choose` says of one row (by its key) who is meant."""
    chosen, _sign, number = data.get("choose", "").partition(":")
    names = ("key", "who", "arrived", "left")
    rows = []
    for values in list(zip_longest(*(data.getlist(name) for name in names), fillvalue=""))[:MOST_ROWS]:
        row = dict(zip(names, values, strict=True)) | {"kind": data.get("kind", "")}
        if chosen and row["key"] == chosen:
            row["who"] = number
        if any(row[name].strip() for name in names[1:]):
            rows.append(PaperRowForm(row, day=day, zone=zone))
    return rows


def _time(words: str, *, after: dt.time | None = None) -> dt.time:
    try:
        return typed_time(words, after=after)
    except ValueError as error:
        raise forms.ValidationError(NO_TYPED_TIME) from error
