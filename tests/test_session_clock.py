"""To the second: how long a session lasts for everybody who gets in, and when they are asked again who they are."""

import datetime as dt
import re

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from django.test import Client

from members.models import Role, User
from tests import make
from tests.test_doors import SECRET
from tests.test_doors_clock import SECOND, ask_for_code, enter, give, is_in, with_password

pytestmark = pytest.mark.page

NINE = dt.datetime(2026, 10, 6, 13, 0, tzinfo=dt.UTC)  # nine in the morning in the house
SHORT = {"idle": dt.timedelta(minutes=15), "absolute": dt.timedelta(hours=8)}
LONG = {"idle": dt.timedelta(hours=2), "absolute": dt.timedelta(days=14)}


@pytest.fixture
def clock(db):
    with time_machine.travel(NINE, tick=False) as clock:
        yield clock


@pytest.fixture
def amara(amara):
    return with_password(amara)


@pytest.fixture
def sam(sam):
    return with_password(sam)


@pytest.fixture
def keeper(db):
    """A login of nobody in the house."""
    user = User.objects.create_user("keeper", password=make.PASSWORD, is_staff=True, is_superuser=True)
    Authenticator.objects.create(user=user, type=Authenticator.Type.TOTP, data={"secret": SECRET})
    return user


KINDS = [
    ("amara", LONG), ("rosa", LONG), ("idris", LONG), ("stella", LONG), ("meera", LONG),
    ("sam", SHORT), ("dana", SHORT), ("keeper", SHORT),
]  # fmt: skip


@pytest.fixture
def browser_of(request, clock):
    def signed_in(who: str) -> tuple[Client, str]:
        person = request.getfixturevalue(who)
        user, page = (person, "/keeper/") if who == "keeper" else (person.user, "/me/")
        browser = Client()
        browser.force_login(user, backend="members.sign_in.Backend")
        assert is_in(browser, page)
        return browser, page

    return signed_in


@pytest.mark.parametrize(("who", "limits"), KINDS)
@pytest.mark.parametrize(("after", "stays"), [(0, True), (1, False)])
def test_to_the_second_nobody_uses_it(browser_of, clock, who, limits, after, stays):
    browser, page = browser_of(who)
    clock.shift(limits["idle"] + after * SECOND)
    assert is_in(browser, page) == stays


@pytest.mark.parametrize(("who", "limits"), KINDS)
@pytest.mark.parametrize(("after", "stays"), [(-1, True), (1, False)])
def test_to_the_second_it_is_used_all_the_time(browser_of, clock, who, limits, after, stays):
    browser, page = browser_of(who)
    clock.shift(limits["absolute"] + after * SECOND)
    session = browser.session
    session["used_at"] = NINE.timestamp() + limits["absolute"].total_seconds()
    session.save()
    assert is_in(browser, page) == stays


@pytest.mark.parametrize("who", ["amara", "sam"])
def test_who_becomes_a_colleague_in_charge_has_the_shorter_limit_at_once(browser_of, clock, who):
    browser, page = browser_of(who)
    User.objects.filter(username=who).update(role=Role.STAFF)
    clock.shift(dt.timedelta(minutes=15) + SECOND)
    assert not is_in(browser, page)


@pytest.mark.parametrize(("who", "limits"), [("amara", LONG), ("sam", SHORT)])
def test_a_session_that_ended_opens_nothing_ever_again(browser_of, clock, who, limits):
    browser, page = browser_of(who)
    key = browser.cookies["sessionid"].value
    clock.shift(limits["idle"] + SECOND)
    assert not is_in(browser, page)
    thief = Client()
    thief.cookies["sessionid"] = key
    clock.move_to(NINE)
    assert not is_in(thief, page)


def test_signing_out_ends_the_session_for_a_copy_of_its_cookie_too(amara):
    browser, thief = enter(), Client()
    thief.cookies["sessionid"] = browser.cookies["sessionid"].value
    assert is_in(thief)
    browser.post("/accounts/logout/")
    assert not is_in(thief)


def test_signing_in_makes_a_new_session_and_ends_the_one_before(amara):
    browser, code = ask_for_code()  # from now on it has a session, which somebody may have put there
    planted = Client()
    planted.cookies["sessionid"] = browser.cookies["sessionid"].value
    assert give(browser, code)
    assert browser.cookies["sessionid"].value != planted.cookies["sessionid"].value
    assert (is_in(browser), is_in(planted)) == (True, False)


def test_a_new_password_ends_every_other_session(amara):
    here, there = enter(), enter()
    posted = {"oldpassword": make.PASSWORD, "password1": "an other way home", "password2": "an other way home"}
    here.post("/accounts/password/change/", posted)
    assert (is_in(here), is_in(there)) == (True, False)


def test_amara_sees_where_she_is_signed_in_and_ends_the_others(amara):
    here, there = make.just_signed_in(enter(), amara), enter()
    page = here.get("/accounts/sessions/")
    assert len(page.context["sessions"]) == 2
    assert here.post("/accounts/sessions/").headers["Location"] == "/accounts/sessions/"
    assert (is_in(here), is_in(there)) == (True, False)


def test_a_phone_that_was_found_ends_nobodys_session_without_the_password(clock, amara):
    found, there = enter(), enter()
    clock.shift(dt.timedelta(minutes=10))
    assert found.get("/accounts/sessions/").status_code == 200
    assert found.post("/accounts/sessions/").headers["Location"].startswith("/accounts/reauthenticate/")
    assert is_in(there)


@pytest.mark.parametrize("page", ["/", "/me/", "/tasks/", "/accounts/2fa/"])
def test_every_page_has_a_way_out(amara, as_, page):
    assert 'action="/accounts/logout/"' in as_(amara).get(page).content.decode()


# -- Who it is, asked again --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("seconds", "asked"), [(599, False), (600, True)])
@pytest.mark.parametrize(
    "page",
    [
        "/accounts/2fa/totp/activate/",
        "/accounts/2fa/totp/deactivate/",
        "/accounts/2fa/recovery-codes/",
        "/accounts/2fa/recovery-codes/generate/",
        "/accounts/2fa/recovery-codes/download/",
        "/accounts/2fa/webauthn/add/",
        "/accounts/2fa/webauthn/keys/{key}/remove/",
    ],
)
def test_changing_a_key_asks_again_after_ten_minutes(clock, sam, as_, page, seconds, asked):
    RecoveryCodes.activate(sam.user)
    if "key" in page:
        passkey = Authenticator.objects.create(user=sam.user, type=Authenticator.Type.WEBAUTHN, data={"name": "Phone"})
        page = page.format(key=passkey.pk)
    browser = make.just_signed_in(as_(sam), sam)
    clock.shift(seconds * SECOND)
    where = browser.get(page).headers.get("Location", "")
    assert bool(re.match("/accounts/(2fa/)?reauthenticate/", where)) == asked


def test_a_passkey_is_not_removed_by_a_post_alone(clock, sam, as_):
    passkey = Authenticator.objects.create(user=sam.user, type=Authenticator.Type.WEBAUTHN, data={"name": "Phone"})
    path = f"/accounts/2fa/webauthn/keys/{passkey.pk}/remove/"
    browser = make.just_signed_in(as_(sam), sam)
    clock.shift(600 * SECOND)
    browser.post(path)
    assert Authenticator.objects.filter(pk=passkey.pk).exists()
    make.just_signed_in(browser, sam).post(path)
    assert not Authenticator.objects.filter(pk=passkey.pk).exists()


@pytest.mark.parametrize(("seconds", "asked"), [(599, False), (600, True)])
def test_handing_out_a_role_asks_again_after_ten_minutes(clock, dana, sam, as_, seconds, asked):
    browser = make.just_signed_in(as_(dana), dana)
    clock.shift(seconds * SECOND)
    answer = browser.post(f"/logins/{sam.user.pk}/", {"username": "sam", "email": "", "role": "coordinator"})
    sam.user.refresh_from_db()
    assert (sam.user.role == Role.COORDINATOR, answer.status_code) == (not asked, 302)
