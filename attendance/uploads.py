"""Spreadsheets that come in through the browser: CSV only, with limits, and a sentence beside the field otherwise."""

from pathlib import PurePath

from django import forms
from django.utils.translation import gettext_lazy as _

from attendance import sheets

MOST_BYTES = 20 * 1024 * 1024
MOST_ROWS = 200_000
TOO_LARGE = _("That is more than 20 megabytes. Bring it in smaller parts.")


class SpreadsheetsInput(forms.ClearableFileInput):
    allow_multiple_selected = True
    template_name = "django/forms/widgets/file.html"


class SpreadsheetsField(forms.FileField):
    """Several files at once; cleans to a dict name -> bytes."""

    widget = SpreadsheetsInput

    def clean(self, data, initial=None) -> dict[str, bytes]:
        uploads = [upload for upload in data or [] if upload] if isinstance(data, list | tuple) else [data]
        uploads = [super(SpreadsheetsField, self).clean(upload, initial) for upload in uploads or [None]]
        names = [PurePath(upload.name).name.lower() for upload in uploads]
        for name in names:
            self._look_at_name(name, names.count(name))
        if sum(upload.size for upload in uploads) > MOST_BYTES:
            raise forms.ValidationError(TOO_LARGE)
        files = {name: upload.read() for name, upload in zip(names, uploads, strict=True)}
        if sum(max(content.count(b"\n"), content.count(b"\r")) for content in files.values()) > MOST_ROWS:
            raise forms.ValidationError(_("That is more than 200,000 rows. Bring it in smaller parts."))
        return files

    @staticmethod
    def _look_at_name(name: str, times: int) -> None:
        if name not in sheets.FILES:
            raise forms.ValidationError(
                _("“%(name)s” is none of the five spreadsheets. They are called %(names)s."),
                params={"name": sheets.short(name), "names": ", ".join(sheets.FILES)},
            )
        if times > 1:
            raise forms.ValidationError(_("“%(name)s” is there twice. Bring one of them."), params={"name": name})


class ImportHouseForm(forms.Form):
    spreadsheets = SpreadsheetsField(
        label=_("Spreadsheets"),
        widget=SpreadsheetsInput(
            attrs={"accept": ".csv,text/csv", "data-most-bytes": MOST_BYTES, "data-say-too-large": TOO_LARGE}
        ),
        help_text=_(
            "One or more of members.csv, calendar.csv, visits.csv, guests.csv and reach_outs.csv, all at once."
        ),
        error_messages={
            "required": _("Choose at least one spreadsheet."),
            "empty": _("One of the files is empty."),
            "missing": _("One of the files did not arrive. Please choose them again."),
            "invalid": _("The files did not arrive. Please choose them again."),
        },
    )
