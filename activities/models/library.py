"""What the house knows how to do: the task library of each unit, its guides, and who likes to show what."""

import datetime as dt

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from activities.models.tasks import TaskDetails, UnitTask


class Picture(models.TextChoices):
    """What may stand beside a step: names in static/guide.svg (docs/decisions/0014)."""

    WASH_HANDS = "wash-hands", _("Wash hands")
    APRON = "apron", _("Apron")
    PAN = "pan", _("Pot")
    KNIFE = "knife", _("Knife")
    FOOD = "food", _("Food")
    FRIDGE = "fridge", _("Fridge")
    OVEN = "oven", _("Oven")
    TABLE = "table", _("Table")
    PLATE = "plate", _("Plate")
    CUP = "cup", _("Cup")
    BASKET = "basket", _("Basket")
    BROOM = "broom", _("Broom")
    BUCKET = "bucket", _("Bucket")
    BIN = "bin", _("Bin")
    LAUNDRY = "laundry", _("Washer")
    BED = "bed", _("Bed")
    PLANT = "plant", _("Plant")
    WATERING_CAN = "watering-can", _("Water")
    PHONE = "phone", _("Phone")
    TALK = "talk", _("Talk")
    COMPUTER = "computer", _("Computer")
    PAPER = "paper", _("Paper")
    PEN = "pen", _("Pen")
    ENVELOPE = "envelope", _("Letter")
    PRINTER = "printer", _("Printer")
    CASH_BOX = "cash-box", _("Cash box")
    CALENDAR = "calendar", _("Calendar")
    KEY = "key", _("Key")
    VAN = "van", _("Van")
    PEOPLE = "people", _("People")
    LOOK = "look", _("Look")
    CLOCK = "clock", _("Clock")
    SMILE = "smile", _("Smile")
    CHECK = "check", _("Done")


class LibraryTaskQuerySet(models.QuerySet):
    def visible_to(self, user) -> "LibraryTaskQuerySet":
        """What the house knows, everybody may know; also what left the library, while its tasks and guide are there."""
        return self if user.is_authenticated and user.is_active else self.none()

    def standing(self) -> "LibraryTaskQuerySet":
        return self.filter(removed_at=None)

    def guides_writable_by(self, user) -> "LibraryTaskQuerySet":
        """Staff and coordinators write every guide; members those of the work that they can show."""
        if user.has_perm("activities.edit_library"):
            return self
        if not user.has_perm("activities.write_guide"):
            return self.none()
        return self.filter(models.Exists(CanShow.objects.filter(library_task=models.OuterRef("pk"), member__user=user)))

    def with_guides(self) -> "LibraryTaskQuerySet":
        """Annotates `has_guide`."""
        return self.annotate(has_guide=models.Exists(GuideStep.objects.filter(library_task=models.OuterRef("pk"))))

    def with_posted(self, day: dt.date) -> "LibraryTaskQuerySet":
        """Annotates `is_posted`: whether it stands on the board of `day`."""
        on_the_board = UnitTask.objects.standing().on(day).filter(library_task=models.OuterRef("pk"))
        return self.annotate(is_posted=models.Exists(on_the_board))


class LibraryTask(TaskDetails):
    """Work that a unit knows. Tasks are posted from it, members say that they can show it, and it may have a guide."""

    # Taken out of the library; the guide and who can show it wait here in case it comes back.
    removed_at = models.DateTimeField(null=True, editable=False)

    objects = LibraryTaskQuerySet.as_manager()

    class Meta:
        ordering = ["title", "pk"]
        constraints = [models.UniqueConstraint("unit", Lower("title"), name="one_library_task_per_unit_and_title")]

    class Privacy:
        plain = {
            "unit",
            "title",
            "part",
            "starts_at",
            "places",
            "good_to_know",
            "is_practice",
            "carries_over",
            "removed_at",
        }
        personal = {"posted_by"}
        sensitive: set[str] = set()
        forget = "stays"

    def __str__(self) -> str:
        return self.title


class GuideStep(models.Model):
    """One short step of a guide, with a picture from the house's own set (docs/decisions/0014)."""

    library_task = models.ForeignKey(LibraryTask, models.CASCADE, related_name="steps")
    number = models.PositiveSmallIntegerField(validators=[MinValueValidator(1), MaxValueValidator(12)])
    words = models.CharField(_("step"), max_length=160)
    picture = models.CharField(_("picture"), max_length=20, blank=True)  # a name in static/guide.svg

    class Meta:
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["library_task", "number"], name="one_step_per_number")]

    class Privacy:
        plain = {"library_task", "number", "words", "picture"}
        personal: set[str] = set()
        sensitive: set[str] = set()


class CanShow(models.Model):
    """ "I can show this": a member likes to show this work to somebody who is new to it. Their own choice alone."""

    library_task = models.ForeignKey(LibraryTask, models.CASCADE, related_name="shown_by")
    member = models.ForeignKey("members.Member", models.CASCADE, related_name="can_show")
    at = models.DateTimeField()

    class Meta:
        ordering = ["at", "pk"]
        constraints = [models.UniqueConstraint(fields=["library_task", "member"], name="a_member_can_show_a_task_once")]

    class Privacy:
        plain = {"library_task"}
        personal = {"member", "at"}
        sensitive: set[str] = set()
        forget = "goes"
