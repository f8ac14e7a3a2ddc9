"""What a unit's library says of a task, and one step of a guide."""

from django import forms
from django.utils.translation import gettext_lazy as _

from activities.forms.tasks import EditTaskForm
from activities.models import GuideStep, LibraryTask, Picture, TaskDetails


class LibraryTaskForm(EditTaskForm):
    class Meta(EditTaskForm.Meta):
        model: type[TaskDetails] = LibraryTask
        widgets = EditTaskForm.Meta.widgets | {"title": forms.TextInput(attrs={"autocomplete": "off"})}


class GuideStepForm(forms.ModelForm):
    picture = forms.ChoiceField(
        label=_("A picture"),
        choices=[("", _("No picture")), *Picture.choices],
        required=False,
        widget=forms.RadioSelect,
        error_messages={"invalid_choice": _("Choose one of the pictures.")},
    )

    class Meta:
        model = GuideStep
        fields = ["words", "picture"]
        widgets = {"words": forms.Textarea(attrs={"rows": 3, "maxlength": 160})}
        labels = {"words": _("What to do")}
        help_texts = {"words": _("One short thing. Say it as you would say it beside the work.")}
        error_messages = {
            "words": {
                "required": _("Say in a few words what to do."),
                "max_length": _("Keep a step under 160 letters. The rest can be a step of its own."),
            }
        }
