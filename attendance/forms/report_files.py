"""Taking figures or names along: in which format, and what the names are for."""

from django import forms
from django.utils.translation import gettext_lazy as _

FORMATS = {
    "pdf": _("For the board (PDF)"),
    "xlsx": _("Workbook (Excel)"),
    "csv": _("Spreadsheet (CSV)"),
    "json": _("For programs (JSON)"),
}
CHOOSE = _("Choose one of these.")


class TakeAlongForm(forms.Form):
    """The report, without names."""

    format = forms.ChoiceField(
        label=_("Kind of file"),
        choices=list(FORMATS.items()),
        widget=forms.RadioSelect,
        initial="pdf",
        error_messages={"required": CHOOSE, "invalid_choice": CHOOSE},
    )


class ExportReportWithNamesForm(forms.Form):
    """A workbook is the only way: it has a sheet for them."""

    why = forms.CharField(
        label=_("What is it for?"),
        max_length=300,
        help_text=_("A few words, like: the bill for the county, October."),
        error_messages={
            "required": _("Say in a few words what the names are for."),
            "max_length": _("That is long. 300 letters are enough."),
        },
    )


class ExportNamesForm(ExportReportWithNamesForm):
    """The roster, as a workbook or as a plain table."""

    format = forms.ChoiceField(
        label=_("Kind of file"),
        choices=[(name, FORMATS[name]) for name in ("xlsx", "csv")],
        widget=forms.RadioSelect,
        initial="xlsx",
        error_messages={"required": CHOOSE, "invalid_choice": CHOOSE},
    )
    field_order = ("format", "why")
