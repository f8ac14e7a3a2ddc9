"""Thanks in words, for everybody to read. Nobody counts them."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from activities.actions import places
from activities.models import Thanks, UnitTask
from members import audit
from members.models import User
from members.notices.kinds import NEVER_IN_A_MESSAGE
from members.refusals import Refusal


class NothingDoneYet(Refusal):
    """Thanks follow what was done."""


class SayItOtherwise(Refusal):
    """The words hold one that no message may hold (must-never 4)."""

    field = "words"


class ThankedAlready(Refusal):
    """One person says thanks once for a task; they may take it back and say it anew."""

    field = "words"


class NotYourThanks(Refusal):
    """Only whoever wrote them takes thanks back, or a colleague who may change every task."""


def give_thanks(*, task: UnitTask, words: str, by: User) -> Thanks:
    """`by` thanks the people of `task`. The same words again are the same thanks.

    Raises `NothingDoneYet`, `SayItOtherwise` or `ThankedAlready`.
    """
    words = " ".join(words.split())
    if odd := NEVER_IN_A_MESSAGE.search(words):
        raise SayItOtherwise(_("Please say it without the word “%(word)s”.") % {"word": odd.group()})
    with transaction.atomic():
        locked = places.lock(task)
        if locked is None or not locked.is_done or locked.is_called_off:
            raise NothingDoneYet(_("Thanks come when “%(task)s” is done.") % {"task": task.title})
        standing = locked.thanks.filter(by=by).first()
        if standing is not None and standing.words != words:
            raise ThankedAlready(_("You said thanks already. Take it back to say it anew."))
        if standing is not None:
            return standing
        thanks = locked.thanks.create(words=words, at=timezone.now(), by=by)
        # The words stand in one place only, where they can be taken back.
        audit.record(by=by, verb="give_thanks", about=_member(by), subject=locked, after=places.facts(locked))
    return thanks


def take_back_thanks(*, thanks: Thanks, by: User) -> None:
    """Gone, without a trace for others. Raises `NotYourThanks`."""
    if thanks.by_id != by.pk and not by.has_perm("activities.change_any_task"):
        raise NotYourThanks(_("These are somebody else's thanks. They may take them back."))
    with transaction.atomic():
        task = places.lock(thanks.task)
        removed, _rows = Thanks.objects.filter(pk=thanks.pk).delete()
        if removed and task is not None:
            said = places.facts(task)
            audit.record(by=by, verb="take_back_thanks", about=_member(thanks.by), subject=task, before=said)


def _member(user: User):
    return getattr(user, "member", None)
