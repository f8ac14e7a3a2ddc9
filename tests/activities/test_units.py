"""Units: their names and colours, and who belongs to them."""

import pytest
from django.urls import reverse

from activities.actions import UnitNameTaken, add_to_unit, add_unit, edit_unit, edit_unit_staff, remove_from_unit
from activities.models import Unit
from members.models import AuditRecord
from tests import make

pytestmark = pytest.mark.django_db


def verbs() -> list[str]:
    return list(AuditRecord.objects.order_by("seq").values_list("verb", flat=True))


def test_dana_adds_a_unit_and_renames_it(as_, dana):
    browser = as_(dana)
    answer = browser.post(reverse("activities:units"), {"name": "Kitchen", "colour": "3"})
    unit = Unit.objects.get()
    assert (answer.status_code, answer.url) == (302, reverse("activities:unit", args=[unit.pk]))
    assert (unit.name, unit.colour) == ("Kitchen", 3)
    browser.post(answer.url, {"name": "Culinary", "colour": "4"})
    browser.post(answer.url, {"name": "Culinary", "colour": "4"})
    assert Unit.objects.values_list("name", "colour").get() == ("Culinary", 4)
    assert verbs() == ["add_unit", "edit_unit"]
    record = AuditRecord.objects.get(verb="edit_unit")
    assert (record.by, record.before["name"], record.after["name"]) == (dana.user, "Kitchen", "Culinary")


def test_two_units_never_have_the_same_name(as_, dana):
    kitchen, clerical = make.unit("Kitchen"), make.unit("Clerical")
    with pytest.raises(UnitNameTaken):
        add_unit(name="KITCHEN", colour=1, by=None)
    with pytest.raises(UnitNameTaken):
        edit_unit(unit=clerical, name="kitchen", colour=1, by=None)
    assert edit_unit(unit=kitchen, name="kitchen", colour=1, by=None).name == "kitchen"
    page = as_(dana).post(reverse("activities:units"), {"name": "CLERICAL", "colour": "1"})
    assert page.context["form"].errors == {"name": ["There is a unit with this name already."]}
    assert Unit.objects.count() == 2


@pytest.mark.parametrize(
    ("form", "field", "sentence"),
    [
        ({"name": "", "colour": "1"}, "name", "Give the unit a name, like Kitchen."),
        ({"name": "K" * 61, "colour": "1"}, "name", "Keep the name under 60 letters."),
        ({"name": "Garden", "colour": "9"}, "colour", "Choose one of the eight colours."),
        ({"name": "Garden", "colour": "red"}, "colour", "Choose one of the eight colours."),
        ({"name": "Garden"}, "colour", "Choose a colour."),
    ],
)
def test_a_unit_that_is_not_right_is_a_sentence_beside_the_field(as_, dana, form, field, sentence):
    page = as_(dana).post(reverse("activities:units"), form)
    assert page.status_code == 200
    assert page.context["form"].errors == {field: [sentence]}
    assert Unit.objects.count() == 0


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
    page = as_(dana).post(url, {"staff": ["nobody"]})
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
