"""Passkeys in a real browser, with an authenticator that Chromium makes up."""

import pytest
from allauth.mfa.models import Authenticator
from playwright.sync_api import Page, expect

from tests import make

pytestmark = [pytest.mark.browser, pytest.mark.once, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def finger(page: Page):
    """A phone's own lock, always willing."""
    devtools = page.context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    options = {"protocol": "ctap2", "transport": "internal", "automaticPresenceSimulation": True}
    options |= {"hasResidentKey": True, "hasUserVerification": True, "isUserVerified": True}
    devtools.send("WebAuthn.addVirtualAuthenticator", {"options": options})


def give_password(person) -> None:
    person.user.set_password(make.PASSWORD)
    person.user.save()


def sign_in(page: Page, username: str) -> None:
    page.goto("/accounts/login/")
    page.get_by_label("Username or e-mail").fill(username)
    page.get_by_label("Password").fill(make.PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()


def add_passkey(page: Page) -> None:
    page.goto("/accounts/2fa/webauthn/add/")
    page.get_by_label("Password").fill(make.PASSWORD)
    page.get_by_role("button", name="Go on").click()
    if page.get_by_role("checkbox").count():
        page.get_by_role("checkbox").check()
    page.locator("#mfa_webauthn_add").click()
    page.wait_for_url(lambda url: "/add/" not in url)


def sign_in_with_passkey(page: Page) -> None:
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url(lambda url: url.endswith("/accounts/login/"))
    page.get_by_role("button", name="Use a passkey").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Good")


def test_amara_adds_a_passkey_and_signs_in_with_it(page, finger, amara):
    give_password(amara)
    sign_in(page, "amara")
    add_passkey(page)
    assert Authenticator.objects.filter(user=amara.user, type=Authenticator.Type.WEBAUTHN).count() == 1
    sign_in_with_passkey(page)
    expect(page.get_by_role("heading", level=1)).to_contain_text("Amara")


def test_a_passkey_is_enough_for_staff_and_is_asked_for_after_a_password(page, finger, sam):
    give_password(sam)
    Authenticator.objects.all().delete()
    sign_in(page, "sam")
    page.wait_for_url(lambda url: url.endswith("/accounts/2fa/"))
    add_passkey(page)
    sign_in_with_passkey(page)
    expect(page.get_by_role("heading", level=1)).to_contain_text("Sam")
    page.get_by_role("button", name="Sign out").click()
    sign_in(page, "sam")
    page.wait_for_url(lambda url: url.endswith("/accounts/2fa/authenticate/"))
