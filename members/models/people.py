import datetime as dt
import itertools
import re
import unicodedata
from collections.abc import Iterable

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from members.models.forgetting import Erasure


def fold(text: str) -> str:
    """`text` as search sees it: lower case, no accents, single spaces. "O’Neil-Ågren" -> "oneil agren"."""
    decomposed = unicodedata.normalize("NFKD", text.casefold().replace("ø", "o").replace("ł", "l").replace("đ", "d"))
    letters = "".join(c for c in decomposed if not unicodedata.combining(c) and c not in "'’`‘ʼ")
    return " ".join("".join(c if c.isalnum() else " " for c in letters).split())


class Person(models.Model):
    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, editable=False)
    first_name = models.CharField(_("first name"), max_length=100)
    last_name = models.CharField(_("family name"), max_length=100, blank=True)
    name_to_use = models.CharField(
        _("name to use"),
        max_length=100,
        blank=True,
        help_text=_("What people call you. Leave it empty to use the first name."),
    )
    pronouns = models.CharField(
        _("pronouns"), max_length=60, blank=True, help_text=_("In your own words, if you like.")
    )
    phone = models.CharField(_("phone"), max_length=40, blank=True)
    email = models.EmailField(_("e-mail"), blank=True)
    # Its mail server said that there is no such address: not used until somebody writes a new one.
    email_refused_at = models.DateTimeField(null=True, editable=False)
    language = models.CharField(
        _("language"), max_length=12, blank=True, help_text=_("Leave it empty for the language of the house.")
    )

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.known_as

    @property
    def known_as(self) -> str:
        return self.name_to_use or self.first_name

    @property
    def full_name(self) -> str:
        return f"{self.first_name} {self.last_name}".strip()

    @property
    def short_name(self) -> str:
        """Name to use and the initial of the family name: as much of a name as a shared screen needs."""
        return f"{self.known_as} {self.last_name[0]}." if self.last_name else self.known_as

    @property
    def initials(self) -> str:
        return (self.known_as[:1] + self.last_name[:1]).upper()


class MemberQuerySet(models.QuerySet):
    def themselves(self) -> "MemberQuerySet":
        """Without rows that turned out to be somebody who is on the roll already (`merged_into`)."""
        return self.filter(merged_into=None)

    def on_roll(self, day: dt.date) -> "MemberQuerySet":
        """Enrolled on or before `day`, and not off the roll: `withdrawn_on` and `deceased_on` are the first day off."""
        return (
            self.themselves()
            .filter(enrolled_on__lte=day)
            .filter(Q(withdrawn_on=None) | Q(withdrawn_on__gt=day))
            .filter(Q(deceased_on=None) | Q(deceased_on__gt=day))
        )

    def to_ask_for_address(self, day: dt.date) -> "MemberQuerySet":
        """Mail to them came back, and they like to get mail: somebody asks them for a new address."""
        return self.on_roll(day).filter(email_allowed=True, email_refused_at__isnull=False).exclude(email="")

    def welcome(self) -> "MemberQuerySet":
        """Everyone ever enrolled who may walk in today (Standards 1 and 6): not the deceased, nor the forgotten."""
        return self.themselves().filter(deceased_on=None, erased_at=None)

    def visible_to(self, user) -> "MemberQuerySet":
        """Whose page `user` may open: staff and coordinators everybody's, a member only their own."""
        if not user.is_authenticated or not user.is_active:
            return self.none()
        if user.has_perm("members.see_members"):
            return self.themselves().filter(erased_at=None)
        return self.filter(user=user)

    def named(self, words: str) -> "MemberQuerySet":
        """Whose names hold every one of `words`, accents and case aside; or whose member number it is."""
        matching = Q()
        for word in fold(words).split():
            matching &= Q(search_name__contains=word)
        return self.filter(matching | Q(member_no__iexact=words.strip())).filter(erased_at=None)

    def next_member_no(self) -> str:
        """A number for the next member, one more than the highest: after "M0320" comes "M0321".

        Nobody gets the number of somebody who asked to be forgotten.
        """
        found = [re.fullmatch(r"(.*?)(\d+)", number) for number in self.values_list("member_no", flat=True)]
        highest = max(filter(None, found), key=lambda match: int(match[2]), default=None)
        begins, last, width = (highest[1], int(highest[2]), len(highest[2])) if highest else ("M", 0, 4)
        numbers = (f"{begins}{last + n:0{width}}" for n in itertools.count(1))
        return next(number for number in numbers if not Erasure.objects.holds(number))


class Member(Person):
    """Belongs for life, whether attending or not, with a login or without."""

    class BoardName(models.TextChoices):
        FULL = "full", _("My name and family name")
        SHORT = "short", _("My name and one letter")
        NONE = "none", _("No name, just that the place is taken")

    class DoorPicture(models.TextChoices):
        """Tells two people with one name apart at the door; the values are names of pictures in static/icons.svg."""

        APPLE = "apple", _("Apple")
        BIRD = "bird", _("Bird")
        BOAT = "boat", _("Boat")
        CAT = "cat", _("Cat")
        CUP = "cup", _("Cup")
        FISH = "fish", _("Fish")
        FLOWER = "flower", _("Flower")
        MOON = "moon", _("Moon")
        STAR = "star", _("Star")
        TREE = "tree", _("Tree")

    class Voicemail(models.TextChoices):
        NONE = "none", _("Please leave no message")
        NAME = "name", _("Say a first name and a number, nothing else")
        HOUSE = "house", _("You may say where you call from")

    class Envelope(models.TextChoices):
        PLAIN = "plain", _("Nothing but my name and address")
        HOUSE = "house", _("The house's name may stand on it")

    class ReminderTime(models.TextChoices):
        EVENING = "evening", _("The evening before")
        MORNING = "morning", _("That morning")

    member_no = models.CharField(_("member number"), max_length=20, unique=True)
    born_on = models.DateField(_("born on"), null=True, blank=True)
    enrolled_on = models.DateField(_("enrolled on"))
    withdrawn_on = models.DateField(_("withdrawn on"), null=True, blank=True, help_text=_("At their own wish only."))
    deceased_on = models.DateField(_("died on"), null=True, blank=True)
    area = models.CharField(
        _("part of town"), max_length=60, blank=True, help_text=_("For counts only, like Eastside. It may stay empty.")
    )
    # A channel that is off is used and shown nowhere.
    phone_allowed = models.BooleanField(_("The house may use my phone number"), default=True)
    calls_allowed = models.BooleanField(_("for calls"), default=True)
    texts_allowed = models.BooleanField(_("for text messages"), default=True)
    email_allowed = models.BooleanField(_("The house may write to me by e-mail"), default=True)
    post_allowed = models.BooleanField(_("The house may send me post"), default=True)
    visits_allowed = models.BooleanField(_("The house may visit me"), default=False)
    address = models.TextField(_("address for post"), max_length=300, blank=True)
    voicemail = models.CharField(_("on my voicemail"), max_length=6, choices=Voicemail.choices, default=Voicemail.NAME)
    envelope = models.CharField(_("on an envelope"), max_length=6, choices=Envelope.choices, default=Envelope.PLAIN)
    # Messages and calls only between these (house time), inside the hours in which the house writes at all.
    contact_from = models.TimeField(_("not before"), null=True, blank=True)
    contact_until = models.TimeField(_("not after"), null=True, blank=True)
    best_time = models.CharField(
        _("best time to reach me"), max_length=60, blank=True, help_text=_("In your own words, like: after 4 pm.")
    )
    reminder_time = models.CharField(
        _("remind me"), max_length=7, choices=ReminderTime.choices, default=ReminderTime.EVENING
    )
    summary_when_empty = models.BooleanField(_("My week also comes after a week without a visit"), default=False)
    # Reach-out: the house's number of days, my own, or please don't; and peace for a while (no message either).
    reach_out_wanted = models.BooleanField(_("The house may get in touch when it has not seen me"), default=True)
    reach_out_after_days = models.PositiveSmallIntegerField(
        _("days until the house gets in touch"),
        null=True,
        blank=True,
        validators=[MinValueValidator(3), MaxValueValidator(365)],
    )
    quiet_until_on = models.DateField(_("in peace until"), null=True, blank=True)
    works_by_day = models.BooleanField(_("I work by day, please call in the evening"), default=False)
    board_name = models.CharField(
        _("my name on the task board"), max_length=5, choices=BoardName.choices, default=BoardName.SHORT
    )
    # At the door tablet: a picture or a code of one's own, and a card. Codes and cards are kept as digests only.
    door_picture = models.CharField(_("my picture at the door"), max_length=6, choices=DoorPicture.choices, blank=True)
    door_code = models.CharField(max_length=128, blank=True, editable=False)
    door_card_digest = models.CharField(max_length=64, blank=True, editable=False)
    # The same person was on the roll already: whatever was written here was moved there (see MemberMerge).
    merged_into = models.ForeignKey("self", models.PROTECT, null=True, editable=False, related_name="merged")
    search_name = models.CharField(max_length=400, editable=False)
    # Forgotten at their own wish: nobody any more, a row that keeps the counts.
    erased_at = models.DateTimeField(null=True, editable=False)

    objects = MemberQuerySet.as_manager()

    class Meta:
        ordering = ["search_name", "pk"]
        indexes = [models.Index(fields=["enrolled_on"])]
        constraints = [
            models.UniqueConstraint(
                fields=["door_card_digest"], condition=~Q(door_card_digest=""), name="one_member_per_door_card"
            ),
            # Not even somebody who opened the page a moment before writes a name back.
            models.CheckConstraint(
                condition=Q(erased_at=None)
                | Q(last_name="", name_to_use="", pronouns="", phone="", email="", address="", search_name=""),
                name="the_forgotten_have_no_name",
            ),
        ]

    class Privacy:
        plain = {"member_no", "language", "erased_at"}
        personal = {
            "user", "first_name", "last_name", "name_to_use", "pronouns", "phone", "email", "enrolled_on",
            "area", "withdrawn_on", "phone_allowed", "calls_allowed", "texts_allowed", "email_allowed",
            "email_refused_at", "post_allowed", "visits_allowed", "address", "voicemail", "envelope", "contact_from",
            "contact_until", "best_time", "reminder_time", "summary_when_empty", "board_name", "door_picture",
            "merged_into", "search_name",
        }  # fmt: skip
        sensitive = {
            "born_on", "deceased_on", "door_code", "door_card_digest", "reach_out_wanted", "reach_out_after_days",
            "quiet_until_on", "works_by_day",
        }  # fmt: skip
        forget = {
            # The roll, cohorts, and figures by group.
            "stays": {"user", "enrolled_on", "withdrawn_on", "deceased_on", "area", "merged_into", "language"},
            "less exact": {"born_on"},  # its month: figures by age ask no closer
            "goes": {
                "first_name", "last_name", "name_to_use", "pronouns", "phone", "email", "email_refused_at",
                "phone_allowed", "calls_allowed", "texts_allowed", "email_allowed", "post_allowed", "visits_allowed",
                "address", "voicemail", "envelope", "contact_from", "contact_until", "best_time", "reminder_time",
                "summary_when_empty", "board_name", "door_picture", "search_name", "door_code", "door_card_digest",
                "reach_out_wanted", "reach_out_after_days", "quiet_until_on", "works_by_day", "member_no",
            },
        }  # fmt: skip

    def save(self, *args, **kwargs):
        self.search_name = self.folded_names(self.merged.all() if self.pk else ()) if self.erased_at is None else ""
        if kwargs.get("update_fields") is not None:
            kwargs["update_fields"] = {*kwargs["update_fields"], "search_name"}
        super().save(*args, **kwargs)

    def folded_names(self, entries: Iterable["Member"] = ()) -> str:
        """Every name the member goes by, as search sees it (bulk inserts call this themselves).

        `entries`: those that were merged into this one; whoever was found by a name is found by it for life.
        """
        names = [name for one in (self, *entries) for name in (one.known_as, one.first_name, one.last_name)]
        return fold(" ".join(dict.fromkeys(filter(None, names))))[:400]  # one letter may fold into several

    @property
    def refused_email(self) -> str:
        """The address that mail came back from, to ask about; empty when there is none, or mail is off."""
        return self.email if self.email_allowed and self.email_refused_at else ""

    # What is off, or refused, is an empty text here: whoever shows, prints or sends asks these and nothing else.

    @property
    def phone_to_use(self) -> str:
        """For calls."""
        return self.phone if self.phone_allowed and self.calls_allowed else ""

    @property
    def text_to_use(self) -> str:
        """For text messages."""
        return self.phone if self.phone_allowed and self.texts_allowed else ""

    @property
    def email_to_use(self) -> str:
        return self.email if self.email_allowed and not self.email_refused_at else ""

    @property
    def address_to_use(self) -> str:
        """For post."""
        return self.address if self.post_allowed else ""

    @property
    def home_to_visit(self) -> str:
        """The address, where a visit is welcome."""
        return self.address if self.visits_allowed else ""

    @property
    def name_for_board(self) -> str:
        """The name on the task board, as this member allows; empty for none."""
        names = {
            self.BoardName.FULL: f"{self.known_as} {self.last_name}".strip(),
            self.BoardName.SHORT: self.short_name,
        }
        return names.get(self.BoardName(self.board_name), "")


class MemberMerge(models.Model):
    """Two rows were one person: what was moved from `merged` to `kept`, so that it can be moved back."""

    kept = models.ForeignKey(Member, models.PROTECT, related_name="merges")
    merged = models.ForeignKey(Member, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    # Ids of what was moved; rows for which the kept entry had the same, as they were: ids, codes and times, no names.
    moved = models.JSONField(default=dict)
    undone_at = models.DateTimeField(null=True)
    undone_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    class Privacy:
        plain = {"at", "undone_at"}
        personal = {"kept", "merged", "by", "moved", "undone_by"}
        sensitive: set[str] = set()
        forget = {"stays": {"kept", "merged", "by", "undone_by"}, "goes": {"moved"}}


class StaffQuerySet(models.QuerySet):
    def working(self, day: dt.date) -> "StaffQuerySet":
        return self.filter(Q(ended_on=None) | Q(ended_on__gt=day))

    def to_ask_for_address(self, day: dt.date) -> "StaffQuerySet":
        """The same as of members."""
        return self.working(day).filter(email_refused_at__isnull=False).exclude(email="")


class Staff(Person):
    """A paid generalist working beside members."""

    started_on = models.DateField(_("started on"), null=True, blank=True)
    ended_on = models.DateField(_("last day"), null=True, blank=True)

    objects = StaffQuerySet.as_manager()

    class Meta:
        ordering = ["first_name", "last_name", "pk"]
        verbose_name_plural = "staff"

    class Privacy:
        plain = {"language"}
        personal = {
            "user", "first_name", "last_name", "name_to_use", "pronouns", "phone", "email", "email_refused_at",
            "started_on", "ended_on",
        }  # fmt: skip
        sensitive: set[str] = set()
        forget = "stays"  # nobody's row who asks as a member

    @property
    def refused_email(self) -> str:
        return self.email if self.email_refused_at else ""

    @property
    def email_to_use(self) -> str:
        return "" if self.email_refused_at else self.email

    @property
    def text_to_use(self) -> str:
        return self.phone
