"""Rows that are the member's own, model by model; and the places somebody else may have now."""

from collections import Counter
from collections.abc import Sequence

from django.db import models
from django.db.models import Q
from django.utils import timezone

from activities import actions
from activities.models import EventSignUp, Ride, SignUp
from attendance.forgetting import fates
from attendance.models import ImportDraft, ImportedRow
from members.models import AuditRecord, House, Member, User

# `person.py` and `members/audit.py` see to these.
ELSEWHERE = (Member, User, AuditRecord)
WITH_NUMBERS = ("visits.csv", "reach_outs.csv")


def give_places_back(members: Sequence[Member]) -> None:
    """Of today and later, so that whoever waits moves up. Done first: tasks are locked before anything else."""
    today = House.objects.current().day_of(timezone.now())
    for place in SignUp.objects.filter(member__in=members, task__day__gte=today, task__done_at=None).order_by("task"):
        actions.withdraw(task=place.task, member=place.member, by=None)
    for joined in EventSignUp.objects.filter(member__in=members, event__day__gte=today).order_by("event"):
        actions.leave_event(event=joined.event, member=joined.member, by=None)
    for ride in Ride.objects.filter(driver__member__in=members, event__day__gte=today).order_by("event"):
        actions.take_back_ride(event=ride.event, by=ride.driver)


def theirs(model: type[models.Model], members: Sequence[Member]) -> models.QuerySet:
    """The rows that are their own."""
    own = Q()
    for owner in fates.owners(model):
        own |= Q(**{f"{owner}__in": members})
    return model._base_manager.filter(own).order_by()


def forget_rows(members: Sequence[Member], kind: str) -> Counter[str]:
    """How many rows of each model went, or lost columns."""
    did: Counter[str] = Counter()
    for model in fates.ours():
        if model in ELSEWHERE or not fates.owners(model):
            continue
        rows = theirs(model, members)
        if fates.goes(fates.fate_of_row(model), kind):
            did[model._meta.label_lower] += rows.delete()[1].get(model._meta.label, 0)
        elif values := fates.emptied(model, kind):
            did[model._meta.label_lower] += rows.update(**values)
    return did + _spreadsheets(members)


def _spreadsheets(members: Sequence[Member]) -> Counter[str]:
    """What is remembered of rows that were brought in: the numbers are known by their digests now."""
    known = Q(file="members.csv", target__in=[member.pk for member in members])
    for member in members:
        known |= Q(file="members.csv", key=member.member_no)
        known |= Q(file__in=WITH_NUMBERS, key__startswith=f"{member.member_no}|")
    ImportDraft.objects.all().delete()  # whoever may be in it; nobody waits for it longer than an hour
    return Counter({"attendance.importedrow": ImportedRow.objects.filter(known).delete()[0]})
