"""Each try to get in is a line in the log, with ids and never with a name."""

import logging

import pytest
from django.test import Client

from members import security_log
from tests import make
from tests.test_doors import SECRET, code_now

pytestmark = pytest.mark.page
SIGN_IN = "/accounts/login/"


@pytest.fixture
def lines(caplog):
    caplog.set_level(logging.INFO, "clubhouse.doors")
    return lambda: [record.getMessage() for record in caplog.records if record.name == "clubhouse.doors"]


@pytest.fixture
def sam(sam):
    sam.user.set_password(make.PASSWORD)
    sam.user.save()
    sam.user.authenticator_set.filter(type="totp").update(data={"secret": SECRET})
    return sam


def test_signing_in_step_by_step(lines, sam):
    browser, pk = Client(REMOTE_ADDR="203.0.113.9"), sam.user.pk
    browser.post(SIGN_IN, {"login": "sam", "password": "not it"})
    browser.post(SIGN_IN, {"login": "sam", "password": make.PASSWORD})
    browser.post("/accounts/2fa/authenticate/", {"code": "000000"})
    browser.post("/accounts/2fa/authenticate/", {"code": code_now()})
    browser.post("/accounts/reauthenticate/", {"password": "not it"})
    browser.post("/accounts/logout/")
    assert lines() == [
        f"door=account_login outcome=refused login={pk} address=203.0.113.9",
        f"door=account_login outcome=half login={pk}",
        "door=mfa_authenticate outcome=refused login=None address=203.0.113.9",
        f"door=mfa_authenticate outcome=in login={pk}",
        f"door=account_reauthenticate outcome=refused login={pk} address=203.0.113.9",
        f"door=account_logout outcome=out login={pk}",
    ]


def test_what_somebody_typed_stands_in_no_line(lines, amara, caplog):
    """Some people type their password where the name belongs."""
    for login in ("amara", "amara@example.org", "Canary Lane\nWARNING forged line", "\0"):
        Client().post(SIGN_IN, {"login": login, "password": "Canary Street"})
    assert len(lines()) == 4
    assert "canary" not in caplog.text.lower()
    assert "amara" not in caplog.text.lower()
    assert not any("\n" in line for line in lines())


def test_a_page_that_is_only_looked_at_is_no_try(lines, amara, as_):
    as_(amara).get("/me/")
    Client().get(SIGN_IN)
    assert lines() == []


def test_without_the_middleware_nobody_would_know(lines, amara, monkeypatch):
    monkeypatch.setattr(
        security_log.SecurityLogMiddleware, "__call__", lambda self, request: self.get_response(request)
    )
    Client().post(SIGN_IN, {"login": "amara", "password": "not it"})
    assert lines() == []


def test_a_door_that_stays_shut_is_a_line_too(amara, as_, caplog):
    as_(amara).get("/house/")
    said = [record.getMessage() for record in caplog.records if record.name == "django.request"]
    assert said == ["Forbidden (Permission denied): /house/"]


@pytest.mark.parametrize("address", ["", "somewhere"])
def test_an_address_that_cannot_be_told_changes_no_answer(lines, amara, as_, address):
    browser = as_(amara)
    answer = browser.post("/accounts/reauthenticate/", {"password": "not it"}, REMOTE_ADDR=address)
    assert answer.status_code in {200, 403}  # the library wants to know it, too, and says no
    assert lines() == [f"door=account_reauthenticate outcome=refused login={amara.user.pk} address=unknown"]
