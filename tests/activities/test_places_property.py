"""Whatever people tap, in whatever order: never more people than places, nobody lost from the line, nobody twice.

The line is compared with a list that a person could keep on paper. Each control breaks one rule, and the same
sequences notice it.
"""

import datetime as dt
from dataclasses import dataclass, field

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from activities import actions
from activities.actions import places, sign_ups
from activities.models import Event, Part
from members.refusals import Refusal
from tests import make
from tests.activities.cards import next_week

pytestmark = pytest.mark.django_db
# In the order of the alphabet, so that a line by name is another one than a line by time.
NAMES = ["Ana", "Bo", "Cy", "Di"]

PEOPLE = st.integers(0, len(NAMES) - 1)
TAPS = ["sign_up", "wait", "withdraw", "stop_waiting"]
ANYTHING = st.lists(
    st.one_of(
        st.tuples(st.sampled_from(TAPS), PEOPLE),
        st.tuples(st.sampled_from(["withdraw", "stop_waiting"]), PEOPLE),
        st.tuples(st.just("places"), st.integers(1, 3)),
        st.tuples(st.sampled_from(["call_off", "put_back"]), st.just(0)),
    ),
    min_size=3,
    max_size=12,
)
# It begins with everybody in line, in some order: the first has the place.
STEPS = st.builds(lambda order, after: [("wait", who) for who in order] + after, st.permutations(range(4)), ANYTHING)
SEARCH = {"deadline": None, "suppress_health_check": [HealthCheck.function_scoped_fixture]}


@dataclass
class OnPaper:
    """The same rules in a few lines."""

    places: int = 1
    on: list[int] = field(default_factory=list)
    line: list[int] = field(default_factory=list)
    is_off: bool = False

    def sign_up(self, who: int) -> None:
        if who not in self.on and not self.is_off and len(self.on) < self.places:
            self.on.append(who)

    def wait(self, who: int) -> None:
        self.sign_up(who)
        if who not in self.on + self.line and not self.is_off:
            self.line.append(who)

    def withdraw(self, who: int) -> None:
        if who in self.on:
            self.on.remove(who)
        self._move_up()

    def stop_waiting(self, who: int) -> None:
        if who in self.line:
            self.line.remove(who)

    def set_places(self, count: int) -> None:
        if count >= len(self.on):
            self.places = count
        self._move_up()

    def call_off(self, _nobody: int) -> None:
        self.is_off = True

    def put_back(self, _nobody: int) -> None:
        self.is_off = False
        self._move_up()

    def _move_up(self) -> None:
        while self.line and not self.is_off and len(self.on) < self.places:
            self.on.append(self.line.pop(0))


@pytest.fixture
def people(db):
    members = [make.member(name) for name in NAMES]
    for member in members:
        make.account(member)
    return members


def a_task():
    return make.task(day=next_week(), places=1)


def an_event():
    return Event.objects.create(
        title="Bowling", day=next_week(), starts_at=dt.time(18), ends_at=dt.time(20), places=1
    )  # fmt: skip


# How a step is called; tasks have the names of the steps.
OF_AN_EVENT = {
    "sign_up": "join_event", "wait": "wait_for_event", "withdraw": "leave_event",
    "stop_waiting": "stop_waiting_for_event", "call_off": "call_off_event", "put_back": "put_back_event",
}  # fmt: skip
OF_A_TASK = {"call_off": "call_off_task", "put_back": "put_back_task"}


def act(offer, step: str, number: int, people, sam) -> None:
    kind, names = ("event", OF_AN_EVENT) if isinstance(offer, Event) else ("task", OF_A_TASK)
    said = {kind: offer, "by": sam.user}
    if step in TAPS:
        said |= {"member": people[number], "by": people[number].user}
    try:
        if step == "places" and kind == "event":
            actions.edit_event(**said, places=number)
        elif step == "places":
            actions.edit_task(**said, title=offer.title, part=Part.MORNING, places=number)
        else:
            getattr(actions, names.get(step, step))(**said)
    except Refusal:
        pass


def follow(steps: list[tuple[str, int]], people, sam, offer) -> None:
    """Do the steps, and look after each of them."""
    paper, numbers = OnPaper(), {member.pk: number for number, member in enumerate(people)}
    for step, number in steps:
        act(offer, step, number, people, sam)
        getattr(paper, "set_places" if step == "places" else step)(number)
        offer.refresh_from_db()
        on = [numbers[pk] for pk in offer.sign_ups.order_by("pk").values_list("member", flat=True)]
        line = [numbers[pk] for pk in offer.waiting.order_by("pk").values_list("member", flat=True)]
        assert len(on) <= offer.places
        assert len({*on, *line}) == len(on) + len(line)
        assert (on, line, offer.places) == (paper.on, paper.line, paper.places)


@pytest.mark.parametrize("make_one", [a_task, an_event])
@settings(max_examples=20, **SEARCH)
@given(steps=STEPS)
def test_no_sequence_oversells_loses_or_doubles_anybody(people, sam, make_one, steps):
    follow(steps, people, sam, make_one())


def nobody_moves_up(*_offer, **_now):
    return []


def by_name(offer):
    return offer.waiting.select_related("member").order_by("member__first_name")


def everybody_fits(*_task, **_taken):
    return None


def never_leaves(*_offer):
    return False


@pytest.mark.once
@pytest.mark.once
@pytest.mark.parametrize(
    ("room", "rule", "broken"),
    [
        (places, "move_up", nobody_moves_up),
        (places, "in_line", by_name),
        (places, "stop_waiting", never_leaves),
        (sign_ups, "_check_room", everybody_fits),
    ],
    ids=["nobody moves up", "the line is by name", "leaving the line is forgotten", "places are not counted"],
)
def test_each_broken_rule_is_noticed(people, sam, monkeypatch, room, rule, broken):
    monkeypatch.setattr(room, rule, broken)
    noticing = settings(max_examples=60, phases=[Phase.generate], derandomize=True, database=None, **SEARCH)
    with pytest.raises(AssertionError):
        noticing(given(STEPS)(lambda steps: follow(steps, people, sam, a_task())))()
