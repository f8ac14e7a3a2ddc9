"""What the house knows how to do: the task library of each unit, its guides, and who likes to show what."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from activities.models.tasks import TaskDetails


class LibraryTask(TaskDetails):
    """Work that a unit knows. Tasks are posted from it, members say that they can show it, and it may have a guide."""

    class Meta:
        ordering = ["title", "pk"]
        constraints = [models.UniqueConstraint("unit", Lower("title"), name="one_library_task_per_unit_and_title")]

    class Privacy:
        plain = {"unit", "title", "part", "starts_at", "places", "good_to_know", "is_practice", "carries_over"}
        personal = {"posted_by"}
        sensitive: set[str] = set()

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
