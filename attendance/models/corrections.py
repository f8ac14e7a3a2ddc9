"""What members ask to have put right."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from attendance.models.visits import Visit


class HeldTopic(models.TextChoices):
    """What a member's words may be about: everything that is held about them, in six heaps."""

    ABOUT_ME = "about-me", _("Who I am, and how to reach me")
    VISITS = "visits", _("My visits")
    DAYS = "days", _("Tasks, events and meals")
    CONTACT = "contact", _("Being in touch, and messages")
    SIGN_IN = "sign-in", _("My sign-in")
    RECORDS = "records", _("Records of the house about me")


class CorrectionRequestQuerySet(models.QuerySet):
    def waiting(self) -> "CorrectionRequestQuerySet":
        return self.filter(answered_at=None)

    def visible_to(self, user) -> "CorrectionRequestQuerySet":
        if not user.is_authenticated or not user.is_active:
            return self.none()
        if user.has_perm("attendance.answer_correction"):
            return self
        return self.filter(member__user=user)


class CorrectionRequest(models.Model):
    """A member says, in their own words, what is not right about their visits, or what is held. Staff answer."""

    member = models.ForeignKey("members.Member", models.CASCADE, related_name="correction_requests")
    day = models.DateField(_("day"), null=True, blank=True)  # None: about something else that is held
    what = models.CharField(_("what is it about?"), max_length=60, blank=True)  # a `HeldTopic`
    visit = models.ForeignKey(Visit, models.SET_NULL, null=True, blank=True, related_name="+")
    words = models.CharField(_("what should it say?"), max_length=500)
    asked_at = models.DateTimeField()
    answer = models.CharField(_("answer"), max_length=500, blank=True)
    answered_at = models.DateTimeField(null=True)
    answered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    objects = CorrectionRequestQuerySet.as_manager()

    class Meta:
        ordering = ["-asked_at"]

    class Privacy:
        plain = {"asked_at", "answered_at", "what"}
        personal = {"member", "day", "visit", "answered_by"}
        sensitive = {"words", "answer"}
        forget = "goes"

    @property
    def topic(self) -> str:
        """What it is about where it is about no day, in words."""
        return str(HeldTopic(self.what).label) if self.what in HeldTopic.values else self.what
