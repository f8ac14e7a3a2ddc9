"""Whom to call for a member: the member's own choice, written down by themselves or at their word."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from members import audit
from members.models import AuditRecord, EmergencyContact, Member, User
from members.refusals import Refusal

MOST = 3  # people to call
SAID = ("name", "relation", "phone")
NOTHING = dict.fromkeys(SAID, "")


class TooManyContacts(Refusal):
    """Whoever is in a hurry calls one after the other: three are enough."""


class ContactIncomplete(Refusal):
    """A name without a number helps nobody, nor a number without a name."""


@transaction.atomic
def add_emergency_contact(*, member: Member, name: str, relation: str, phone: str, by: User) -> EmergencyContact:
    """One more person to call. The same one twice is one. Raises `ContactIncomplete` and `TooManyContacts`."""
    said = _said(name, relation, phone)
    theirs = _held(member)
    same = theirs.filter(**said).first()
    if same is not None:
        return same
    contact = _add(member, said)
    _record(contact, by, NOTHING, said)
    return contact


@transaction.atomic
def change_emergency_contact(*, contact: EmergencyContact, name: str, relation: str, phone: str, by: User) -> None:
    """Nothing is written where nothing differs. Raises `ContactIncomplete`."""
    said = _said(name, relation, phone)
    row = _held(contact.member).filter(pk=contact.pk).first()
    before = {name: getattr(row, name) for name in SAID} if row else said
    changed_from, changed_to = audit.differences(before, said)
    if changed_to:
        EmergencyContact.objects.filter(pk=contact.pk).update(**said, at=timezone.now())
        _record(contact, by, changed_from, changed_to)


@transaction.atomic
def take_away_emergency_contact(*, contact: EmergencyContact, by: User) -> AuditRecord | None:
    """The record of it, by which it can be put back; None when it was gone already."""
    row = _held(contact.member).filter(pk=contact.pk).first()
    if row is None:
        return None
    before = {name: getattr(row, name) for name in SAID}
    EmergencyContact.objects.filter(pk=row.pk).delete()
    return _record(contact, by, before, NOTHING)


@transaction.atomic
def put_back_emergency_contact(*, record: AuditRecord, by: User) -> None:
    """As if it had not been taken away, in its old place. Safe to call twice. Raises `TooManyContacts`."""
    pk = int(record.subject.rpartition(" ")[2])
    assert record.about is not None  # such a record always is about somebody
    member = record.about.merged_into or record.about
    theirs = _held(member)
    said = {name: record.before.get(name, "") for name in SAID}
    if theirs.filter(pk=pk).exists() or theirs.filter(**said).exists() or record.after != NOTHING:
        return
    _record(_add(member, said, pk=pk), by, NOTHING, said)


def _said(name: str, relation: str, phone: str) -> dict:
    said = {"name": name.strip(), "relation": relation.strip(), "phone": phone.strip()}
    if not said["name"]:
        raise ContactIncomplete(_("Write a name."), "name")
    if not said["phone"]:
        raise ContactIncomplete(_("Write a phone number."), "phone")
    return said


def _held(member: Member):
    """Theirs, and nobody else changes them until the end of this transaction."""
    Member.objects.select_for_update(no_key=True).get(pk=member.pk)
    return EmergencyContact.objects.filter(member=member.pk)


def _add(member: Member, said: dict, **fields) -> EmergencyContact:
    if EmergencyContact.objects.filter(member=member.pk).count() >= MOST:
        raise TooManyContacts(_("Three people are enough. Take one away first."))
    return EmergencyContact.objects.create(member=member, **said, **fields, at=timezone.now())


def _record(contact: EmergencyContact, by: User, before: dict, after: dict) -> AuditRecord:
    """The member can read what was written, and by whom."""
    subject = f"{EmergencyContact._meta.label_lower} {contact.pk}"
    return audit.record(
        by=by, verb="edit_emergency_contacts", about=contact.member, subject=subject, before=before, after=after
    )
