"""Somebody is to be forgotten: asked for, said yes to by two colleagues, done; or taken back."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from attendance.forgetting import book
from attendance.forgetting.whole import forget, numbers_of
from members import audit
from members.models import Erasure, Member, Role, User
from members.refusals import Refusal


class ForgottenAlready(Refusal):
    """It is done, and cannot be taken back."""


class TakenBack(Refusal):
    """The member, or a colleague, took it back meanwhile."""


class NotAskedYet(Refusal):
    """A coordinator prepares it first."""


class SamePerson(Refusal):
    """The second yes is somebody else's."""


class NotForOneself(Refusal):
    """Whoever is to be forgotten asks; two others say yes."""


class LastCoordinator(Refusal):
    """Nobody would be left to look after the house's settings."""


@transaction.atomic
def ask_to_be_forgotten(*, member: Member, kind: str, by: User) -> Erasure:
    """The member's own wish. Asked again with another kind, that one stands; a yes that was said is said anew.

    Raises `ForgottenAlready`.
    """
    member = _locked(member)
    standing = Erasure.objects.waiting().filter(member=member).first()
    if standing is not None and standing.kind == kind:
        return standing
    if standing is not None:
        _take_back(standing, by)
    erasure = Erasure.objects.create(member=member, kind=kind, asked_at=timezone.now(), asked_by=by)
    audit.record(
        by=by, verb="attendance.ask_to_be_forgotten", about=member, subject=erasure, after={"kind": erasure.kind}
    )
    return erasure


@transaction.atomic
def forget_member(*, member: Member, kind: str, by: User) -> Erasure:
    """A coordinator prepares it, at the member's word, and says yes as the first. Done twice, it is done once.

    Raises `ForgottenAlready`, `NotForOneself`, `LastCoordinator`.
    """
    member = _locked(member)
    _check_not_oneself(member, by)
    _check_somebody_is_left(member)
    erasure = Erasure.objects.waiting().filter(member=member).first()
    if erasure is not None and erasure.kind != kind:
        _take_back(erasure, by)
        erasure = None
    now = timezone.now()
    erasure = erasure or Erasure(member=member, kind=kind, asked_at=now, asked_by=by)
    if erasure.first_by_id is not None:
        return erasure
    erasure.first_by, erasure.first_at = by, now
    erasure.save()
    audit.record(by=by, verb="attendance.forget_member", about=member, subject=erasure, after={"kind": erasure.kind})
    return erasure


def confirm_forgetting(*, erasure: Erasure, by: User) -> Erasure:
    """The second yes: done at once. The book has it on the disk before the database does, and after it.

    Raises `ForgottenAlready`, `TakenBack`, `NotAskedYet`, `SamePerson`, `NotForOneself`, `LastCoordinator`.
    """
    is_written = False
    try:
        with transaction.atomic():
            member = _locked(erasure.member)
            erasure = Erasure.objects.select_for_update(no_key=True).get(pk=erasure.pk)
            erasure.member = member
            _check(erasure, member, by)
            erasure.second_by, erasure.second_at = by, timezone.now()
            erasure.numbers = numbers_of(erasure, book.everybody(member))
            book.write(book.line(erasure, book.SURE))
            is_written = True
            forget(erasure, at=erasure.second_at, by=by)
    except BaseException:
        if is_written:
            book.write(book.line(erasure, book.UNDONE, [erasure.member]))
        raise
    book.write(book.line(erasure, book.DONE))
    return erasure


@transaction.atomic
def take_back_forgetting(*, erasure: Erasure, by: User) -> None:
    """By the member, or by a colleague. Done twice, it is done once. Raises `ForgottenAlready`."""
    _locked(erasure.member)
    erasure = Erasure.objects.select_for_update(no_key=True).get(pk=erasure.pk)
    if erasure.taken_back_at is None:
        _take_back(erasure, by)


def _take_back(erasure: Erasure, by: User) -> None:
    erasure.taken_back_at = timezone.now()
    erasure.save(update_fields=["taken_back_at"])
    audit.record(by=by, verb="attendance.take_back_forgetting", about=erasure.member, subject=erasure)


def _locked(member: Member) -> Member:
    """The member's row, held until the end. Raises `ForgottenAlready`."""
    member = Member.objects.select_for_update(no_key=True).get(pk=member.pk)
    if member.erased_at is not None:
        raise ForgottenAlready(_("This is done already. It cannot be taken back."))
    return member


def _check(erasure: Erasure, member: Member, by: User) -> None:
    if erasure.taken_back_at is not None:
        raise TakenBack(_("This was taken back. Nobody is forgotten."))
    if erasure.first_by_id is None:
        raise NotAskedYet(_("A coordinator says yes first."))
    if erasure.first_by_id == by.pk:
        raise SamePerson(_("You said yes already. The second yes comes from somebody else."))
    _check_not_oneself(member, by)
    _check_somebody_is_left(member)


def _check_not_oneself(member: Member, by: User) -> None:
    if member.user_id == by.pk:
        raise NotForOneself(_("Two other colleagues say yes for you."))


def _check_somebody_is_left(member: Member) -> None:
    others = User.objects.filter(role=Role.COORDINATOR, is_active=True).exclude(member=member)
    if member.user is not None and member.user.role == Role.COORDINATOR and not others.exists():
        raise LastCoordinator(_("This is the only coordinator. Make somebody else one first."))
