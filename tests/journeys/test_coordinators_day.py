"""Dana brings the house's spreadsheets, reads the month, and lets somebody in."""

import csv
import datetime as dt
import json
from pathlib import Path

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal import auth
from django.conf import settings
from playwright.sync_api import Page, expect

from activities.models import UnitTask
from members.models import Member, User
from tests import make
from tests.journeys.conftest import PHONE
from tests.journeys.well_made import assert_well_made

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
WEEK = Path(settings.BASE_DIR) / "tests" / "data" / "fixture-week"


@pytest.fixture
def secret(on_tuesday_at_ten, dana) -> str:
    """What the app on Dana's phone knows."""
    dana.user.set_password(make.PASSWORD)
    dana.user.save()
    Authenticator.objects.filter(user=dana.user).delete()
    secret = auth.generate_totp_secret()
    auth.TOTP.activate(dana.user, secret)
    return secret


def code_now(secret: str) -> str:
    *_, counter = auth.yield_hotp_counters_from_time()
    return auth.format_hotp_value(auth.hotp_value(secret, counter))


def menu(page: Page, name: str) -> None:
    page.get_by_role("navigation").get_by_role("link", name=name, exact=True).click()


def test_dana_signs_in_with_a_code_and_brings_a_week(page, secret, tmp_path):
    page.goto("/reports/")
    assert_well_made(page)
    page.get_by_label("Username or e-mail").fill("dana")
    page.get_by_label("Password").fill(make.PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    assert_well_made(page, "One more step")
    page.get_by_label("Code from your app").fill("000000")
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("One more step")
    page.get_by_label("Code from your app").fill(code_now(secret))
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/reports/")
    expect(page.get_by_text("There is no visit yet.")).to_be_visible()

    menu(page, "House")
    assert_well_made(page, "The house")
    page.get_by_role("main").get_by_role("link", name="spreadsheets").click()
    page.get_by_label("Spreadsheets").set_input_files(sorted(WEEK.glob("*.csv")))
    assert_well_made(page)
    page.get_by_role("button", name="Look at them").click()
    assert_well_made(page, "What would change")
    assert Member.objects.count() == 0
    page.get_by_role("button", name="Do it").click()
    expect(page.locator("#messages")).not_to_be_empty()
    assert Member.objects.count() == 5

    expected = json.loads((WEEK / "expected-2026-06.json").read_text())["attendance"]
    menu(page, "Reports")
    page.get_by_role("link", name="June 2026").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("June 2026")
    expect(page.locator(".figure-card.is-main .figure-number")).to_have_text(
        f"{expected['ada_wod']}, Average daily attendance: what is behind it"
    )
    assert_well_made(page)
    page.get_by_text("Take it along").click()
    assert_well_made(page)
    with page.expect_download() as download:
        page.get_by_role("link", name="Spreadsheet (CSV)").click()
    assert download.value.suggested_filename == "monthly-report-2026-06.csv"
    download.value.save_as(tmp_path / "month.csv")
    with (tmp_path / "month.csv").open(encoding="utf-8-sig", newline="") as file:
        values = {row["figure"]: row["value"] for row in csv.DictReader(file) if not row["filter"]}
    assert float(values["attendance.ada_wod"]) == expected["ada_wod"]
    assert float(values["attendance.minutes"]) == expected["minutes"]


@pytest.mark.once
@pytest.mark.slow
def test_dana_posts_a_task(window, on_tuesday_at_ten, dana):
    make.unit("Kitchen", colour=2)
    page = window(dana)
    page.goto("/tasks/")
    assert_well_made(page)
    page.get_by_role("link", name="Post a task").click()
    assert_well_made(page, "Post a task")
    page.get_by_role("button", name="Post it").click()
    expect(page.get_by_text("Give the task a name").first).to_be_visible()
    assert_well_made(page)
    page.get_by_label("Unit").select_option("Kitchen")
    page.get_by_label("What is the work?").fill("Soup for 20")
    page.get_by_label("Places").fill("3")
    page.get_by_role("button", name="Post it").click()
    expect(page.locator("[data-task]")).to_have_attribute("data-places", "3")
    expect(page.locator("#messages")).to_contain_text("“Soup for 20” is on the board.")
    task = UnitTask.objects.get()
    assert (task.title, task.unit.name, task.day, task.places) == ("Soup for 20", "Kitchen", dt.date(2026, 10, 6), 3)
    assert_well_made(page)


def test_dana_adds_tomas_gives_him_a_card_and_he_comes_in(window, on_tuesday_at_ten, dana):
    page = window(dana)
    page.goto("/members/")
    page.get_by_role("link", name="Add a member").click()
    assert_well_made(page, "Add a member")
    page.get_by_label("Member number").fill("M1")
    page.get_by_label("First name").fill("Tomás")
    page.get_by_label("Enrolled on").fill("2026-10-06")
    page.get_by_role("button", name="Save").click()
    assert_well_made(page, "Tomás")
    page.get_by_role("link", name="Give a sign-in").click()
    expect(page.get_by_label("Username")).to_have_value("tomas")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("button", name="Make a card")).to_be_visible()
    assert_well_made(page, "Sign-in: Tomás")
    page.get_by_role("button", name="Make a card").click()
    assert_well_made(page, "A card for Tomás")
    expect(page.get_by_role("button", name="Print the card")).to_be_visible()

    phone = window(size=PHONE, has_touch=True, is_mobile=True)
    phone.goto(page.locator(".door-card-link").inner_text().replace(" ", ""))
    assert_well_made(phone, "Come in, Tomás")
    phone.get_by_label("Password").fill(make.PASSWORD)
    phone.get_by_role("button", name="Save and come in").click()
    phone.wait_for_url(lambda url: url.endswith("/"))
    expect(phone.get_by_role("heading", level=1)).to_contain_text("Good morning, Tomás")
    assert User.objects.get(username="tomas").check_password(make.PASSWORD)
