"""Being forgotten: what a member asked for, who confirmed it, and how long the house keeps what it wrote."""

import hashlib
import secrets
from dataclasses import dataclass

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


def certificate_no() -> str:
    """A number nobody can guess and that says nothing: "7KQ2-9RTM-4XPA"."""
    letters = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
    return "-".join("".join(secrets.choice(letters) for _ in range(4)) for _ in range(3))


@dataclass(frozen=True)
class Digests:
    """By certificate."""

    of: dict[str, list[str]]

    def hold(self, member_no: str) -> bool:
        return any(Erasure.digest_of(certificate, member_no) in digests for certificate, digests in self.of.items())


class ErasureQuerySet(models.QuerySet):
    def waiting(self) -> "ErasureQuerySet":
        """Asked for, not done and not taken back."""
        return self.filter(done_at=None, taken_back_at=None)

    def holds(self, member_no: str) -> bool:
        """Whether it was the number of somebody who is forgotten."""
        return self.digests().hold(member_no)

    def digests(self) -> "Digests":
        """Of all their numbers, read once."""
        return Digests(dict(self.done().values_list("certificate", "numbers")))

    def done(self) -> "ErasureQuerySet":
        return self.filter(done_at__isnull=False)


class Erasure(models.Model):
    """A member is to be forgotten. Two colleagues say yes; afterwards it is the certificate, without the name."""

    class Kind(models.TextChoices):
        ANONYMISE = "anonymise", _("Take the name away, keep what is counted")
        ERASE = "erase", _("Take away all that is not needed to count")

    member = models.ForeignKey("members.Member", models.PROTECT, related_name="erasures")
    kind = models.CharField(_("how much"), max_length=9, choices=Kind.choices)
    certificate = models.CharField(max_length=14, unique=True, default=certificate_no)
    asked_at = models.DateTimeField()
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    first_at = models.DateTimeField(null=True)
    first_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    second_at = models.DateTimeField(null=True)
    second_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    done_at = models.DateTimeField(null=True)
    taken_back_at = models.DateTimeField(null=True)
    # Digests of the member numbers, with the certificate: a spreadsheet or an old backup that holds them is known.
    numbers = models.JSONField(default=list)
    did = models.JSONField(default=dict)  # topic -> how many rows; numbers only
    swept_at = models.DateTimeField(null=True)  # the database's own files hold nothing of it any more
    again_at = models.DateTimeField(null=True)  # a restored backup had brought the person back

    objects = ErasureQuerySet.as_manager()

    class Meta:
        ordering = ["-asked_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["member"], condition=Q(taken_back_at=None), name="one_standing_erasure_per_member"
            ),
            models.CheckConstraint(
                condition=Q(second_by=None) | ~Q(second_by=F("first_by")), name="two_colleagues_confirm_an_erasure"
            ),
            models.CheckConstraint(
                condition=Q(done_at=None)
                | Q(first_by__isnull=False, second_by__isnull=False)
                | Q(again_at__isnull=False),  # said before: a backup from before that knows less colleagues
                name="nobody_is_erased_without_two_colleagues",
            ),
        ]

    class Privacy:
        plain = {
            "kind", "certificate", "asked_at", "first_at", "second_at", "done_at", "taken_back_at", "did", "swept_at",
            "again_at",
        }  # fmt: skip
        personal = {"member", "asked_by", "first_by", "second_by", "numbers"}
        sensitive: set[str] = set()
        forget = "stays"  # it is the certificate

    def __str__(self) -> str:
        return f"erasure {self.pk}"

    @property
    def is_waiting(self) -> bool:
        return self.done_at is None and self.taken_back_at is None

    @staticmethod
    def digest_of(certificate: str, member_no: str) -> str:
        """What is kept of a member number."""
        return hashlib.sha256(f"{certificate} {member_no}".encode()).hexdigest()


class RetentionRuleQuerySet(models.QuerySet):
    def standing(self) -> "RetentionRuleQuerySet":
        """Confirmed by a second colleague, and not ended."""
        return self.filter(confirmed_at__isnull=False, ended_at=None)


class RetentionRule(models.Model):
    """How long the house keeps one kind of writing. None stands until two colleagues said so."""

    what = models.CharField(_("what"), max_length=40)  # a name of attendance.retention.KINDS
    months = models.PositiveSmallIntegerField(
        _("kept for this many months"), validators=[MinValueValidator(1), MaxValueValidator(240)]
    )
    proposed_at = models.DateTimeField()
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    confirmed_at = models.DateTimeField(null=True)
    confirmed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    objects = RetentionRuleQuerySet.as_manager()

    class Meta:
        ordering = ["what", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["what"], condition=Q(ended_at=None), name="one_retention_rule_per_kind"),
            models.CheckConstraint(
                condition=Q(confirmed_by=None) | ~Q(confirmed_by=F("proposed_by")),
                name="two_colleagues_confirm_a_retention_rule",
            ),
        ]

    class Privacy:
        plain = {"what", "months", "proposed_at", "confirmed_at", "ended_at"}
        personal = {"proposed_by", "confirmed_by", "ended_by"}
        sensitive: set[str] = set()
        forget = "stays"

    def __str__(self) -> str:
        return f"retention of {self.what}"
