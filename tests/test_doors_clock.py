"""To the second: how long a code, a card, a letter and a count last, for everybody who gets in."""

import datetime as dt
import re

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from django.core import mail
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.urls import reverse

from members import actions, sign_in
from tests import actors, make
from tests.test_doors import SECRET, code_now
from tests.walls import DOORS

pytestmark = pytest.mark.page

NINE = dt.datetime(2026, 10, 6, 13, 0, tzinfo=dt.UTC)  # nine in the morning in the house
SECOND = dt.timedelta(seconds=1)
SIGN_IN, SECOND_KEY = "/accounts/login/", "/accounts/2fa/authenticate/"


@pytest.fixture
def clock(db):
    with time_machine.travel(NINE, tick=False) as clock:
        yield clock


def with_password(person):
    person.user.set_password(make.PASSWORD)
    person.user.email = f"{person.user.username}@example.org"
    person.user.save()
    return person


@pytest.fixture
def amara(amara):
    return with_password(amara)


@pytest.fixture
def sam(sam):
    Authenticator.objects.filter(user=sam.user).update(data={"secret": SECRET})
    return with_password(sam)


def is_in(browser: Client, page: str = "/me/", **headers) -> bool:
    return browser.get(page, headers=headers).status_code == 200


def enter(login: str = "amara", password: str = make.PASSWORD, browser: Client | None = None) -> Client:
    browser = browser or Client()
    browser.post(SIGN_IN, {"login": login, "password": password})
    return browser


# -- The second key ----------------------------------------------------------------------------------------------------


def at_the_second_key(login: str = "sam") -> Client:
    """Who gave a right password, and nothing else yet."""
    browser = Client()
    assert browser.post(SIGN_IN, {"login": login, "password": make.PASSWORD}).headers["Location"] == SECOND_KEY
    return browser


def test_no_door_opens_on_the_way_round_the_second_key(world):
    """Every door, both ways, with a password and without the second key; in the end nobody is in."""
    user = world.clients["staff"].get("/me/").context["user"]
    user.set_password(make.PASSWORD)
    user.save()
    browser = at_the_second_key(user.username)
    opened = []
    for door in (door for door in DOORS if not door.library and actors.ANONYMOUS not in door.GET):
        address = reverse(door.name, kwargs=door.at(world))
        for answer in (browser.get(address), browser.post(address, door.data(world))):
            if answer.status_code == 200 or "canary" in answer.content.decode(errors="replace").lower():
                opened.append(door.name)
    assert opened == []
    for door in (door for door in DOORS if door.library and door.name not in {"account_logout", "account_login"}):
        address = reverse(door.name, kwargs=door.at(world))
        browser.get(address)
        browser.post(address, door.data(world))
        assert not is_in(browser), door.name


def test_setting_up_another_key_is_no_way_round(sam):
    browser = at_the_second_key()
    for page in ("totp/activate/", "totp/deactivate/", "recovery-codes/generate/", "webauthn/add/", "reauthenticate/"):
        browser.post(f"/accounts/2fa/{page}", {"code": "000000"})
    assert Authenticator.objects.get(user=sam.user).data == {"secret": SECRET}
    assert not is_in(browser)


def test_half_a_sign_in_lasts_a_quarter_of_an_hour(clock, sam):
    browser = at_the_second_key()
    clock.shift(dt.timedelta(minutes=15) + SECOND)
    browser.post(SECOND_KEY, {"code": code_now()})
    assert not is_in(browser)


def test_a_code_of_the_app_opens_once(clock, sam):
    code = code_now()
    first, second = at_the_second_key(), at_the_second_key()
    first.post(SECOND_KEY, {"code": code})
    second.post(SECOND_KEY, {"code": code})
    assert (is_in(first), is_in(second)) == (True, False)
    clock.shift(30 * SECOND)
    second.post(SECOND_KEY, {"code": code_now()})
    assert is_in(second)


def test_without_the_note_of_used_codes_it_would_open_twice(clock, sam, monkeypatch):
    monkeypatch.setattr("allauth.mfa.totp.internal.auth.TOTP._mark_code_used", lambda self, code: True)
    first, second = at_the_second_key(), at_the_second_key()
    for browser in (first, second):
        browser.post(SECOND_KEY, {"code": code_now()})
    assert is_in(second)


@pytest.mark.parametrize(("seconds", "opens"), [(29, True), (30, False)])
def test_a_code_of_the_app_lasts_half_a_minute(clock, sam, seconds, opens):
    code, browser = code_now(), at_the_second_key()
    clock.shift(seconds * SECOND)
    browser.post(SECOND_KEY, {"code": code})
    assert is_in(browser) == opens


def test_a_recovery_code_opens_once(clock, sam):
    code, other = RecoveryCodes.activate(sam.user).generate_codes()[:2]
    for one, opens in ((code, True), (code, False), (other, True)):
        browser = at_the_second_key()
        browser.post(SECOND_KEY, {"code": one})
        assert is_in(browser) == opens


def test_guessing_codes_is_slowed_down_and_ends_by_itself(clock, sam):
    browser = at_the_second_key()
    for n in range(5):
        browser.post(SECOND_KEY, {"code": f"{n:06}"})
    browser.post(SECOND_KEY, {"code": code_now()})
    assert not is_in(browser)
    clock.shift(dt.timedelta(minutes=5) + SECOND)
    browser.post(SECOND_KEY, {"code": code_now()})
    assert is_in(browser)


# -- Cards, codes and letters ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("seconds", "opens"), [(-1, True), (0, False)])
def test_a_card_opens_for_72_hours_to_the_second(clock, dana, amara, seconds, opens):
    token = actions.invite(user=amara.user, by=dana.user)
    clock.shift(dt.timedelta(hours=72) + seconds * SECOND)
    posted = {"username": "amara", "password": "an other way home"}
    assert (Client().post(f"/welcome/{token}/", posted).status_code == 302) == opens


def ask_for_code(email: str = "amara@example.org") -> tuple[Client, str]:
    browser = Client()
    browser.post("/accounts/login/code/", {"email": email})
    words = [line.strip() for line in mail.outbox[-1].body.splitlines()]
    return browser, next(word for word in words if 6 <= len(word) <= 9 and " " not in word)


def give(browser: Client, code: str) -> bool:
    browser.post("/accounts/login/code/confirm/", {"code": code})
    return is_in(browser)


@pytest.mark.parametrize(("seconds", "opens"), [(180, True), (181, False)])
def test_a_code_by_mail_lasts_three_minutes(clock, amara, seconds, opens):
    browser, code = ask_for_code()
    clock.shift(seconds * SECOND)
    assert give(browser, code) == opens


def test_a_code_by_mail_is_for_the_browser_that_asked(clock, amara):
    browser, code = ask_for_code()
    assert not give(Client(), code)
    elsewhere, _newer = ask_for_code()
    assert not give(elsewhere, code)
    assert give(browser, code)


def test_a_code_by_mail_opens_once(clock, amara):
    browser, code = ask_for_code()
    assert give(browser, code)
    browser.post("/accounts/logout/")
    assert not give(browser, code)


def test_a_code_by_mail_may_be_mistyped_twice(clock, amara):
    browser, code = ask_for_code()
    assert [give(browser, "WRONG1"), give(browser, "WRONG2"), give(browser, code)] == [False, False, True]
    clock.shift(dt.timedelta(minutes=2))
    browser, code = ask_for_code()
    assert [give(browser, f"WRONG{n}") for n in range(3)] == [False] * 3
    assert not give(browser, code)


def test_a_code_by_mail_cannot_be_guessed(clock, amara):
    """Six and more letters and digits, another one each time."""
    codes = set()
    for _ in range(3):
        codes.add(ask_for_code()[1].replace("-", ""))
        clock.shift(dt.timedelta(minutes=2))
    assert len(codes) == 3
    assert all(len(code) >= 6 and code.isalnum() for code in codes)


def test_nobodys_mailbox_is_filled_with_codes(clock, amara):
    for _ in range(8):
        Client().post("/accounts/login/code/", {"email": "amara@example.org"})
    assert len(mail.outbox) == 3


def letter_for(email: str = "amara@example.org") -> str:
    Client().post("/accounts/password/reset/", {"email": email})
    return re.search(r"/accounts/password/reset/key/\S+", mail.outbox[-1].body)[0]


def choose(link: str, password: str = "an other way home") -> Client:
    browser = Client()
    page = browser.get(link, follow=True)
    browser.post(page.request["PATH_INFO"], {"password1": password, "password2": password})
    return browser


@pytest.mark.parametrize(("seconds", "works"), [(600, True), (601, False)])
def test_the_link_of_a_letter_lasts_ten_minutes(clock, amara, seconds, works):
    link = letter_for()
    clock.shift(seconds * SECOND)
    choose(link)
    amara.user.refresh_from_db()
    assert amara.user.check_password("an other way home") == works


def test_the_link_of_a_letter_works_once_and_ends_every_session(clock, amara):
    before, link = enter(), letter_for()
    choose(link)
    assert not is_in(before)
    choose(link, "a third way home")
    amara.user.refresh_from_db()
    assert amara.user.check_password("an other way home")


def test_a_letter_is_no_way_round_the_second_key(clock, sam):
    browser = choose(letter_for("sam@example.org"))
    assert not is_in(browser)
    browser.post(SIGN_IN, {"login": "sam", "password": "an other way home"})
    assert not is_in(browser)


def test_a_card_is_no_way_round_the_second_key(clock, dana, sam):
    token, browser = actions.invite(user=sam.user, by=dana.user), Client()
    browser.post(f"/welcome/{token}/", {"username": "sam", "password": "an other way home"})
    assert not is_in(browser)


def test_no_letter_for_an_account_that_is_switched_off_or_unknown(clock, amara, dana):
    actions.switch_off_account(user=amara.user, by=dana.user)
    answers = [
        Client().post("/accounts/password/reset/", {"email": email}).headers["Location"]
        for email in ("amara@example.org", "nobody@example.org")
    ]
    assert answers == ["/accounts/password/reset/done/"] * 2
    assert mail.outbox == []


# -- Counts of tries ---------------------------------------------------------------------------------------------------


def tries(times: int, address: str = "203.0.113.9", login: str = "amara") -> None:
    for n in range(times):
        Client(REMOTE_ADDR=address).post(SIGN_IN, {"login": login, "password": f"guess {n}"})


@pytest.mark.parametrize(("seconds", "opens"), [(299, False), (301, True)])
def test_five_tries_from_one_address_wait_five_minutes(clock, amara, seconds, opens):
    tries(5)
    clock.shift(seconds * SECOND)
    assert is_in(enter(browser=Client(REMOTE_ADDR="203.0.113.9"))) == opens


def test_an_account_under_attack_from_everywhere_opens_for_its_person_all_the_same(clock, amara, monkeypatch):
    """Sixty tries an hour from strange devices are spent; the phone she used before is counted by itself."""
    phone = enter()
    phone.post("/accounts/logout/")
    for n in range(15):
        tries(5, address=f"203.0.113.{n}")
    assert not is_in(enter(browser=Client(REMOTE_ADDR="192.0.2.1")))
    assert is_in(enter(browser=phone))
    clock.shift(dt.timedelta(hours=1) + SECOND)
    assert is_in(enter(browser=Client(REMOTE_ADDR="192.0.2.1")))


def test_one_address_tries_many_names_and_is_slowed_down(clock, amara):
    for n in range(20):
        tries(1, login=f"somebody{n}")
    assert not is_in(enter(browser=Client(REMOTE_ADDR="203.0.113.9")))
    assert is_in(enter(browser=Client(REMOTE_ADDR="192.0.2.1")))
    clock.shift(dt.timedelta(minutes=1) + SECOND)
    assert is_in(enter(browser=Client(REMOTE_ADDR="203.0.113.9")))


def counted() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT COUNT(*) FROM cache")
        return cursor.fetchone()[0]


def test_sessions_and_counts_are_kept_in_the_database(settings, clock, amara):
    """Redis is not asked: nothing of signing in fails when it is away."""
    before = counted()
    settings.REDIS_URL = settings.CELERY_BROKER_URL = "redis://127.0.0.1:1/0"
    tries(5)
    assert counted() > before
    assert not is_in(enter(browser=Client(REMOTE_ADDR="203.0.113.9")))
    assert settings.CACHES["default"]["BACKEND"].endswith("DatabaseCache")
    assert settings.SESSION_ENGINE == "django.contrib.sessions.backends.db"


def test_when_the_counts_are_lost_the_tries_begin_again(clock, amara):
    tries(5)
    cache.clear()
    assert is_in(enter(browser=Client(REMOTE_ADDR="203.0.113.9")))


def test_without_counting_a_guesser_is_never_slowed_down(clock, amara, monkeypatch):
    monkeypatch.setattr(sign_in, "count_try", lambda *arguments, **kwargs: [])
    tries(30)
    assert is_in(enter(browser=Client(REMOTE_ADDR="203.0.113.9")))
