"""How long one kind of writing is kept."""

from django import forms
from django.utils.translation import gettext_lazy as _

from attendance.retention import KINDS


class RetentionForm(forms.Form):
    what = forms.ChoiceField(label=_("What may go?"), error_messages={"required": _("Choose one.")})
    months = forms.IntegerField(
        label=_("After how many months?"),
        min_value=1,
        max_value=240,
        error_messages={
            "required": _("Write a number, like 24."),
            "invalid": _("Write a number, like 24."),
            "min_value": _("One month at least."),
            "max_value": _("240 months at most: that is 20 years."),
        },
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["what"].choices = [(name, kind.label) for name, kind in KINDS.items()]
