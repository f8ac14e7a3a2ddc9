"""A session that ends while somebody is at the page."""

import datetime as dt

import pytest
from playwright.sync_api import expect

from tests import make

pytestmark = [pytest.mark.browser, pytest.mark.once, pytest.mark.django_db(transaction=True)]


def limits(**idle) -> dict:
    return dict.fromkeys(["member", "colleague"], {"idle": dt.timedelta(**idle), "absolute": dt.timedelta(hours=8)})


@pytest.fixture
def signed_in(page, amara):
    amara.user.set_password(make.PASSWORD)
    amara.user.save()
    return sign_in(page)


def sign_in(page):
    if "/accounts/login/" not in page.url:
        page.goto("/accounts/login/")
    page.get_by_label("Username or e-mail").fill("amara")
    page.get_by_label("Password").fill(make.PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_url(lambda url: "/accounts/login/" not in url)
    return page


def test_amara_is_told_before_it_ends_and_stays(signed_in, settings):
    page, warning = signed_in, signed_in.get_by_text("you will be signed out in 2 minutes")
    settings.SESSION_LIMITS = limits(seconds=123)
    page.goto("/me/edit/")
    expect(warning).to_be_hidden()
    expect(warning).to_be_visible(timeout=20_000)
    settings.SESSION_LIMITS = limits(hours=2)
    page.get_by_role("button", name="Stay signed in").click()
    expect(warning).to_be_hidden()


@pytest.mark.slow
def test_what_she_was_writing_is_still_there_after_signing_in_again(signed_in, settings, amara, complaints):
    page = signed_in
    settings.SESSION_LIMITS = limits(seconds=6)
    page.goto("/me/edit/")
    page.get_by_label("Name to use").fill("Ama")
    again = page.get_by_role("button", name="Sign in again")
    expect(again).to_be_visible(timeout=20_000)
    expect(page.get_by_label("Name to use")).to_be_hidden()  # nobody reads over a shoulder
    complaints.remove("401 /stay/")
    again.click()
    page.wait_for_url(lambda url: "/accounts/login/" in url)
    settings.SESSION_LIMITS = limits(hours=2)
    sign_in(page)
    expect(page.get_by_text("Ama", exact=True)).to_be_visible()
    page.get_by_role("button", name="Send it now").click()
    page.wait_for_url(lambda url: url.endswith("/me/"))
    amara.refresh_from_db()
    assert amara.known_as == "Ama"
