"""Which reach-outs to show, and whom one was with."""

from django import forms
from django.utils.translation import gettext_lazy as _

from activities.models import Unit
from attendance.forms.sentences import not_sure
from attendance.search import LONGEST, Found, whom


class LogFilterForm(forms.Form):
    """What cannot be understood filters nothing."""

    unit = forms.ModelChoiceField(Unit.objects.all(), label=_("Unit"), required=False, empty_label=_("Every unit"))

    def __init__(self, data, *, colleagues: list[tuple[int, str]]):
        super().__init__(data)
        everybody = [("", _("Everybody")), *colleagues]
        select = forms.Select({"class": "form-select"})
        self.fields["unit"].widget.attrs["class"] = "form-select"
        self.fields["by"] = forms.TypedChoiceField(
            label=_("Who"), required=False, coerce=int, empty_value=None, choices=everybody, widget=select
        )

    @property
    def chosen(self) -> dict:
        """`unit` (a Unit or None) and `by` (the id of a sign-in, or None)."""
        self.is_valid()
        return {name: self.cleaned_data.get(name) for name in ("unit", "by")}


class FindMemberForm(forms.Form):
    """Whom it was with: a name as somebody writes it, sure only when nobody else can be meant."""

    who = forms.CharField(
        label=_("Who was it with?"),
        max_length=LONGEST,
        help_text=_("A name, or a part of it."),
        error_messages={"required": _("Write a name, or a part of it.")},
    )

    def __init__(self, data=None):
        self.meant = Found("", [])
        if data is not None and data.get("choose"):  # one of those whom the name may mean
            data = data.copy()
            data["who"] = data["choose"]
        super().__init__(data)

    def clean_who(self) -> str:
        self.meant = whom(self.cleaned_data["who"])
        if self.meant.sure is None:
            raise forms.ValidationError(not_sure(self.meant))
        return self.cleaned_data["who"]
