"""Units: what they are, when they meet, and who belongs to them."""

import datetime as dt
import re
from pathlib import Path

import pytest
from django.urls import reverse

from activities.actions import (
    MeetingsOutOfOrder,
    UnitNameTaken,
    add_to_unit,
    add_unit,
    edit_unit,
    edit_unit_staff,
    remove_from_unit,
)
from activities.models import Unit
from members.models import AuditRecord
from tests import make

pytestmark = [pytest.mark.page, pytest.mark.django_db]
KITCHEN = {
    "name": "Kitchen",
    "colour": "3",
    "icon": "kitchen",
    "description": "We cook. Come and stir.",
    "morning_meeting_at": "09:00",
    "afternoon_meeting_at": "13:00",
}


def verbs() -> list[str]:
    return list(AuditRecord.objects.order_by("seq").values_list("verb", flat=True))


def test_dana_adds_a_unit_and_renames_it(as_, dana):
    browser = as_(dana)
    answer = browser.post(reverse("activities:units"), KITCHEN)
    unit = Unit.objects.get()
    assert (answer.status_code, answer.url) == (302, reverse("activities:unit", args=[unit.pk]))
    assert (unit.name, unit.colour, unit.icon, unit.description, unit.meetings) == (
        "Kitchen", 3, "kitchen", "We cook. Come and stir.", [dt.time(9), dt.time(13)],
    )  # fmt: skip
    changed = KITCHEN | {"name": "Culinary", "colour": "4", "icon": "plant", "afternoon_meeting_at": ""}
    browser.post(answer.url, changed)
    browser.post(answer.url, changed)
    unit.refresh_from_db()
    assert (unit.name, unit.colour, unit.icon, unit.meetings) == ("Culinary", 4, "plant", [dt.time(9)])
    assert verbs() == ["add_unit", "edit_unit"]
    record = AuditRecord.objects.get(verb="edit_unit")
    assert (record.by, record.before["name"], record.after["name"]) == (dana.user, "Kitchen", "Culinary")
    assert (record.before["afternoon_meeting_at"], record.after["afternoon_meeting_at"]) == ("13:00:00", None)


def test_two_units_never_have_the_same_name(as_, dana):
    kitchen, clerical = make.unit("Kitchen"), make.unit("Clerical")
    with pytest.raises(UnitNameTaken):
        add_unit(name="KITCHEN", colour=1, by=None)
    with pytest.raises(UnitNameTaken):
        edit_unit(unit=clerical, name="kitchen", colour=1, by=None)
    assert edit_unit(unit=kitchen, name="kitchen", colour=1, by=None).name == "kitchen"
    page = as_(dana).post(reverse("activities:units"), KITCHEN | {"name": "CLERICAL"})
    assert page.context["form"].errors == {"name": ["There is a unit with this name already."]}
    assert Unit.objects.count() == 2


@pytest.mark.parametrize(
    ("slip", "field", "sentence"),
    [
        ({"name": ""}, "name", "Give the unit a name, like Kitchen."),
        ({"name": "K" * 61}, "name", "Keep the name under 60 letters."),
        ({"colour": "9"}, "colour", "Choose one of the eight colours."),
        ({"colour": "red"}, "colour", "Choose one of the eight colours."),
        ({"colour": ""}, "colour", "Choose a colour."),
        ({"icon": "dragon"}, "icon", "Choose one of these pictures."),
        ({"icon": ""}, "icon", "Choose a picture."),
        ({"description": "We cook. " * 70}, "description", "Keep this under 600 letters."),
        ({"morning_meeting_at": "noonish"}, "morning_meeting_at", "Write the time like 9:00 or 13:00."),
        ({"afternoon_meeting_at": "25:61"}, "afternoon_meeting_at", "Write the time like 9:00 or 13:00."),
        (
            {"afternoon_meeting_at": "08:00"},
            "afternoon_meeting_at",
            "The morning meeting comes first. Look at the two times.",
        ),
    ],
)
def test_a_unit_that_is_not_right_is_a_sentence_beside_the_field(as_, dana, slip, field, sentence):
    typed = KITCHEN | slip
    page = as_(dana).post(reverse("activities:units"), typed)
    form = page.context["form"]
    assert (page.status_code, form.errors, Unit.objects.count()) == (200, {field: [sentence]}, 0)
    assert sentence in page.content.decode()
    assert {name: form[name].value() for name in KITCHEN} == typed  # nothing lost


def test_the_afternoon_meeting_comes_after_the_morning_meeting():
    nine, eight = dt.time(9), dt.time(8)
    with pytest.raises(MeetingsOutOfOrder):
        add_unit(name="Kitchen", colour=1, by=None, morning_meeting_at=nine, afternoon_meeting_at=eight)
    unit = add_unit(name="Kitchen", colour=1, by=None, morning_meeting_at=nine)
    for wrong in (eight, nine):
        with pytest.raises(MeetingsOutOfOrder):
            edit_unit(unit=unit, by=None, afternoon_meeting_at=wrong)
    assert edit_unit(unit=unit, by=None, morning_meeting_at=None, afternoon_meeting_at=eight).meetings == [eight]
    assert verbs() == ["add_unit", "edit_unit"]


@pytest.mark.once
def test_every_picture_is_drawn_and_offered_beside_its_word(as_, dana):
    drawn = re.findall(r'<symbol id="([\w-]+)"', Path("static/icons.svg").read_text())
    assert set(Unit.Icon.values) - set(drawn) == set()
    page = as_(dana).get(reverse("activities:units")).content.decode()
    offered = re.findall(r'icons\.svg#([\w-]+)"></use></svg>\s+(\w+)\s+<input[^>]+name="icon"\s+value="([\w-]+)"', page)
    assert offered == [(icon.value, icon.label, icon.value) for icon in Unit.Icon]
    chosen = re.findall(r'name="(icon|colour)"\s+value="(\w+)"\s+checked', page)
    assert chosen == [("icon", "house"), ("colour", "1")]


@pytest.mark.once
@pytest.mark.parametrize(
    ("name", "icon"),
    [
        ("Kitchen", "kitchen"), ("CULINARY ARTS", "kitchen"), ("Employment & Education", "briefcase"),
        ("Clerical", "desk"), ("Hospitality", "broom"), ("Garden", "plant"), ("Membership", "members"),
        ("Reception", "phone"), ("Wellness", "heart"), ("Blue group", "house"),
    ],
)  # fmt: skip
def test_a_unit_from_a_spreadsheet_gets_a_picture_that_fits(name, icon):
    assert Unit.Icon.suggested(name) == icon


def test_amara_is_found_added_and_taken_out_and_may_read_it(as_, dana, amara, noor):
    unit, browser = make.unit("Kitchen"), as_(dana)
    page = browser.post(reverse("activities:unit", args=[unit.pk]), {"q": "  okÁfor "})
    assert page.context["found"] == [amara]
    people = reverse("activities:edit_unit_members", args=[unit.pk])
    for _ in range(2):  # twice is once
        browser.post(people, {"action": "add", "member": amara.pk})
    assert list(unit.members.all()) == [amara]
    assert browser.post(reverse("activities:unit", args=[unit.pk]), {"q": "okafor"}).context["found"] == []
    for _ in range(2):
        browser.post(people, {"action": "remove", "member": amara.pk})
    assert unit.members.count() == 0
    assert list(amara.audit_records.order_by("seq").values_list("verb", "by")) == [
        ("add_to_unit", dana.user.pk),
        ("remove_from_unit", dana.user.pk),
    ]


@pytest.mark.parametrize("member", ["", "abc", "0", "-1", "9" * 18, "9" * 40, "²"])
def test_nobody_of_that_number_is_no_page(as_, dana, member):
    unit = make.unit("Kitchen")
    url = reverse("activities:edit_unit_members", args=[unit.pk])
    assert as_(dana).post(url, {"action": "add", "member": member}).status_code == 404


def test_dana_says_which_staff_work_in_a_unit(as_, dana, sam):
    unit = make.unit("Kitchen")
    url = reverse("activities:edit_unit_staff", args=[unit.pk])
    for _ in range(2):
        assert as_(dana).post(url, {"staff": [sam.pk]}).status_code == 302
    assert (list(unit.staff.all()), verbs()) == ([sam], ["edit_unit_staff"])
    for odd in ("nobody", "0", "9223372036854775808"):
        page = as_(dana).post(url, {"staff": [odd]})
        assert page.context["staff_form"].errors == {"staff": ["Choose from the staff of the house."]}
    as_(dana).post(url, {})
    assert unit.staff.count() == 0


def test_the_actions_are_safe_to_call_twice(amara, sam):
    unit = make.unit("Kitchen")
    for _ in range(2):
        add_to_unit(unit=unit, member=amara, by=None)
        edit_unit_staff(unit=unit, staff=[sam], by=None)
    for _ in range(2):
        remove_from_unit(unit=unit, member=amara, by=None)
    assert verbs() == ["add_to_unit", "edit_unit_staff", "remove_from_unit"]


def test_the_pages_ask_the_same_for_one_and_for_three(as_, dana, sam, django_assert_num_queries):
    browser, kitchen = as_(dana), make.unit("Kitchen")
    browser.get(reverse("activities:units"))
    for many in (1, 3):
        while kitchen.members.count() < many:
            kitchen.members.add(make.member("Ana Lind"))
            make.member("Ana Berg")
        kitchen.staff.add(make.staff("Ines Moss"))
        make.unit(f"Unit {many}").members.add(*kitchen.members.all())
        with django_assert_num_queries(5):
            browser.get(reverse("activities:units"))
        with django_assert_num_queries(9):
            page = browser.post(reverse("activities:unit", args=[kitchen.pk]), {"q": "ana"})
        assert (len(page.context["members"]), len(page.context["found"])) == (many, many)


def test_amara_chooses_her_home_bases_and_leaves_one(as_, amara, noor):
    kitchen, garden, browser = make.unit("Kitchen"), make.unit("Garden"), as_(amara)
    for unit, action in [(kitchen, "choose"), (kitchen, "choose"), (garden, "choose"), (kitchen, "leave")]:
        answer = browser.post(reverse("activities:choose_unit", args=[unit.pk]), {"action": action})
        assert (answer.status_code, answer.url) == (302, reverse("unit", args=[unit.pk]))
    browser.post(reverse("activities:choose_unit", args=[kitchen.pk]), {"action": "leave"})
    assert (list(amara.units.all()), list(noor.units.all())) == ([garden], [])
    assert list(amara.audit_records.order_by("seq").values_list("verb", "by")) == [
        ("add_to_unit", amara.user.pk),
        ("add_to_unit", amara.user.pk),
        ("remove_from_unit", amara.user.pk),
    ]


def test_one_tap_swaps_the_piece_and_says_so(as_, amara):
    kitchen, browser = make.unit("Kitchen"), as_(amara)
    url = reverse("activities:choose_unit", args=[kitchen.pk])
    by_htmx = {"headers": {"HX-Request": "true"}}
    chosen = browser.post(url, {"action": "choose"}, **by_htmx).content.decode()
    assert "Kitchen is your home base now." in chosen
    assert re.findall(r"<button[^>]*value=\"(\w+)\"", chosen) == ["leave"]
    left = browser.post(url, {"action": "leave"}, **by_htmx).content.decode()
    assert "You left Kitchen. You are welcome back at any time." in left
    assert re.findall(r"<button[^>]*value=\"(\w+)\"", left) == ["choose"]
    odd = browser.post(url, {"action": "burn"}, **by_htmx).content.decode()
    assert ("Please use one of the buttons." in odd, amara.units.count()) == (True, 0)


def test_amara_reads_what_was_her_own_choice_and_what_was_not(as_, amara, dana):
    kitchen = make.unit("Kitchen")
    for by in (amara.user, dana.user):
        add_to_unit(unit=kitchen, member=amara, by=by)
        remove_from_unit(unit=kitchen, member=amara, by=by)
    lines = as_(amara).get("/me/looks/").context["lines"]
    assert [(line.who, line.did) for line in lines] == [
        ("Dana Whitfield", "took you out of a unit"),
        ("Dana Whitfield", "added you to a unit"),
        ("You", "left a unit"),
        ("You", "chose a unit as a home base"),
    ]


def test_staff_choose_no_home_base_and_nobody_chooses_for_another(as_, amara, noor, sam):
    url = reverse("activities:choose_unit", args=[make.unit("Kitchen").pk])
    assert as_(sam).post(url, {"action": "choose"}).status_code == 403
    as_(amara).post(url, {"action": "choose", "member": noor.pk})
    assert (amara.units.count(), noor.units.count()) == (1, 0)


@pytest.mark.parametrize("who", ["sam", "amara", "rosa"])
def test_only_a_coordinator_changes_units(as_, request, who, noor):
    browser, unit = as_(request.getfixturevalue(who)), make.unit("Kitchen")
    url = reverse("activities:unit", args=[unit.pk])
    for post in (reverse("activities:units"), url, f"{url}members/", f"{url}staff/"):
        data = {"name": "Garden", "colour": "1", "action": "add", "member": noor.pk}
        assert browser.post(post, data).status_code == 403
    page = browser.post(url, {"q": "noor"})
    assert page.status_code == 403
    assert b"Haddad" not in page.content
    assert (Unit.objects.get().name, unit.members.count()) == ("Kitchen", 0)
