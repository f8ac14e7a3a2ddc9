"""Taps that waited on a tablet: stored once, at the time they were tapped, whatever other tablets said meanwhile."""

import datetime as dt
import uuid

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from attendance import actions
from attendance.models import Mark, Visit
from members.models import AuditRecord, House
from tests import make
from tests.attendance.test_log_arrival import application_statements, clock

pytestmark = pytest.mark.django_db
MONDAY, TUESDAY = dt.date(2026, 10, 5), dt.date(2026, 10, 6)
NOON = dt.datetime(2026, 10, 6, 16, 0, tzinfo=dt.UTC)  # noon on Tuesday in Detroit
QUEUED = {"X-Queued": "1"}


@pytest.fixture(autouse=True)
def on_tuesday_at_noon():
    with time_machine.travel(NOON, tick=False) as at:
        yield at


@pytest.fixture
def tablet(sam, as_):
    """`tablet(amara, "arrive", 90)`: Sam's tablet sends a tap of 90 minutes ago. Its own clock is three years wrong."""
    client = as_(sam)

    def send(member, action, minutes, *, key=None, day=TUESDAY, **fields):
        wrong = dt.datetime(2023, 1, 1, 8, 0, tzinfo=dt.UTC)
        data = {
            "key": str(key or uuid.uuid4()), "member_id": member.pk, "action": action,
            "tapped_at": (wrong - dt.timedelta(minutes=minutes)).isoformat(), "sent_at": wrong.isoformat(),
        }  # fmt: skip
        return client.post(f"/arrivals/{day}/log/", data | fields, headers=QUEUED)

    return send


def stays() -> list[tuple]:
    """(arrived, left, ending) of every visit, in house time."""
    return [
        (clock(visit.arrived_at), clock(visit.left_at), visit.ending) for visit in Visit.objects.order_by("arrived_at")
    ]


def test_the_time_of_the_tap_counts_not_the_time_it_came(amara, tablet):
    answer = tablet(amara, "arrive", 90)
    assert (answer.status_code, answer.json()["said"]) == (200, "Saved. Amara is here since 10:30 am. Welcome!")
    assert answer.json()["piece"].count('data-state="here"') == 1
    assert stays() == [("10:30", None, "here")]
    assert Visit.objects.get().noted_at == NOON


def test_a_name_from_right_to_left_keeps_to_itself_in_the_answer(tablet):
    leila = make.member("ليلى")
    assert tablet(leila, "arrive", 5).json()["said"] == "Saved. \u2068ليلى\u2069 is here since 11:55 am. Welcome!"


def test_sent_again_it_is_the_same_tap(amara, tablet, on_tuesday_at_noon):
    key = uuid.uuid4()
    tablet(amara, "arrive", 90, key=key)
    on_tuesday_at_noon.shift(dt.timedelta(seconds=20))
    assert tablet(amara, "arrive", 90, key=key).status_code == 200
    assert stays() == [("10:30", None, "here")]
    assert (Mark.objects.count(), AuditRecord.objects.count()) == (1, 1)


def test_the_same_key_for_another_tap_is_refused(amara, noor, tablet):
    key = uuid.uuid4()
    tablet(amara, "arrive", 90, key=key)
    for member, action, minutes in [(noor, "arrive", 90), (amara, "leave", 90), (amara, "arrive", 89)]:
        assert tablet(member, action, minutes, key=key).status_code == 409
    assert stays() == [("10:30", None, "here")]


@pytest.mark.parametrize("order", [(30, 90), (90, 30)])
def test_two_tablets_saw_her_come_and_the_earlier_time_stands(amara, tablet, order):
    for minutes in order:
        assert tablet(amara, "arrive", minutes).status_code == 200
    assert stays() == [("10:30", None, "here")]
    changes = [(record.before.get("arrived_at"), record.after["arrived_at"]) for record in AuditRecord.objects.all()]
    first = (None, "2026-10-06 11:30-04:00"), ("2026-10-06 11:30-04:00", "2026-10-06 10:30-04:00")
    assert changes == (list(first) if order[0] == 30 else [(None, "2026-10-06 10:30-04:00")])


def test_she_came_and_left_by_one_tablet_before_the_other_told_that_she_came(amara, tablet):
    tablet(amara, "arrive", 170)
    tablet(amara, "leave", 60)
    assert tablet(amara, "arrive", 180).status_code == 200  # the same stay, seen ten minutes earlier
    assert tablet(amara, "arrive", 100).status_code == 200  # in the middle of it
    assert stays() == [("09:00", "11:00", "known")]


def test_who_came_back_has_two_visits(amara, tablet):
    for action, minutes in [("arrive", 180), ("leave", 120), ("arrive", 60)]:
        tablet(amara, action, minutes)
    assert stays() == [("09:00", "10:00", "known"), ("11:00", None, "here")]


def test_two_tablets_saw_her_leave_and_the_earlier_time_stands(amara, tablet):
    tablet(amara, "arrive", 180)
    tablet(amara, "leave", 60)
    assert tablet(amara, "leave", 70).status_code == 200
    assert tablet(amara, "leave", 55).status_code == 200
    assert stays() == [("09:00", "10:50", "known")]


def test_two_tablets_tell_times_of_leaving_far_apart_and_people_decide(amara, tablet):
    tablet(amara, "arrive", 180)
    tablet(amara, "leave", 60)
    for minutes in (100, 10):
        answer = tablet(amara, "leave", minutes)
        sentence = "Amara is written down as leaving at 11 am. Look at the visit, please."
        assert (answer.status_code, answer.json()["said"]) == (422, sentence)
    assert stays() == [("09:00", "11:00", "known")]


def test_a_leaving_does_not_end_the_stay_that_began_after_it(amara, tablet):
    """One tablet saw her come at 9 and leave at 10; the other saw her come at 11, and was heard first."""
    tablet(amara, "arrive", 60)
    tablet(amara, "arrive", 180)
    answer = tablet(amara, "leave", 120)
    sentence = "A second tablet saw Amara come in after 10 am. Look at the visit, please."
    assert (answer.status_code, answer.json()["said"]) == (422, sentence)
    assert stays() == [("09:00", None, "here")]


def test_a_leaving_tells_the_time_that_was_only_assumed(amara, tablet):
    make.visit(amara, TUESDAY, "09:00", "11:30", ending="assumed")
    assert tablet(amara, "leave", 60).status_code == 200
    assert stays() == [("09:00", "11:00", "known")]


def test_nobody_leaves_who_never_came(amara, tablet):
    answer = tablet(amara, "leave", 60)
    assert (answer.status_code, answer.json()["said"]) == (422, "Amara is not here now. Nothing was changed.")


def test_taps_of_yesterday_are_taken_and_come_late(amara, tablet):
    tablet(amara, "arrive", 26 * 60, day=MONDAY)
    tablet(amara, "leave", 20 * 60, day=MONDAY)
    visit = Visit.objects.get()
    assert (visit.day, stays()) == (MONDAY, [("10:00", "16:00", "known")])
    assert visit.noted_at == NOON


def test_a_page_that_was_open_over_midnight_writes_to_the_right_day(amara, tablet):
    tablet(amara, "arrive", 60, day=MONDAY)
    assert Visit.objects.get().day == TUESDAY


def test_who_was_not_written_out_today_comes_back(amara, tablet):
    """An earlier visit of today whose end nobody wrote down: coming back is a new one."""
    make.visit(amara, TUESDAY, "08:30", None, ending="not_written")
    tablet(amara, "arrive", 60)
    assert stays() == [("08:30", None, "not_written"), ("11:00", None, "here")]


# -- undo --------------------------------------------------------------------------------------------------------------


def test_undo_means_the_tap_it_names(amara, tablet):
    first, second = uuid.uuid4(), uuid.uuid4()
    tablet(amara, "arrive", 90, key=first)
    tablet(amara, "leave", 30, key=second)
    answer = tablet(amara, "undo", 0, of=first)
    sentence = "The visit of Amara was changed since. Please correct it instead."
    assert (answer.status_code, answer.json()["said"]) == (422, sentence)
    assert stays() == [("10:30", "11:30", "known")]
    assert tablet(amara, "undo", 0, of=second).json()["said"] == "Undone. Amara is here again."
    assert stays() == [("10:30", None, "here")]


def test_undo_sent_again_undoes_once(amara, tablet):
    first, undo = uuid.uuid4(), uuid.uuid4()
    tablet(amara, "arrive", 90, key=first)
    for _ in range(2):
        assert tablet(amara, "undo", 0, key=undo, of=first).status_code == 200
    assert (stays(), Mark.objects.count()) == ([], 2)


# -- what cannot be right ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("minutes", [-5, 15 * 24 * 60])
def test_a_clock_that_was_changed_meanwhile(amara, tablet, minutes):
    answer = tablet(amara, "arrive", minutes)
    sentence = "The clock of this tablet was changed. Please write this down by hand."
    assert (answer.status_code, answer.json()["said"]) == (422, sentence)
    assert stays() == []


@pytest.mark.parametrize(
    "fields",
    [
        {"tapped_at": "soon"},
        {"sent_at": ""},
        {"sent_at": "2023-01-01"},
        {"sent_at": "9" * 400},
        {"tapped_at": "2023-01-01T08:00"},
        {"member_id": ""},
        {"of": "it"},
        {"batch": "all"},
    ],
)
def test_what_is_no_tap_is_set_aside_with_a_sentence(amara, tablet, fields):
    answer = tablet(amara, "arrive", 5, **fields)
    sentence = "This page is out of date. Load it again, then tap once more."
    assert (answer.status_code, answer.json()["said"]) == (422, sentence)
    assert stays() == []


def test_what_lost_every_race_is_kept_and_sent_once_more(amara, tablet, monkeypatch):
    key = uuid.uuid4()
    with monkeypatch.context() as crowd:
        crowd.setattr("attendance.actions.marks.ATTEMPTS", 0)
        assert tablet(amara, "arrive", 5, key=key).status_code == 503  # static/js/queue.js keeps what is not refused
    assert stays() == []
    assert tablet(amara, "arrive", 5, key=key).status_code == 200
    assert len(stays()) == 1


def test_an_id_of_nobody(amara, tablet):
    gone = make.member("Otto Kern", deceased_on=MONDAY)
    for pk in ("0", "999999999999999999", "x", str(gone.pk), "١"):
        answer = tablet(amara, "arrive", 5, member_id=pk)
        assert answer.json()["said"] == "Nobody with this number can be found. Nothing was changed."
    assert stays() == []


def test_signed_out_it_is_kept_and_nothing_else_is_told(amara, tablet, sam, client):
    data = {"key": str(uuid.uuid4()), "member_id": amara.pk, "action": "arrive"}
    answer = client.post(f"/arrivals/{TUESDAY}/log/", data, headers=QUEUED)
    assert (answer.status_code, answer.content) == (401, b"")
    assert client.get("/arrivals/queue/", headers={"X-Polling": "1"}).status_code == 401
    assert client.get("/arrivals/now/", headers={"X-Polling": "1"}).status_code == 401


def test_a_session_that_ran_out_keeps_no_form_of_a_tap(amara, tablet, on_tuesday_at_noon):
    answer = tablet(amara, "arrive", 5)
    answer.client.get("/arrivals/")
    on_tuesday_at_noon.shift(dt.timedelta(minutes=16))
    answer = tablet(amara, "leave", 1)
    assert (answer.status_code, answer.content) == (401, b"")
    assert "kept_form" not in answer.client.session


def test_the_token_is_for_those_who_may_send(rosa, noor, as_):
    assert set(as_(rosa).get("/arrivals/queue/").json()) == {"token"}
    assert as_(noor).get("/arrivals/queue/").status_code == 403


# -- what another tablet sees ------------------------------------------------------------------------------------------


def test_a_page_asks_what_is_new(amara, noor, tablet, sam, as_):
    make.visit(noor, dt.date(2026, 10, 1))
    page = as_(sam).get("/arrivals/")
    seen = {"v": page.context["version"]}
    assert as_(sam).get("/arrivals/now/", seen).status_code == 204
    tablet(amara, "arrive", 5)
    answer = as_(sam).get("/arrivals/now/", seen)
    assert answer.status_code == 200
    assert [answer.content.decode().count(f'data-state="{state}"') for state in ("here", "recent")] == [1, 1]
    assert as_(sam).get("/arrivals/now/", {"v": answer["X-Version"]}).status_code == 204


def test_asking_what_is_new_costs_four_queries_when_nothing_is(amara, sam, as_):
    client = as_(sam)
    seen = {"v": client.get("/arrivals/").context["version"]}
    with CaptureQueriesContext(connection) as captured:
        assert client.get("/arrivals/now/", seen, headers={"X-Polling": "1"}).status_code == 204
    # session, user, house; how far the book is
    assert len(captured) == 4, "\n".join(query["sql"] for query in captured)


def test_a_tile_is_another_version_when_it_says_something_else(amara, tablet, sam, as_):
    tablet(amara, "arrive", 5)
    before = next(iter(as_(sam).get("/arrivals/").context["sheet"].people.values()))
    again = next(iter(as_(sam).get("/arrivals/").context["sheet"].people.values()))
    actions.change_visit(visit=Visit.objects.get(), by=sam.user, kind="virtual")
    after = next(iter(as_(sam).get("/arrivals/").context["sheet"].people.values()))
    assert before.version == again.version != after.version


# -- what it costs -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("been_here_today", [False, True])
def test_a_tap_costs_eight_statements_also_of_who_comes_back(amara, noor, tablet, been_here_today):
    House.objects.current()
    make.unit("Kitchen").members.add(amara)
    if been_here_today:
        make.visit(amara, TUESDAY, "08:00", "08:30")
    tablet(noor, "arrive", 5)  # a session in use, and an audit record that has begun
    with CaptureQueriesContext(connection) as captured:
        assert tablet(amara, "arrive", 1).status_code == 200
    statements = application_statements(captured)
    assert len(statements) == 8, "\n".join(statements)
