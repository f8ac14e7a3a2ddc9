"""The social programme and other events: evenings, weekends and holidays, wellness, sport, learning, trips."""

import datetime as dt
import hashlib

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from activities.models.places import Offer, TakenPlace, TakenPlaceQuerySet, WaitingPlace
from activities.models.repeats import Repeating


class EventDetails(models.Model):
    """What an event and a repeating event have in common. Times are house time; `ends_at` may be past midnight."""

    class Sort(models.TextChoices):
        SOCIAL = "social", _("Together")
        WELLNESS = "wellness", _("Wellness")
        SPORT = "sport", _("Sport")
        LEARNING = "learning", _("Learning")
        TRIP = "trip", _("Trip")

    title = models.CharField(_("event"), max_length=80)
    sort = models.CharField(_("kind"), max_length=8, choices=Sort.choices, default=Sort.SOCIAL)
    about = models.CharField(_("what happens"), max_length=600, blank=True)
    starts_at = models.TimeField(_("starts at"))
    ends_at = models.TimeField(_("ends at"))
    places = models.PositiveSmallIntegerField(
        _("places"), null=True, blank=True, validators=[MinValueValidator(1), MaxValueValidator(500)]
    )  # None: room for everybody
    cost = models.CharField(_("cost"), max_length=80, blank=True)
    meeting_point = models.CharField(_("where we meet"), max_length=120, blank=True)
    has_rides = models.BooleanField(_("a list for rides"), default=False)
    join_link = models.URLField(_("link to join online"), blank=True)  # only for people who are signed in
    posted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, editable=False, related_name="+")

    class Meta:
        abstract = True

    @property
    def is_virtual(self) -> bool:
        return bool(self.join_link)


EVENT_FIELDS = {
    "title", "sort", "about", "starts_at", "ends_at", "places", "cost", "meeting_point", "has_rides", "join_link",
}  # fmt: skip


class RepeatingEvent(EventDetails, Repeating):
    """Makes the same event by a rule, also on days when the house is closed: evenings and weekends are its home."""

    class Privacy:
        plain = {*EVENT_FIELDS, "rule", "starts_on", "ends_on"}
        personal = {"posted_by"}
        sensitive: set[str] = set()
        forget = "stays"


class EventQuerySet(models.QuerySet):
    def standing(self) -> "EventQuerySet":
        return self.filter(called_off_at=None)

    def visible_to(self, user) -> "EventQuerySet":
        """Every opportunity is listed to everybody (must-never 8)."""
        return self if user.is_authenticated and user.is_active else self.none()

    def changeable_by(self, user) -> "EventQuerySet":
        """Staff and coordinators change every event; members, where they may post, the ones they posted."""
        if user.has_perm("activities.change_any_event"):
            return self
        return self.filter(posted_by=user) if user.has_perm("activities.post_event") else self.none()

    def with_free_places(self) -> "EventQuerySet":
        counted = self.standing().annotate(taken_count=models.Count("sign_ups"))
        return counted.filter(Q(places=None) | Q(taken_count__lt=F("places")))

    def at_the_house(self) -> "EventQuerySet":
        """Without those that people join from where they are."""
        return self.filter(Q(join_link="") | ~Q(meeting_point=""))

    def in_order(self) -> "EventQuerySet":
        return self.order_by("day", "starts_at", "title", "pk")


class Event(EventDetails, Offer):
    """One event on one day."""

    repeats = models.ForeignKey(RepeatingEvent, models.PROTECT, null=True, editable=False, related_name="events")

    objects = EventQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["repeats", "day"], name="one_event_per_repeat_and_day"),
            models.CheckConstraint(condition=Q(places=None) | Q(places__gte=1), name="an_event_has_a_place"),
        ]

    class Privacy:
        plain = {*EVENT_FIELDS, "day", "repeats", "called_off_at"}
        personal = {"posted_by"}
        sensitive: set[str] = set()
        forget = "stays"

    def __str__(self) -> str:
        return self.title

    def begins_at(self, house) -> dt.datetime:
        return house.at(self.day, self.starts_at)

    def finishes_at(self, house) -> dt.datetime:
        """The moment it ends; an end that is not after the beginning is meant on the next day."""
        next_day = self.ends_at <= self.starts_at
        return house.at(self.day + dt.timedelta(days=next_day), self.ends_at)

    @property
    def when_and_where(self) -> str:
        """The place as a short digest: what a house writes there is nobody's key."""
        where = hashlib.sha256(f"{self.meeting_point}\n{self.is_virtual}".encode()).hexdigest()
        return f"{self.day:%Y%m%d} {self.starts_at:%H%M} {where[:8]}"


class EventSignUp(TakenPlace):
    """A member said they would come. Withdrawing removes the row and leaves nothing for others to see (Standard 3)."""

    event = models.ForeignKey(Event, models.CASCADE, related_name="sign_ups")
    member = models.ForeignKey("members.Member", models.CASCADE, related_name="event_sign_ups")

    objects = TakenPlaceQuerySet.as_manager()

    class Meta:
        ordering = ["at", "pk"]
        constraints = [models.UniqueConstraint(fields=["event", "member"], name="one_sign_up_per_event_and_member")]

    class Privacy:
        plain = {"event"}
        personal = {"member", "at", "by", "moved_up_at"}
        sensitive: set[str] = set()
        forget = "goes if erased"


class EventWaiting(WaitingPlace):
    """A member waits for a place at an event that is full."""

    event = models.ForeignKey(Event, models.CASCADE, related_name="waiting")
    member = models.ForeignKey("members.Member", models.CASCADE, related_name="event_waits")

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["event", "member"], name="a_member_waits_once_for_an_event")]

    class Privacy:
        plain = {"event"}
        personal = {"member", "at", "by"}
        sensitive: set[str] = set()
        forget = "goes"


class Ride(models.Model):
    """Seats that somebody offers in a car. There is no address, on purpose: people talk to each other."""

    event = models.ForeignKey(Event, models.CASCADE, related_name="rides")
    driver = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="rides")
    seats = models.PositiveSmallIntegerField(_("free seats"), validators=[MinValueValidator(1), MaxValueValidator(8)])
    at = models.DateTimeField()

    class Meta:
        ordering = ["at", "pk"]
        constraints = [models.UniqueConstraint(fields=["event", "driver"], name="one_ride_per_event_and_driver")]

    class Privacy:
        plain = {"event", "seats"}
        personal = {"driver", "at"}
        sensitive: set[str] = set()
        whose = ("driver__member",)
        forget = "goes"


class RideWish(models.Model):
    """A member would like a seat; `ride` is the one they took, None while they are looking."""

    event = models.ForeignKey(Event, models.CASCADE, related_name="ride_wishes")
    member = models.ForeignKey("members.Member", models.CASCADE, related_name="ride_wishes")
    ride = models.ForeignKey(Ride, models.SET_NULL, null=True, related_name="taken_by")
    at = models.DateTimeField()
    lost_at = models.DateTimeField(null=True, editable=False)  # when the car they sat in was taken back

    class Meta:
        ordering = ["at", "pk"]
        constraints = [models.UniqueConstraint(fields=["event", "member"], name="one_ride_wish_per_event_and_member")]

    class Privacy:
        plain = {"event", "ride"}
        personal = {"member", "at", "lost_at"}
        sensitive: set[str] = set()
        forget = "goes"
