"""Twenty thousand made-up requests at every door: no error, no name shown and no row changed for who may not."""

import logging
import time
from unittest import mock

import pytest
from django.db import connection
from django.http import HttpResponse, HttpResponseForbidden
from django.urls import URLPattern
from django.views.decorators.http import require_safe
from hypothesis import HealthCheck, Phase, given, seed, settings

from activities.models import Unit
from members.models import Member
from tests import actors
from tests.fuzz import House, Odd, odd_requests
from tests.test_walls import doors_of
from tests.walls import DOORS

pytestmark = pytest.mark.django_db
TOGETHER, DATABASES = 20_000, ("postgresql", "sqlite")
EACH = -(-TOGETHER // len(DATABASES) // len(DOORS))
# The same requests each time, others on each database: whoever finds one can send it again.
SAME = settings(derandomize=True, database=None, deadline=None, suppress_health_check=list(HealthCheck))


@pytest.fixture(autouse=True)
def without_log_lines():
    """One for each who was turned away."""
    logging.disable(logging.CRITICAL)
    yield
    logging.disable(logging.NOTSET)


def try_doors(world, doors: list, times: int, **options) -> House:
    """Asks so many times; the assertion fails with the smallest request that comes to something it may not."""
    house = House(world)

    @seed(DATABASES.index(connection.vendor))
    @settings(SAME, max_examples=times, **options)
    @given(odd_requests(world, doors))
    def nothing_comes_of_it(odd: Odd):
        assert house.wrong_with(odd) == [], str(odd)

    nothing_comes_of_it()
    return house


@pytest.mark.beside
@pytest.mark.once
def test_three_hundred_made_up_requests(world):
    assert try_doors(world, DOORS, 300, phases=[Phase.generate]).tried.total() >= 300


@pytest.mark.slow
@pytest.mark.parametrize("door", DOORS, ids=lambda door: door.name)
def test_many_made_up_requests_at_each_door(door, world):
    """Half of them on each database. `pytest --slow -rP` prints how many and how long."""
    began = time.process_time()
    house = try_doors(world, [door], EACH)
    print(f"{door.name}: {house.tried.total()} requests in {time.process_time() - began:.1f} s")
    assert house.tried.total() >= EACH


# -- Doors that are not right, and are found ---------------------------------------------------------------------------


def raises(request, **kwargs):
    raise KeyError("nobody thought of this")


def answers_500(request, **kwargs):
    return HttpResponse(status=500)


def tells(request, **kwargs):
    return HttpResponseForbidden("Not for you; ask Noor Canary.")


def lets_in(request, **kwargs):
    return HttpResponse("Come in.")


@require_safe
def shows_a_number(request, **kwargs):
    return HttpResponse(Member.objects.exclude(user=request.user.pk).last().phone)


def writes_and_refuses(request, **kwargs):
    Member.objects.update(name_to_use="Nobody")
    return HttpResponseForbidden()


@require_safe
def adds_a_row(request, **kwargs):
    Unit.objects.create(name=f"Unit {Unit.objects.count()}", colour=1)
    return HttpResponse("Have a look.")


@pytest.mark.once
@pytest.mark.parametrize(
    ("name", "view", "found"),
    [
        ("members:tablets", raises, "KeyError"),
        ("members:tablets", answers_500, "answered 500"),
        ("members:tablets", tells, "shows a name"),
        ("members:tablets", lets_in, "let in"),
        ("activities:tasks", shows_a_number, "in touch with somebody else"),
        ("members:tablets", writes_and_refuses, "changed"),
        ("activities:tasks", adds_a_row, "changed"),
    ],
    ids=lambda it: getattr(it, "__name__", None),
)
def test_a_door_that_is_not_right_is_found(name, view, found, world):
    door = next(door for door in DOORS if door.name == name)
    with mock.patch.object(pattern_of(name), "callback", view), pytest.raises(AssertionError, match=found):
        try_doors(world, [door], 60, phases=[Phase.generate])


def pattern_of(name: str) -> URLPattern:
    return next(pattern for its_name, pattern in doors_of() if its_name == name)


@pytest.mark.once
def test_who_sends_what_is_made_up_for_everybody(world):
    """Each actor, each method, made-up addresses, forms, headers and cookies."""
    sent: list[Odd] = []

    @settings(SAME, max_examples=1200, phases=[Phase.generate])
    @given(odd_requests(world, DOORS))
    def note(odd: Odd):
        sent.append(odd)

    note()
    assert {odd.actor for odd in sent} == set(world.clients)
    assert {odd.method for odd in sent} == {*actors.METHODS, "HEAD", "OPTIONS"}
    assert len({odd.path for odd in sent}) > 250
    assert len({odd.body for odd in sent}) > 250
    assert len({odd.cookies for odd in sent}) > 3
    assert len({str(odd.headers) for odd in sent}) > 50
