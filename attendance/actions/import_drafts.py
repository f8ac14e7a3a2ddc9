"""Spreadsheets that a coordinator uploaded and is looking at: kept for an hour, then put away."""

import datetime as dt

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from attendance.actions.import_house import Outcome, import_house
from attendance.models import ImportDraft
from members.models import User
from members.refusals import Refusal

DRAFT_LASTS = dt.timedelta(hours=1)


class DraftGone(Refusal):
    """The draft was used, is older than an hour, or belongs to somebody else."""


def keep_draft(*, files: dict[str, bytes], by: User) -> ImportDraft:
    """Keep `files` (name -> content) until `by` says "do it". What `by`, or anybody an hour ago, left is put away.

    Raises HouseNotImported for a file that is not text: it could not be kept as it is.
    """
    now = timezone.now()
    try:
        texts = {name: content.decode("utf-8-sig") for name, content in files.items()}
        readable = not any("\0" in text for text in texts.values())
    except UnicodeDecodeError:
        readable = False
    if not readable:
        import_house(files=files, by=by, dry_run=True)  # raises, and says which line
    with transaction.atomic():
        put_away_drafts(by=by)
        return ImportDraft.objects.create(by=by, at=now, files=texts)


def put_away_drafts(*, by: User | None = None) -> int:
    """Delete what is older than an hour, and everything of `by`. They hold names and addresses. Returns how many."""
    return ImportDraft.objects.filter(Q(by=by) | Q(at__lt=timezone.now() - DRAFT_LASTS)).delete()[0]


def look_at_draft(*, pk: int, by: User) -> Outcome:
    """What importing the draft would do. Changes nothing. Raises DraftGone, HouseNotImported."""
    return import_house(files=_files(_draft(pk, by)), by=by, dry_run=True)


@transaction.atomic
def import_draft(*, pk: int, by: User) -> Outcome:
    """Import exactly the files that were looked at, and use the draft up. Raises DraftGone, HouseNotImported."""
    draft = _draft(pk, by)
    outcome = import_house(files=_files(draft), by=by)
    ImportDraft.objects.filter(pk=draft.pk).delete()
    return outcome


def _draft(pk: int, by: User) -> ImportDraft:
    draft = ImportDraft.objects.filter(pk=pk, by=by, at__gte=timezone.now() - DRAFT_LASTS).first()
    if draft is None:
        raise DraftGone(_("These spreadsheets were put away. Please bring them again."))
    return draft


def _files(draft: ImportDraft) -> dict[str, bytes]:
    return {name: text.encode() for name, text in draft.files.items()}
