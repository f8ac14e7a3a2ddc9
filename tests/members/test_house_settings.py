"""What the house decides about itself: a coordinator says so in one page, and the record keeps what it was before."""

import datetime as dt

import pytest
from django.urls import reverse

from members.actions.house import edit_house
from members.models import AuditRecord, House

pytestmark = [pytest.mark.page, pytest.mark.django_db]
DECIDED = {
    "name": "Maple Street", "time_zone": "Europe/Helsinki", "help_line": "Call 555 0100.", "recent_days": "45",
    "returned_after_days": "60", "rounding": "up_to", "rounding_per_visit": "on", "members_may_post_tasks": "on",
    "reception_locks_after": "5", "closing_estimate": "on", "quiet_from": "21:00", "quiet_until": "08:00",
    "lunch_until": "10:30", "reach_out_after_days": "21", "reach_out_pause_days": "10", "fiscal_year_starts_in": "7",
    "age_bands": "18, 30, 65", "downtime_pack": "on", "downtime_password": "words in an envelope",
}  # fmt: skip
URL = "/house/"


def test_dana_says_what_the_house_decided(as_, dana):
    browser = as_(dana)
    answer = browser.post(URL, DECIDED)
    assert (answer.status_code, answer.url) == (302, reverse("members:house_settings"))
    house = House.objects.current()
    assert (house.name, house.time_zone, house.recent_days) == ("Maple Street", "Europe/Helsinki", 45)
    assert (house.rounding, house.rounding_per_visit, house.members_may_post_tasks) == ("up_to", True, True)
    assert house.lunch_until == dt.time(10, 30)
    assert (house.reach_out_after_days, house.reach_out_pause_days) == (21, 10)
    record = AuditRecord.objects.get()
    assert (record.verb, record.by) == ("edit_house", dana.user)
    assert (record.before["time_zone"], record.after["time_zone"]) == ("America/Detroit", "Europe/Helsinki")
    page = browser.get(URL)
    assert page.context["house"].name == "Maple Street"
    assert "Call 555 0100." in page.content.decode()


def test_saying_the_same_again_is_not_recorded(as_, dana):
    for _ in range(2):
        as_(dana).post(URL, DECIDED)
    assert AuditRecord.objects.count() == 1
    as_(dana).post(URL, DECIDED | {"name": "Elm House"})
    assert AuditRecord.objects.order_by("seq").last().after == {"name": "Elm House"}


@pytest.mark.parametrize(
    ("wrong", "field", "sentence"),
    [
        ({"name": ""}, "name", "Give the house its name."),
        ({"name": "x" * 81}, "name", "Keep the name under 80 letters."),
        ({"reach_out_after_days": "2"}, "reach_out_after_days", "Write a number of days from 3 to 365."),
        ({"reach_out_pause_days": ""}, "reach_out_pause_days", "Write a number of days from 1 to 365."),
        ({"time_zone": "Mars/Olympus"}, "time_zone", "This is not a time zone. It looks like Europe/Helsinki."),
        ({"time_zone": "../../etc/passwd"}, "time_zone", "This is not a time zone. It looks like Europe/Helsinki."),
        ({"time_zone": ""}, "time_zone", "Choose a time zone, like America/Detroit."),
        ({"help_line": "x" * 161}, "help_line", "Keep this under 160 letters."),
        ({"recent_days": "0"}, "recent_days", "Write a number of days, like 90."),
        ({"recent_days": "many"}, "recent_days", "Write a number of days, like 90."),
        ({"returned_after_days": "99999999999"}, "returned_after_days", "Write a number of days, like 90."),
        ({"rounding": "sideways"}, "rounding", "Choose one of the three ways."),
        ({"lunch_until": "late"}, "lunch_until", "Write the time like 10:30, or leave it empty."),
        (
            {"age_bands": "old, young"},
            "age_bands",
            "Write ages with commas, the youngest first, like 18, 25, 35, 50, 65.",
        ),
        ({"age_bands": "30, 18"}, "age_bands", "Write ages with commas, the youngest first, like 18, 25, 35, 50, 65."),
        ({"age_bands": ""}, "age_bands", "Write ages with commas, like 18, 25, 35, 50, 65."),
        ({"fiscal_year_starts_in": "2"}, "fiscal_year_starts_in", "Choose one of these months."),
        (
            {"downtime_password": "eleven  let"},
            "downtime_password",
            "Use 12 letters or more. A few words make a good key.",
        ),
        ({"downtime_password": "x" * 81}, "downtime_password", "Use 80 letters or fewer."),
        ({"downtime_password": "字" * 43}, "downtime_password", "Use fewer letters."),
        ({"quiet_from": "25:00"}, "quiet_from", "Write the time like 20:00."),
        ({"quiet_until": "21:00"}, "quiet_until", "Quiet hours need an end that is not their beginning."),
    ],
)
def test_what_is_not_right_is_a_sentence_beside_the_field(as_, dana, wrong, field, sentence):
    before = House.objects.values().get(pk=House.objects.current().pk)
    page = as_(dana).post(URL, DECIDED | wrong)
    assert page.status_code == 200
    assert page.context["form"].errors == {field: [sentence]}
    assert House.objects.values().get() == before
    assert AuditRecord.objects.count() == 0


def test_the_words_that_seal_are_kept_and_never_shown_or_written_down(as_, dana):
    browser = as_(dana)
    browser.post(URL, DECIDED | {"downtime_password": "  a  green\u00a0door and a bell "})
    assert House.objects.current().downtime_password == "a green door and a bell"
    page = browser.get(URL)
    assert "green door" not in page.content.decode()
    assert "Words are set." in page.content.decode()
    browser.post(URL, DECIDED | {"downtime_password": ""})
    assert House.objects.current().downtime_password == "a green door and a bell"
    browser.post(URL, DECIDED | {"downtime_password": "another door and a bell"})
    told = [(record.before, record.after) for record in AuditRecord.objects.order_by("seq")]
    assert told[0][1]["downtime_password"] is True
    assert told[1:] == [({"downtime_password": True}, {"downtime_password": True})]
    assert "door" not in str(told)


def test_the_house_page_leads_to_its_parts(as_, dana):
    page = as_(dana).get(URL).content.decode()
    for name in ("activities:edit_opening_week", "activities:calendar", "activities:units", "attendance:import_house"):
        assert f'href="{reverse(name)}"' in page


def test_the_action_knows_what_the_house_decides(db):
    with pytest.raises(TypeError, match="is_sample"):
        edit_house(by=None, is_sample=True)


@pytest.mark.parametrize("who", ["sam", "amara", "stella"])
def test_only_a_coordinator_decides_for_the_house(as_, request, who):
    browser = as_(request.getfixturevalue(who))
    assert browser.get(URL).status_code == 403
    assert browser.post(URL, DECIDED).status_code == 403
    assert House.objects.current().time_zone == "America/Detroit"


@pytest.mark.parametrize(("written", "kept"), [("us", "US"), (" FI ", "FI"), ("", "")])
def test_the_country_is_two_letters(as_, dana, written, kept):
    """With it, phone numbers are read that begin without a plus sign."""
    as_(dana).post(URL, DECIDED | {"country": written})
    assert House.objects.current().country == kept


@pytest.mark.parametrize("written", ["XX", "USA", "Finland"])
def test_a_country_that_is_none_is_asked_for_again(as_, dana, written):
    answer = as_(dana).post(URL, DECIDED | {"country": written})
    assert answer.context["form"].errors["country"] == ["Write two letters, like US or FI."]
