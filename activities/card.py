"""One task as one person sees it: its seats, what is said beside them, and what there is to tap."""

from dataclasses import dataclass, field, replace

from django.urls import reverse
from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from activities.done import Done
from activities.models import PlaceRole, UnitTask

SEATS_DRAWN = 8  # more free places than this stand in words only
NAMED = 2  # how many people a sentence names


@dataclass(frozen=True)
class Seat:
    """A taken place. `name` and `initials` are as much as the member allows; empty for none."""

    name: str
    initials: str
    is_mine: bool
    role: str  # PlaceRole

    @property
    def role_words(self) -> str:
        """How they take part, when that is more than doing it."""
        return "" if self.role == PlaceRole.DOING else str(PlaceRole(self.role).label).lower()


PROMINENT, QUIET = "btn btn-secondary", "task-quiet"


@dataclass(frozen=True)
class Tap:
    """One button: `value` of its `action`, what it says, and the role that goes with it ("" for none)."""

    action: str
    label: str
    icon: str
    name: str = "tap"
    role: str = ""
    look: str = PROMINENT
    task: int = 0

    @property
    def pk(self) -> str:
        """The id in the page: the focus stays where it was when the card is swapped."""
        return f"{self.name}-{self.task}"

    @property
    def url(self) -> str:
        name = "can_show" if self.name == "show" else "sign_up"
        return reverse(f"activities:{name}", kwargs={"pk": self.task})


@dataclass(frozen=True)
class Card:
    """One task with its seats, and what the person who looks may do with it."""

    task: UnitTask
    seats: list[Seat]
    is_mine: bool
    may_sign_up: bool
    may_withdraw: bool
    may_change: bool
    is_open: bool = False  # it is to come, and nobody called it off
    # The waiting list: how many stand in it, and which of them is looking (from 1; 0 for none).
    waiting: int = 0
    number: int = 0
    may_wait: bool = False
    # Doing it together: names as each allows, "" for none.
    shown_by: list[str] = field(default_factory=list)
    can_show: bool = False
    may_say_can_show: bool = False
    may_learn: bool = False
    may_show: bool = False
    learn_with: str = ""
    # What else the person who looks may want to know of their own place.
    put_up_by: str = ""
    came_free: bool = False
    also_on: list[str] = field(default_factory=list)
    # How it went: done, thanks, carried over.
    done: Done | None = None

    @property
    def taken(self) -> int:
        return len(self.seats)

    @property
    def free(self) -> int:
        return max(0, self.task.places - self.taken)

    @property
    def open_seats(self) -> range:
        """The free seats to draw, without the one that is the sign-up button; none when the work is done."""
        if self.task.is_done:
            return range(0)
        return range(min(self.free, SEATS_DRAWN) - (1 if self.may_sign_up and self.free else 0))

    @property
    def paper_seats(self) -> range:
        """The free seats on paper, where people write their names."""
        return range(0 if self.task.is_done else min(self.free, SEATS_DRAWN))

    @property
    def learners(self) -> list[str]:
        """Who would like to learn it, while nobody shows it."""
        if any(seat.role == PlaceRole.SHOWING for seat in self.seats):
            return []
        return [seat.name for seat in self.seats if seat.role == PlaceRole.LEARNING and not seat.is_mine]

    @property
    def shown_by_words(self) -> str:
        """ "Noor likes to show this"; empty when nobody said so."""
        if not self.shown_by:
            return ""
        if any(self.shown_by):
            one, many = _("%(who)s likes to show this."), _("%(who)s like to show this.")
            return (one if len(self.shown_by) == 1 else many) % {"who": people_words(self.shown_by)}
        return ngettext(
            "Somebody here likes to show this.", "Some people here like to show this.", len(self.shown_by)
        )  # fmt: skip

    @property
    def learners_words(self) -> str:
        """For who can show it: "Amara would like to learn this." Empty when nobody does."""
        if not self.learners:
            return ""
        return _("%(who)s would like to learn this.") % {"who": people_words(self.learners) or _("Somebody")}

    @property
    def also_on_words(self) -> str:
        """ "You are also on “Dishes” then." Pointed out, never forbidden."""
        return also_on_words(self.also_on)

    @property
    def put_up_words(self) -> str:
        """A colleague put the name up in the meeting."""
        return _("%(who)s put your name up, at your word.") % {"who": self.put_up_by} if self.put_up_by else ""

    @property
    def line_words(self) -> str:
        """ "You are number 2 in line." Only one's own number is ever said."""
        return _("You are number %(number)s in line.") % {"number": self.number} if self.number else ""

    @property
    def notes(self) -> list[tuple[str, str]]:
        """(icon, sentence) of what the person who looks may want to know here; few at a time."""
        if self.task.is_done or not self.is_open:
            return []
        asked = self.learners_words if self.may_show else ""
        said = [
            ("star", _("A place came free. You are on.") if self.came_free else ""),
            ("members", self.put_up_words),
            ("expected", self.line_words),
            ("calendar", self.also_on_words),
            ("heart", asked or self.shown_by_words),
            ("heart", _("You like to show this.") if self.can_show and self.is_mine else ""),
        ]
        return [(icon, words) for icon, words in said if words]

    @property
    def taps(self) -> list[Tap]:
        """The buttons below the seats."""
        learn = _("Learn it with %(who)s") % {"who": self.learn_with} if self.learn_with else _("Learn it")
        off = _("Take me off") if self.put_up_by else _("Withdraw")
        every = [
            (self.may_show, Tap("sign_up", _("Show it"), "heart", name="pair", role=PlaceRole.SHOWING)),
            (self.may_learn, Tap("sign_up", learn, "eye", name="pair", role=PlaceRole.LEARNING)),
            (self.may_wait, Tap("wait", _("Wait for a place"), "expected")),
            (self.number, Tap("stop_waiting", _("Stop waiting"), "undo")),
            (self.may_withdraw, Tap("withdraw", off, "undo")),
            (
                self.may_say_can_show and not self.can_show,
                Tap("can_show", _("I can show this"), "plus", name="show", look=QUIET),
            ),
            (
                self.may_say_can_show and self.can_show,
                Tap("stop_showing", _("Not any more"), "close", name="show", look=QUIET),
            ),
        ]
        return [replace(tap, task=self.task.pk) for there, tap in every if there]


def also_on_words(titles: list[str]) -> str:
    if not titles:
        return ""
    return _("You are also on %(tasks)s then.") % {"tasks": get_text_list([f"“{one}”" for one in titles], _("and"))}


def people_words(names: list[str]) -> str:
    """ "Noor H.", "Noor H. and Jo M.", "Noor H., Jo M. and others"; those who want no name are "others"."""
    named = list(filter(None, names))
    shown = named[:NAMED] if len(named) > NAMED + 1 or len(named) < len(names) else named
    if len(shown) < len(names) and shown:
        shown = [*shown, _("others")]
    return get_text_list(shown, _("and"))
