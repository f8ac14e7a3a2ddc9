"""Amara asks to be forgotten on her phone; Dana says yes at her desk, Sam says yes at his; a certificate is left."""

import pytest
from playwright.sync_api import expect

from attendance.forgetting import sweeping
from members.models import Erasure, Member
from tests import make
from tests.journeys.conftest import PHONE
from tests.journeys.well_made import assert_well_made

pytestmark = [pytest.mark.browser, pytest.mark.once, pytest.mark.django_db(transaction=True)]


def test_from_asking_to_the_certificate(window, transactional_db):
    amara, sam, dana = make.member("Amara Okafor"), make.staff("Sam Rivers"), make.staff("Dana Whitfield")
    make.visit(amara)
    make.account(amara, username="amara")
    make.account(sam, username="sam")
    make.account(dana, username="dana", role="coordinator")

    phone = window(amara, size=PHONE)
    phone.goto("/me/held/")
    phone.get_by_role("link", name="Being forgotten").click()
    assert_well_made(phone)
    phone.get_by_label("Take away all that is not needed to count").check()
    phone.get_by_role("button", name="Please forget me").click()
    expect(phone.locator("#messages")).to_contain_text("We heard you")
    phone.get_by_role("button", name="Take it back").click()
    expect(phone.get_by_role("button", name="Please forget me")).to_be_visible()
    phone.get_by_role("button", name="Please forget me").click()

    desk = window(dana)
    desk.goto("/house/forgetting/")
    assert_well_made(desk)
    desk.get_by_role("link", name="Look at it").click()
    assert_well_made(desk)
    desk.get_by_role("button", name="Yes, forget them").click()
    expect(desk.locator("#messages")).to_contain_text("You said yes")

    second = window(sam)
    second.goto("/house/forgetting/")
    second.get_by_role("link", name="Look at it").click()
    assert_well_made(second)
    second.get_by_role("button", name="Yes, forget them now").click()
    expect(second.locator("#messages")).to_contain_text("Done.")

    assert Member.objects.get(pk=amara.pk).full_name == "A member"
    assert sweeping.sweep() == 1
    desk.goto("/house/certificates/")
    desk.get_by_role("link", name=Erasure.objects.done().get().certificate).click()
    expect(desk.locator("main")).to_contain_text("wrote its files anew")
    assert "Okafor" not in desk.content()
    assert_well_made(desk)


def test_a_rule_of_two(window, transactional_db):
    sam, dana = make.staff("Sam Rivers"), make.staff("Dana Whitfield")
    make.account(sam, username="sam")
    make.account(dana, username="dana", role="coordinator")
    desk, other = window(dana), window(sam, size=PHONE)
    desk.goto("/house/retention/")
    assert_well_made(desk)
    desk.get_by_label("What may go?").select_option("read_notes")
    desk.get_by_label("After how many months?").fill("24")
    desk.get_by_role("button", name="Propose").click()
    expect(desk.locator("main")).to_contain_text("0 would go today")
    expect(desk.get_by_role("button", name="Yes")).to_have_count(0)
    other.goto("/house/retention/")
    assert_well_made(other)
    other.get_by_role("button", name="Yes").click()
    expect(other.locator("main")).to_contain_text("It holds since")
    other.get_by_role("button", name="End it").click()
    expect(other.locator("main")).to_contain_text("There is no rule")
