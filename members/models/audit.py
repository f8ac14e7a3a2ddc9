from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models


class AuditHead(models.Model):
    """The end of the chain: one row that every new record locks, so that records form one line."""

    seq = models.BigIntegerField(default=0)
    chain = models.CharField(max_length=64, default="")

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(pk=1), name="one_audit_head")]

    class Privacy:
        plain = {"seq", "chain"}
        personal: set[str] = set()
        sensitive: set[str] = set()


class AuditRecord(models.Model):
    """One change, or one look at a member's page. Never edited; `members/audit.py` writes and checks it."""

    seq = models.BigIntegerField(unique=True)
    at = models.DateTimeField()
    verb = models.CharField(max_length=60)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    about = models.ForeignKey("members.Member", models.PROTECT, null=True, related_name="audit_records")
    subject = models.CharField(max_length=80, blank=True)  # "attendance.visit 17"
    before = models.JSONField(default=dict, encoder=DjangoJSONEncoder)
    after = models.JSONField(default=dict, encoder=DjangoJSONEncoder)
    why = models.CharField(max_length=300, blank=True)
    device = models.CharField(max_length=120, blank=True)
    salt = models.CharField(max_length=32, blank=True)  # erased together with the texts; the chain stays valid
    digest = models.CharField(max_length=64)  # of salt and content
    chain = models.CharField(max_length=64)  # of the chain before and this digest

    class Meta:
        ordering = ["seq"]
        indexes = [models.Index(fields=["verb", "at"]), models.Index(fields=["subject"])]

    class Privacy:
        plain = {"seq", "at", "verb", "subject", "salt", "digest", "chain"}
        personal = {"by", "about", "device"}
        sensitive = {"before", "after", "why"}
        forget = {"stays": {"by", "about"}, "goes": {"device", "before", "after", "why"}}  # see members/audit.py

    def __str__(self) -> str:
        return f"{self.seq} {self.verb}"
