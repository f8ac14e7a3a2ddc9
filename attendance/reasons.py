"""Why something in the book was put right: a chip, words of one's own, or both."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext


class Reason(models.TextChoices):
    FORGOT = "forgot", _("Forgot to tap")
    PERSON = "person", _("Wrong person")
    TIME = "time", _("Wrong time")
    PAPER = "paper", _("Paper sheet")
    TOLD = "told", _("The member told me")


def reason_words(reason: str, words: str = "") -> str:
    """What the audit record keeps. `reason` is the value of a chip; anything else is words already."""
    said = str(Reason(reason).label) if reason in Reason.values else reason
    if said and words:
        # Translators: a reason from the list, then words of one's own: "Wrong time: she left at four".
        return pgettext("reason", "%(reason)s: %(words)s") % {"reason": said, "words": words}
    return said or words
