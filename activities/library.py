"""Tasks that most houses know (handbook, "How a day goes"): a unit's library begins with them."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from activities.models import LibraryTask, Part, Unit

MORNING, AFTERNOON = Part.MORNING, Part.AFTERNOON


@dataclass(frozen=True)
class UsualTask:
    title: str | Promise
    part: Part = MORNING
    places: int = 2


@dataclass(frozen=True)
class Trade:
    """A kind of unit, the button that brings its tasks, and the words in a unit's name that tell it."""

    name: str
    offer: str | Promise
    words: tuple[str, ...]
    usual: tuple[UsualTask, ...]


EVERYWHERE = (UsualTask(_("Reach-out"), AFTERNOON, 3),)

TRADES = (
    Trade(
        "kitchen",
        _("Add the usual tasks of a kitchen"),
        ("kitchen", "culinary", "cook", "café", "cafe", "food", "snack"),
        (
            UsualTask(_("Menu")), UsualTask(_("Shopping")), UsualTask(_("Breakfast"), MORNING, 3),
            UsualTask(_("Lunch"), MORNING, 4), UsualTask(_("Dishes"), AFTERNOON, 4),
            UsualTask(_("Snack bar till"), AFTERNOON, 1), UsualTask(_("Garden"), AFTERNOON, 3), *EVERYWHERE,
        ),
    ),
    Trade(
        "office",
        _("Add the usual tasks of an office"),
        ("clerical", "office", "membership", "reception", "communication"),
        (
            UsualTask(_("Reception")), UsualTask(_("Phones"), MORNING, 1),
            UsualTask(_("Attendance entry"), AFTERNOON, 1), UsualTask(_("Statistics"), MORNING, 1),
            UsualTask(_("Newsletter"), MORNING, 4), UsualTask(_("Cards and birthdays"), AFTERNOON),
            UsualTask(_("Petty cash"), MORNING, 1), UsualTask(_("Tours"), AFTERNOON),
            UsualTask(_("Orientation"), AFTERNOON), *EVERYWHERE,
        ),
    ),
    Trade(
        "hospitality",
        _("Add the usual tasks of looking after the house"),
        ("hospitality", "housekeeping", "maintenance", "environment", "building"),
        (
            UsualTask(_("Rooms"), MORNING, 3), UsualTask(_("Laundry")), UsualTask(_("Recycling"), AFTERNOON),
            UsualTask(_("Vehicle checks")), *EVERYWHERE,
        ),
    ),
    Trade(
        "employment",
        _("Add the usual tasks of jobs and learning"),
        ("employment", "education", "career", "job", "learning"),
        (
            UsualTask(_("TE training and cover"), MORNING, 1), UsualTask(_("Employer contact")),
            UsualTask(_("CVs"), AFTERNOON, 3), UsualTask(_("Tutoring")), *EVERYWHERE,
        ),
    ),
)  # fmt: skip


def trade_of(unit: Unit) -> Trade | None:
    """The first trade that the unit's name tells."""
    name = unit.name.casefold()
    return next((trade for trade in TRADES if any(word in name for word in trade.words)), None)


def titles(unit: int | str | None = None) -> list[str]:
    """Offered while somebody types the name of a task: what `unit` (a pk) knows, the other units, most houses."""
    asked = str(unit) if unit else ""
    known = sorted(
        LibraryTask.objects.standing().values_list("unit", "title"), key=lambda one: (str(one[0]) != asked, one[1])
    )
    usual = [str(task.title) for trade in TRADES for task in trade.usual]
    first: dict[str, str] = {}
    for title in [title for _unit, title in known] + usual:
        first.setdefault(title.casefold(), title)
    return list(first.values())
