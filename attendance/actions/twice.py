"""Moving what refers to one member to another one, and moving it back exactly.

Every relation to `Member` stands in one of the two tables below (tests/attendance/test_merge_members.py walks them). Of
two rows that the database allows only once for one person, one is set aside; nothing is thrown away.
"""

import json
from collections.abc import Callable
from typing import Any

from django.apps import apps
from django.core import serializers
from django.db import models
from django.db.models import Q
from django.utils import timezone

from activities.actions import places
from activities.models import EventSignUp, EventWaiting, RideWish, SignUp, Waiting
from members.models import AuditRecord, Member, Message, MessageWish, Note

# relation -> which of two rows for the same thing stays: the one of which this is more. None: two are never the same.
MOVED: dict[str, Callable[[Any], Any] | None] = {
    "attendance.mark.member": None,  # before the visits, as whoever takes a mark back locks them
    "attendance.visit.member": None,  # see visits_twice.py
    "attendance.removedvisit.member": None,
    "attendance.correctionrequest.member": None,
    "attendance.reachout.member": lambda row: row.replied,
    "attendance.reachoutclaim.member": lambda row: -row.at.timestamp(),  # who said it first
    "attendance.timeaway.member": None,
    "activities.unit_members.member": lambda row: 0,
    "activities.signup.member": lambda row: -row.at.timestamp(),  # the earlier wish
    "activities.waiting.member": lambda row: -row.pk,
    "activities.canshow.member": lambda row: -row.at.timestamp(),
    "activities.eventsignup.member": lambda row: -row.at.timestamp(),
    "activities.eventwaiting.member": lambda row: -row.pk,
    "activities.ridewish.member": lambda row: row.ride_id is not None,
    "activities.savedlunch.member": lambda row: -row.at.timestamp(),
    "activities.calendarfeed.member": lambda row: row.made_at.timestamp(),  # the address given out last
    "members.messagewish.member": lambda row: -row.since_at.timestamp(),
    "members.message.member": lambda row: row.state not in Message.NOT_GONE,  # one that left is not sent again
    "members.emergencycontact.member": None,
    "members.erasure.member": lambda row: -row.pk,  # who asked to be forgotten, asked with both entries
    "members.member.merged_into": None,  # whoever was merged into this one before
}
# What tells of the past stays where it was written; the kept member reads it too.
STAYS = {"members.auditrecord.about", "members.membermerge.kept", "members.membermerge.merged"}


def relation(name: str) -> tuple[type[models.Model], str]:
    label, _dot, field = name.rpartition(".")
    return apps.get_model(label), field


def rows_of(name: str, member: Member) -> models.QuerySet:
    model, field = relation(name)
    return model._base_manager.filter(**{field: member}).order_by("pk")


def anything_left(member: Member) -> bool:
    return any(rows_of(name, member).exists() for name in MOVED)


def lock(name: str, *members: Member) -> None:
    model, field = relation(name)
    rows = model._base_manager.filter(**{f"{field}__in": members}).order_by("pk")
    list(rows.select_for_update(no_key=True).values_list("pk", flat=True))


def move(name: str, kept: Member, merged: Member) -> tuple[list[int], list[dict]]:
    """The ids of what was moved, and the rows that were set aside, as they were."""
    field, better = relation(name)[1], MOVED[name]
    moved, aside = [], []
    for row in rows_of(name, merged):
        twin = _twin(row, field, kept)
        loser = twin if twin is not None and better is not None and better(row) > better(twin) else row
        if twin is not None:
            aside += set_aside([loser])
        if loser is not row or twin is None:
            moved.append(row.pk)
    rows_of(name, merged).filter(pk__in=moved).update(**{field: kept})
    return moved, aside


def move_back(name: str, pks: list[int], kept: Member, merged: Member) -> None:
    """What is still there and still belongs to `kept`."""
    rows_of(name, kept).filter(pk__in=pks).update(**{relation(name)[1]: merged})


def put_back(rows: list[dict]) -> list[str]:
    """The rows that were set aside, with their numbers; and the titles of what has no room for one any more."""
    full = []
    for row in serializers.deserialize("python", rows):
        thing = row.object
        if _is_gone(thing):
            continue
        if isinstance(thing, SignUp | EventSignUp):
            offer = _offer(thing)
            if places.free_places(offer) == 0:
                full.append(offer.title)
                continue
        if isinstance(thing, Waiting | EventWaiting) and _offer(thing).sign_ups.filter(member=thing.member_id).exists():
            continue  # they have a place now
        if isinstance(thing, RideWish) and thing.ride_id and _is_full(thing):
            thing.ride, thing.lost_at = None, timezone.now()  # they look for a seat again
        thing.save_base(raw=True, force_insert=True)
    return full


def _is_full(wish: RideWish) -> bool:
    """Whether somebody else took the seat meanwhile."""
    _offer(wish)
    ride = wish.ride
    return ride is not None and ride.taken_by.count() >= ride.seats


def _offer(thing: Any) -> Any:
    """The task or event of a place, locked."""
    offer = thing.task if isinstance(thing, SignUp | Waiting) else thing.event
    return places.lock(offer)


def unwished(kept: Member, merged: Member) -> list[MessageWish]:
    """Wishes that the person took back later, on whichever row: what they said last stands (must-never 4)."""
    both = [kept, merged]
    said: dict[str, bool] = {}
    about = Q(about__in=both) | Q(about__merged_into__in=both)
    for after in (
        AuditRecord.objects.filter(about, verb="set_message_wish").order_by("seq").values_list("after", flat=True)
    ):
        said |= after
    wishes = MessageWish.objects.filter(member__in=both).order_by("pk")
    return [wish for wish in wishes if said.get(f"{wish.kind} {wish.channel}") is False]


def set_aside(rows: list) -> list[dict]:
    notes = Note.objects.filter(message__in=[row for row in rows if isinstance(row, Message)])  # they go with their row
    aside = json.loads(serializers.serialize("json", [*rows, *notes]))
    for row in rows:
        row.delete()
    return aside


def _twin(row: models.Model, field: str, kept: Member) -> models.Model | None:
    """The row of `kept` beside which the database allows no second one like `row`."""
    meta = row._meta
    unique = [one for one in meta.constraints if isinstance(one, models.UniqueConstraint) and one.condition is None]
    alone = [(field,)] if isinstance(meta.get_field(field), models.OneToOneField) else []
    for names in [*alone, *(one.fields for one in unique), *meta.unique_together]:
        if field in names:
            same = {name: getattr(row, name) for name in names if name != field}
            twin = type(row)._base_manager.filter(**{field: kept}, **same).first()
            if twin is not None:
                return twin
    return None


def _is_gone(thing: models.Model) -> bool:
    """What it belongs to was removed since, or the same was written down again."""
    for field in thing._meta.concrete_fields:
        other = field.remote_field and getattr(thing, field.attname)
        if (
            other is not None
            and field.remote_field
            and not field.remote_field.model._base_manager.filter(pk=other).exists()
        ):
            return True
    member = getattr(thing, "member", None)
    return isinstance(member, Member) and _twin(thing, "member", member) is not None
