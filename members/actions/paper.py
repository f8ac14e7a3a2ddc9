"""Notes on paper: which were printed, and when."""

from collections.abc import Iterable

from django.db import transaction
from django.utils import timezone

from members import audit
from members.models import Note, User


@transaction.atomic
def print_notes(*, pks: Iterable[int], by: User) -> int:
    """They lie on paper now. Answers how many were new; those that were printed before stay as they were."""
    at = timezone.now()
    notes = list(
        Note.objects.on_paper().select_for_update(no_key=True, of=("self",)).filter(pk__in=pks, printed_at=None)
    )
    for note in notes:
        note.printed_at, note.printed_by = at, by
        note.save(update_fields=["printed_at", "printed_by"])
    for note in notes:
        audit.record(by=by, verb="print_note", about=note.message.member, subject=note)
    return len(notes)


@transaction.atomic
def take_back_printed(*, by: User) -> int:
    """The notes that `by` printed last are to be printed again: the paper jammed, or it was the wrong button."""
    mine = Note.objects.on_paper().filter(printed_by=by)
    last = mine.order_by("-printed_at").values_list("printed_at", flat=True).first()
    notes = list(mine.select_for_update(no_key=True, of=("self",)).filter(printed_at=last)) if last else []
    for note in notes:
        note.printed_at, note.printed_by = None, None
        note.save(update_fields=["printed_at", "printed_by"])
    for note in notes:
        audit.record(by=by, verb="take_back_printed", about=note.message.member, subject=note)
    return len(notes)
