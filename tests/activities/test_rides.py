"""Sam has two seats free in a car; Amara and Noor find each other on the list. No address stands anywhere."""

import contextlib
import datetime as dt
import re
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection
from django.utils import timezone

from activities import actions
from activities.models import Event, EventQuerySet, EventSignUp, Ride, RideWish
from members.models import AuditHead, AuditRecord, House
from tests import make

pytestmark = [pytest.mark.page, pytest.mark.django_db]
SATURDAY = dt.date(2026, 10, 10)
PEOPLE, SEATS, ROUNDS = 8, 2, 10


@pytest.fixture
def lake(time_machine, amara, noor, rosa) -> Event:
    time_machine.move_to(House.objects.current().at(dt.date(2026, 10, 5), dt.time(10)), tick=False)
    event = make.event("Lake", day=SATURDAY, has_rides=True, sort="trip")
    for member in (amara, noor, rosa):
        actions.join_event(event=event, member=member, by=member.user)
    return event


def sit(event, ride, member) -> RideWish:
    return actions.take_seat(event=event, ride_pk=ride.pk, member=member, by=member.user)


def verbs() -> list[tuple[str, int | None]]:
    return [
        pair for pair in AuditRecord.objects.order_by("seq").values_list("verb", "about") if pair[0] != "join_event"
    ]


def page(client, event) -> str:
    return client.get(f"/whats-on/{event.pk}/").content.decode()


def words(html: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", html.split('class="rides"')[1].split("</section>")[0]).split())


def buttons(html: str) -> list[str]:
    return re.findall(r'name="action" value="(\w+)"', html.split('class="rides"')[1])


def press(client, event, action: str, **data):
    return client.post(f"/whats-on/{event.pk}/rides/", {"action": action, **data}, HTTP_HX_REQUEST="true")


# -- the actions -------------------------------------------------------------------------------------------------------


def test_sam_offers_two_seats_and_amara_takes_one(lake, amara, sam):
    ride = actions.offer_ride(event=lake, seats=2, by=sam.user)
    wish = sit(lake, ride, amara)
    assert (wish.ride, sit(lake, ride, amara)) == (ride, wish)
    assert verbs() == [("offer_ride", None), ("take_seat", amara.pk)]


def test_offering_again_changes_the_seats(lake, amara, noor, sam):
    ride = actions.offer_ride(event=lake, seats=3, by=sam.user)
    assert actions.offer_ride(event=lake, seats=3, by=sam.user) == ride
    assert len(verbs()) == 1
    for member in (amara, noor):
        sit(lake, ride, member)
    with pytest.raises(actions.TooFewSeats, match="2 people sit in your car. Keep at least 2 seats."):
        actions.offer_ride(event=lake, seats=1, by=sam.user)
    actions.offer_ride(event=lake, seats=2, by=sam.user)
    assert list(Ride.objects.values_list("driver", "seats")) == [(sam.user.pk, 2)]


def test_a_full_car(lake, amara, noor, sam):
    ride = actions.offer_ride(event=lake, seats=1, by=sam.user)
    sit(lake, ride, noor)
    with pytest.raises(actions.RideFull, match="Every seat in this car is taken"):
        sit(lake, ride, amara)
    assert [wish.member for wish in ride.taken_by.all()] == [noor]


def test_a_ride_that_was_taken_back_meanwhile(lake, amara, sam):
    ride = actions.offer_ride(event=lake, seats=1, by=sam.user)
    actions.take_back_ride(event=lake, by=sam.user)
    with pytest.raises(actions.RideGone, match="This ride was taken back"):
        sit(lake, ride, amara)


def test_a_ride_of_another_event_is_none_of_this_one(lake, amara, sam):
    other = make.event("Hill", day=SATURDAY, has_rides=True)
    ride = actions.offer_ride(event=other, seats=1, by=sam.user)
    with pytest.raises(actions.RideGone):
        sit(lake, ride, amara)


def test_nobody_sits_in_their_own_car(lake, amara):
    actions.look_for_seat(event=lake, member=amara, by=amara.user)
    ride = actions.offer_ride(event=lake, seats=1, by=amara.user)
    assert RideWish.objects.count() == 0  # who drives looks no more
    with pytest.raises(actions.OwnRide, match="This is your own car"):
        sit(lake, ride, amara)


def test_a_seat_in_another_car_gives_the_first_one_back(lake, amara, sam, dana):
    first = actions.offer_ride(event=lake, seats=1, by=sam.user)
    second = actions.offer_ride(event=lake, seats=1, by=dana.user)
    sit(lake, first, amara)
    sit(lake, second, amara)
    assert (first.taken_by.count(), second.taken_by.count(), RideWish.objects.count()) == (0, 1, 1)


def test_who_sat_in_a_car_that_was_taken_back_looks_again(lake, amara, noor, sam):
    ride = actions.offer_ride(event=lake, seats=2, by=sam.user)
    sit(lake, ride, amara)
    actions.look_for_seat(event=lake, member=noor, by=noor.user)
    assert actions.take_back_ride(event=lake, by=sam.user) is True
    assert actions.take_back_ride(event=lake, by=sam.user) is False
    assert list(RideWish.objects.values_list("member", "ride", "lost_at")) == [
        (amara.pk, None, timezone.now()),
        (noor.pk, None, None),
    ]
    assert verbs()[-2:] == [("take_back_ride", None), ("lost_seat", amara.pk)]


def test_leaving_the_event_leaves_the_car_too(lake, amara, noor):
    ride = actions.offer_ride(event=lake, seats=2, by=noor.user)
    sit(lake, ride, amara)
    actions.leave_event(event=lake, member=amara, by=amara.user)
    assert RideWish.objects.count() == 0
    actions.join_event(event=lake, member=amara, by=amara.user)
    sit(lake, ride, amara)
    actions.leave_event(event=lake, member=noor, by=noor.user)
    assert Ride.objects.count() == 0
    assert list(RideWish.objects.values_list("member", "ride", "lost_at")) == [(amara.pk, None, timezone.now())]


def test_looking_and_giving_back_leave_nothing(lake, amara):
    wish = actions.look_for_seat(event=lake, member=amara, by=amara.user)
    assert actions.look_for_seat(event=lake, member=amara, by=amara.user) == wish
    assert actions.give_back_seat(event=lake, member=amara, by=amara.user) is True
    assert actions.give_back_seat(event=lake, member=amara, by=amara.user) is False
    assert RideWish.objects.count() == 0
    assert verbs() == [("look_for_seat", amara.pk), ("give_back_seat", amara.pk)]


def test_a_member_who_does_not_come_shares_no_ride(lake, idris, sam):
    ride = actions.offer_ride(event=lake, seats=2, by=sam.user)
    for ask in (
        lambda: actions.look_for_seat(event=lake, member=idris, by=idris.user),
        lambda: sit(lake, ride, idris),
        lambda: actions.offer_ride(event=lake, seats=2, by=idris.user),
    ):
        with pytest.raises(actions.NotComing, match="Say first that you come"):
            ask()
    assert RideWish.objects.count() == 0


def test_no_list_no_ride(amara, sam, lake):
    event = make.event("Cards", day=SATURDAY)
    with pytest.raises(actions.NoRideList, match="“Cards” has no list for rides"):
        actions.offer_ride(event=event, seats=2, by=sam.user)


def test_nothing_is_shared_for_what_was_called_off_or_is_over(lake, amara, sam, time_machine):
    off = make.event("Hill", day=SATURDAY, has_rides=True, called_off_at=timezone.now())
    with pytest.raises(actions.EventCalledOff):
        actions.offer_ride(event=off, seats=2, by=sam.user)
    time_machine.move_to(House.objects.current().at(SATURDAY, dt.time(19, 30)), tick=False)
    with pytest.raises(actions.EventOver):
        actions.look_for_seat(event=lake, member=amara, by=amara.user)


def test_there_is_no_room_for_an_address():
    """The list for rides holds numbers and moments: nobody can write down where somebody lives."""
    columns = {f.name: f.get_internal_type() for model in (Ride, RideWish) for f in model._meta.concrete_fields}
    assert {kind for kind in columns.values() if kind in {"CharField", "TextField", "JSONField", "URLField"}} == set()


# -- the page ----------------------------------------------------------------------------------------------------------


def test_the_whole_way_on_the_page(lake, as_, amara, sam):
    member, staff = as_(amara), as_(sam)
    html = page(member, lake)
    assert buttons(html) == ["look", "offer"]
    assert "Talk to each other about where and when. Nobody offers a seat yet." in words(html)
    assert buttons(press(member, lake, "look").content.decode()) == ["give_back", "offer"]
    html = page(staff, lake)
    assert buttons(html) == ["offer"] and "Looking for a seat AO Amara O." in words(html)
    answer = press(staff, lake, "offer", seats=2).content.decode()
    assert "Your seats are on the list. Thank you." in answer and buttons(answer) == ["take_back", "offer"]
    html = page(member, lake)
    assert "Sam R. 2 seats free" in words(html) and buttons(html) == ["take_seat", "give_back", "offer"]
    answer = press(member, lake, "take_seat", ride=Ride.objects.get().pk).content.decode()
    assert "You have a seat. Talk to each other about where and when." in answer
    assert re.search(r'data-ride="\d+" data-places="2" data-taken="1"', answer)
    assert buttons(answer) == ["give_back"] and "Looking for a seat" not in words(answer)
    press(staff, lake, "take_back")
    html = page(member, lake)
    assert "Your ride was taken back. You look for a seat again." in words(html)
    assert buttons(html) == ["give_back", "offer"]
    assert "You are off the list for rides." in press(member, lake, "give_back").content.decode()


def test_names_as_each_allows(lake, as_, amara, noor, rosa):
    noor.board_name = rosa.board_name = "none"
    noor.save()
    rosa.save()
    actions.offer_ride(event=lake, seats=2, by=noor.user)
    actions.look_for_seat(event=lake, member=rosa, by=rosa.user)
    said = words(page(as_(amara), lake))
    assert "A colleague 2 seats free" in said and "Looking for a seat taken" in said
    assert not re.search("Noor|Haddad|Rosa|Lind", said)


def test_who_does_not_come_is_told_how(lake, as_, idris, sam):
    actions.offer_ride(event=lake, seats=2, by=sam.user)
    html = page(as_(idris), lake)
    assert buttons(html) == [] and "Say first that you come. Then you can share a ride." in words(html)


@pytest.mark.parametrize("data", [{}, {"seats": ""}, {"seats": "0"}, {"seats": "9"}, {"seats": "x"}, {"seats": "-1"}])
def test_an_odd_number_of_seats(lake, as_, sam, data):
    assert "Write a number from 1 to 8." in press(as_(sam), lake, "offer", **data).content.decode()
    assert Ride.objects.count() == 0


@pytest.mark.parametrize("data", [{"action": "fly"}, {"action": "take_seat"}, {"action": "take_seat", "ride": "x"}])
def test_an_unknown_button_changes_nothing(lake, as_, amara, data):
    assert "Please use one of the buttons." in press(as_(amara), lake, **data).content.decode()
    assert RideWish.objects.count() == 0


def test_staff_look_for_no_seat_on_the_list(lake, as_, sam):
    assert press(as_(sam), lake, "look").status_code == 403


def test_without_javascript_the_page_comes_back(lake, as_, sam):
    answer = as_(sam).post(f"/whats-on/{lake.pk}/rides/", {"action": "offer", "seats": 2})
    assert answer["Location"] == f"/whats-on/{lake.pk}/"


@pytest.mark.parametrize("count", [1, 5])
def test_the_list_costs_the_same_for_any_number_of_cars(lake, as_, amara, count, django_assert_num_queries):
    for _ in range(count):
        ride = Ride.objects.create(event=lake, driver=make.account(make.member()), seats=4, at=timezone.now())
        for car in (ride, None):
            RideWish.objects.create(event=lake, member=make.member(), ride=car, at=timezone.now())
    client = as_(amara)
    page(client, lake)
    with django_assert_num_queries(11):  # as without rides, and the cars, who sits in them, who looks
        html = page(client, lake)
    assert html.count("data-ride=") == count


# -- the race ----------------------------------------------------------------------------------------------------------


def race(rounds: int = ROUNDS) -> int:
    """The most people that any of the cars held, when eight people took a seat in each at once."""
    AuditHead.objects.get_or_create(pk=1)
    driver = make.account(make.staff())
    members = [make.member(f"Member Number{number}") for number in range(PEOPLE)]
    users = [make.account(member) for member in members]
    rides = []
    for number in range(rounds):
        event = make.event(f"Trip {number}", day=timezone.localdate() + dt.timedelta(days=7), has_rides=True)
        for member, user in zip(members, users, strict=True):
            EventSignUp.objects.create(event=event, member=member, at=timezone.now(), by=user)
        rides.append(Ride.objects.create(event=event, driver=driver, seats=SEATS, at=timezone.now()))
    together = threading.Barrier(PEOPLE)

    def tap(number: int) -> None:
        try:
            for ride in rides:
                together.wait(timeout=30)
                with contextlib.suppress(actions.RideFull):
                    actions.take_seat(event=ride.event, ride_pk=ride.pk, member=members[number], by=users[number])
        finally:
            connection.close()

    with ThreadPoolExecutor(PEOPLE) as pool:
        list(pool.map(tap, range(PEOPLE)))
    return max(ride.taken_by.count() for ride in rides)


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_eight_people_race_for_two_seats():
    assert race() == SEATS


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_without_the_lock_the_same_race_overfills_a_car(monkeypatch):
    monkeypatch.setattr(EventQuerySet, "select_for_update", lambda events, **how: events.all())
    assert race() > SEATS
