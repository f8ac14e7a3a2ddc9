"""Idris has the reach-out duty. On his phone: from the list to Ada's card, what he may say, and how it went."""

import datetime as dt

import pytest
from playwright.sync_api import expect

from attendance.models import ReachOut, ReachOutClaim
from tests import make
from tests.journeys.conftest import PHONE
from tests.journeys.well_made import assert_targets, assert_well_made, assert_well_made_at_night_on_a_phone

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def ada(on_tuesday_at_ten):
    member = make.member("Ada Park", phone="313 555 0177", best_time="after tea", address="70 Mill Lane")
    make.visit(member, dt.date(2026, 8, 27))
    make.unit("Kitchen", colour=2).members.add(member)
    return member


def test_idris_calls_ada(window, ada, idris):
    page = window(idris, size=PHONE, has_touch=True, is_mobile=True)
    page.goto("/")
    page.get_by_role("main").get_by_role("link", name="Reach-out").tap()
    tile = page.locator(f"#reach-out-{ada.pk}")
    expect(tile).to_contain_text("Last here: Thursday 27 August")
    tile.get_by_role("button", name="I call today").tap()
    expect(tile).to_contain_text("You call today")
    assert [claim.by for claim in ReachOutClaim.objects.all()] == [idris.user]

    tile.get_by_role("link", name="Ada P.").tap()
    expect(page.get_by_role("heading", level=1)).to_have_text("Ada P.")
    expect(page.get_by_role("link", name="Call 313 555 0177")).to_have_attribute("href", "tel:3135550177")
    expect(page.get_by_text("after tea")).to_be_visible()
    page.get_by_text("What you may say").tap()
    expect(page.get_by_text("Hello, this is Idris.").first).to_be_visible()
    assert_well_made(page)
    assert_targets(page, 44)

    page.get_by_text("Add a word or a day first").tap()
    page.get_by_label("Something friendly for next time").fill("her garden")
    page.get_by_role("button", name="We spoke").tap()
    expect(page.locator("#messages")).to_contain_text("Thank you for being in touch.")
    expect(tile).to_have_count(0)
    assert [(made.outcome, made.topic, made.by) for made in ReachOut.objects.all()] == [
        ("spoke", "her garden", idris.user)
    ]
    page.get_by_role("button", name="Undo").tap()
    expect(tile).to_contain_text("You call today")
    assert ReachOut.objects.count() == 0


@pytest.mark.once
@pytest.mark.slow
def test_both_pages_are_well_made_at_night_too(window, ada, idris):
    page = window(idris, size=PHONE)
    for address in ("/reach-out/", f"/reach-out/{ada.pk}/"):
        page.goto(address)
        assert_well_made(page)
        assert_well_made_at_night_on_a_phone(page)
        assert_targets(page, 44)


@pytest.mark.once
@pytest.mark.slow
def test_it_works_without_javascript(window, ada, idris):
    page = window(idris, size=PHONE, java_script_enabled=False)
    page.goto("/reach-out/")
    page.get_by_role("button", name="I call today").click()
    expect(page.get_by_text("You call today")).to_be_visible()
    page.get_by_role("link", name="Ada P.").click()
    page.get_by_role("button", name="Nobody answered").click()
    expect(page.locator("#messages")).to_contain_text("Thank you for trying.")
    assert [made.outcome for made in ReachOut.objects.all()] == ["no_answer"]
