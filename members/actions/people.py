"""Members and staff: who we are."""

from django.db import IntegrityError, models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from members import audit
from members.actions import channels
from members.models import Channel, Member, Staff, User
from members.models.messages import Reason
from members.refusals import Refusal


class MemberNumberTaken(Refusal):
    field = "member_no"


class NoPerson(Refusal):
    """A keeper's login has no page of its own to change."""


def add_member(*, by: User, **fields) -> Member:
    """A new member. Raises `MemberNumberTaken`."""
    with transaction.atomic():
        member = _save_member(Member(**fields))
        audit.record(by=by, verb="add_member", about=member, subject=member, after=facts(member, fields))
    return member


def edit_member(*, member: Member, by: User | None, verb: str = "edit_member", **fields) -> Member:
    """Writes what differs, and nothing when nothing does. What waits on a channel that goes off is taken back.

    Raises `MemberNumberTaken`, `ForgottenMeanwhile`.
    """
    with transaction.atomic():
        member = Member.objects.select_for_update(no_key=True).get(pk=member.pk)
        if member.erased_at is not None:
            raise audit.forgotten()
        before, allowed = facts(member, fields), channels.allowed(member)
        for name, value in fields.items():
            setattr(member, name, value)
        changed_from, changed_to = audit.differences(before, facts(member, fields))
        if changed_to:
            _write_to_new_address(member, changed_to)
            _save_member(member)
            channels.follow(member, allowed)
            channels.write_anew(member)
            audit.record(by=by, verb=verb, about=member, subject=member, before=changed_from, after=changed_to)
    return member


def look_at_member(*, member: Member, by: User) -> None:
    """Somebody opens a member's page: the member can see that."""
    try:
        with transaction.atomic():
            audit.record(by=by, verb="look_at_member", about=member, subject=member)
    except audit.MergedMeanwhile:  # between finding the page and showing it
        member.refresh_from_db()
        with transaction.atomic():
            audit.record(by=by, verb="look_at_member", about=member.merged_into, subject=member)


def add_staff(*, by: User, **fields) -> Staff:
    with transaction.atomic():
        person = Staff.objects.create(**fields)
        audit.record(by=by, verb="add_staff", subject=person, after=facts(person, fields))
    return person


def edit_staff(*, person: Staff, by: User, verb: str = "edit_staff", **fields) -> Staff:
    with transaction.atomic():
        person = Staff.objects.select_for_update(no_key=True).get(pk=person.pk)
        before = facts(person, fields)
        for name, value in fields.items():
            setattr(person, name, value)
        changed_from, changed_to = audit.differences(before, facts(person, fields))
        if changed_to:
            _write_to_new_address(person, changed_to)
            person.save()
            channels.write_anew(person)
            audit.record(by=by, verb=verb, subject=person, before=changed_from, after=changed_to)
    return person


def edit_me(*, by: User, **fields) -> Member | Staff:
    """What everybody says about themselves: the name to use, pronouns, language, contacts and channels."""
    if isinstance(by.person, Member):
        return edit_member(member=by.person, by=by, verb="edit_me", **fields)
    if isinstance(by.person, Staff):
        return edit_staff(person=by.person, by=by, verb="edit_me", **fields)
    raise NoPerson(_("This sign-in has no page of its own."))


def facts(row: models.Model, names) -> dict:
    """The plain values of `names`, as the audit record keeps them."""
    return {name: getattr(row, name) for name in names}


def _write_to_new_address(person: Member | Staff, changed_to: dict) -> None:
    """That the old one was refused says nothing about it."""
    if "email" in changed_to and person.email_refused_at:
        person.email_refused_at = None
        if person.email:
            channels.give_back(person, Channel.EMAIL, reason=Reason.REFUSED, now=timezone.now())


def _save_member(member: Member) -> Member:
    try:
        with transaction.atomic():
            member.save()
    except IntegrityError as error:
        if Member.objects.filter(member_no=member.member_no).exclude(pk=member.pk).exists():
            raise MemberNumberTaken(_("Somebody else has this member number. Choose another one.")) from error
        raise
    return member
