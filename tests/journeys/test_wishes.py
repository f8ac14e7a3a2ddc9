"""Amara says what she wants to be sent, and that her phone is not for calls."""

import pytest
from playwright.sync_api import Locator, expect

from members.models import Member, MessageWish
from tests.journeys.conftest import PHONE
from tests.journeys.well_made import assert_targets, assert_well_made, assert_well_made_at_night_on_a_phone

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def amara(on_tuesday_at_ten, amara):
    amara.email, amara.phone = "amara@example.org", "+1 313 555 0177"
    amara.save()
    return amara


def test_amara_sets_her_wishes_in_two_taps(window, amara):
    page, taps = window(amara, size=PHONE, has_touch=True, is_mobile=True), []

    def tap(what: Locator) -> None:
        taps.append(what)
        what.tap()

    page.goto("/me/")
    tap(page.get_by_role("link", name="Messages and calls"))
    by_email = page.locator("[data-wish=weekly_summary]").get_by_role("button", name="E-mail")
    tap(by_email)
    expect(by_email).to_have_attribute("aria-pressed", "true")
    assert [(wish.member, wish.kind, wish.channel) for wish in MessageWish.objects.all()] == [
        (amara, "weekly_summary", "email")
    ]
    assert len(taps) == 2
    expect(page.locator("#messages")).to_contain_text("Yes, it will be sent.")
    expect(by_email).to_be_focused()
    assert_well_made(page)
    assert_targets(page)
    tap(by_email)
    expect(by_email).to_have_attribute("aria-pressed", "false")
    assert MessageWish.objects.count() == 0


@pytest.mark.once
@pytest.mark.slow
def test_how_and_when_to_reach_her(window, amara):
    page = window(amara, size=PHONE)
    page.goto("/me/messages/contact/")
    page.get_by_role("button", name="Use my phone for nothing").click()
    expect(page.get_by_role("button", name="Call me")).to_have_attribute("aria-pressed", "false")
    expect(page.locator("[data-wish=voicemail]")).to_have_count(0)
    assert Member.objects.get(pk=amara.pk).phone_to_use == ""
    assert_well_made(page)
    assert_well_made_at_night_on_a_phone(page)
    page.get_by_role("link", name="When").click()
    page.get_by_label("Not before").fill("21:00")
    page.locator("[data-wish=hours]").get_by_role("button", name="Save").click()
    expect(page.locator("#messages")).to_contain_text("That is not saved yet.")
    expect(page.get_by_label("Not before")).to_have_value("21:00")
    assert_well_made(page)
    assert_well_made_at_night_on_a_phone(page)


@pytest.mark.once
@pytest.mark.slow
def test_without_javascript_it_is_two_taps_too(window, amara):
    page = window(amara, size=PHONE, java_script_enabled=False)
    page.goto("/me/")
    page.get_by_role("link", name="Messages and calls").click()
    page.locator("[data-wish=weekly_summary]").get_by_role("button", name="E-mail").click()
    expect(page.locator("#messages")).to_contain_text("Yes, it will be sent.")
    assert MessageWish.objects.get().kind == "weekly_summary"
