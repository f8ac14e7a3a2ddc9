"""The list for rides: seats offered and looked for. People find each other there and talk; nothing is decided for them.

Everything happens under the lock of the event's row, so a car never has more people than seats.
"""

import datetime as dt

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from activities.actions import places
from activities.actions.event_places import check_open, leave_rides, locked_event, record_lost_seats
from activities.models import Event, Ride, RideWish
from members import audit
from members.models import House, Member, User
from members.refusals import Refusal


class NoRideList(Refusal):
    """The event has no list for rides."""


class NotComing(Refusal):
    """A member shares a ride to an event that they come to."""


class TooFewSeats(Refusal):
    """More people sit in the car than it would have seats."""

    field = "seats"


class RideGone(Refusal):
    """The ride was taken back meanwhile."""


class RideFull(Refusal):
    """Every seat of the ride is taken."""


class OwnRide(Refusal):
    """Nobody takes a seat in their own car."""


def offer_ride(*, event: Event, seats: int, by: User) -> Ride:
    """`by` has free `seats` in a car. Offered again, it is the same ride with as many seats as said now.

    Raises `EventCalledOff`, `EventOver`, `NoRideList`, `NotComing` or `TooFewSeats`.
    """
    now, member = timezone.now(), getattr(by, "member", None)
    with transaction.atomic():
        locked = _open_list(event, now)
        if member is not None:
            _check_coming(locked, member)
        ride = locked.rides.filter(driver=by).first() or Ride(event=locked, driver=by, at=now)
        taken = ride.taken_by.count() if ride.pk else 0
        if seats < taken:
            raise TooFewSeats(
                ngettext(
                    "%(count)s person sits in your car. Keep at least %(count)s seat.",
                    "%(count)s people sit in your car. Keep at least %(count)s seats.",
                    taken,
                )
                % {"count": taken}
            )
        if ride.pk and ride.seats == seats:
            return ride
        ride.seats = seats
        ride.save()
        if member is not None:  # who drives looks for a seat no more
            locked.ride_wishes.filter(member=member).delete()
        _record("offer_ride", locked, member, by=by, after={"seats": seats})
    return ride


def take_back_ride(*, event: Event, by: User) -> bool:
    """Who sat in the car of `by` looks for a seat again, and reads so on the page. True when there was one."""
    now = timezone.now()
    with transaction.atomic():
        locked = places.lock(event)
        if locked is None or not locked.rides.filter(driver=by).exists():
            return False
        lost = leave_rides(locked, driver=by.pk, now=now)
        _record("take_back_ride", locked, getattr(by, "member", None), by=by)
        record_lost_seats(locked, lost, by=by)
    return True


def look_for_seat(*, event: Event, member: Member, by: User) -> RideWish:
    """`member` would like a seat; the same wish again for who has one.

    Raises `EventCalledOff`, `EventOver`, `NoRideList` or `NotComing`.
    """
    now = timezone.now()
    with transaction.atomic():
        locked = _open_list(event, now)
        _check_coming(locked, member)
        wish, is_new = RideWish.objects.get_or_create(event=locked, member=member, defaults={"at": now})
        if is_new:
            _record("look_for_seat", locked, member, by=by)
    return wish


def take_seat(*, event: Event, ride_pk: int, member: Member, by: User) -> RideWish:
    """A seat in that ride for `member`; one in another car is given back with it.

    Raises `EventCalledOff`, `EventOver`, `NoRideList`, `NotComing`, `RideGone`, `OwnRide` or `RideFull`.
    """
    now = timezone.now()
    with transaction.atomic():
        locked = _open_list(event, now)
        _check_coming(locked, member)
        ride = locked.rides.filter(pk=ride_pk).first()
        if ride is None:
            raise RideGone(_("This ride was taken back. Have a look at the others."))
        if ride.driver_id == member.user_id:
            raise OwnRide(_("This is your own car. The seat beside you is for somebody else."))
        wish = locked.ride_wishes.filter(member=member).first() or RideWish(event=locked, member=member, at=now)
        if wish.ride_id == ride.pk:
            return wish
        if ride.taken_by.count() >= ride.seats:
            raise RideFull(_("Every seat in this car is taken. Have a look at the others."))
        wish.ride, wish.lost_at = ride, None
        wish.save()
        _record("take_seat", locked, member, by=by)
    return wish


def give_back_seat(*, event: Event, member: Member, by: User) -> bool:
    """Neither sit in a car nor look for a seat: nothing is left. True when there was a wish."""
    with transaction.atomic():
        locked = places.lock(event)
        if locked is None or not locked.ride_wishes.filter(member=member).delete()[0]:
            return False
        _record("give_back_seat", locked, member, by=by)
    return True


def _open_list(event: Event, now: dt.datetime) -> Event:
    locked = locked_event(event)
    check_open(locked, house=House.objects.current(), now=now)
    if not locked.has_rides:
        raise NoRideList(_("“%(event)s” has no list for rides.") % {"event": locked.title})
    return locked


def _check_coming(event: Event, member: Member) -> None:
    if not event.sign_ups.filter(member=member).exists():
        raise NotComing(_("Say first that you come. Then you can share a ride."))


def _record(verb: str, event: Event, member: Member | None, *, by: User, after: dict | None = None) -> None:
    audit.record(by=by, verb=verb, about=member, subject=event, after=places.facts(event) | (after or {}))
