"""Who gets in: passwords and tries, the second factor, an account that is switched off, the keeper."""

import datetime as dt

import pytest
import time_machine
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import hotp_value, yield_hotp_counters_from_time
from django.core import mail
from django.test import Client

from members import actions, sign_in
from members.models import AuditRecord, Role
from tests import make

pytestmark = pytest.mark.page

SIGN_IN = "/accounts/login/"
STRANGER = "203.0.113.9"
ELSEWHERE = "198.51.100.7"
NINE = dt.datetime(2026, 10, 6, 13, 0, tzinfo=dt.UTC)  # nine in the morning in the house


@pytest.fixture
def amara(amara):
    amara.user.set_password(make.PASSWORD)
    amara.user.email = "amara@example.org"
    amara.user.save()
    return amara


def try_to_sign_in(browser: Client, password: str, login: str = "amara", address: str = ELSEWHERE):
    return browser.post(SIGN_IN, {"login": login, "password": password}, REMOTE_ADDR=address)


def is_in(browser: Client) -> bool:
    return browser.get("/me/").status_code == 200


# -- Passwords and codes -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("login", ["amara", "AMARA", "amara@example.org", "Amara@Example.org"])
def test_amara_signs_in_with_username_or_email(amara, login):
    browser = Client()
    assert try_to_sign_in(browser, make.PASSWORD, login).headers["Location"] == "/"
    assert is_in(browser)


def test_a_wrong_password_gets_a_kind_sentence_that_tells_nothing(amara):
    known = try_to_sign_in(Client(), "not it").context["form"].non_field_errors()
    unknown = try_to_sign_in(Client(), "not it", "nobody").context["form"].non_field_errors()
    assert known == unknown
    assert known == ["That name and password do not fit together. Try again, or ask a colleague for a new card."]


def test_amara_signs_in_with_a_code_by_mail(amara):
    browser = Client()
    browser.post("/accounts/login/code/", {"email": "Amara@example.org"})
    (letter,) = mail.outbox
    assert letter.to == ["amara@example.org"]
    code = next(
        line.strip() for line in letter.body.splitlines() if 6 <= len(line.strip()) <= 9 and " " not in line.strip()
    )
    assert browser.post("/accounts/login/code/confirm/", {"code": code}).headers["Location"] == "/"
    assert is_in(browser)


def test_a_code_for_an_unknown_address_is_not_sent_and_not_denied(amara):
    asked = Client().post("/accounts/login/code/", {"email": "nobody@example.org"})
    assert (asked.headers["Location"], mail.outbox) == ("/accounts/login/code/confirm/", [])


def test_nobody_makes_an_account_without_a_card(db):
    posted = {"username": "eve", "email": "", "password1": make.PASSWORD, "password2": make.PASSWORD}
    Client().post("/accounts/signup/", posted)
    assert make.User.objects.count() == 0


# -- Tries -------------------------------------------------------------------------------------------------------------


def guess(address: str = STRANGER, times: int = 8) -> None:
    for n in range(times):
        try_to_sign_in(Client(), f"guess {n}", address=address)


def test_a_guesser_is_slowed_down(amara):
    browser = Client()
    for n in range(5):
        try_to_sign_in(browser, f"guess {n}", address=STRANGER)
    refused = try_to_sign_in(browser, make.PASSWORD, address=STRANGER)
    assert refused.context["form"].non_field_errors()[0].startswith("That was tried many times in a row.")


def test_and_may_try_again_after_five_minutes(amara):
    with time_machine.travel(NINE, tick=False) as clock:
        guess(times=6)
        clock.shift(dt.timedelta(minutes=5, seconds=1))
        assert try_to_sign_in(Client(), make.PASSWORD, address=STRANGER).status_code == 302


def test_a_guesser_does_not_keep_amara_out_on_her_own_phone(amara):
    phone = Client()
    try_to_sign_in(phone, make.PASSWORD)
    phone.post("/accounts/logout/")
    guess(address=ELSEWHERE)  # even from the address she shares with the guesser
    assert try_to_sign_in(phone, make.PASSWORD).status_code == 302


def test_without_the_known_device_she_would_be_kept_out(amara, monkeypatch):
    phone = Client()
    try_to_sign_in(phone, make.PASSWORD)
    phone.post("/accounts/logout/")
    del phone.cookies[sign_in.COOKIE]
    guess(address=ELSEWHERE)
    assert try_to_sign_in(phone, make.PASSWORD).status_code == 200


def test_a_guesser_does_not_keep_amara_out_at_another_address(amara):
    guess()
    assert try_to_sign_in(Client(), make.PASSWORD).status_code == 302


def test_tries_by_username_and_by_email_count_together(amara):
    for n in range(5):
        try_to_sign_in(Client(), f"guess {n}", ["amara", "amara@example.org"][n % 2], STRANGER)
    assert try_to_sign_in(Client(), make.PASSWORD, address=STRANGER).status_code == 200


def test_many_addresses_together_are_slowed_down_too(amara, monkeypatch):
    monkeypatch.setitem(sign_in.LIMITS, "account", "6/h/key")
    for n in range(7):
        try_to_sign_in(Client(), f"guess {n}", address=f"203.0.113.{n}")
    assert try_to_sign_in(Client(), make.PASSWORD).status_code == 200


def test_a_right_password_does_not_count(amara):
    for _ in range(8):
        assert try_to_sign_in(Client(), make.PASSWORD).status_code == 302


def test_a_forged_device_is_a_strange_one(amara):
    phone = Client()
    phone.cookies[sign_in.COOKIE] = "eyJpZCI6IjEiLCJ1c2VycyI6WzFdfQ:forged:forged"
    guess(address=ELSEWHERE)
    assert try_to_sign_in(phone, make.PASSWORD).status_code == 200


def test_the_device_cookie_is_for_the_server_only(amara):
    cookie = try_to_sign_in(Client(), make.PASSWORD).cookies[sign_in.COOKIE]
    assert (cookie["httponly"], cookie["samesite"]) == (True, "Lax")
    assert "amara" not in cookie.value


# -- The second factor -------------------------------------------------------------------------------------------------

SECRET = "JBSWY3DPEHPK3PXP"


@pytest.fixture
def newly_staff(db):
    person = make.staff("Ines Duarte")
    make.account(person, username="ines", password=make.PASSWORD, second_factor=False)
    return person


def test_staff_without_a_second_factor_are_sent_to_set_one_up(newly_staff, as_):
    browser = as_(newly_staff)
    assert [browser.get(url).headers.get("Location") for url in ("/", "/me/", "/members/")] == ["/accounts/2fa/"] * 3
    assert browser.get("/accounts/2fa/").status_code == 200


def test_and_can_change_nothing_before(newly_staff, as_):
    assert as_(newly_staff).post("/me/edit/", {"name_to_use": "Boss"}).status_code == 403
    newly_staff.refresh_from_db()
    assert (newly_staff.name_to_use, AuditRecord.objects.count()) == ("", 0)


def test_but_can_sign_out(newly_staff, as_):
    assert as_(newly_staff).post("/accounts/logout/").headers["Location"] == SIGN_IN


def test_recovery_codes_alone_are_no_second_factor(newly_staff, as_):
    Authenticator.objects.create(
        user=newly_staff.user, type=Authenticator.Type.RECOVERY_CODES, data={"seed": "x", "used_mask": 0}
    )
    assert as_(newly_staff).get("/").headers["Location"] == "/accounts/2fa/"


def test_a_coordinator_and_a_keeper_too(newly_staff, as_):
    newly_staff.user.role = Role.COORDINATOR
    newly_staff.user.save()
    assert as_(newly_staff).get("/").headers["Location"] == "/accounts/2fa/"
    newly_staff.user.role, newly_staff.user.is_staff = Role.MEMBER, True
    newly_staff.user.save()
    assert as_(newly_staff).get("/").headers["Location"] == "/accounts/2fa/"


def test_with_one_they_go_on(sam, as_):
    assert as_(sam).get("/me/").status_code == 200


def test_members_need_none(amara, as_):
    assert as_(amara).get("/me/").status_code == 200


def test_a_sample_account_needs_none_in_a_sample_house_only(newly_staff, as_, settings):
    newly_staff.user.is_sample = True
    newly_staff.user.save()
    assert as_(newly_staff).get("/me/").headers["Location"].startswith("/accounts/login/")
    settings.DEMO = True
    assert as_(newly_staff).get("/me/").status_code == 200


def test_a_sample_account_opens_nothing_in_a_real_house(amara, settings):
    """Everybody knows its password, and the folder of a sample house may be started as a real one."""
    amara.user.set_password(make.PASSWORD)
    amara.user.is_sample = True
    amara.user.save()
    browser = Client()
    for demo, page in ((False, 302), (True, 200)):
        settings.DEMO = demo
        browser.post("/accounts/login/", {"login": "amara", "password": make.PASSWORD})
        assert browser.get("/me/").status_code == page
    settings.DEMO = False
    assert browser.get("/me/").status_code == 302  # whoever is signed in is out


@pytest.fixture
def sam_with_app(sam):
    sam.user.set_password(make.PASSWORD)
    sam.user.email = "sam@example.org"
    sam.user.save()
    Authenticator.objects.filter(user=sam.user).update(data={"secret": SECRET})
    return sam


def code_now() -> str:
    return f"{hotp_value(SECRET, next(iter(yield_hotp_counters_from_time()))):06}"


def test_sams_password_alone_opens_nothing(sam_with_app):
    browser = Client()
    assert try_to_sign_in(browser, make.PASSWORD, "sam").headers["Location"] == "/accounts/2fa/authenticate/"
    assert not is_in(browser)
    assert browser.post("/accounts/2fa/authenticate/", {"code": code_now()}).headers["Location"] == "/"
    assert is_in(browser)


def test_sams_code_by_mail_alone_opens_nothing(sam_with_app):
    browser = Client()
    browser.post("/accounts/login/code/", {"email": "sam@example.org"})
    code = next(
        w for w in (line.strip() for line in mail.outbox[0].body.splitlines()) if 6 <= len(w) <= 9 and " " not in w
    )
    confirmed = browser.post("/accounts/login/code/confirm/", {"code": code})
    assert confirmed.headers["Location"] == "/accounts/2fa/authenticate/"
    assert not is_in(browser)


# -- Switched off ------------------------------------------------------------------------------------------------------


def test_an_account_that_is_switched_off_is_out_at_once_and_stays_out(amara, dana):
    browser = Client()
    try_to_sign_in(browser, make.PASSWORD)
    assert is_in(browser)
    actions.switch_off_account(user=amara.user, by=dana.user)
    assert not is_in(browser)
    assert try_to_sign_in(Client(), make.PASSWORD).headers["Location"] == "/accounts/inactive/"
    actions.switch_on_account(user=amara.user, by=dana.user)
    assert not is_in(browser)  # the old session is gone for good
    assert try_to_sign_in(Client(), make.PASSWORD).headers["Location"] == "/"


def test_no_code_is_mailed_to_an_account_that_is_switched_off(amara, dana):
    actions.switch_off_account(user=amara.user, by=dana.user)
    Client().post("/accounts/login/code/", {"email": "amara@example.org"})
    assert mail.outbox == []


# -- The keeper --------------------------------------------------------------------------------------------------------


def keeper(**fields):
    return make.User.objects.create_user("keeper", password=make.PASSWORD, is_staff=True, **fields)


def browser_of(user) -> Client:
    browser = Client()
    browser.force_login(user, backend="members.sign_in.Backend")
    return browser


def test_the_keepers_pages_ask_for_signing_in_and_the_second_factor(db):
    assert Client().get("/keeper/").headers["Location"].startswith("/keeper/login/")
    assert Client().get("/keeper/login/").headers["Location"].startswith("/accounts/login/?next=")
    user = keeper(is_superuser=True)
    assert browser_of(user).get("/keeper/").headers["Location"] == "/accounts/2fa/"
    Authenticator.objects.create(user=user, type=Authenticator.Type.TOTP, data={"secret": SECRET})
    assert browser_of(user).get("/keeper/").status_code == 200


def test_the_keepers_pages_are_for_the_keeper_only(dana, as_):
    assert as_(dana).get("/keeper/", follow=True).status_code == 403
    assert as_(dana).get("/keeper/members/user/", follow=True).status_code == 403


def test_a_keeper_has_no_part_in_the_houses_pages(amara):
    user = keeper(is_superuser=True)
    Authenticator.objects.create(user=user, type=Authenticator.Type.TOTP, data={"secret": SECRET})
    browser = browser_of(user)
    shut = ["/members/", "/members/add/", f"/members/{amara.pk}/", "/staff/"]
    assert [browser.get(url).status_code for url in shut] == [403] * 4


def test_the_audit_record_is_only_read(amara, dana):
    actions.look_at_member(member=amara, by=dana.user)
    user = keeper(is_superuser=True)
    Authenticator.objects.create(user=user, type=Authenticator.Type.TOTP, data={"secret": SECRET})
    browser, record = browser_of(user), AuditRecord.objects.get()
    page = f"/keeper/members/auditrecord/{record.pk}"
    assert browser.get(f"{page}/change/").status_code == 200
    tried = [browser.post(f"{page}/change/", {"verb": "x"}), browser.post(f"{page}/delete/", {"post": "yes"})]
    tried.append(browser.post("/keeper/members/auditrecord/add/", {"verb": "x"}))
    assert [answer.status_code for answer in tried] == [403] * 3
    assert AuditRecord.objects.get().verb == "look_at_member"


def test_one_address_belongs_to_one_login(amara, as_):
    assert as_(amara).get("/accounts/email/").headers["Location"] == "/me/"
    as_(amara).post("/accounts/email/", {"action_add": "", "email": "other@example.org"})
    assert EmailAddress.objects.count() == 0


@pytest.mark.parametrize(("address", "status"), [("127.0.0.1", 200), ("::1", 200), ("192.168.1.20", 403)])
def test_the_sample_house_opens_on_its_own_computer_only(db, settings, address, status):
    settings.DEMO = True
    assert Client(REMOTE_ADDR=address).get("/accounts/login/").status_code == status
    settings.DEMO = False
    assert Client(REMOTE_ADDR=address).get("/accounts/login/").status_code == 200
