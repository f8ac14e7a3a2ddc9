"""Making a tablet, and typing in its code."""

from django import forms
from django.utils.translation import gettext_lazy as _

from members.models import Tablet


class MakeTabletForm(forms.ModelForm):
    class Meta:
        model = Tablet
        fields = ["name", "place"]
        widgets = {"place": forms.RadioSelect}
        help_texts = {"name": _("So that you know which one it is, like: Front door.")}
        error_messages = {
            "name": {"required": _("Give the tablet a name, like: Front door.")},
            "place": {"required": _("Say where it stands.")},
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["place"].label = _("Where it stands")
        self.fields["place"].choices = Tablet.Place.choices


class PairTabletForm(forms.Form):
    code = forms.CharField(label=_("Code"), max_length=40, error_messages={"required": _("Type the code.")})
    code.widget.attrs = {"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}
