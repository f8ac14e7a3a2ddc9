"""Messages that did not arrive: somebody told the person, and the row leaves the list of what needs a look."""

import datetime as dt

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from members import audit
from members.models import Message, User
from members.refusals import Refusal


class NothingToTell(Refusal):
    """The message left as it should, or may still leave."""


def tell_person(*, message: Message, by: User | None) -> Message:
    """The person knows now. Safe to call twice. Raises `NothingToTell`."""
    return _set_told(message, timezone.now(), "tell_person", by)


def take_back_told(*, message: Message, by: User | None) -> Message:
    """Back onto the list. Safe to call twice. Raises `NothingToTell`."""
    return _set_told(message, None, "take_back_told", by)


@transaction.atomic
def _set_told(message: Message, at: dt.datetime | None, verb: str, by: User | None) -> Message:
    message = Message.objects.select_for_update(no_key=True).get(pk=message.pk)
    if message.state not in Message.LOST:
        raise NothingToTell(_("This message needs no look any more."))
    if bool(message.told_at) != bool(at):
        message.told_at = at
        message.save(update_fields=["told_at"])
        audit.record(by=by, verb=verb, about=message.member, subject=message)
    return message
