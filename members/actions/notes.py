"""Notes on somebody's own page: put away when they were read, and taken out again."""

from django.db import transaction
from django.utils import timezone

from members import audit
from members.models import Member, Note, User


@transaction.atomic
def put_away_note(*, note: Note, by: User) -> None:
    """It waits no more; it can be read for a while longer. Safe to call twice."""
    if Note.objects.filter(pk=note.pk, read_at=None).update(read_at=timezone.now()):
        _record(note, by, "put_away_note")


@transaction.atomic
def take_out_note(*, note: Note, by: User) -> None:
    """As if it had not been put away."""
    if Note.objects.filter(pk=note.pk).exclude(read_at=None).update(read_at=None):
        _record(note, by, "take_out_note")


def _record(note: Note, by: User, verb: str) -> None:
    person = note.message.person
    audit.record(by=by, verb=verb, about=person if isinstance(person, Member) else None, subject=note)
