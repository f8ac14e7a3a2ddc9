"""The file that a coordinator brings as the house's logo."""

from django import forms
from django.utils.translation import gettext_lazy as _

from members.pictures import MOST_BYTES, TOO_LARGE

NO_FILE = _("Choose a picture first.")


class EditLogoForm(forms.Form):
    picture = forms.FileField(
        label=_("Picture"),
        widget=forms.FileInput(
            attrs={
                "accept": "image/png,image/jpeg,image/webp",
                "data-most-bytes": MOST_BYTES,
                "data-say-too-large": TOO_LARGE,
            }
        ),
        help_text=_("A PNG, JPEG or WebP file, 2 megabytes at most."),
        error_messages={
            "required": NO_FILE,
            "missing": NO_FILE,
            "invalid": NO_FILE,
            "empty": _("This file is empty. Choose another one."),
        },
    )

    def clean_picture(self) -> bytes:
        """What is in the file; the action looks at it. One that is too large is not read."""
        upload = self.cleaned_data["picture"]
        if upload.size > MOST_BYTES:
            raise forms.ValidationError(TOO_LARGE)
        return upload.read()
