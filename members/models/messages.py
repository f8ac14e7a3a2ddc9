import datetime as dt

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from members.models.people import Member, Staff


class Channel(models.TextChoices):
    EMAIL = "email", _("e-mail")
    TEXT = "text", _("text message")
    PAGE = "page", _("my page")  # it waits on `/me/`
    NOTE = "note", _("printed note")  # handed over at the house, or sent by post


class Reason(models.TextChoices):
    """Why a message was dropped, held back, or may not have arrived. A failure carries the name of its error."""

    UNWISHED = "unwished", _("It was not asked for, or not any more.")
    UNTRUE = "untrue", _("It was not true any more.")
    EXPIRED = "expired", _("It came too late to be of use.")
    NO_ADDRESS = "no_address", _("There was no e-mail address that may be used.")
    NO_MAIL = "no_mail", _("The house sends no mail.")
    NO_TEXTS = "no_texts", _("The house sends no text messages.")
    NO_NUMBER = "no_number", _("There was no phone number that may be used for text messages.")
    CHANNEL_OFF = "channel_off", _("The person does not want this way of writing.")
    QUIET = "quiet", _("The person asked for quiet.")
    REFUSED = "refused", _("The mail server refused the address.")
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
        forget = "goes"


class MessageQuerySet(models.QuerySet):
    def due(self, now: dt.datetime) -> "MessageQuerySet":
        """Waiting, its time has come, and nobody is sending it at this moment."""
        return self.filter(state=Message.State.WAITING, due_at__lte=now)

    def need_a_look(self) -> "MessageQuerySet":
        """Not sent, or nobody knows; and nobody has told the person yet."""
        return self.filter(state__in=Message.LOST, told_at=None)


class Message(models.Model):
    """The outbox. A row is written in the commit of its cause; `members/notices/sweep.py` sends it later."""

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting")
        CLAIMED = "claimed", _("being written")  # surely not sent yet
        SENDING = "sending", _("being sent")  # handed over at this moment
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
    claim = models.UUIDField(null=True)  # of the sweep that has it in hand
    attempts = models.PositiveSmallIntegerField(default=0)
    settled_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=120, blank=True)
    message_id = models.CharField(max_length=120, blank=True)  # of the e-mail it left in, so that a bounce finds it
    told_at = models.DateTimeField(null=True)  # it did not arrive, and somebody told the person what it was about

    # Surely not sent: whoever takes a message back may still do so.
    NOT_GONE = (State.WAITING, State.CLAIMED)
    # Not sent, or nobody knows.
    LOST = (State.FAILED, State.UNKNOWN)

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
        indexes = [
            models.Index(fields=["state", "due_at"]),
            models.Index(fields=["claim"], condition=Q(claim__isnull=False), name="messages_in_hand"),
            models.Index(fields=["message_id"], condition=~Q(message_id=""), name="message_of_a_letter"),
        ]

    class Privacy:
        plain = {
            "kind", "occurrence", "channel", "due_at", "expires_at", "state", "claimed_until", "claim", "attempts",
            "reason", "message_id", "told_at",
        }  # fmt: skip
        personal = {"member", "staff", "settled_at"}
        sensitive: set[str] = set()
        forget = "goes"

    def __str__(self) -> str:
        return f"message {self.pk}"

    @property
    def person(self) -> Member | Staff:
        """Whom it goes to."""
        person = self.member or self.staff
        assert person is not None  # the database holds it
        return person


class NoteQuerySet(models.QuerySet):
    def on_the_page_of(self, person: Member | Staff) -> "NoteQuerySet":
        theirs = {f"message__{name}": value for name, value in whose(person).items()}
        return self.filter(message__channel=Channel.PAGE, **theirs).select_related("message__member", "message__staff")

    def unread_by(self, person: Member | Staff) -> "NoteQuerySet":
        """What waits on this person's own page, the newest first."""
        return self.on_the_page_of(person).filter(read_at=None).order_by("-at", "-pk")

    def put_away_by(self, person: Member | Staff, now: dt.datetime) -> "NoteQuerySet":
        """In the last 30 days."""
        lately = now - dt.timedelta(days=30)
        return self.on_the_page_of(person).filter(read_at__gt=lately).order_by("-read_at", "-pk")

    def on_paper(self) -> "NoteQuerySet":
        return self.filter(message__channel=Channel.NOTE).select_related("message__member")

    def to_print(self, day: dt.date) -> "NoteQuerySet":
        """For people on the roll who want paper, and did not ask for quiet; `day` is today."""
        members = Member.objects.on_roll(day).exclude(quiet_until_on__gte=day)
        wish = MessageWish.objects.filter(member=OuterRef("message__member"), channel=Channel.NOTE)
        return self.on_paper().filter(Exists(wish), message__member__in=members)


class Note(models.Model):
    """What waits for a person to read: on their page (`Channel.PAGE`) or on paper (`Channel.NOTE`).

    One letter may hold several messages; the first of them carries it.
    """

    message = models.OneToOneField(Message, models.CASCADE, related_name="note")
    text = models.TextField()  # as it was written that day
    at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)  # on the page: put away by its reader
    printed_at = models.DateTimeField(null=True)
    printed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    objects = NoteQuerySet.as_manager()

    class Privacy:
        plain = {"at", "printed_at"}
        personal = {"message", "read_at", "printed_by"}
        sensitive = {"text"}
        whose = ("message__member",)
        forget = "goes"

    def __str__(self) -> str:
        return f"note {self.pk}"


class HouseWording(models.Model):
    """A sentence of the house's own around the texts of one kind, for people who get it in `language`."""

    kind = models.CharField(max_length=40)
    language = models.CharField(max_length=12)
    opening = models.CharField(_("before our words"), max_length=160, blank=True)
    closing = models.CharField(_("after our words"), max_length=160, blank=True)
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "language"], name="one_wording_per_kind_and_language")]

    class Privacy:
        plain = {"kind", "language", "opening", "closing", "at", "by"}
        personal: set[str] = set()
        sensitive: set[str] = set()
        forget = "stays"
