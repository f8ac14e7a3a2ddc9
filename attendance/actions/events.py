"""Who came to an event: a whole visit each, from when it began until it ended, counted apart from the open day."""

import uuid
from collections.abc import Iterable

from django.utils import timezone
from django.utils.translation import gettext as _

from activities.actions import EventCalledOff
from activities.models import Event
from attendance.actions.batches import batch_key, changed_somebody
from attendance.actions.marks import facts, follows_merges, new_mark, once, record_visit
from attendance.actions.paper import InTheBookAlready
from attendance.actions.removals import one_at_a_time
from attendance.actions.several import Batch
from attendance.models import Kind, Mark, Visit
from clubhouse.clock import moment_words
from members.models import House, Member, User
from members.refusals import Refusal


class EventNotOver(Refusal):
    """Whoever is still there has no time out yet; until then reception marks who arrives."""


def kind_of(event: Event) -> Kind:
    """What is joined by a link is virtual; everything else, trips too, is the social programme."""
    return Kind.VIRTUAL if event.is_virtual else Kind.SOCIAL


def log_event(*, event: Event, members: Iterable[Member], key: uuid.UUID, by: User | None, tablet=None) -> Batch:
    """Everybody of `members` was at `event` from its beginning to its end. `undo_batch` takes all of it back.

    Each visit is a commit of its own, with a key made of `key`: sent again, only what is missing is added. Whoever is
    in the book at that time already stays as they are; the answer says so. Raises `EventCalledOff` or `EventNotOver`.
    """
    house = House.objects.current()
    if event.is_called_off:
        raise EventCalledOff(_("“%(event)s” was called off.") % {"event": event.title})
    if event.finishes_at(house) > timezone.now():
        raise EventNotOver(
            _("“%(event)s” is not over yet. Come back after %(moment)s.")
            % {"event": event.title, "moment": moment_words(event.finishes_at(house))}
        )
    batch = Batch(uuid.uuid5(key, f"event {event.pk}"))
    for member in members:
        try:
            mark = _log_visit(
                member=member, event=event, house=house, key=batch_key(batch.pk, member), batch=batch.pk, by=by,
                tablet=tablet,
            )  # fmt: skip
        except Refusal as refusal:
            batch.unchanged.append((member, str(refusal)))
            continue
        if mark.visit is None or mark.undone:
            batch.unchanged.append((member, _("This was saved and then undone for %(name)s.") % {"name": member}))
        elif changed_somebody(mark):
            batch.marks.append(mark)
    return batch


@follows_merges
def _log_visit(*, member: Member, event: Event, house: House, key: uuid.UUID, by: User | None, **details) -> Mark:
    now, began_at, ended_at = timezone.now(), event.begins_at(house), event.finishes_at(house)
    kind = kind_of(event)
    stamp = f"event {event.pk} {began_at.isoformat()} {ended_at.isoformat()}"
    mark = new_mark(Mark.Action.ARRIVE, member, event.day, key, by, now, at=began_at, kind=kind, stamp=stamp, **details)

    def change(attempt: int) -> Mark:
        one_at_a_time(member)
        visit = Visit(
            member=member,
            day=event.day,
            arrived_at=began_at,
            left_at=ended_at,
            ending=Visit.Ending.KNOWN,
            kind=kind,
            source=Visit.Source.SCREEN,
            noted_at=now,
        )
        other = Visit.objects.at_once_with(visit).select_related("member").first()
        if other is not None:
            raise InTheBookAlready(other)
        visit.save(force_insert=True)
        mark.visit = visit
        mark.save(force_insert=True)
        leaving = new_mark(
            Mark.Action.LEAVE, member, event.day, uuid.uuid5(key, "left"), by, now, at=ended_at, stamp=stamp, **details
        )
        leaving.visit = visit
        leaving.save(force_insert=True)
        record_visit("attendance.log_event", visit, by=by, after=facts(visit))
        return mark

    return once(mark, change)
