"""A reception tablet locks when nobody uses it, and opens again with the colleague's own PIN."""

import datetime as dt

import pytest
import time_machine
from django.contrib.auth.hashers import make_password
from django.contrib.sessions.backends.db import SessionStore

from members import actions
from members.models import AuditRecord, Tablet, User
from tests import make

# The lock is the same whatever keeps the rows; the race for it has a file of its own, on PostgreSQL.
pytestmark = pytest.mark.once
NINE = dt.datetime(2026, 10, 6, 13, 0, tzinfo=dt.UTC)  # nine in the morning in the house
MINUTE = dt.timedelta(minutes=1)
PIN = "4826"
LOCK_PAGE = "/locked/"


@pytest.fixture
def clock(db):
    with time_machine.travel(NINE, tick=False) as clock:
        make.house(name="Elm House", reception_locks_after=3)
        yield clock


def sign_in_on_tablet(person, pin: str = PIN, place: str = Tablet.Place.RECEPTION):
    User.objects.filter(pk=person.user.pk).update(pin=make_password(pin) if pin else "")
    browser, tablet = make.paired_tablet(place=place)
    browser.force_login(person.user, backend="members.sign_in.Backend")
    browser.get("/arrivals/")
    return browser, tablet


@pytest.fixture
def tablet(clock, sam):
    """Reception's, where Sam is signed in and looks at the arrivals."""
    return sign_in_on_tablet(sam)[0]


@pytest.fixture
def locked(tablet):
    tablet.post("/lock/", {"next": "/members/?show=everyone"})
    return tablet


def is_locked(browser) -> bool:
    """Asked of every page; False means that the page came."""
    answer = browser.get("/arrivals/")
    if answer.status_code == 302:
        assert answer.headers["Location"] == LOCK_PAGE
    return answer.status_code != 200


# -- When --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("minutes", "seconds", "locks"), [(3, 179, False), (3, 181, True), (1, 61, True), (15, 899, False)]
)
def test_it_locks_after_as_many_minutes_as_the_house_says(tablet, clock, minutes, seconds, locks):
    make.house(reception_locks_after=minutes)
    clock.shift(seconds)
    assert is_locked(tablet) == locks


def test_each_touch_counts_again(tablet, clock):
    for _ in range(20):
        clock.shift(2 * MINUTE)
        assert not is_locked(tablet)
    clock.shift(4 * MINUTE)
    assert is_locked(tablet)


def test_touches_that_follow_each_other_count_to_the_last_one(tablet, clock):
    """Elsewhere the last use is written once a minute; of three minutes that would be a third."""
    clock.shift(dt.timedelta(seconds=30))
    assert not is_locked(tablet)
    clock.shift(dt.timedelta(seconds=170))
    assert not is_locked(tablet)


@pytest.mark.parametrize("header", ["X-Polling", "X-Queued"])
def test_what_a_page_does_by_itself_does_not_keep_it_open(tablet, clock, header):
    for _ in range(2):
        clock.shift(MINUTE + dt.timedelta(seconds=20))
        assert tablet.get("/me/", headers={header: "1"}).status_code == 200
    clock.shift(MINUTE)
    answer = tablet.get("/me/", headers={header: "1"})
    assert (answer.status_code, answer.content) == (423, b"")
    assert is_locked(tablet)


def test_the_page_is_told_when_it_locks_and_says_that_it_was_touched(tablet, clock):
    def asks(method):
        answer = getattr(tablet, method)("/stay/", headers={"X-Polling": "1"})
        return answer.json() if answer.status_code == 200 else answer.status_code

    clock.shift(2 * MINUTE)
    assert asks("get") == {"seconds_left": 8 * 3600 - 120, "locks_in": 60}
    assert asks("post") == {"seconds_left": 8 * 3600 - 120, "locks_in": 180}
    clock.shift(4 * MINUTE)
    assert (asks("get"), asks("post")) == (423, 423)


def test_it_stays_locked_for_hours_but_not_longer_than_a_session(locked, clock):
    """The 15 minutes after which a session ends elsewhere do not count, the 8 hours do."""
    clock.shift(7 * 60 * MINUTE)
    assert locked.post(LOCK_PAGE, {"pin": PIN}).headers["Location"] == "/members/?show=everyone"
    assert not is_locked(locked)
    clock.shift(61 * MINUTE)
    assert locked.post(LOCK_PAGE, {"pin": PIN}).headers["Location"].startswith("/accounts/login/")
    assert "_auth_user_id" not in locked.session


@pytest.mark.parametrize(("minutes", "stays"), [(14, True), (16, False)])
def test_an_ordinary_browser_ends_after_a_quarter_of_an_hour_as_ever(clock, sam, as_, minutes, stays):
    User.objects.filter(pk=sam.user.pk).update(pin=make_password(PIN))
    browser = as_(sam)
    browser.get("/arrivals/")
    clock.shift(minutes * MINUTE)
    answer = browser.get("/arrivals/")
    assert (answer.status_code == 200) == stays
    assert stays or answer.headers["Location"].startswith("/accounts/login/")


@pytest.mark.parametrize(("minutes", "stays"), [(14, True), (16, False)])
@pytest.mark.parametrize("who", ["sam", "rosa", "amara"])
def test_without_a_pin_the_session_ends(clock, who, minutes, stays, request):
    """Also a member's, who has two hours on her own phone."""
    person = request.getfixturevalue(who)
    browser, _ = sign_in_on_tablet(person, pin="")
    clock.shift(minutes * MINUTE)
    answer = browser.get("/me/")
    assert (answer.status_code == 200) == stays
    assert stays or answer.headers["Location"].startswith("/accounts/login/")


def test_a_pin_without_the_duty_locks_nothing(clock, amara):
    browser, _ = sign_in_on_tablet(amara)
    clock.shift(4 * MINUTE)
    assert browser.get("/me/").status_code == 200


def test_rosa_with_the_reception_duty_locks_too(clock, rosa):
    browser, _ = sign_in_on_tablet(rosa)
    clock.shift(4 * MINUTE)
    assert is_locked(browser)
    assert browser.post(LOCK_PAGE, {"pin": PIN}).headers["Location"] == "/arrivals/"
    clock.shift(8 * 60 * MINUTE)
    assert browser.get("/arrivals/").headers["Location"].startswith("/accounts/login/")


# -- The tablet goes ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("is_locked_before", [False, True])
def test_a_revoked_tablet_ends_the_session_and_is_an_ordinary_browser_then(clock, sam, is_locked_before):
    browser, tablet = sign_in_on_tablet(sam)
    if is_locked_before:
        browser.post("/lock/")
    actions.revoke_tablet(tablet=tablet, by=None)
    assert browser.get("/arrivals/").status_code == 403  # wiped; members/middleware.py
    assert "_auth_user_id" not in browser.session
    browser.force_login(sam.user, backend="members.sign_in.Backend")
    browser.get("/arrivals/")
    clock.shift(14 * MINUTE)
    assert browser.get("/arrivals/").status_code == 200
    assert browser.post("/lock/").headers["Location"] == "/"
    assert browser.get("/arrivals/").status_code == 200


@pytest.mark.parametrize("after", [MINUTE, 4 * MINUTE])
@pytest.mark.parametrize("is_locked_before", [False, True])
def test_taking_the_cookie_of_the_tablet_away_opens_nothing(tablet, clock, after, is_locked_before):
    """Whoever clears it to get an ordinary browser, with its quarter of an hour, is signed out."""
    if is_locked_before:
        tablet.post("/lock/")
    clock.shift(after)
    del tablet.cookies["tablet"]
    assert tablet.get("/arrivals/").headers["Location"].startswith("/accounts/login/")
    assert "_auth_user_id" not in tablet.session


@pytest.mark.parametrize("loss", [{"pin": ""}, {"role": "member"}, {"is_active": False}])
def test_who_may_not_open_it_any_more_is_signed_out(locked, sam, loss):
    User.objects.filter(pk=sam.user.pk).update(**loss)
    assert locked.get("/arrivals/").headers["Location"].startswith("/accounts/login/")
    assert locked.post(LOCK_PAGE, {"pin": PIN}).headers["Location"].startswith("/accounts/login/")


# -- The lock page -----------------------------------------------------------------------------------------------------


def test_it_names_the_house_and_nobody(tablet, sam):
    """What was last said on this tablet waits, too."""
    make.member("Noor Haddad", member_no="N7")
    arrived = {"key": "0b9d5a5e-6b0c-4a53-9c2b-1e6d3f0f2a11", "member_no": "N7", "action": "arrive"}
    tablet.post("/arrivals/2026-10-06/log/", arrived)
    tablet.post("/lock/")
    page = tablet.get("/arrivals/", follow=True).content.decode()
    assert [name for name in ("Sam", "Rivers", "Noor", "Haddad", "sam") if name in page] == []
    assert "Elm House" in page and "PIN of <bdi>SR</bdi>" in page
    tablet.post(LOCK_PAGE, {"pin": PIN})
    assert "Saved. Noor is here" in tablet.get("/arrivals/").content.decode()


def test_its_form_that_comes_from_elsewhere_says_nothing_either(locked, clock):
    """The page for a form without its token is drawn for a locked session too."""
    locked.handler.enforce_csrf_checks = True
    answer = locked.post(LOCK_PAGE, {"pin": PIN})
    assert answer.status_code == 403
    assert [word for word in ("Sam", "Sign out", "/members/", "/me/") if word in answer.content.decode()] == []


def test_the_right_pin_leads_back_to_where_sam_was(tablet, clock):
    tablet.get("/members/?show=everyone")
    clock.shift(4 * MINUTE)
    assert tablet.get("/members/?show=everyone").headers["Location"] == LOCK_PAGE
    assert tablet.get(LOCK_PAGE).status_code == 200
    assert tablet.post(LOCK_PAGE, {"pin": PIN}).headers["Location"] == "/members/?show=everyone"
    assert not is_locked(tablet)
    assert tablet.get(LOCK_PAGE).headers["Location"] == "/"


def test_a_tap_by_htmx_is_led_to_the_lock_page_and_back_to_its_own_page(tablet, clock):
    clock.shift(4 * MINUTE)
    headers = {"HX-Request": "true", "HX-Current-URL": "http://testserver/members/"}
    tapped = tablet.get("/arrivals/visits/1/change/", headers=headers)
    assert (tapped.status_code, tapped.headers["HX-Redirect"]) == (204, LOCK_PAGE)
    assert tablet.post(LOCK_PAGE, {"pin": PIN}).headers["Location"] == "/members/"


def test_a_way_back_is_forgotten_when_it_was_taken(locked, clock):
    locked.post(LOCK_PAGE, {"pin": PIN})
    clock.shift(4 * MINUTE)
    assert locked.get("/stay/", headers={"X-Polling": "1"}).status_code == 423  # says of no page
    assert locked.post(LOCK_PAGE, {"pin": PIN}).headers["Location"] == "/"


def test_a_page_elsewhere_is_no_way_back(tablet, clock):
    clock.shift(4 * MINUTE)
    tablet.get("/me/", headers={"HX-Request": "true", "HX-Current-URL": "http://elsewhere.example/members/"})
    assert tablet.post(LOCK_PAGE, {"pin": PIN}).headers["Location"] == "/"


def test_sam_whose_second_key_is_gone_opens_it_and_sets_up_a_new_one(locked, sam):
    sam.user.authenticator_set.all().delete()
    assert locked.get(LOCK_PAGE).status_code == 200
    locked.post(LOCK_PAGE, {"pin": PIN})
    assert locked.get("/arrivals/").headers["Location"] == "/accounts/2fa/"


@pytest.mark.parametrize("next_page", ["https://elsewhere.example/", "//elsewhere.example", "members", ""])
def test_the_way_back_leads_to_pages_of_ours_only(tablet, next_page):
    tablet.post("/lock/", {"next": next_page})
    assert tablet.post(LOCK_PAGE, {"pin": PIN}).headers["Location"] == "/"


def test_what_was_written_too_late_waits_behind_the_pin(tablet, clock, sam):
    clock.shift(4 * MINUTE)
    sent = tablet.post("/me/edit/", {"name_to_use": "Sammy", "phone": "555 0199"})
    assert sent.headers["Location"] == LOCK_PAGE
    assert tablet.get("/kept/").headers["Location"] == LOCK_PAGE
    assert tablet.post(LOCK_PAGE, {"pin": PIN}).headers["Location"] == "/kept/"
    page = tablet.get("/kept/")
    assert dict(page.context["kept"]["fields"]) == {"name_to_use": "Sammy", "phone": "555 0199"}
    assert "The tablet locked before it was sent." in page.content.decode()
    tablet.post("/me/edit/", dict(page.context["kept"]["fields"]))
    sam.refresh_from_db()
    assert sam.known_as == "Sammy"


def test_lock_now_pressed_too_late_is_nothing_written(tablet, clock):
    clock.shift(4 * MINUTE)
    assert tablet.post("/lock/", {"next": "/arrivals/"}).headers["Location"] == LOCK_PAGE
    assert tablet.post(LOCK_PAGE, {"pin": PIN}).headers["Location"] == "/"


def test_somebody_else_signs_out(locked):
    assert locked.post("/accounts/logout/").headers["Location"] == "/accounts/login/"
    assert "_auth_user_id" not in locked.session


# -- Five tries --------------------------------------------------------------------------------------------------------


def test_five_wrong_pins_end_the_session(locked, sam):
    said = []
    for _ in range(4):
        wrong = locked.post(LOCK_PAGE, {"pin": "9999"})
        assert wrong.status_code == 422
        said.append(wrong.context["form"].errors["pin"][0].split(".")[1])
        assert locked.get(LOCK_PAGE).status_code == 200  # loading it again gives no more tries
    assert said == [f" {n} more tries, then you sign in with your password" for n in (4, 3, 2)] + [
        " One more try, then you sign in with your password"
    ]
    last = locked.post(LOCK_PAGE, {"pin": "9999"})
    assert last.headers["Location"] == "/accounts/login/?next=%2Fmembers%2F%3Fshow%3Deveryone"
    assert "_auth_user_id" not in locked.session
    assert locked.post(LOCK_PAGE, {"pin": PIN}).headers["Location"].startswith("/accounts/login/")
    record = AuditRecord.objects.get(verb="end_after_wrong_pins")
    assert (record.by, record.subject) == (None, f"members.user {sam.user.pk}")


def test_rosa_reads_on_her_page_that_it_happened(clock, rosa, as_):
    browser, _ = sign_in_on_tablet(rosa)
    browser.post("/lock/")
    for _ in range(5):
        browser.post(LOCK_PAGE, {"pin": "9021"})
    (line,) = as_(rosa).get("/me/looks/").context["lines"]
    assert (line.who, line.did) == ("The house", "signed you out of a tablet, after five wrong PINs")


def test_the_fifth_try_may_be_right_and_the_count_begins_again(locked):
    for _ in range(2):
        for _ in range(4):
            locked.post(LOCK_PAGE, {"pin": "9999"})
        assert locked.post(LOCK_PAGE, {"pin": PIN}).status_code == 302
        locked.post("/lock/", {"next": "/members/"})
    assert is_locked(locked)


def test_after_five_tries_no_pin_is_right(locked):
    """Also for a try that comes before the fifth has ended the session."""
    session = locked.session
    session["wrong_pins"] = 5
    session.save()
    assert locked.post(LOCK_PAGE, {"pin": PIN}).headers["Location"].startswith("/accounts/login/")
    assert "_auth_user_id" not in locked.session


def test_a_wrong_pin_is_stored_once_and_nothing_older_after_it(locked, monkeypatch):
    """A second writing, when the answer leaves, would put back how many tries there were before somebody else's."""
    saved = []
    save = SessionStore.save
    monkeypatch.setattr(SessionStore, "save", lambda self, *args, **how: saved.append(1) or save(self, *args, **how))
    locked.post(LOCK_PAGE, {"pin": "9021"})
    assert saved == [1]


@pytest.mark.parametrize("pin", ["", "123456789"])
def test_what_cannot_be_a_pin_is_no_try(locked, pin):
    for _ in range(6):
        assert locked.post(LOCK_PAGE, {"pin": pin}).status_code == 422
    assert locked.post(LOCK_PAGE, {"pin": PIN}).headers["Location"] == "/members/?show=everyone"


def test_what_was_written_survives_five_wrong_pins_for_the_same_person(tablet, clock):
    clock.shift(4 * MINUTE)
    tablet.post("/me/edit/", {"name_to_use": "Sammy"})
    for _ in range(5):
        last = tablet.post(LOCK_PAGE, {"pin": "9999"})
    assert last.headers["Location"] == "/accounts/login/?next=%2Fkept%2F"
    assert tablet.session["kept_form"]["fields"] == [["name_to_use", "Sammy"]]


# -- Asked kindly ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("pin", "asked"), [("", True), (PIN, False)])
def test_without_a_pin_the_home_page_asks_for_one(clock, rosa, pin, asked):
    browser, _ = sign_in_on_tablet(rosa, pin=pin)
    assert ("Choose a PIN" in browser.get("/").content.decode()) == asked
    assert ("Lock now" in browser.get("/arrivals/").content.decode()) == (not asked)


def test_not_in_an_ordinary_browser(clock, sam, as_):
    User.objects.filter(pk=sam.user.pk).update(pin=make_password(PIN))
    browser = as_(sam)
    assert "Choose a PIN" not in browser.get("/").content.decode()
    assert "Lock now" not in browser.get("/arrivals/").content.decode()
    refused = browser.post("/lock/", {"next": "/arrivals/"}, follow=True).content.decode()
    assert "Only a reception tablet locks" in refused
