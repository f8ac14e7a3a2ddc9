import datetime as dt
import hashlib

from django.contrib.auth import get_backends
from django.contrib.auth.models import AbstractUser
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    MEMBER = "member", _("Member")
    STAFF = "staff", _("Staff")
    COORDINATOR = "coordinator", _("Coordinator")


class Duty(models.TextChoices):
    """A piece of the house's own work that any colleague may be trusted with (Standard 20)."""

    RECEPTION = "reception", _("Reception")
    REACH_OUT = "reach_out", _("Reach-out")
    STATISTICS = "statistics", _("Statistics")
    MEETING = "meeting", _("Unit meeting")


class User(AbstractUser):
    """A login. Who the person is stands in `Member` or `Staff`; both may exist without a login."""

    first_name = None  # type: ignore[assignment]  # names live with the person, not with the login
    last_name = None  # type: ignore[assignment]
    email = models.EmailField(_("e-mail"), blank=True)
    role = models.CharField(max_length=12, choices=Role.choices, default=Role.MEMBER)
    duty_reception = models.BooleanField(_("reception"), default=False)
    duty_reach_out = models.BooleanField(_("reach-out"), default=False)
    duty_statistics = models.BooleanField(_("statistics"), default=False)
    duty_meeting = models.BooleanField(_("unit meeting"), default=False)
    # Opens a reception tablet that locked itself; kept as a password is.
    pin = models.CharField(max_length=128, blank=True, editable=False)
    # An account of the sample house: with DEMO=1 it signs in without a second factor and the sign-in page lists it.
    is_sample = models.BooleanField(default=False, editable=False)

    class Meta(AbstractUser.Meta):
        constraints = [
            # Both open the same door, so both belong to one person, however they are typed.
            models.UniqueConstraint(Lower("username"), name="one_account_per_username"),
            models.UniqueConstraint(Lower("email"), condition=~Q(email=""), name="one_account_per_email"),
        ]

    class Privacy:
        plain = {"is_staff", "is_superuser", "is_active", "is_sample", "groups", "user_permissions", "date_joined"}
        personal = {
            "username", "email", "last_login", "role", "duty_reception", "duty_reach_out", "duty_statistics",
            "duty_meeting",
        }  # fmt: skip
        sensitive = {"password", "pin"}
        whose = ("member",)
        forget = {
            "stays": {"role"},
            "goes": {
                "username", "email", "last_login", "duty_reception", "duty_reach_out", "duty_statistics",
                "duty_meeting", "password", "pin",
            },
        }  # fmt: skip

    def __str__(self) -> str:
        return f"user {self.pk}"

    @property
    def duties(self) -> set[Duty]:
        return {duty for duty in Duty if getattr(self, f"duty_{duty.value}")}

    @property
    def person(self):
        """The `Member` or `Staff` this login belongs to, or None (a keeper's login)."""
        return getattr(self, "member", None) or getattr(self, "staff", None)

    @property
    def is_colleague_in_charge(self) -> bool:
        """Staff and coordinators: short sessions and a second factor."""
        return self.role in {Role.STAFF, Role.COORDINATOR} or self.is_staff

    def has_perm(self, perm: str, obj=None) -> bool:
        """Asks the backends only: a keeper keeps the program and has no part in the house's own pages by that alone."""
        return self.is_active and any(backend.has_perm(self, perm, obj) for backend in get_backends())

    def get_full_name(self) -> str:
        return display_name(self)

    def get_short_name(self) -> str:
        return display_name(self)


def display_name(user: User) -> str:
    """The name to use of whoever signed in; the username where there is no person behind it."""
    return str(user.person or user.username)


def token_digest(token: str) -> str:
    """What the database keeps of a card's token."""
    return hashlib.sha256(token.casefold().encode()).hexdigest()


class InvitationQuerySet(models.QuerySet):
    def usable(self, now: dt.datetime) -> "InvitationQuerySet":
        """Not used, not too old, and for an account that is switched on."""
        return self.filter(used_at=None, expires_at__gt=now, user__is_active=True)

    def for_token(self, token: str) -> "InvitationQuerySet":
        return self.filter(token_digest=token_digest(token))


class Invitation(models.Model):
    """A card that opens the house's door once, within 72 hours: a new login, or a new password (no e-mail needed)."""

    user = models.ForeignKey(User, models.CASCADE, related_name="invitations")
    token_digest = models.CharField(max_length=64, unique=True)  # the token itself is only on the card
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    objects = InvitationQuerySet.as_manager()

    class Privacy:
        plain = {"made_at", "made_by", "expires_at", "used_at"}
        personal = {"user"}
        sensitive = {"token_digest"}
        whose = ("user__member",)
        forget = "goes"

    def __str__(self) -> str:
        return f"invitation {self.pk}"
