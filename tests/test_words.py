"""The sentences that Django brings are said in the house's voice (locale/en)."""

import gettext
import re
from pathlib import Path

import pytest
from django import forms
from django.contrib.auth.password_validation import validate_password

FOLDER = Path(__file__).resolve().parent.parent / "locale/en/LC_MESSAGES"


@pytest.mark.once
def test_the_sentences_are_compiled():
    with (FOLDER / "django.mo").open("rb") as compiled:
        known = gettext.GNUTranslations(compiled)
    written = re.findall(r'^msgid "(.+)"\nmsgstr "(.+)"$', (FOLDER / "django.po").read_text(), re.M)
    assert [known.gettext(said) for said, _ in written] == [ours for _, ours in written]
    assert len(written) >= 25


@pytest.mark.once
@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        (forms.CharField(), "", "Please fill this in."),
        (forms.DateField(), "2026-02-30", "Look at the date again. It looks like 2026-10-05."),
        (forms.CharField(max_length=3), "abcd", "Make it shorter: 3 letters at most."),
        (forms.ChoiceField(choices=[("a", "A")]), "b", "Choose one from the list."),
        (forms.EmailField(), "amara", "Look at the address again. It looks like name@example.org."),
    ],
)
def test_a_form_speaks_kindly(field, value, sentence):
    with pytest.raises(forms.ValidationError) as refused:
        field.clean(value)
    assert refused.value.messages == [sentence]


@pytest.mark.once
def test_a_short_password_too(db):
    with pytest.raises(forms.ValidationError) as refused:
        validate_password("tea")
    assert "Make the password longer: 10 letters at least." in refused.value.messages
