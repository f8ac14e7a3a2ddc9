"""Logins and the cards that open them."""

import re

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from members.actions.accounts import FIELDS
from members.models import Member, Role, Staff, User, fold


def validate_username(name: str) -> None:
    """Letters, digits and . - _ only: easy to type, and never mistaken for somebody's e-mail."""
    if not re.fullmatch(r"[\w.-]+", name) or len(name.lower()) > 150:  # some capitals are two letters when small
        raise forms.ValidationError(_("Use letters and numbers, without spaces."))


class AccountForm(forms.ModelForm):
    """Username, e-mail, role and duties of one login."""

    class Meta:
        model = User
        fields = FIELDS
        help_texts = {
            "username": gettext_lazy("Short and easy to remember. The card lets the person choose another one."),
            "email": gettext_lazy("For signing in with a code by mail. May stay empty."),
        }

    def __init__(self, *args, person: Member | Staff | None, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["email"].label = _("E-mail for signing in")
        self.fields["username"].validators = [*self.fields["username"].validators, validate_username]
        roles = [role for role in Role if person is None or isinstance(person, Member) == (role == Role.MEMBER)]
        self.fields["role"] = forms.ChoiceField(
            label=_("Role"),
            choices=[(role.value, role.label) for role in roles],
            widget=forms.Select if len(roles) > 1 else forms.HiddenInput,
        )
        for name in FIELDS[3:]:
            self.fields[name].label = _("Duty: %(duty)s") % {"duty": self.fields[name].label}

    def validate_unique(self) -> None:
        """The action says it, in its own words."""

    def validate_constraints(self) -> None:
        """Likewise."""


def suggested_username(person: Member | Staff) -> str:
    """The name to use as a username, with a number where somebody has it already."""
    base = fold(person.known_as).replace(" ", ".") or "member"
    taken = set(User.objects.filter(username__istartswith=base).values_list("username", flat=True))
    taken = {name.lower() for name in taken}
    return next(name for name in [base, *(f"{base}{n}" for n in range(2, len(taken) + 3))] if name not in taken)


class WelcomeForm(forms.Form):
    """The card's page: a username, a password and, of the first coordinator, a name."""

    first_name = forms.CharField(label=gettext_lazy("First name"), max_length=100)
    last_name = forms.CharField(label=gettext_lazy("Family name"), max_length=100, required=False)
    username = forms.CharField(
        label=gettext_lazy("Username"),
        max_length=150,
        validators=[validate_username],
        help_text=gettext_lazy("You sign in with it. Keep it, or choose your own."),
        widget=forms.TextInput(attrs={"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"}),
    )
    password = forms.CharField(
        label=gettext_lazy("Password"),
        strip=False,
        help_text=gettext_lazy("At least 10 letters. Three words in a row are easy to remember."),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def __init__(self, *args, user: User, **kwargs):
        self.user = user
        super().__init__(*args, **kwargs)
        self.fields["username"].initial = user.username
        if user.person:
            del self.fields["first_name"], self.fields["last_name"]

    def clean_username(self) -> str:
        return self.cleaned_data["username"].lower()

    def clean(self):
        cleaned = super().clean()
        if "password" in cleaned:
            self.user.username = cleaned.get("username", self.user.username)
            try:
                validate_password(cleaned["password"], self.user)
            except forms.ValidationError as error:
                self.add_error("password", error)
        return cleaned
