"""Eight hands at one door, with real commits on PostgreSQL; each with the variant that goes wrong."""

import uuid

import pytest
from django.db.models import QuerySet

from attendance.actions.door import log_at_door
from attendance.models import Mark
from members import actions, audit
from members.actions.tablets import SEARCHES_WITHOUT_TAP
from members.models import AuditRecord, Tablet
from tests import make
from tests.attendance.at_the_door import AtTheDoor
from tests.test_races import at_once

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]
HANDS = 8


def pair_eight_devices() -> tuple[int, list[Exception]]:
    """How many of eight devices, on which one code is typed at the same moment, became the house's tablet."""
    code = actions.make_tablet(name="Front door", place="door", by=None)[1]
    paired: list[Tablet] = []
    errors = at_once([lambda: paired.append(actions.pair_tablet(code=code)[0])] * HANDS)
    return len(paired), errors


def test_one_code_pairs_one_tablet():
    paired, errors = pair_eight_devices()
    assert (paired, [type(error) for error in errors]) == (1, [actions.NotPaired] * (HANDS - 1))
    assert AuditRecord.objects.filter(verb="pair_tablet").count() == 1


def test_without_the_lock_it_would_pair_more(monkeypatch):
    monkeypatch.setattr(QuerySet, "select_for_update", lambda rows, **how: rows.all())
    monkeypatch.setattr(audit, "record", lambda **said: None)
    assert max(pair_eight_devices()[0] for _ in range(5)) > 1


@pytest.mark.parametrize("action", [Mark.Action.ARRIVE, Mark.Action.LEAVE])
def test_a_tap_sent_eight_times_at_once_is_one_mark(action):
    amara, tablet, key = make.member(), make.paired_tablet()[1], uuid.uuid4()
    marks: list[Mark] = []

    def tap():
        marks.append(log_at_door(member=amara, action=action, key=key, tablet=tablet))

    assert at_once([tap] * HANDS) == []
    assert (Mark.objects.count(), len({mark.pk for mark in marks})) == (1, 1)
    assert AuditRecord.objects.filter(about=amara).count() == 1


def test_the_tenth_search_pauses_however_many_look_at_once():
    _, tablet = make.paired_tablet()
    answers: list[bool] = []
    jobs = [lambda: answers.append(actions.count_search(tablet=tablet))] * (2 * HANDS)
    assert at_once(jobs) == []
    assert (answers.count(True), AuditRecord.objects.filter(verb="pause_tablet").count()) == (SEARCHES_WITHOUT_TAP, 1)


def guess_eight_codes_at_once() -> int:
    """How many of eight guesses, sent at the same moment from eight screens, were looked at."""
    amara = actions.set_door_code(member=make.member("Amara Okafor"), code="2580", by=None)
    door, looked_at = AtTheDoor(), []
    guesses = []
    for number in range(HANDS):
        actions.count_tap(tablet=door.tablet)
        door.search("ama")
        door.choose("Amara O.")
        guesses.append({"step": "prove", "who": door.who, "proof": f"111{number}"})

    def guess(fields):
        answer = door.client.post("/door/", fields)
        looked_at.append(b"That does not fit" in answer.content)

    assert amara.door_code
    assert at_once([lambda fields=fields: guess(fields) for fields in guesses]) == []
    return looked_at.count(True)


def test_five_codes_are_looked_at_however_many_come_at_once():
    assert guess_eight_codes_at_once() <= 5


def test_without_counting_first_more_would_be(monkeypatch):
    monkeypatch.setattr(
        "attendance.door.Door.takes_code", lambda self, members: None if self.is_blocked(members) else []
    )
    assert guess_eight_codes_at_once() > 5
