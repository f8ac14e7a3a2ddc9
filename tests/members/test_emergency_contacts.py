"""Whom to call for a member: kept by themselves, or written down at their word."""

import pytest

from members import actions, audit
from members.actions.emergency import ContactIncomplete, TooManyContacts
from members.models import AuditRecord, EmergencyContact

pytestmark = pytest.mark.django_db
ADA = {"name": "Ada Okafor", "relation": "my sister", "phone": "(555) 01-99"}


def add(member, **said):
    return actions.add_emergency_contact(member=member, by=member.user, **ADA | said)


def changes() -> list[AuditRecord]:
    return list(AuditRecord.objects.filter(verb="edit_emergency_contacts"))


def test_each_change_is_one_record_about_the_member(amara):
    contact = add(amara)
    actions.change_emergency_contact(contact=contact, by=amara.user, **ADA | {"phone": "555 0200"})
    actions.take_away_emergency_contact(contact=contact, by=amara.user)
    assert [record.about for record in changes()] == [amara] * 3
    assert changes()[1].before == {"phone": "(555) 01-99"}
    assert changes()[1].after == {"phone": "555 0200"}
    assert list(audit.broken_records()) == []


def test_the_same_twice_is_one_and_changes_nothing_more(amara):
    contact = add(amara)
    assert add(amara) == contact
    actions.change_emergency_contact(contact=contact, by=amara.user, **ADA)
    assert len(changes()) == 1
    record = actions.take_away_emergency_contact(contact=contact, by=amara.user)
    assert actions.take_away_emergency_contact(contact=contact, by=amara.user) is None
    actions.put_back_emergency_contact(record=record, by=amara.user)
    actions.put_back_emergency_contact(record=record, by=amara.user)
    assert [record.after["name"] for record in changes()] == ["Ada Okafor", "", "Ada Okafor"]


def test_taken_away_and_put_back_it_stands_in_its_old_place(amara):
    first, _second = add(amara), add(amara, name="Bo")
    record = actions.take_away_emergency_contact(contact=first, by=amara.user)
    assert [each.name for each in amara.emergency_contacts.all()] == ["Bo"]
    actions.put_back_emergency_contact(record=record, by=amara.user)
    assert [each.name for each in amara.emergency_contacts.all()] == ["Ada Okafor", "Bo"]


def test_only_what_was_taken_away_is_put_back(amara):
    """The record of a change holds the old number only, and no name to it."""
    contact = add(amara)
    actions.change_emergency_contact(contact=contact, by=amara.user, **ADA | {"phone": "555 0200"})
    changed = changes()[-1]
    actions.take_away_emergency_contact(contact=contact, by=amara.user)
    actions.put_back_emergency_contact(record=changed, by=amara.user)
    assert not amara.emergency_contacts.exists()


def test_three_are_enough(amara):
    record = actions.take_away_emergency_contact(contact=add(amara), by=amara.user)
    for name in ("Bo", "Cy", "Di"):
        add(amara, name=name)
    with pytest.raises(TooManyContacts):
        add(amara, name="Ed")
    with pytest.raises(TooManyContacts):
        actions.put_back_emergency_contact(record=record, by=amara.user)
    assert amara.emergency_contacts.count() == 3


@pytest.mark.parametrize("without", ["name", "phone"])
def test_a_name_and_a_number_are_wanted(amara, without):
    with pytest.raises(ContactIncomplete) as refused:
        add(amara, **{without: "  "})
    assert refused.value.field == without
    assert not changes()


@pytest.mark.once
def test_a_member_keeps_them_on_their_own_page(amara, as_):
    browser = as_(amara)
    browser.post("/me/emergency/", ADA)
    contact = amara.emergency_contacts.get()
    page = browser.get("/me/emergency/").content.decode()
    assert "Ada Okafor" in page
    assert "only with a reason" in page
    browser.post(f"/me/emergency/{contact.pk}/", ADA | {"phone": "555 0200"})
    said = browser.post(f"/me/emergency/{contact.pk}/away/", follow=True).content.decode()
    assert "Undo" in said
    assert "Ada" not in said
    browser.post(f"/me/emergency/back/{changes()[-1].seq}/")
    assert amara.emergency_contacts.get().phone == "555 0200"
    looks = browser.get("/me/looks/").content.decode()
    assert "changed whom to call for you" in looks
    assert "Ada Okafor" in looks


@pytest.mark.once
@pytest.mark.parametrize("wrong", [{"phone": "no idea"}, {"name": ""}, {"relation": "x" * 61}])
def test_what_is_not_right_is_said_beside_its_field(amara, as_, wrong):
    answer = as_(amara).post("/me/emergency/", ADA | wrong)
    assert answer.status_code == 422
    assert "is-invalid" in answer.content.decode()
    assert not amara.emergency_contacts.exists()


@pytest.mark.once
def test_nobody_reaches_those_of_another(amara, noor, as_):
    contact = add(amara)
    record = actions.take_away_emergency_contact(contact=add(amara, name="Bo"), by=amara.user)
    browser = as_(noor)
    assert browser.get(f"/me/emergency/{contact.pk}/").status_code == 404
    assert browser.post(f"/me/emergency/{contact.pk}/", ADA | {"name": "Eve"}).status_code == 404
    assert browser.post(f"/me/emergency/{contact.pk}/away/").status_code == 404
    assert browser.post(f"/me/emergency/back/{record.seq}/").status_code == 404
    assert [each.name for each in EmergencyContact.objects.all()] == ["Ada Okafor"]


@pytest.mark.once
def test_at_their_word_one_is_added_and_taken_away_while_the_others_stay_covered(amara, sam, as_):
    contact = add(amara)
    browser = as_(sam)
    browser.post(f"/members/{amara.pk}/emergency/contacts/", ADA | {"name": "Bo"})
    page = browser.get(f"/members/{amara.pk}/emergency/contacts/").content.decode()
    assert "Person 2" in page
    assert "Ada" not in page and "555" not in page
    browser.post(f"/members/emergency/contacts/{contact.pk}/away/")
    assert [each.name for each in amara.emergency_contacts.all()] == ["Bo"]
    browser.post(f"/members/emergency/contacts/back/{changes()[-1].seq}/")
    assert amara.emergency_contacts.count() == 2
    assert "at your word" in as_(amara).get("/me/looks/").content.decode()


@pytest.mark.once
def test_a_form_that_is_not_right_is_a_look_too(amara, sam, as_):
    assert as_(sam).post(f"/members/{amara.pk}/emergency/contacts/", {"name": ""}).status_code == 422
    assert AuditRecord.objects.filter(verb="look_at_member", about=amara, by=sam.user).count() == 1


@pytest.mark.once
def test_a_colleague_puts_back_only_what_they_took_away(amara, sam, as_):
    record = actions.take_away_emergency_contact(contact=add(amara), by=amara.user)
    assert as_(sam).post(f"/members/emergency/contacts/back/{record.seq}/").status_code == 404
    assert not amara.emergency_contacts.exists()
