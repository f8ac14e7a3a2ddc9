"""The visits of somebody who was on the roll twice: one person is never here twice at once."""

import datetime as dt
from typing import Any

from django.db import models
from django.utils.translation import gettext as _

from attendance.actions.removals import DETAILS
from attendance.models import CorrectionRequest, Mark, RemovedVisit, Visit
from members.models import Member, User

# What points at a visit goes with it to the one that stays.
POINTING: dict[str, type[models.Model]] = {"mark": Mark, "correctionrequest": CorrectionRequest}
SURER = [Visit.Ending.NOT_WRITTEN, Visit.Ending.HERE, Visit.Ending.ASSUMED, Visit.Ending.KNOWN]


def close_forgotten(kept: Member, merged: Member) -> list[int]:
    """Both entries are *here now* since different days: the earlier stay ended, only nobody wrote down when. Its id."""
    here = list(Visit.objects.here_now().filter(member__in=[kept, merged]).order_by("arrived_at", "pk"))
    if len(here) < 2 or here[0].day == here[1].day:
        return []
    Visit.objects.filter(pk=here[0].pk).update(ending=Visit.Ending.NOT_WRITTEN)
    return [here[0].pk]


def open_again(pks: list[int]) -> None:
    """If they are as `close_forgotten` left them, and nobody is here twice by that."""
    for visit in Visit.objects.filter(pk__in=pks, ending=Visit.Ending.NOT_WRITTEN):
        if not Visit.objects.here_now().filter(member=visit.member_id).exists():
            Visit.objects.filter(pk=visit.pk).update(ending=Visit.Ending.HERE)


def set_doubles_aside(kept: Member, merged: Member, *, now: dt.datetime, by: User | None) -> list[dict]:
    """Takes one of two visits that cannot stand side by side out of the book, into `RemovedVisit`; ids only."""
    theirs = {visit.pk: visit for visit in Visit.objects.filter(member=kept).order_by("pk")}
    aside = []
    for visit in Visit.objects.filter(member=merged).order_by("pk"):
        rivals = [other for other in theirs.values() if _clash(visit, other)]
        if not rivals:
            continue
        stands = all(_beats(visit, other) for other in rivals)
        for loser in rivals if stands else [visit]:
            winner = visit if stands else rivals[0]
            aside.append(_set_aside(loser, winner, kept, now=now, by=by))
            theirs.pop(loser.pk, None)
    return aside


def put_back(aside: list[dict]) -> None:
    """Each with its number, its person and what pointed at it."""
    for one in aside:
        owner = Member.objects.get(pk=one["member"])
        removed = RemovedVisit.objects.filter(visit_pk=one["visit"]).first()
        if removed is None:  # put back by hand meanwhile, or gone for good
            Visit.objects.filter(pk=one["visit"]).update(member=owner)
            continue
        visit = Visit(pk=removed.visit_pk, **{name: getattr(removed, name) for name in DETAILS})
        visit.member = owner
        if visit.ending == Visit.Ending.HERE and Visit.objects.here_now().filter(member=owner).exists():
            visit.ending = Visit.Ending.NOT_WRITTEN  # they left and came back since
        if Visit.objects.filter(member=owner, arrived_at=visit.arrived_at, kind=visit.kind).exists():
            RemovedVisit.objects.filter(pk=removed.pk).update(member=owner)
            continue
        visit.save(force_insert=True)
        removed.delete()
        for name, model in POINTING.items():
            model._base_manager.filter(pk__in=one[name]).update(visit=visit)


def give_back_removed(visits: list[int], kept: Member, merged: Member) -> None:
    """Visits of `merged` that somebody took out of the book after the merge stay out, and are theirs again."""
    RemovedVisit.objects.filter(visit_pk__in=visits, member=kept).update(member=merged)


def _clash(visit: Visit, other: Visit) -> bool:
    both_here = visit.ending == other.ending == Visit.Ending.HERE
    return both_here or (visit.arrived_at == other.arrived_at and visit.kind == other.kind)


def _beats(visit: Visit, other: Visit) -> bool:
    """The earlier arrival of one stay; of one arrival the surer end."""
    if visit.arrived_at != other.arrived_at:
        return visit.arrived_at < other.arrived_at
    return SURER.index(Visit.Ending(visit.ending)) > SURER.index(Visit.Ending(other.ending))


def _set_aside(visit: Visit, winner: Visit, kept: Member, *, now: dt.datetime, by: User | None) -> dict:
    one: dict[str, Any] = {"visit": visit.pk, "member": visit.member_id}
    for name, model in POINTING.items():
        rows = model._base_manager.filter(visit=visit)
        one[name] = list(rows.order_by("pk").values_list("pk", flat=True))
        rows.update(visit=winner)
    removed = RemovedVisit(
        visit_pk=visit.pk, removed_at=now, removed_by=by, why=_("The same person, written down twice.")
    )
    for name in DETAILS:
        setattr(removed, name, getattr(visit, name))
    removed.member = kept
    pk = visit.pk
    visit.delete()
    visit.pk = pk
    removed.save()
    return one
