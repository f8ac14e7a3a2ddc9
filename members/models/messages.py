import datetime as dt

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from members.models.people import Member, Staff


class Channel(models.TextChoices):
    EMAIL = "email", _("e-mail")


class Reason(models.TextChoices):
    """Why a message was dropped, held back, or may not have arrived. A failure carries the name of its error."""

    UNWISHED = "unwished", _("It was not asked for, or not any more.")
    UNTRUE = "untrue", _("It was not true any more.")
    EXPIRED = "expired", _("It came too late to be of use.")
    NO_ADDRESS = "no_address", _("There was no e-mail address that may be used.")
    NO_MAIL = "no_mail", _("The house sends no mail.")
    NOT_ON_ROLL = "not_on_roll", _("The person is not on the roll.")
    WORKS_NO_MORE = "works_no_more", _("The person does not work here any more.")
    DAY_CAP = "day_cap", _("We send one message a day at most.")
    WEEK_CAP = "week_cap", _("We send three messages a week at most.")
    INTERRUPTED = "interrupted", _("The program stopped while it was being sent.")


def one_person() -> Q:
    """A member or somebody of the staff, never both, never nobody."""
    return Q(member__isnull=False, staff=None) | Q(member=None, staff__isnull=False)


def whose(person: Member | Staff) -> dict:
    """The fields that say whose a wish or a message is."""
    return {"staff": person} if isinstance(person, Staff) else {"member": person}


class MessageWish(models.Model):
    """Somebody asked for one kind of message on one channel. No row: no message (consent is off by default)."""

    member = models.ForeignKey("members.Member", models.CASCADE, null=True, related_name="message_wishes")
    staff = models.ForeignKey("members.Staff", models.CASCADE, null=True, related_name="message_wishes")
    kind = models.CharField(max_length=40)
    channel = models.CharField(max_length=10, choices=Channel.choices)
    since_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["member", "kind", "channel"], name="one_wish_per_kind_and_channel"),
            models.UniqueConstraint(fields=["staff", "kind", "channel"], name="one_wish_of_staff_per_kind_and_channel"),
            models.CheckConstraint(condition=one_person(), name="a_wish_is_one_persons"),
        ]

    class Privacy:
        plain = {"kind", "channel"}
        personal = {"member", "staff", "since_at"}
        sensitive: set[str] = set()


class MessageQuerySet(models.QuerySet):
    def due(self, now: dt.datetime) -> "MessageQuerySet":
        """Waiting, its time has come, and nobody is sending it at this moment."""
        return self.filter(state=Message.State.WAITING, due_at__lte=now)


class Message(models.Model):
    """The outbox. A row is written in the commit of its cause; `members/notices/sweep.py` sends it later."""

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting")
        SENDING = "sending", _("being sent")
        SENT = "sent", _("sent")
        HELD = "held", _("held back")  # by a cap; shown to the member
        DROPPED = "dropped", _("not needed any more")  # no longer true or no longer wanted
        FAILED = "failed", _("could not be sent")
        UNKNOWN = "unknown", _("not sure whether it was sent")  # shown to people, never sent again by itself

    member = models.ForeignKey("members.Member", models.CASCADE, null=True, related_name="messages")
    staff = models.ForeignKey("members.Staff", models.CASCADE, null=True, related_name="messages")
    kind = models.CharField(max_length=40)
    occurrence = models.CharField(max_length=60)  # what it is about: "task 12", "week 2026-W46"; ids only
    channel = models.CharField(max_length=10, choices=Channel.choices)
    due_at = models.DateTimeField()
    expires_at = models.DateTimeField()  # after this it would only confuse
    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING)
    claimed_until = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    settled_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=120, blank=True)

    objects = MessageQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["member", "kind", "occurrence", "channel"], name="one_message_per_occurrence"
            ),
            models.UniqueConstraint(
                fields=["staff", "kind", "occurrence", "channel"], name="one_message_to_staff_per_occurrence"
            ),
            models.CheckConstraint(condition=one_person(), name="a_message_is_to_one_person"),
        ]
        indexes = [models.Index(fields=["state", "due_at"])]

    class Privacy:
        plain = {
            "kind",
            "occurrence",
            "channel",
            "due_at",
            "expires_at",
            "state",
            "claimed_until",
            "attempts",
            "reason",
        }
        personal = {"member", "staff", "settled_at"}
        sensitive: set[str] = set()

    def __str__(self) -> str:
        return f"message {self.pk}"

    @property
    def person(self) -> Member | Staff:
        """Whom it goes to."""
        person = self.member or self.staff
        assert person is not None  # the database holds it
        return person
