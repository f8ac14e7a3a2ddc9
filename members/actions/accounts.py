"""Logins: who may sign in, and as what."""

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from members import audit
from members.actions.people import facts
from members.models import Duty, Invitation, Member, Role, Staff, User
from members.refusals import Refusal

DUTIES = [f"duty_{duty.value}" for duty in Duty]
FIELDS = ["username", "email", "role", *DUTIES]


class UsernameTaken(Refusal):
    field = "username"


class EmailTaken(Refusal):
    field = "email"


class RoleDoesNotFit(Refusal):
    field = "role"


class HasAccount(Refusal):
    """The person can sign in already."""


class LastCoordinator(Refusal):
    """Somebody has to be able to let others in."""

    field = "role"


def give_account(*, person: Member | Staff, username: str, by: User, **fields) -> User:
    """A login for `person`; it opens with the card that `invite` makes. `fields`: email, role, duty_...

    Raises `HasAccount`, `UsernameTaken`, `EmailTaken`, `RoleDoesNotFit`.
    """
    with transaction.atomic():
        person = type(person).objects.select_for_update(no_key=True).get(pk=person.pk)
        if person.user_id:
            raise HasAccount(_("There is a sign-in for %(name)s already.") % {"name": person.known_as})
        user = User(username=username.lower(), **fields)
        user.email = user.email.lower()
        user.set_unusable_password()
        _check(user, person)
        store_login(user)
        person.user = user
        person.save(update_fields=["user"])
        _keep_address(user)
        audit.record(by=by, verb="give_account", about=_member(user), subject=user, after=facts(user, FIELDS))
    return user


def edit_account(*, user: User, by: User, **fields) -> User:
    """Changes username, e-mail, role or duties. Raises as `give_account`, and `LastCoordinator`."""
    with transaction.atomic():
        coordinators = _lock_coordinators()
        user = User.objects.select_for_update(no_key=True).get(pk=user.pk)
        before = facts(user, fields)
        for name, value in fields.items():
            setattr(user, name, value.lower() if name in {"username", "email"} else value)
        _check(user, user.person)
        if user.role != Role.COORDINATOR:
            _keep_one(coordinators, without=user)
        changed_from, changed_to = audit.differences(before, facts(user, fields))
        if changed_to:
            store_login(user)
            _keep_address(user)
            audit.record(
                by=by,
                verb="edit_account",
                about=_member(user),
                subject=user,
                before=changed_from,
                after=changed_to,
            )
    return user


def store_login(user: User, **options) -> None:
    """Saves a login. Raises `UsernameTaken` also when somebody took the name at this very moment."""
    try:
        with transaction.atomic():
            user.save(**options)
    except IntegrityError as error:
        raise UsernameTaken(_("This username or e-mail is taken. Choose another one.")) from error


def switch_off_account(*, user: User, by: User) -> User:
    """Nobody signs in with this account any more, and whoever is signed in is out at once. Raises `LastCoordinator`."""
    with transaction.atomic():
        coordinators = _lock_coordinators()
        user = User.objects.select_for_update(no_key=True).get(pk=user.pk)
        if user.is_active:
            _keep_one(coordinators, without=user)
            _switch(user, on=False, by=by, verb="switch_off_account")
            for session in UserSession.objects.filter(user=user):
                session.end()
    return user


def switch_on_account(*, user: User, by: User) -> User:
    with transaction.atomic():
        user = User.objects.select_for_update(no_key=True).get(pk=user.pk)
        if not user.is_active:
            _switch(user, on=True, by=by, verb="switch_on_account")
    return user


def forget_second_factor(*, user: User, by: User) -> User:
    """The phone with the codes is lost: the person sets up a new second key when they sign in next."""
    with transaction.atomic():
        keys = Authenticator.objects.filter(user=user)
        kinds = sorted(keys.values_list("type", flat=True))
        if kinds:
            keys.delete()
            audit.record(
                by=by,
                verb="forget_second_factor",
                about=_member(user),
                subject=user,
                before={"second_factor": kinds},
                after={"second_factor": []},
            )
    return user


def _switch(user: User, *, on: bool, by: User, verb: str) -> None:
    user.is_active = on
    user.save(update_fields=["is_active"])
    Invitation.objects.filter(user=user, used_at=None).delete()  # an old card does not open a new time
    audit.record(
        by=by, verb=verb, about=_member(user), subject=user, before={"is_active": not on}, after={"is_active": on}
    )


def _lock_coordinators() -> set[int]:
    """The coordinators who can sign in, held until the commit: two of them cannot take each other away at once."""
    coordinators = User.objects.filter(role=Role.COORDINATOR, is_active=True).order_by("pk")
    return set(coordinators.select_for_update(no_key=True).values_list("pk", flat=True))


def _keep_one(coordinators: set[int], *, without: User) -> None:
    if coordinators == {without.pk}:
        raise LastCoordinator(_("This is the only coordinator who can sign in. Make somebody else coordinator first."))


def _check(user: User, person: Member | Staff | None) -> None:
    others = User.objects.exclude(pk=user.pk)
    if others.filter(username__iexact=user.username).exists():
        raise UsernameTaken(_("This username is taken. Choose another one."))
    addresses = EmailAddress.objects.exclude(user_id=user.pk).filter(email=user.email)
    if user.email and (others.filter(email__iexact=user.email).exists() or addresses.exists()):
        raise EmailTaken(_("This e-mail is in use. Choose another one."))
    if person and isinstance(person, Member) != (user.role == Role.MEMBER):
        raise RoleDoesNotFit(_("Members sign in as members, staff as staff or coordinator. Duties are open to all."))


def _keep_address(user: User) -> None:
    """allauth looks addresses up in a table of its own; a coordinator's word is verification enough."""
    EmailAddress.objects.filter(user=user).exclude(email=user.email).delete()
    if user.email:
        EmailAddress.objects.update_or_create(user=user, email=user.email, defaults={"verified": True, "primary": True})


def _member(user: User) -> Member | None:
    return user.person if isinstance(user.person, Member) else None
