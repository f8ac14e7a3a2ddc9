"""Closing the day: whoever has no time out gets one that somebody chose, or stays open; one undo for all of it."""

import datetime as dt
from uuid import UUID, uuid4

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from activities.models import OpenDay
from attendance import actions
from attendance.models import Mark, Visit
from members import audit
from members.models import AuditRecord
from tests import make

pytestmark = [pytest.mark.page, pytest.mark.django_db]
MONDAY, TUESDAY = dt.date(2026, 10, 5), dt.date(2026, 10, 6)
KEY = "5c0ffee0-0000-4000-8000-000000000001"


@pytest.fixture(autouse=True)
def on_tuesday_at_five():
    with time_machine.travel(dt.datetime(2026, 10, 6, 21, 0, tzinfo=dt.UTC), tick=False) as clock:
        yield clock


def close(client, day=TUESDAY, *, key=KEY, **answers):
    return client.post(f"/arrivals/{day}/closing/", {"key": key} | {k.replace("_", "-"): v for k, v in answers.items()})


def says(visit, how, at="") -> dict:
    return {f"{visit.pk}-how": how, f"{visit.pk}-at": at}


def ending(visit) -> tuple:
    visit.refresh_from_db()
    return visit.left_at and timezone.localtime(visit.left_at).strftime("%d %H:%M"), visit.ending


def offered(client, day=TUESDAY) -> dict[str, list[str]]:
    page = client.get(f"/arrivals/{day}/closing/")
    return {form.person.name: [value for value, _ in form.choices] for form in page.context["form"].people}


def undo(client, batch=KEY, day=TUESDAY, back="closing"):
    return client.post(f"/arrivals/{day}/batches/{batch}/undo/", {"back": back}, follow=True)


def said(response) -> list[str]:
    return [str(message) for message in response.context["messages"]]


def test_each_as_it_was_and_whoever_is_left_open_stays(amara, noor, rosa, as_):
    make.house(closing_estimate=True)
    visits = [make.visit(who, TUESDAY, "09:00", None) for who in (amara, noor, rosa)]
    answers = says(visits[0], "closing") | says(visits[1], "time", "14:15") | says(visits[2], "open")
    assert close(as_(rosa), **answers).url == "/arrivals/2026-10-06/closing/"
    assert [ending(visit) for visit in visits] == [("06 16:30", "assumed"), ("06 14:15", "known"), (None, "here")]
    assert set(Mark.objects.values_list("action", "batch", "by")) == {("leave", UUID(KEY), rosa.user.pk)}
    records = AuditRecord.objects.filter(verb="attendance.log_leaving").order_by("seq")
    assert [(record.about, record.after["ending"]) for record in records] == [(amara, "assumed"), (noor, "known")]
    assert list(audit.broken_records()) == []


def test_nothing_is_chosen_beforehand(amara, sam, as_):
    make.house(closing_estimate=True)
    visit = make.visit(amara, TUESDAY, "09:00", None)
    page = as_(sam).get(f"/arrivals/{TUESDAY}/closing/")
    assert [form["how"].value() for form in page.context["form"].people] == ["open"]
    assert said(as_(sam).post(f"/arrivals/{TUESDAY}/closing/", {"key": KEY}, follow=True)) == [
        "Everybody stays as they are."
    ]
    assert ending(visit) == (None, "here")
    assert Mark.objects.count() == 0


def test_sent_twice_it_is_stored_once(amara, sam, as_):
    visit = make.visit(amara, TUESDAY, "09:00", None)
    close(as_(sam), **says(visit, "time", "14:00"))
    visit.refresh_from_db()
    leaving = actions.Leaving(visit, visit.arrived_at + dt.timedelta(hours=5))
    again = actions.close_day(day=TUESDAY, leavings=[leaving], key=UUID(KEY), by=sam.user)
    assert [mark.is_repeat for mark in again.left] == [True]
    assert (Mark.objects.count(), AuditRecord.objects.count()) == (1, 1)


@pytest.mark.parametrize(
    ("estimate", "now", "arrived", "closing"),
    [
        (True, "21:00", "09:00", True),
        (False, "21:00", "09:00", False),  # the house does not assume
        (True, "19:00", "09:00", False),  # it has not closed yet (16:30 is 20:30 UTC)
        (True, "22:00", "17:00", False),  # never before arriving
    ],
)
def test_left_at_closing_is_offered_only_where_it_can_be_true(
    amara, sam, as_, on_tuesday_at_five, estimate, now, arrived, closing
):
    make.house(closing_estimate=estimate)
    on_tuesday_at_five.move_to(dt.datetime.fromisoformat(f"2026-10-06T{now}+00:00"))
    visit = make.visit(amara, TUESDAY, arrived, None)
    assert offered(as_(sam)) == {"Amara O.": ["open", "closing", "time"] if closing else ["open", "time"]}
    answer = close(as_(sam), **says(visit, "closing"))
    assert answer.status_code == (302 if closing else 422)
    assert ending(visit) == (("06 16:30", "assumed") if closing else (None, "here"))


def test_a_closed_day_has_no_closing_time(amara, sam, as_):
    make.house(closing_estimate=True)
    OpenDay.objects.create(day=TUESDAY, is_open=False, note="Snow")
    make.visit(amara, TUESDAY, "09:00", None)
    assert offered(as_(sam)) == {"Amara O.": ["open", "time"]}


def test_a_house_that_does_not_assume_refuses_an_assumed_time(amara, sam):
    visit = make.visit(amara, TUESDAY, "09:00", None)
    leaving = actions.Leaving(visit, visit.arrived_at, Visit.Ending.ASSUMED)
    with pytest.raises(actions.NoEstimates, match="This house writes down only times that somebody knows."):
        actions.close_day(day=TUESDAY, leavings=[leaving], key=uuid4(), by=sam.user)
    assert ending(visit) == (None, "here")


def test_the_coordinator_is_told_where_to_switch_it_on(amara, sam, dana, as_):
    make.visit(amara, TUESDAY, "09:00", None)
    pages = [as_(who).get(f"/arrivals/{TUESDAY}/closing/").content.decode() for who in (dana, sam)]
    assert ["Offer “left at closing”" in page for page in pages] == [True, False]


@pytest.mark.parametrize(
    ("at", "sentence"),
    [
        ("08:00", "Amara arrived at 9 am. The time out comes after the time in."),
        ("17:30", "That time has not come yet. Nothing was changed."),
        ("", "Say when, or leave it open."),
        ("late", "This is not a time. It looks like 9:05 or 16:30."),
    ],
)
def test_one_time_that_cannot_be_and_nobodys_is_stored(amara, noor, sam, as_, at, sentence):
    wrong, right = make.visit(amara, TUESDAY, "09:00", None), make.visit(noor, TUESDAY, "09:00", None)
    answer = close(as_(sam), **says(wrong, "time", at), **says(right, "time", "15:00"))
    assert answer.status_code == 422
    assert [form.errors for form in answer.context["form"].people] == [{"at": [sentence]}, {}]
    assert [form["at"].value() for form in answer.context["form"].people] == [at, "15:00"]
    assert said(answer) == ["Nothing was saved yet. Please look at the times below."]
    assert (ending(wrong), ending(right), Mark.objects.count()) == ((None, "here"), (None, "here"), 0)


@pytest.mark.parametrize("how", ["open", "closing"])
def test_a_time_that_was_typed_is_never_passed_over(amara, sam, as_, how):
    make.house(closing_estimate=True)
    visit = make.visit(amara, TUESDAY, "09:00", None)
    answer = close(as_(sam), **says(visit, how, "15:00"))
    assert [form.errors for form in answer.context["form"].people] == [
        {"at": ["A time is written here. Choose “Left at”, or take the time away."]}
    ]
    assert ending(visit) == (None, "here")


def test_whoever_left_meanwhile_keeps_that_time(amara, noor, sam, as_):
    first, second = make.visit(amara, TUESDAY, "09:00", None), make.visit(noor, TUESDAY, "09:00", None)
    leavings = [actions.Leaving(visit, visit.arrived_at + dt.timedelta(hours=6)) for visit in (first, second)]
    actions.log_leaving(member=amara, day=TUESDAY, key=uuid4(), by=None, at=first.arrived_at + dt.timedelta(hours=1))
    closed = actions.close_day(day=TUESDAY, leavings=leavings, key=uuid4(), by=sam.user)
    assert closed.meanwhile == [amara]
    assert [ending(visit) for visit in (first, second)] == [("06 10:00", "known"), ("06 15:00", "known")]


def test_a_past_day_has_everybody_whose_time_out_nobody_wrote_down(amara, noor, rosa, idris, sam, as_):
    make.house(closing_estimate=True)
    forgotten = make.visit(amara, MONDAY, "09:00", None)
    not_written = make.visit(noor, MONDAY, "10:00", None, ending="not_written")
    make.visit(rosa, MONDAY, "09:00", "12:00")
    make.visit(idris, TUESDAY, "09:00", None)
    assert list(offered(as_(sam), MONDAY)) == ["Amara O.", "Noor H."]
    close(as_(sam), MONDAY, **says(forgotten, "closing"), **says(not_written, "time", "15:45"))
    assert (ending(forgotten), ending(not_written)) == (("05 16:30", "assumed"), ("05 15:45", "known"))


def test_an_evening_ended_after_midnight(amara, sam, as_):
    visit = make.visit(amara, MONDAY, "20:00", None, ending="not_written", kind="social")
    close(as_(sam), MONDAY, **says(visit, "time", "00:30"))
    assert ending(visit) == ("06 00:30", "known")


def test_one_undo_brings_everybody_back(amara, noor, sam, as_):
    visits = [make.visit(who, TUESDAY, "09:00", None) for who in (amara, noor)]
    close(as_(sam), **says(visits[0], "time", "15:00"), **says(visits[1], "time", "15:10"))
    page = as_(sam).get(f"/arrivals/{TUESDAY}/closing/")
    assert [(c.batch, c.by, len(c.marks)) for c in page.context["closed_before"]] == [(UUID(KEY), sam.user, 2)]
    assert said(undo(as_(sam))) == ["Undone. 2 visits are as before."]
    assert [ending(visit) for visit in visits] == [(None, "here")] * 2
    assert as_(sam).get(f"/arrivals/{TUESDAY}/closing/").context["closed_before"] == []
    assert said(undo(as_(sam))) == ["There was nothing left to undo."]
    assert AuditRecord.objects.filter(verb="attendance.undo_mark").count() == 2


def test_whoever_was_marked_since_stays_as_they_are(amara, noor, sam, as_, on_tuesday_at_five):
    visits = [make.visit(who, TUESDAY, "09:00", None) for who in (amara, noor)]
    close(as_(sam), **says(visits[0], "time", "15:00"), **says(visits[1], "time", "15:10"))
    on_tuesday_at_five.shift(dt.timedelta(minutes=5))
    actions.log_arrival(member=amara, day=TUESDAY, key=uuid4(), by=sam.user)
    assert said(undo(as_(sam))) == [
        "Undone. 1 visit is as before.",
        "Changed since, so it stays as it is now: Amara.",
    ]
    assert [ending(visit) for visit in visits] == [("06 15:00", "known"), (None, "here")]


def test_whoever_was_corrected_since_stays_as_they_are(amara, sam, as_):
    visit = make.visit(amara, TUESDAY, "09:00", None)
    close(as_(sam), **says(visit, "time", "15:00"))
    as_(sam).post(
        f"/arrivals/visits/{visit.pk}/",
        {"arrived": "09:00", "ending": "known", "left": "15:30", "kind": "wod", "why": "She told me."},
    )
    assert said(undo(as_(sam))) == ["Changed since, so it stays as it is now: Amara."]
    assert ending(visit) == ("06 15:30", "known")


def test_a_batch_of_another_day_is_not_there(sam, as_):
    assert as_(sam).post(f"/arrivals/{TUESDAY}/batches/{uuid4()}/undo/").status_code == 404


def test_a_day_that_has_not_come(sam, as_):
    assert as_(sam).get("/arrivals/2026-10-07/closing/").status_code == 404


@pytest.mark.parametrize("key", ["", "no-key"])
def test_a_form_without_its_key(amara, sam, as_, key):
    visit = make.visit(amara, TUESDAY, "09:00", None)
    answer = close(as_(sam), key=key, **says(visit, "time", "15:00"))
    assert answer.status_code == 422
    assert said(answer) == ["This page is out of date. Load it again, then tap once more."]
    assert ending(visit) == (None, "here")


@pytest.mark.parametrize("people", [3, 30])
def test_the_page_costs_the_same_for_three_and_for_thirty(sam, as_, people):
    for number in range(people):
        make.visit(make.member(f"Person{number} Name{number}"), TUESDAY, "09:00", None, unit=make.unit("Kitchen"))
    client = as_(sam)
    client.get("/arrivals/")
    with CaptureQueriesContext(connection) as captured:
        page = client.get(f"/arrivals/{TUESDAY}/closing/")
    assert len(page.context["form"].people) == people
    # session, user, house; who has no time out, the day; what was closed before
    assert len(captured) == 6, "\n".join(query["sql"] for query in captured)


def test_two_people_with_one_name_are_told_apart(sam, as_):
    for number in ("A1", "A2"):
        make.visit(make.member("Mary Smith", member_no=number), TUESDAY, "09:00", None)
    assert list(offered(as_(sam))) == ["Mary Smith (A1)", "Mary Smith (A2)"]
