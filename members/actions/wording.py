"""The house's own sentence before and after the texts of one kind of message."""

import re

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from members import audit
from members.models import HouseWording, Member, User, fold
from members.refusals import Refusal
from members.words import NEVER_IN_A_MESSAGE, TELLING

LONGEST = 160
LINK = re.compile(r"://|@|\bwww\.|[\w-]\.[a-z]{2,}\b", re.IGNORECASE)

APOSTROPHE = re.compile("[’‘']")


class TooLong(Refusal):
    """More than 160 letters."""


class NotInAMessage(Refusal):
    """A word that no message to a member holds (handbook, must-never 4)."""


class TellsTheKindOfPlace(Refusal):
    """A word that says what kind of place this is."""


class HoldsALink(Refusal):
    """An address of the web or of mail: people learn to trust only ours."""


class NamesSomebody(Refusal):
    """The name of somebody who is or was on the roll."""


@transaction.atomic
def edit_wording(*, kind: str, language: str, opening: str, closing: str, by: User | None) -> HouseWording | None:
    """What stands around the texts of `kind` from now on; both empty takes it away. Spaces are put in order.

    Raises `TooLong`, `NotInAMessage`, `TellsTheKindOfPlace`, `HoldsALink` or `NamesSomebody`, each with its field.
    """
    said = {"opening": " ".join(opening.split()), "closing": " ".join(closing.split())}
    for field, sentence in said.items():
        _check(sentence, field)
    mine = HouseWording.objects.select_for_update(no_key=True).filter(kind=kind, language=language)
    wording = mine.first()
    before, after = audit.differences({field: getattr(wording, field, "") for field in said}, said)
    if not after:
        return wording
    if any(said.values()):
        wording, _made = HouseWording.objects.update_or_create(
            kind=kind, language=language, defaults=said | {"at": timezone.now(), "by": by}
        )
    else:
        mine.delete()
        wording = None
    audit.record(by=by, verb="edit_wording", subject=f"wording {kind} {language}", before=before, after=after)
    return wording


def _check(sentence: str, field: str) -> None:
    if len(sentence) > LONGEST:
        raise TooLong(_("Keep it under 160 letters."), field)
    if found := NEVER_IN_A_MESSAGE.search(sentence):
        words = {"word": found.group()}
        raise NotInAMessage(_("“%(word)s” can sound like blame. Please say it in another way.") % words, field)
    if found := TELLING.search(sentence):
        words = {"word": found.group()}
        raise TellsTheKindOfPlace(
            _("“%(word)s” tells what kind of place we are. Somebody else may read it: leave it out.") % words, field
        )
    if LINK.search(sentence):
        raise HoldsALink(_("Leave links and addresses out: people can trust those that we add."), field)
    if name := name_in(sentence):
        raise NamesSomebody(
            _("“%(name)s” is a name on the roll. Please say it without a name.") % {"name": name}, field
        )


def name_in(sentence: str) -> str:
    """A name in `sentence` of somebody who is or was on the roll, or an empty text.

    Names are written with a capital letter where a script has them: so "we hope" passes in a house where Hope is.
    """
    capital = " ".join(word for word in sentence.split() if not word[0].islower())
    said = f" {fold(capital)} {fold(APOSTROPHE.sub(' ', capital))} "
    if not said.strip():
        return ""
    for row in Member.objects.values_list("first_name", "last_name", "name_to_use"):
        for name in dict.fromkeys(part for each in row for part in (each, *each.split())):
            if len(fold(name)) > 1 and f" {fold(name)} " in said:
                return name
    return ""
