"""Whom to call for a member when something happened: the member's own choice, opened with a reason only."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class EmergencyContact(models.Model):
    """Somebody whom a member trusts. There is no room for anything but who it is and how to reach them."""

    member = models.ForeignKey("members.Member", models.CASCADE, related_name="emergency_contacts")
    name = models.CharField(_("name"), max_length=100)
    relation = models.CharField(_("who they are to me"), max_length=60, blank=True)
    phone = models.CharField(_("phone"), max_length=40)
    at = models.DateTimeField()

    class Meta:
        ordering = ["pk"]  # the first one is called first

    class Privacy:
        plain = {"at"}
        personal = {"member"}
        sensitive = {"name", "relation", "phone"}
        forget = "goes"

    def __str__(self) -> str:
        return f"emergency contact {self.pk}"
