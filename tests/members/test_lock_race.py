"""Many PINs tried at one moment are counted one by one: never more than five are looked at.

The second test is the control: the same driver, without the session's row held.
"""

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.contrib.sessions.models import Session
from django.db import connection
from django.test import Client

from members import lock
from members.models import AuditHead, AuditRecord
from tests import make
from tests.members.test_lock import LOCK_PAGE, sign_in_on_tablet

AT_ONCE = 8
pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def looked_at(monkeypatch) -> list[str]:
    """The PINs that were held against Sam's; each takes its time, as a good hash does."""
    pins: list[str] = []

    def slow_check(pin: str, stored: str) -> bool:
        pins.append(pin)
        time.sleep(0.05)
        return False

    monkeypatch.setattr(lock, "check_password", slow_check)
    return pins


def race(sam) -> None:
    """Eight browsers with the cookies of one locked tablet try two PINs each."""
    AuditHead.objects.get_or_create(pk=1)
    make.house(name="Elm House")
    browser, _ = sign_in_on_tablet(sam)
    browser.post("/lock/")
    cookies = {name: cookie.value for name, cookie in browser.cookies.items()}
    together = threading.Barrier(AT_ONCE)

    def guess(number: int) -> None:
        thief = Client()
        thief.cookies.load(cookies)
        try:
            connection.ensure_connection()
            together.wait(timeout=20)
            for pin in ("9021", "9022"):
                thief.post(LOCK_PAGE, {"pin": f"{pin}{number}"})
        finally:
            connection.close()

    with ThreadPoolExecutor(AT_ONCE) as pool:
        list(pool.map(guess, range(AT_ONCE)))


def test_five_pins_are_looked_at_however_many_are_tried(sam, looked_at):
    race(sam)
    assert len(looked_at) == lock.TRIES
    assert AuditRecord.objects.filter(verb="end_after_wrong_pins").count() == 1


def test_without_holding_the_session_more_are_looked_at(sam, looked_at, monkeypatch):
    monkeypatch.setattr(Session.objects, "select_for_update", lambda **how: Session.objects.all())
    race(sam)
    assert len(looked_at) > lock.TRIES
