"""Joining an event and leaving it, and the line of one that is full. The rules are those of a task's places."""

import datetime as dt

from django.db import transaction
from django.utils import timezone
from django.utils.text import get_text_list
from django.utils.translation import gettext as _

from activities.actions import places, telling
from activities.models import Event, EventSignUp, EventWaiting
from members import audit
from members.models import House, Member, User
from members.refusals import Refusal

OTHERS_NAMED = 3  # how many other events a refusal names
OTHERS_WITHIN = dt.timedelta(weeks=2)


class EventCalledOff(Refusal):
    """The event does not take place."""


class EventOver(Refusal):
    """The event has ended, in house time."""


class EventFull(Refusal):
    """Every place is taken; the sentence says what else there is."""


def join_event(*, event: Event, member: Member, by: User, house: House | None = None) -> EventSignUp:
    """A place at `event` for `member`; the same one again for who has it already.

    `house` saves a query where the caller has it at hand. Raises `EventCalledOff`, `EventOver` or `EventFull`.
    """
    house = house or House.objects.current()
    now = timezone.now()
    with transaction.atomic():
        locked = locked_event(event)
        standing = {sign_up.member_id: sign_up for sign_up in locked.sign_ups.all()}
        if member.pk in standing:
            return standing[member.pk]
        check_open(locked, house=house, now=now)
        _check_room(locked, taken=len(standing), today=house.day_of(now))
        made = places.take(locked, member, by=by, now=now)
        telling.queue_reminder(locked, member, house=house, now=now)
        places.record("join_event", locked, member, by=by)
    return made


def leave_event(*, event: Event, member: Member, by: User | None) -> bool:
    """Give the place back: no reason asked, no row left, and no seat in a car either. True when there was a place.

    Whoever waited longest moves up, unless the event is over.
    """
    now = timezone.now()
    with transaction.atomic():
        locked = places.lock(event)
        if locked is None or not places.give_back(locked, member):
            return False
        locked.ride_wishes.filter(member=member).delete()
        lost = leave_rides(locked, driver=member.user_id, now=now)
        telling.forget_messages(locked, member)
        moved = move_up(locked, now=now)
        places.record("leave_event", locked, member, by=by)
        record_lost_seats(locked, lost, by=by)
        record_moved_up(locked, moved)
    return True


def wait_for_event(*, event: Event, member: Member, by: User) -> EventSignUp | EventWaiting:
    """Stand in the line of a full event; a place that came free meanwhile is taken at once (an `EventSignUp`).

    Raises `EventCalledOff` or `EventOver`.
    """
    house = House.objects.current()
    now = timezone.now()
    with transaction.atomic():
        locked = locked_event(event)
        standing = locked.sign_ups.filter(member=member).first()
        if standing is not None:
            return standing
        check_open(locked, house=house, now=now)
        if places.free_places(locked) != 0:
            return join_event(event=locked, member=member, by=by, house=house)
        made = places.wait(locked, member, by=by, now=now)
        if made.is_new:
            places.record("wait", locked, member, by=by)
    return made


def stop_waiting_for_event(*, event: Event, member: Member, by: User) -> bool:
    """Leave the line. True when they stood in it."""
    with transaction.atomic():
        locked = places.lock(event)
        if locked is None or not places.stop_waiting(locked, member):
            return False
        telling.forget_messages(locked, member)
        places.record("stop_waiting", locked, member, by=by)
    return True


def locked_event(event: Event) -> Event:
    """The row as it is now, locked. Raises `EventCalledOff` when it is gone."""
    locked = places.lock(event)
    if locked is None:
        raise EventCalledOff(_("This event was called off."))
    return locked


def check_open(event: Event, *, house: House, now: dt.datetime) -> None:
    if event.is_called_off:
        raise EventCalledOff(_("“%(event)s” was called off.") % {"event": event.title})
    if event.finishes_at(house) <= now:
        raise EventOver(_("“%(event)s” is over. Have a look at what comes next.") % {"event": event.title})


def move_up(locked: Event, *, now: dt.datetime) -> list[Member]:
    """Free places of the locked event go to whoever waited longest; `record_moved_up` comes last."""
    house = House.objects.current()
    if locked.finishes_at(house) <= now:
        return []
    moved = places.move_up(locked, now=now, today=house.day_of(now))
    for member in moved:
        telling.queue_reminder(locked, member, house=house, now=now)
        telling.tell_of_place(locked, member, house=house, now=now)
    return moved


def record_moved_up(event: Event, moved: list[Member]) -> None:
    for member in moved:
        places.record("move_up", event, member, by=None)


def call_off(locked: Event, *, by: User, now: dt.datetime, by_rule: bool = False) -> None:
    """The locked event does not take place. `by_rule`: one of many days, as in `telling.changed`."""
    was, locked.called_off_at = locked.counted_on, locked.called_off_at or now
    locked.save(update_fields=["called_off_at"])
    telling.changed(locked, was, by=by, now=now, by_rule=by_rule)


def put_back(locked: Event, *, by: User, now: dt.datetime, by_rule: bool = False) -> list[Member]:
    """It takes place after all. Answers who moved up; `record_moved_up` comes last."""
    was, locked.called_off_at = locked.counted_on, None
    locked.save(update_fields=["called_off_at"])
    telling.changed(locked, was, by=by, now=now, by_rule=by_rule)
    return move_up(locked, now=now)


def leave_rides(locked: Event, *, driver: int | None, now: dt.datetime) -> list[Member]:
    """The car of the login `driver` leaves the list of the locked event. Answers who sat in it: they look again."""
    wishes = locked.ride_wishes.filter(ride__driver=driver) if driver else locked.ride_wishes.none()
    lost = [wish.member for wish in wishes.select_related("member")]
    wishes.update(ride=None, lost_at=now)
    locked.rides.filter(driver=driver).delete()
    return lost


def record_lost_seats(event: Event, lost: list[Member], *, by: User | None) -> None:
    for member in lost:
        audit.record(by=by, verb="lost_seat", about=member, subject=event, before=places.facts(event))


def _check_room(event: Event, *, taken: int, today: dt.date) -> None:
    if event.places is None or taken < event.places:
        return
    coming = Event.objects.filter(day__range=(today, today + OTHERS_WITHIN)).with_free_places().exclude(pk=event.pk)
    titles = dict.fromkeys(coming.exclude(title=event.title).in_order().values_list("title", flat=True))
    others = [f"“{title}”" for title in titles][:OTHERS_NAMED]
    if not others:
        raise EventFull(_("Every place at “%(event)s” is taken. You can wait for one.") % {"event": event.title})
    raise EventFull(
        _("Every place at “%(event)s” is taken. You can wait for one. There is room at %(others)s.")
        % {"event": event.title, "others": get_text_list(others, _("and"))}
    )
