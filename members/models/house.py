import datetime as dt
import zoneinfo

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _


def validate_time_zone(name: str) -> None:
    if name not in zoneinfo.available_timezones():
        raise ValidationError(_("This is not a time zone. It looks like Europe/Helsinki."))


class Rounding(models.TextChoices):
    """How a funder turns minutes into 15-minute units (handbook, definitions)."""

    FLOOR = "floor", _("Down: only full quarters of an hour")
    EIGHT_MINUTE = "eight_minute", _("8-minute rule: 8 minutes make a unit")
    UP_TO = "up_to", _("Up: a started quarter counts")


def parse_age_bands(text: str) -> list[int]:
    """The first age of each band: "18, 25, 35" -> [18, 25, 35]. Raises ValueError for what is no such list."""
    ages = [int(part) for part in text.replace(";", ",").split(",")]
    if ages != sorted(set(ages)) or not 1 <= ages[0] <= ages[-1] <= 120 or len(ages) > 12:
        raise ValueError(text)
    return ages


def validate_age_bands(text: str) -> None:
    try:
        parse_age_bands(text)
    except ValueError:
        raise ValidationError(_("Write ages with commas, the youngest first, like 18, 25, 35, 50, 65.")) from None


class HouseManager(models.Manager["House"]):
    def current(self) -> "House":
        """The one house of this database, made from the settings on the first call."""
        house = self.first()
        return (
            house
            or self.get_or_create(
                pk=1,
                defaults={
                    "name": settings.HOUSE_NAME,
                    "time_zone": settings.TIME_ZONE,
                    "language": settings.LANGUAGE_CODE,
                },
            )[0]
        )


LETTERS_THAT_SEAL = 12  # of the words that open the emergency contacts of a downtime pack


class House(models.Model):
    """What the house decided about itself. One row; a coordinator edits it."""

    name = models.CharField(_("name of the house"), max_length=80)
    time_zone = models.CharField(_("time zone"), max_length=64, validators=[validate_time_zone])
    language = models.CharField(_("language"), max_length=12, default="en")
    help_line = models.CharField(
        _("whom to ask for help"),
        max_length=160,
        blank=True,
        help_text=_("Stands on every page, like: Ask at reception, or call 555 0100."),
    )
    recent_days = models.PositiveSmallIntegerField(
        _("days that count as recent"),
        default=60,
        validators=[MinValueValidator(1), MaxValueValidator(366)],
        help_text=_("Arrivals shows who was seen in this many days under Recent."),
    )
    returned_after_days = models.PositiveSmallIntegerField(
        _("days away that make a return"), default=90, validators=[MinValueValidator(1), MaxValueValidator(3650)]
    )
    rounding = models.CharField(_("15-minute units"), max_length=12, choices=Rounding.choices, default=Rounding.FLOOR)
    rounding_per_visit = models.BooleanField(
        _("round each visit by itself"),
        default=False,
        help_text=_("Otherwise a day's minutes are summed, then rounded."),
    )
    members_may_post_tasks = models.BooleanField(_("every member may post tasks"), default=False)
    members_may_mark_themselves = models.BooleanField(
        _("members may say on their own phone that they are here"), default=False
    )
    lunch_until = models.TimeField(
        _("a plate at lunch can be saved until"),
        null=True,
        blank=True,
        help_text=_("Leave it empty when the house saves no plates."),
    )
    closing_estimate = models.BooleanField(
        _("offer “left at closing” for a time out that nobody wrote down"),
        default=False,
        help_text=_("It is marked as assumed, and adds no hours until somebody confirms it."),
    )
    reception_locks_after = models.PositiveSmallIntegerField(
        _("minutes until a tablet at reception locks"),
        default=3,
        validators=[MinValueValidator(1), MaxValueValidator(15)],
    )
    quiet_from = models.TimeField(
        _("quiet from"), default=dt.time(20, 0), help_text=_("No message leaves in quiet hours.")
    )
    quiet_until = models.TimeField(_("quiet until"), default=dt.time(9, 0))
    # The kill switch: while it is set, nothing leaves but sign-in codes and invitations.
    messages_stopped_at = models.DateTimeField(null=True, editable=False)
    country = models.CharField(
        _("country"),
        max_length=2,
        blank=True,
        help_text=_("Two letters, like US or FI: so that phone numbers can be read that begin without a plus sign."),
    )
    reach_out_after_days = models.PositiveSmallIntegerField(
        _("days without a visit until we get in touch"),
        default=14,
        validators=[MinValueValidator(3), MaxValueValidator(365)],
    )
    reach_out_pause_days = models.PositiveSmallIntegerField(
        _("days of peace after we were in touch"),
        default=7,
        validators=[MinValueValidator(1), MaxValueValidator(365)],
    )
    fiscal_year_starts_in = models.PositiveSmallIntegerField(
        _("the year of our budget begins in"),
        choices=[(1, _("January")), (4, _("April")), (7, _("July")), (10, _("October"))],
        default=1,
    )
    age_bands = models.CharField(
        _("age groups begin at"),
        max_length=60,
        default="18, 25, 35, 50, 65",
        validators=[validate_age_bands],
        help_text=_("For counts that funders ask for."),
    )
    downtime_pack = models.BooleanField(
        _("make a pack for a day without the program, each night"),
        default=False,
        help_text=_("Blank sheets, who is expected, and the emergency contacts in a sealed file."),
    )
    downtime_password = models.CharField(
        _("words that open the sealed file"),
        max_length=80,
        blank=True,
        help_text=_("12 letters or more. Keep them on paper, in an envelope."),
    )
    logo_version = models.CharField(max_length=16, blank=True, editable=False)  # of the picture; empty without one
    is_sample = models.BooleanField(default=False, editable=False)

    objects = HouseManager()

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(pk=1), name="one_house_per_database")]

    class Privacy:
        plain = {
            "name", "time_zone", "language", "help_line", "recent_days", "returned_after_days", "rounding",
            "rounding_per_visit", "members_may_post_tasks", "members_may_mark_themselves", "lunch_until",
            "closing_estimate", "reception_locks_after", "quiet_from", "quiet_until", "is_sample",
            "messages_stopped_at", "country", "reach_out_after_days", "reach_out_pause_days",
            "fiscal_year_starts_in", "age_bands", "logo_version", "downtime_pack",
        }  # fmt: skip
        personal: set[str] = set()
        sensitive = {"downtime_password"}

    def __str__(self) -> str:
        return self.name

    @property
    def zone(self) -> zoneinfo.ZoneInfo:
        return zoneinfo.ZoneInfo(self.time_zone)

    @property
    def can_seal(self) -> bool:
        """Whether its words are long enough to seal the emergency contacts of a downtime pack."""
        return len(self.downtime_password) >= LETTERS_THAT_SEAL

    def day_of(self, at: dt.datetime) -> dt.date:
        """The day in house time on which the moment `at` falls."""
        return at.astimezone(self.zone).date()

    def at(self, day: dt.date, time: dt.time) -> dt.datetime:
        """The moment (UTC) of a wall-clock time. An hour that happens twice means the first; see `clubhouse.clock`."""
        return dt.datetime.combine(day, time, tzinfo=self.zone).astimezone(dt.UTC)

    def is_quiet(self, at: dt.datetime) -> bool:
        """Whether `at` falls in quiet hours, which may run over midnight."""
        time = at.astimezone(self.zone).time()
        if self.quiet_from <= self.quiet_until:
            return self.quiet_from <= time < self.quiet_until
        return time >= self.quiet_from or time < self.quiet_until


class HouseLogo(models.Model):
    """The picture a house gave itself, apart from the house because every request reads that one."""

    house = models.OneToOneField(House, models.CASCADE, related_name="logo", primary_key=True)
    png = models.BinaryField()  # made anew from what was uploaded, so that nothing else comes along with it

    class Privacy:
        plain = {"house", "png"}
        personal: set[str] = set()
        sensitive: set[str] = set()
