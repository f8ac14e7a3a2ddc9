"""The list for rides of one event, as one person sees it."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Prefetch

from activities.models import Event, RideWish
from members.models import Member, User


@dataclass(frozen=True)
class Seat:
    """A taken place. `name` and `initials` are as much as the member allows; empty for none."""

    name: str
    initials: str
    is_mine: bool

    @classmethod
    def of(cls, member: Member, looking: Member | None) -> "Seat":
        name = member.name_for_board
        return cls(name, member.initials if name else "", looking is not None and member.pk == looking.pk)


@dataclass(frozen=True)
class Car:
    """A ride. `driver` is as much of a name as the driver allows; empty for none."""

    pk: int
    driver: str
    is_mine: bool
    places: int
    seats: list[Seat]

    @property
    def free(self) -> int:
        return max(0, self.places - len(self.seats))

    @property
    def open_seats(self) -> range:
        return range(self.free)

    @property
    def has_me(self) -> bool:
        return any(seat.is_mine for seat in self.seats)


@dataclass(frozen=True)
class RideList:
    """Who offers seats, and who looks for one in the order of their wishes."""

    cars: list[Car]
    looking: list[Seat]
    i_look: bool
    i_lost_mine: bool

    @property
    def my_car(self) -> Car | None:
        return next((car for car in self.cars if car.is_mine), None)

    @property
    def i_have_a_seat(self) -> bool:
        return any(car.has_me for car in self.cars)


def ride_list(event: Event, user: User) -> RideList:
    """Three queries, however many cars."""
    member = getattr(user, "member", None)
    sitting = Prefetch("taken_by", RideWish.objects.select_related("member"))
    rides = event.rides.select_related("driver__member", "driver__staff").prefetch_related(sitting)
    cars = [
        Car(
            pk=ride.pk,
            driver=_driver_name(ride.driver.person),
            is_mine=ride.driver_id == user.pk,
            places=ride.seats,
            seats=[Seat.of(wish.member, member) for wish in ride.taken_by.all()],
        )
        for ride in rides
    ]
    wishes = list(event.ride_wishes.filter(ride=None).select_related("member"))
    mine = next((wish for wish in wishes if member and wish.member_id == member.pk), None)
    return RideList(
        cars=cars,
        looking=[Seat.of(wish.member, member) for wish in wishes],
        i_look=mine is not None,
        i_lost_mine=bool(mine and mine.lost_at),
    )


def _driver_name(person: Any) -> str:
    if isinstance(person, Member):
        return person.name_for_board
    return person.short_name if person else ""
