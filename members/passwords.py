"""Passwords that are easily guessed, found without asking anybody outside the house.

Lists of passwords that got out elsewhere hold, above all, one common word with numbers and signs around it. So a
password is looked at without them: what is left is looked up in the list that comes with Django (twenty thousand).
"""

import re

from django.contrib.auth.password_validation import CommonPasswordValidator
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from members.models import House, fold

# Words that everybody at the house would try first, besides the name of the house and one's own (docs/security.md).
HOUSE_WORDS = (
    "clubhouse", "member", "staff", "coordinator", "keeper", "reception", "kitchen", "clerical", "recovery", "password",
    "welcome", "sign", "login",
)  # fmt: skip
LOOKS_LIKE = str.maketrans("@4831!05$7", "aaeeiiosst")
FEWEST_LETTERS = 5  # different ones, when the words of the house are taken out


class NotEasilyGuessed:
    """A validator for AUTH_PASSWORD_VALIDATORS. It asks for no kinds of letters: any words of one's own will do."""

    def __init__(self) -> None:
        self.common = CommonPasswordValidator().passwords

    def validate(self, password: str, user=None) -> None:
        if is_repeated(password) or self.is_common(password) or is_of_the_house(password, user):
            raise ValidationError(self.get_help_text(), code="easily_guessed")

    def get_help_text(self) -> str:
        return _("Many people use one like this. Take three words that only you would put together.")

    def is_common(self, password: str) -> bool:
        return not self.common.isdisjoint(kernels(password))


def kernels(password: str) -> set[str]:
    """`password` without what is put around a word, and the word as it is said: "P@ssw0rd2026!" is "password"."""
    small = password.lower()
    bare = re.sub(r"^[\W\d_]+|[\W\d_]+$", "", small)
    return {small, bare, bare.translate(LOOKS_LIKE)} - {""}


def is_repeated(password: str) -> bool:
    """ "abcabcabc", "1111111111"."""
    return re.fullmatch(r"(.{1,6})\1+.{0,2}", password, re.DOTALL) is not None


def is_of_the_house(password: str, user) -> bool:
    """Whether little is left without the words of the house and the names of the person."""
    names = [House.objects.current().name, *(getattr(user, name, "") for name in ("username", "email"))]
    if user is not None and user.person:
        names.append(user.person.full_name)
    words = {word for text in names for word in re.findall(r"\w{3,}", fold(text))} | set(HOUSE_WORDS)
    left = fold(password)
    for word in sorted(words, key=len, reverse=True):
        left = left.replace(word, "")
    return len(set(re.findall(r"[^\W\d_]", left))) < FEWEST_LETTERS and len(left) < len(fold(password))
