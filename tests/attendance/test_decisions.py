"""What the house meeting decided about figures: written down in its own words, and taken back."""

import datetime as dt

import pytest
import time_machine

from attendance import actions
from attendance.models import HouseDecision
from members.models import AuditRecord

PAGE = "/house/decisions/"
MEETING = dt.date(2026, 7, 13)
TODAY = dt.date(2026, 7, 15)


@pytest.fixture(autouse=True)
def in_july(db):
    with time_machine.travel(dt.datetime(2026, 7, 15, 16, tzinfo=dt.UTC), tick=False):
        yield


def records() -> list[tuple]:
    verbs = AuditRecord.objects.filter(verb__endswith="_decision").order_by("seq")
    return [(record.verb, record.by.username, record.after) for record in verbs]


def test_stella_writes_down_what_was_decided_and_takes_it_back(stella, as_):
    browser, words = as_(stella), "The university may count us until summer."
    browser.post(PAGE, {"decided_on": MEETING, "words": words, "until_on": "2027-06-30"})
    decision = HouseDecision.objects.get()
    assert (decision.decided_on, decision.words, decision.recorded_by) == (MEETING, words, stella.user)
    assert list(HouseDecision.objects.in_force(TODAY)) == [decision]
    shown = " ".join(browser.get(PAGE).content.decode().split())
    assert words in shown and "written down by <bdi>Stella</bdi>" in shown

    answer = browser.post(f"{PAGE}{decision.pk}/take-back/", follow=True)
    assert "Taken back. It holds no more from now on." in answer.content.decode()
    assert list(HouseDecision.objects.in_force(TODAY)) == []
    actions.take_back_decision(decision=decision, by=stella.user)  # twice is once
    after = {"decided_on": "2026-07-13", "words": words, "until_on": "2027-06-30"}
    assert records() == [
        ("attendance.record_decision", "stella", after),
        ("attendance.take_back_decision", "stella", {}),
    ]
    taken_back = AuditRecord.objects.get(verb="attendance.take_back_decision")
    assert taken_back.before == {"decided_on": "2026-07-13"}


@pytest.mark.once
def test_a_member_is_a_colleague_to_who_may_not_read_names(stella, amara, dana, sam, as_):
    for person, words in ((amara, "Yes."), (sam, "Again.")):
        actions.record_decision(decided_on=MEETING, words=words, by=person.user)
    for_stella = " ".join(as_(stella).get(PAGE).content.decode().split())
    assert "written down by <bdi>a colleague</bdi>" in for_stella and "<bdi>Sam</bdi>" in for_stella
    assert "Amara" not in for_stella and "<bdi>Amara</bdi>" in as_(dana).get(PAGE).content.decode()


def test_the_same_decision_is_written_down_once(dana):
    first, again = (actions.record_decision(decided_on=MEETING, words="Yes.", by=dana.user) for _ in range(2))
    assert (first, len(records())) == (again, 1)


@pytest.mark.parametrize(
    ("posted", "field", "sentence"),
    [
        (
            {"decided_on": "2026-07-16"},
            "decided_on",
            "This day has not come yet. Write it down when the house has met.",
        ),
        (
            {"until_on": "2026-07-12"},
            "until_on",
            "This is before the house met. Choose a later day, or leave it empty.",
        ),
        ({"words": " "}, "words", "Say what the house decided."),
        ({"words": "x" * 601}, "words", "Keep it under 600 letters."),
        ({"decided_on": "13 July"}, "decided_on", "Choose a day, like 2026-10-05."),
    ],
)
def test_what_cannot_be_is_said_kindly(dana, as_, posted, field, sentence):
    answer = as_(dana).post(PAGE, {"decided_on": MEETING, "words": "Yes."} | posted)
    assert answer.context["form"].errors == {field: [sentence]}
    assert not HouseDecision.objects.exists() and records() == []


@pytest.mark.parametrize(("until_on", "holds"), [(TODAY, True), (TODAY - dt.timedelta(days=1), False), (None, True)])
def test_a_decision_runs_out(dana, until_on, holds):
    actions.record_decision(decided_on=MEETING, words="Yes.", until_on=until_on, by=dana.user)
    assert HouseDecision.objects.in_force(TODAY).exists() is holds


@pytest.mark.parametrize("how_many", [1, 3])
def test_the_page_costs_the_same_for_one_and_for_three(dana, as_, how_many, django_assert_num_queries):
    browser = as_(dana)
    browser.get(PAGE)
    for n in range(how_many):
        actions.record_decision(decided_on=MEETING, words=f"Decision {n}.", by=dana.user)
    with django_assert_num_queries(4):  # session, person, house, rows
        assert len(browser.get(PAGE).context["decisions"]) == how_many
