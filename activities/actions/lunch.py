""" "Save me one": a plate kept at lunch, and taking it back."""

import datetime as dt

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from activities import lunch
from activities.models import SavedLunch
from members import audit
from members.models import House, Member, User
from members.refusals import Refusal


class NoLunchSaved(Refusal):
    """The house saves no plates, or not on this day."""


class LunchIsCooking(Refusal):
    """The hour is over until which the kitchen counts."""


class LunchIsOver(Refusal):
    """The day is over, in house time."""


def save_lunch(*, day: dt.date, member: Member, by: User, house: House | None = None) -> SavedLunch:
    """A plate on `day` for `member`; the same one again for who has one already.

    Raises `LunchIsOver`, `NoLunchSaved` or `LunchIsCooking`.
    """
    house = house or House.objects.current()
    now = timezone.now()
    with transaction.atomic():
        standing = SavedLunch.objects.filter(day=day, member=member).first()
        if standing is not None:
            return standing
        _check(day, house, now)
        saved, is_new = SavedLunch.objects.get_or_create(day=day, member=member, defaults={"at": now, "by": by})
        if is_new:
            audit.record(by=by, verb="save_lunch", about=member, subject=saved, after={"day": day})
    return saved


def take_back_lunch(*, day: dt.date, member: Member, by: User, house: House | None = None) -> bool:
    """No plate after all, also when the pots are on already. True when there was one. Raises `LunchIsOver`."""
    house = house or House.objects.current()
    with transaction.atomic():
        if day < house.day_of(timezone.now()):
            raise LunchIsOver(_("That day is over."))
        removed, _rows = SavedLunch.objects.filter(day=day, member=member).delete()
        if removed:
            audit.record(by=by, verb="take_back_lunch", about=member, before={"day": day})
    return bool(removed)


def _check(day: dt.date, house: House, now: dt.datetime) -> None:
    today = house.day_of(now)
    if day < today:
        raise LunchIsOver(_("That day is over."))
    if day not in lunch.days(house, today):
        raise NoLunchSaved(_("No plate can be saved for that day. Ask in the kitchen."))
    if lunch.is_cooking(house, day, now):
        raise LunchIsCooking(_("Lunch is being cooked already. Ask in the kitchen."))
