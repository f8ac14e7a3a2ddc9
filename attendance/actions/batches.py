"""Several marks that were made together, and are taken back together."""

import uuid
from dataclasses import dataclass, field

from attendance.actions.visits import ChangedSince, NothingToUndo, undo_mark
from attendance.models import Mark
from members.models import Member, User


@dataclass(frozen=True)
class BatchUndone:
    """Whose marks were taken back, and whose stay because somebody changed their visit since."""

    back: list[Member] = field(default_factory=list)
    kept: list[Member] = field(default_factory=list)


def batch_key(batch: uuid.UUID, member: Member) -> uuid.UUID:
    """The key of one member's mark in a batch: the same form sent again makes the same keys."""
    return uuid.uuid5(batch, str(member.pk))


def undo_batch(*, batch: uuid.UUID, by: User | None) -> BatchUndone:
    """Take back every standing mark of the batch, the latest first. Called twice, the second time finds nothing to do.

    Each is a transaction of its own: whoever was changed since stays as they are now, and the others come back.
    """
    undone = BatchUndone()
    marks = Mark.objects.filter(batch=batch, undone=False, visit__isnull=False).exclude(action=Mark.Action.UNDO)
    for mark in marks.select_related("member", "visit").order_by("-pk"):
        if not changed_somebody(mark):
            continue
        try:
            if not _came_so(mark):
                raise ChangedSince("")
            key = uuid.uuid5(batch, f"undo {mark.key}")
            undo_mark(member=mark.member, day=mark.day, key=key, by=by, of=mark.key)  # if nobody marked them since
        except (ChangedSince, NothingToUndo):
            undone.kept.append(mark.member)
        else:
            undone.back.append(mark.member)
    kept = list(dict.fromkeys(undone.kept))
    return BatchUndone([member for member in dict.fromkeys(undone.back) if member not in kept], kept)


def changed_somebody(mark: Mark) -> bool:
    """Who was here already stays in the visit that another mark began; that is not for this one to take back."""
    return mark.action == Mark.Action.LEAVE or (mark.visit is not None and mark.visit.noted_at == mark.noted_at)


def _came_so(mark: Mark) -> bool:
    """Whether nobody corrected since when they came."""
    return mark.action == Mark.Action.LEAVE or (mark.visit is not None and mark.visit.arrived_at == mark.at)
