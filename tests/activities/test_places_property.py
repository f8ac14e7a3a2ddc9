"""Whatever people tap, in whatever order: never more people than places, nobody lost from the line, nobody twice.

The line is compared with a list that a person could keep on paper. Each control breaks one rule, and the same
sequences notice it.
"""

from dataclasses import dataclass, field

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from activities import actions
from activities.actions import places, sign_ups
from activities.models import Part, UnitTask
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


def act(task: UnitTask, step: str, number: int, people, sam) -> None:
    member = people[number] if step in TAPS else None
    try:
        match step:
            case "places":
                actions.edit_task(task=task, title=task.title, part=Part.MORNING, places=number, by=sam.user)
            case "call_off":
                actions.call_off_task(task=task, by=sam.user)
            case "put_back":
                actions.put_back_task(task=task, by=sam.user)
            case _tap:
                getattr(actions, step)(task=task, member=member, by=member.user)
    except Refusal:
        pass


def follow(steps: list[tuple[str, int]], people, sam) -> None:
    """Do the steps, and look after each of them."""
    task, paper = make.task(day=next_week(), places=1), OnPaper()
    numbers = {member.pk: number for number, member in enumerate(people)}
    for step, number in steps:
        act(task, step, number, people, sam)
        getattr(paper, "set_places" if step == "places" else step)(number)
        task.refresh_from_db()
        on = [numbers[pk] for pk in task.sign_ups.order_by("pk").values_list("member", flat=True)]
        line = [numbers[pk] for pk in task.waiting.order_by("pk").values_list("member", flat=True)]
        assert len(on) <= task.places
        assert len({*on, *line}) == len(on) + len(line)
        assert (on, line, task.places) == (paper.on, paper.line, paper.places)


@settings(max_examples=20, **SEARCH)
@given(steps=STEPS)
def test_no_sequence_oversells_loses_or_doubles_anybody(people, sam, steps):
    follow(steps, people, sam)


def nobody_moves_up(*_offer, **_now):
    return []


def by_name(offer):
    return offer.waiting.select_related("member").order_by("member__first_name")


def everybody_fits(*_task, **_taken):
    return None


def never_leaves(*_offer):
    return False


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
        noticing(given(STEPS)(lambda steps: follow(steps, people, sam)))()
