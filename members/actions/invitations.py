"""Cards that open the door once: a new login, or a new password."""

import datetime as dt
import secrets

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from members import audit
from members.actions.accounts import UsernameTaken, store_login
from members.models import Invitation, Member, Role, Staff, User, token_digest
from members.refusals import Refusal

VALID_FOR = dt.timedelta(hours=72)


class SwitchedOff(Refusal):
    """A card for an account that is switched off would open nothing."""


class CardUsedUp(Refusal):
    """Used, too old, replaced by a newer card, or never made: the sentence is the same."""


def invite(*, user: User, by: User | None) -> str:
    """Makes a card and ends older ones. Returns its token, shown once and kept nowhere. Raises `SwitchedOff`."""
    token, now = _new_token(), timezone.now()
    with transaction.atomic():
        user = User.objects.select_for_update(no_key=True).get(pk=user.pk)
        if not user.is_active:
            raise SwitchedOff(_("This sign-in is switched off. Switch it on first."))
        Invitation.objects.filter(user=user, used_at=None).delete()
        Invitation.objects.create(
            user=user, token_digest=token_digest(token), made_at=now, made_by=by, expires_at=now + VALID_FOR
        )
        about = user.person if isinstance(user.person, Member) else None
        audit.record(by=by, verb="invite", about=about, subject=user, after={"expires_at": now + VALID_FOR})
    return token


def accept_invitation(*, token: str, username: str, password: str, first_name: str = "", last_name: str = "") -> User:
    """The card is used: the password is theirs from now on. The first coordinator also says who they are.

    Raises `CardUsedUp`, `UsernameTaken`.
    """
    now, username = timezone.now(), username.lower()
    with transaction.atomic():
        cards = Invitation.objects.for_token(token).usable(now)
        # The login is locked before its card, as everybody who takes cards away does it; asked again once it is ours.
        user = User.objects.select_for_update(no_key=True).filter(pk__in=cards.values("user")).first()
        card = cards.first()
        if user is None or card is None:
            raise CardUsedUp(_("This card does not open the door any more."))
        if User.objects.filter(username__iexact=username).exclude(pk=user.pk).exists():
            raise UsernameTaken(_("This username is taken. Choose another one."))
        before = user.username
        user.username = username
        user.set_password(password)  # also ends every session of the old password
        store_login(user, update_fields=["username", "password"])
        card.used_at = now
        card.save(update_fields=["used_at"])
        if user.person is None and first_name:
            Staff.objects.create(user=user, first_name=first_name, last_name=last_name)
            user.refresh_from_db()
        about = user.person if isinstance(user.person, Member) else None
        changes = audit.differences({"username": before}, {"username": username})
        audit.record(by=user, verb="accept_invitation", about=about, subject=user, before=changes[0], after=changes[1])
    return user


def invite_first_coordinator() -> str | None:
    """A card for the first coordinator of an empty house; None when somebody is coordinator already.

    Asked again before the card is used, it makes a new one and ends the old.
    """
    with transaction.atomic():
        coordinators = User.objects.filter(role=Role.COORDINATOR, is_active=True, is_sample=False).order_by("pk")
        waiting = coordinators.filter(staff=None, member=None, last_login=None).first()
        if coordinators.exclude(pk=waiting.pk if waiting else 0).exists():
            return None
        if waiting is None:
            waiting = User(username=_free_username("coordinator"), role=Role.COORDINATOR)
            waiting.set_unusable_password()
            waiting.save()
        return invite(user=waiting, by=None)


def _new_token() -> str:
    """Like "kfx3-9mtr-w2hq-7npc": 79 bits that can be typed from paper, without letters that look alike."""
    return "-".join("".join(secrets.choice("23456789abcdefghjkmnpqrstuvwxyz") for _ in range(4)) for _ in range(4))


def _free_username(wanted: str) -> str:
    taken = {name.lower() for name in User.objects.values_list("username", flat=True)}
    return next(name for name in [wanted, *(f"{wanted}{n}" for n in range(2, 10_000))] if name not in taken)
