"""Every action and every look writes one record about each member concerned: a walk over all actions and all pages."""

import contextlib
import importlib
import inspect
import pkgutil
from collections import Counter
from collections.abc import Callable
from types import ModuleType

import pytest

from clubhouse.me.looks import DID
from members import audit
from members.models import AuditRecord, Member
from members.refusals import Refusal
from tests import audit_walk_of_activities, audit_walk_of_attendance, audit_walk_of_members
from tests.audit_walk import NEW, Act

pytestmark = [pytest.mark.django_db, pytest.mark.once, pytest.mark.beside]
TABLES = (audit_walk_of_members, audit_walk_of_activities, audit_walk_of_attendance)
ACTS = [act for table in TABLES for act in table.ACTS]
WITHOUT = {name: why for table in TABLES for name, why in table.WITHOUT.items()}
APPS = ("members", "activities", "attendance")


def files_of(app: str) -> list[ModuleType]:
    package = importlib.import_module(f"{app}.actions")
    return [
        importlib.import_module(f"{package.__name__}.{file.name}") for file in pkgutil.iter_modules(package.__path__)
    ]


def is_action(function: Callable, offered: ModuleType) -> bool:
    """What `<app>.actions` offers, and whatever else asks for its arguments by their names."""
    asked = inspect.signature(function).parameters.values()
    by_name = all(it.kind in {it.KEYWORD_ONLY, it.VAR_KEYWORD} for it in asked)
    return getattr(offered, function.__name__, None) is function or by_name


def actions_of(app: str) -> dict[str, Callable]:
    offered = importlib.import_module(f"{app}.actions")
    return {
        f"{app}.{file.__name__.rsplit('.', 1)[1]}.{name}": function
        for file in files_of(app)
        for name, function in vars(file).items()
        if inspect.isfunction(function) and function.__module__ == file.__name__
        if not name.startswith("_") and is_action(function, offered)
    }


ACTIONS = {name: function for app in APPS for name, function in actions_of(app).items()}


def missing(actions: dict[str, Callable]) -> list[str]:
    """Actions without a line in the tables."""
    return sorted(actions.keys() - {act.name for act in ACTS} - WITHOUT.keys())


def test_every_action_stands_in_the_tables():
    assert missing(ACTIONS) == []
    assert sorted(({act.name for act in ACTS} | WITHOUT.keys()) - ACTIONS.keys()) == []
    assert {act.name for act in ACTS} & WITHOUT.keys() == set()
    assert len(ACTS) > 120


def test_an_action_without_a_line_is_noticed():
    assert missing(ACTIONS | {"members.people.whisper": print}) == ["members.people.whisper"]


def written(since: int) -> list[tuple[str, int | None]]:
    return list(AuditRecord.objects.filter(seq__gt=since).values_list("verb", "about"))


def latest() -> int:
    return AuditRecord.objects.order_by("seq").values_list("seq", flat=True).last() or 0


def expected(act: Act, world) -> list[tuple[str, object]]:
    """(verb, the member's key, None or `NEW`) of each record."""
    return [(act.writes, name if name in (None, NEW) else getattr(world, name).pk) for name in act.about]


def wrong_with(act: Act, function: Callable, world) -> list[str]:
    """What is not as the table says."""
    world.other_of_house = world.login.member
    known = {value.pk for value in vars(world).values() if isinstance(value, Member)}
    takes, before = act.takes(world), latest()
    function(**takes)
    found = [(verb, about if about is None or about in known else NEW) for verb, about in written(before)]
    wrong = []
    right = Counter(expected(act, world))
    if Counter(it for it in found if it[0] not in act.also) != right:
        wrong.append(f"{act.name} writes {found}, and not {list(right.elements())}")
    if Counter(verb for verb, _about in found if verb in act.also) != Counter(act.also):
        wrong.append(f"{act.name} writes {found}, and not {act.also}")
    if act.again:
        before = latest()
        with contextlib.suppress(Refusal):
            function(**takes)
        wrong += [f"{act.name} done twice writes {it}" for it in written(before)]
    return wrong + list(audit.broken_records())


@pytest.mark.parametrize("act", ACTS, ids=lambda act: act.name)
def test_an_action_writes_one_record_about_each_member_concerned(act, world):
    assert wrong_with(act, ACTIONS[act.name], world) == []


def made_up(times: int) -> Callable:
    def greet(*, member, by) -> None:
        for _time in range(times):
            audit.record(by=by, verb="greet", about=member)

    return greet


@pytest.mark.parametrize(("times", "is_noticed"), [(0, True), (1, False), (2, True)])
def test_an_action_that_writes_none_or_two_is_noticed(times, is_noticed, world):
    act = Act("members.people.greet", lambda w: {"member": w.amara, "by": None}, ("amara",), again=False)
    assert bool(wrong_with(act, made_up(times), world)) is is_noticed


def test_an_action_that_writes_once_more_when_done_twice_is_noticed(world):
    act = Act("members.people.greet", lambda w: {"member": w.amara, "by": None}, ("amara",))
    assert wrong_with(act, made_up(1), world) == [f"members.people.greet done twice writes ('greet', {world.amara.pk})"]


def without_words(verbs: set[str]) -> set[str]:
    """What somebody finds on their page as a bare word of the program's."""
    return {verb for verb in verbs if verb not in DID}


def test_a_member_reads_in_words_whatever_is_written_about_them():
    verbs = {act.writes for act in ACTS if act.about != (None,)} | {verb for act in ACTS for verb in act.also}
    assert without_words(verbs) == set()
    assert without_words(verbs | {"whisper"}) == {"whisper"}
