"""Every door, tried from a reception tablet that is locked: the lock page answers, and nothing else."""

from urllib.parse import urlencode

import pytest
from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.test import Client
from django.urls import reverse

from members import lock
from members.models import Role, Tablet, User
from tests import make
from tests.test_walls import CANARY, ask, body, keeper_addresses, snapshot
from tests.walls import DOORS

pytestmark = [pytest.mark.django_db, pytest.mark.once, pytest.mark.beside]
PIN = "4826"
OPEN = {
    ("members:unlock", "GET"),
    ("members:unlock", "POST"),
    *((name, "GET") for name in ("healthz", "service_worker", "manifest", "offline", "members:house_logo")),
    ("account_logout", "POST"),
}


@pytest.fixture
def browser(world) -> Client:
    """Dana's, for whom every door of the house opens. Everybody in it is called Canary."""
    user = User.objects.get(role=Role.COORDINATOR)
    User.objects.filter(pk=user.pk).update(pin=make_password(PIN))
    browser, _ = make.paired_tablet("Desk", Tablet.Place.RECEPTION)
    browser.force_login(user, backend="members.sign_in.Backend")
    browser.get("/arrivals/")
    return browser


def walk(
    browser: Client, world, methods: tuple = ("GET", "POST", "DELETE")
) -> dict[tuple[str, str], tuple[int, str, str]]:
    """(status, where it leads, a name that it shows) by door and method; each with the session as it was before."""
    found, cookies = {}, dict(browser.cookies)
    for door in DOORS:
        for method in methods:
            with transaction.atomic():
                answer = ask(browser, door, method, world)
                transaction.set_rollback(True)
            name = CANARY.search(body(answer))
            found[door.name, method] = (answer.status_code, answer.headers.get("Location", ""), name and name.group())
            browser.cookies.clear()
            browser.cookies.update(cookies)
    return found


def test_a_locked_tablet_opens_no_door(browser, world):
    browser.post("/lock/")
    before = snapshot()
    found = walk(browser, world)
    shut = {door: answer for door, answer in found.items() if door not in OPEN and door[0] != "healthz"}
    assert set(shut.values()) == {(302, "/locked/", None)}
    assert {found[door] for door in OPEN if door[1] == "GET"} == {(200, "", None)}
    assert found["members:unlock", "POST"] == (302, "/", None)  # the PIN was right
    assert found["account_logout", "POST"] == (302, "/accounts/login/", None)
    assert snapshot() == before


@pytest.mark.parametrize(
    ("method", "header", "right"),
    [
        ("GET", {"X-Polling": "1"}, (423, b"")),
        ("POST", {"X-Queued": "1"}, (423, b"")),
        ("POST", {"HX-Request": "true"}, (204, b"")),
    ],
)
def test_nor_does_it_answer_a_script(browser, world, method, header, right):
    browser.post("/lock/")
    before, found = snapshot(), set()
    for door in DOORS:
        if (door.name, method) not in OPEN and door.name != "healthz":
            address, data = reverse(door.name, kwargs=door.at(world)), urlencode(door.data(world))
            answer = browser.generic(method, address, data, "application/x-www-form-urlencoded", headers=header)
            found.add((answer.status_code, answer.content))
    assert found == {right}
    assert snapshot() == before


def test_the_keepers_rooms_are_shut_too(browser, world):
    User.objects.filter(role=Role.COORDINATOR).update(is_staff=True, is_superuser=True)
    browser.post("/lock/")
    addresses = keeper_addresses(world)
    assert {browser.get(address).headers.get("Location") for address in addresses} == {"/locked/"}
    assert len(addresses) > 10


def test_without_the_lock_the_same_walk_shows_names(browser, world, monkeypatch):
    """The control: the same session, and nobody asks whether it is locked."""
    browser.post("/lock/")
    monkeypatch.setattr(lock, "is_due", lambda request: False)
    monkeypatch.setattr(lock, "is_locked", lambda request: False)
    found = walk(browser, world, methods=("GET",))
    assert len([door for door, answer in found.items() if answer[0] == 200]) > 30
    assert len([door for door, answer in found.items() if answer[2]]) > 8
