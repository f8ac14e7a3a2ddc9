"""Taking a visit out of the book, and putting it back."""

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from attendance.actions.marks import facts, record_visit
from attendance.actions.visits import SameVisitTwice
from attendance.models import Mark, RemovedVisit, Visit, VisitDetails
from clubhouse.clock import time_words
from members.models import Member, User
from members.refusals import Refusal

DETAILS = [field.name for field in VisitDetails._meta.get_fields()]


class NoLongerHere(Refusal):
    """Somebody else removed the visit meanwhile."""


class NothingRemoved(Refusal):
    """No such visit waits to be put back."""


class TwoAtOnce(Refusal):
    """One person would be here twice at the same time."""

    field = "whose"


@transaction.atomic
def remove_visit(*, visit: Visit, why: str, by: User | None) -> RemovedVisit:
    """A visit that never was. Its record stays, and `restore_visit` puts it back. Raises `NoLongerHere`."""
    visit = locked(visit)
    removed = RemovedVisit(visit_pk=visit.pk, removed_at=timezone.now(), removed_by=by, why=why)
    for name in DETAILS:
        setattr(removed, name, getattr(visit, name))
    before = facts(visit)
    Mark.objects.filter(visit=visit).update(undone=True)  # what was taken out of the book is no mark any more
    visit.delete()
    removed.save()
    visit.pk = removed.visit_pk
    record_visit("attendance.remove_visit", visit, by=by, before=before, why=why)
    return removed


@transaction.atomic
def restore_visit(*, removed: RemovedVisit, by: User | None) -> Visit:
    """The visit as it was, with the number it had. Put back twice, it is back once.

    Whoever was *here now* when it was taken out is so again only while that may still be true.
    Raises `NothingRemoved`, `TwoAtOnce`, `SameVisitTwice`.
    """
    pk = removed.visit_pk
    found = RemovedVisit.objects.select_for_update(of=("self",), no_key=True).filter(visit_pk=pk)
    row = found.select_related("member__merged_into", "unit").first()
    if row is None:
        back = Visit.objects.select_related("member", "unit").filter(pk=pk).first()
        if back is None:
            raise NothingRemoved(_("This visit is not waiting to be put back."))
        return back
    visit = Visit(pk=pk, **{name: getattr(row, name) for name in DETAILS})
    visit.member = row.member.merged_into or row.member
    now = timezone.now()
    if visit.is_forgotten(now, timezone.localdate(now)):
        visit.ending = Visit.Ending.NOT_WRITTEN
    refuse_two_at_once(visit, _("%(name)s has another visit at that time by now (%(time)s). It was not put back."))
    try:
        with transaction.atomic():
            visit.save(force_insert=True)
    except IntegrityError as error:
        raise SameVisitTwice(_("%(name)s is in the book there again.") % {"name": visit.member}) from error
    row.delete()
    record_visit("attendance.restore_visit", visit, by=by, after=facts(visit))
    return visit


def one_at_a_time(member: Member) -> None:
    """Until the end of the transaction nobody else puts visits of `member` into the book in this way.

    Two that overlap by some minutes break no constraint; whoever looks first whether there is one must be alone.
    """
    Member.objects.select_for_update(no_key=True).get(pk=member.pk)


def refuse_two_at_once(visit: Visit, sentence: str) -> None:
    """Raises `TwoAtOnce` with `sentence` (name, time) when the visit's member has another one at that time."""
    one_at_a_time(visit.member)
    other = Visit.objects.at_once_with(visit).first()
    if other is not None:
        arrived, left = time_words(other.arrived_at), other.left_at and time_words(other.left_at)
        time = _("%(arrived)s to %(left)s") % {"arrived": arrived, "left": left} if left else arrived
        raise TwoAtOnce(sentence % {"name": visit.member, "time": time})


def locked(visit: Visit) -> Visit:
    """The row as it is now, kept from others until the end of the transaction. Raises `NoLongerHere`."""
    visits = Visit.objects.select_for_update(of=("self",), no_key=True).select_related("member", "unit")
    found = visits.filter(pk=visit.pk).first()
    if found is None:
        raise NoLongerHere(_("A colleague has removed this visit meanwhile."))
    return found
