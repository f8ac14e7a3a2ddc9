"""A colleague's own PIN: who may choose one, which ones are refused, and that it is written down nowhere."""

import datetime as dt
import json
import re
import time

import pytest
import time_machine
from django.contrib.auth.hashers import check_password
from django.contrib.sessions.models import Session

from members import actions
from members.models import AuditRecord, User
from tests import make
from tests.members.test_accounts import recently

PAGE = "/me/pin/"


@pytest.fixture
def browser(sam, as_):
    return recently(as_(sam), sam)


def send(browser, pin: str, again: str = ""):
    return browser.post(PAGE, {"pin": pin, "pin_again": again or pin})


def pin_of(person) -> str:
    return User.objects.get(pk=person.user.pk).pin


def test_sam_chooses_a_pin_changes_it_and_removes_it(browser, sam):
    assert send(browser, "4826").headers["Location"] == "/me/"
    assert check_password("4826", pin_of(sam))
    assert "You have a PIN." in browser.get(PAGE).content.decode()
    send(browser, "59371026")
    assert (check_password("4826", pin_of(sam)), check_password("59371026", pin_of(sam))) == (False, True)
    browser.post(PAGE, {"action": "remove"})
    browser.post(PAGE, {"action": "remove"})
    assert pin_of(sam) == ""
    records = AuditRecord.objects.order_by("seq")
    assert [(r.verb, r.by, r.before, r.after) for r in records] == [
        ("set_pin", sam.user, {"has_pin": False}, {"has_pin": True}),
        ("set_pin", sam.user, {"has_pin": True}, {"has_pin": True}),
        ("remove_pin", sam.user, {"has_pin": True}, {"has_pin": False}),
    ]


def test_it_is_written_down_nowhere(browser, sam):
    send(browser, "4826")
    kept = [json.dumps(record.after) for record in AuditRecord.objects.all()]
    kept += [str(session.get_decoded()) for session in Session.objects.all()]
    assert [text for text in kept if "4826" in text] == []
    assert "4826" not in pin_of(sam)


@pytest.mark.parametrize(
    "pin", ["0000", "1234", "4321", "12345678", "7890", "0987", "1212", "123123", "77777777", "1984", "2026", "11111"]
)
def test_what_anybody_would_try_first_is_refused(browser, sam, pin):
    refused = send(browser, pin)
    assert (refused.status_code, pin_of(sam)) == (422, "")
    assert "Anybody would try that one first." in refused.content.decode()


@pytest.mark.parametrize("pin", ["4826", "2580", "19847", "9021", "1357", "112358"])
def test_others_are_welcome(browser, sam, pin):
    send(browser, pin)
    assert check_password(pin, pin_of(sam))


@pytest.mark.parametrize("pin", ["482", "482615937", "48a6", "four", "٤٨٢٦", "48 26", "", "-482"])
def test_four_to_eight_digits(browser, sam, pin):
    assert (send(browser, pin).status_code, pin_of(sam)) == (422, "")


@pytest.mark.parametrize("pin", ["482", "482615937", "48a6", "٤٨٢٦", "1234"])
def test_the_action_refuses_by_itself(sam, pin):
    with pytest.raises(actions.PinTooSimple if pin == "1234" else actions.NotDigits):
        actions.set_pin(by=sam.user, pin=pin)


def test_it_is_typed_twice(browser, sam):
    refused = send(browser, "4826", "4862")
    assert (refused.context["form"].errors["pin_again"], pin_of(sam)) == (
        ["The two are not the same. Type it once more."],
        "",
    )
    assert "4826" not in refused.content.decode()  # as a password, it does not come back


@pytest.mark.parametrize(("minutes", "stored"), [(9, True), (11, False)])
def test_the_password_was_typed_within_ten_minutes(sam, as_, minutes, stored):
    """What is posted later is not kept for after the password either: a PIN never waits in a session."""
    sam.user.set_password(make.PASSWORD)
    sam.user.save()
    with time_machine.travel(dt.datetime(2026, 10, 6, 14, 0, tzinfo=dt.UTC), tick=False) as clock:
        browser = as_(sam)
        assert browser.get(PAGE).headers["Location"] == "/accounts/reauthenticate/?next=%2Fme%2Fpin%2F"
        browser.post("/accounts/reauthenticate/", {"password": make.PASSWORD, "next": PAGE})
        assert browser.get(PAGE).status_code == 200
        clock.shift(dt.timedelta(minutes=minutes))
        sent = send(browser, "4826")
        assert sent.headers["Location"] == ("/me/" if stored else PAGE)
        assert check_password("4826", pin_of(sam)) == stored
        assert "4826" not in str(browser.session.items())
        assert browser.get(PAGE).status_code == (200 if stored else 302)


@pytest.mark.parametrize(("who", "status"), [("rosa", 200), ("dana", 200), ("amara", 403), ("stella", 403)])
def test_who_may_have_one(who, status, request, as_):
    person = request.getfixturevalue(who)
    browser = recently(as_(person), person)
    assert browser.get(PAGE).status_code == status
    assert ('href="/me/pin/"' in browser.get("/accounts/2fa/").content.decode()) == (status == 200)
    assert (send(browser, "4826").status_code, bool(pin_of(person))) == ((302, True) if status == 200 else (403, False))


def test_rosa_reads_about_it_on_her_page(rosa, as_):
    browser = recently(as_(rosa), rosa)
    send(browser, "4826")
    lines = browser.get("/me/looks/").context["lines"]
    assert [(line.who, line.did, line.changes) for line in lines] == [("You", "chose a PIN for reception tablets", [])]


@pytest.mark.parametrize("address", ["/me/", PAGE, "/accounts/2fa/"])
def test_rosas_pages_stay_short(rosa, as_, address):
    browser = recently(as_(rosa), rosa)
    send(browser, "4826")
    page = browser.get(address).content.decode()
    main = page[page.index("<main") : page.index("</main>")]
    assert main.count("<a ") <= 7
    assert len(re.sub(r"<[^>]*>", " ", main).split()) <= 150


def test_a_pin_in_a_form_that_comes_too_late_is_not_kept(browser, sam):
    session = browser.session
    session["used_at"] = time.time() - 16 * 60
    session.save()
    assert send(browser, "4826").headers["Location"] == "/accounts/login/?next=%2F"
    assert "kept_form" not in browser.session
