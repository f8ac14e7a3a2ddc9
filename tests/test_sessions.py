"""How long somebody stays signed in, and what happens to what they were writing when it ends."""

import datetime as dt

import pytest
import time_machine
from django.test import Client

from tests import make

pytestmark = pytest.mark.page

NINE = dt.datetime(2026, 10, 6, 13, 0, tzinfo=dt.UTC)  # nine in the morning in the house


@pytest.fixture
def amara(amara):
    amara.user.set_password(make.PASSWORD)
    amara.user.save()
    return amara


def stays(browser: Client, after: dt.timedelta, clock, **headers) -> bool:
    clock.shift(after)
    return browser.get("/me/", headers=headers).status_code == 200


@pytest.mark.parametrize(
    ("who", "minutes", "stay"), [("sam", 14, True), ("sam", 16, False), ("amara", 119, True), ("amara", 121, False)]
)
def test_a_session_ends_when_nobody_uses_it(request, as_, who, minutes, stay):
    with time_machine.travel(NINE, tick=False) as clock:
        browser = as_(request.getfixturevalue(who))
        browser.get("/me/")
        assert stays(browser, dt.timedelta(minutes=minutes), clock) == stay


@pytest.mark.parametrize(
    ("who", "step", "last_good"),
    [
        ("sam", dt.timedelta(minutes=10), dt.timedelta(hours=8)),
        ("amara", dt.timedelta(minutes=119), dt.timedelta(days=14)),
    ],
)
def test_a_session_ends_at_last_however_much_it_is_used(request, as_, who, step, last_good):
    with time_machine.travel(NINE, tick=False) as clock:
        browser = as_(request.getfixturevalue(who))
        browser.get("/me/")
        for _ in range(int(last_good / step)):
            clock.shift(step)
            last = browser.post("/stay/").status_code
        assert last == 200
        assert not stays(browser, step, clock)


def test_polling_is_not_use(sam, as_):
    with time_machine.travel(NINE, tick=False) as clock:
        browser = as_(sam)
        browser.get("/me/")
        assert stays(browser, dt.timedelta(minutes=10), clock, **{"X-Polling": "1"})
        assert not stays(browser, dt.timedelta(minutes=6), clock, **{"X-Polling": "1"})


def test_sam_stays_signed_in_when_asked(sam, as_):
    with time_machine.travel(NINE, tick=False) as clock:
        browser = as_(sam)
        browser.get("/me/")
        clock.shift(dt.timedelta(minutes=14))
        assert browser.get("/stay/", headers={"X-Polling": "1"}).json() == {"seconds_left": 60}
        assert browser.post("/stay/", headers={"X-Polling": "1"}).json() == {"seconds_left": 900}
        assert stays(browser, dt.timedelta(minutes=14), clock)


def test_polling_after_the_end_opens_nothing_and_loses_nothing(written_too_late):
    assert written_too_late.session["kept_form"]["path"] == "/me/edit/"


def test_signing_in_again_leads_back(sam, as_):
    with time_machine.travel(NINE, tick=False) as clock:
        browser = as_(sam)
        browser.get("/me/")
        clock.shift(dt.timedelta(minutes=16))
        assert browser.get("/members/?show=everyone").headers["Location"] == (
            "/accounts/login/?next=%2Fmembers%2F%3Fshow%3Deveryone"
        )


def test_a_tap_after_the_end_loads_the_sign_in_page_whole(sam, as_):
    with time_machine.travel(NINE, tick=False) as clock:
        browser = as_(sam)
        browser.get("/me/")
        clock.shift(dt.timedelta(minutes=16))
        headers = {"HX-Request": "true", "HX-Current-URL": "http://testserver/members/"}
        tapped = browser.get("/me/", headers=headers)
        assert (tapped.status_code, tapped.headers["HX-Redirect"]) == (204, "/accounts/login/?next=%2Fmembers%2F")


@pytest.fixture
def written_too_late(amara, as_):
    """Amara wrote into a form; the session ended before she sent it."""
    with time_machine.travel(NINE, tick=False) as clock:
        browser = as_(amara)
        browser.get("/me/edit/")
        clock.shift(dt.timedelta(hours=3))
        asked = browser.get("/stay/", headers={"X-Polling": "1"})
        assert (asked.status_code, asked.content) == (401, b"")
        sent = browser.post("/me/edit/", {"name_to_use": "Ama", "board_name": "short", "phone_allowed": "on"})
        assert sent.headers["Location"] == "/accounts/login/?next=%2Fkept%2F"
        yield browser


def test_what_amara_wrote_waits_until_she_is_back(amara, written_too_late):
    browser = written_too_late
    amara.refresh_from_db()
    assert amara.name_to_use == ""
    signed_in = browser.post("/accounts/login/", {"login": "amara", "password": make.PASSWORD, "next": "/kept/"})
    assert signed_in.headers["Location"] == "/kept/"
    page = browser.get("/kept/")
    assert page.context["kept"]["fields"] == [["name_to_use", "Ama"], ["board_name", "short"], ["phone_allowed", "on"]]
    browser.post(page.context["kept"]["path"], dict(page.context["kept"]["fields"]))
    amara.refresh_from_db()
    assert amara.name_to_use == "Ama"
    assert browser.get("/kept/").headers["Location"] == "/"


def test_somebody_else_at_the_same_computer_does_not_see_it(amara, noor, written_too_late):
    noor.user.set_password(make.PASSWORD)
    noor.user.save()
    written_too_late.post("/accounts/login/", {"login": "noor", "password": make.PASSWORD})
    page = written_too_late.get("/kept/")
    assert (page.status_code, "Ama" in page.content.decode()) == (302, False)
    assert "kept_form" not in written_too_late.session


def test_amara_throws_it_away(amara, written_too_late):
    browser = written_too_late
    browser.post("/accounts/login/", {"login": "amara", "password": make.PASSWORD})
    browser.post("/kept/")
    assert "kept_form" not in browser.session


def test_a_password_is_never_kept(amara, as_):
    with time_machine.travel(NINE, tick=False) as clock:
        browser = as_(amara)
        browser.get("/me/")
        clock.shift(dt.timedelta(hours=3))
        sent = browser.post("/accounts/password/change/", {"oldpassword": make.PASSWORD})
        assert sent.headers["Location"] == "/accounts/login/?next=%2F"
        assert "kept_form" not in browser.session
