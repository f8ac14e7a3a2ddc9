"""A paper sheet typed in: each row is saved once, a row with a problem stays with what was typed."""

import datetime as dt
import re
from uuid import UUID, uuid4

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

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


def sheet(*rows: tuple, key: str = "") -> dict:
    """What a browser sends of these rows (who, in, out), with empty ones after them."""
    rows = (*rows, ("", "", ""), ("", "", ""))
    keys = [key or str(uuid4()) for _ in rows]
    return {"key": keys} | {name: [row[i] for row in rows] for i, name in enumerate(("who", "arrived", "left"))}


def send(client, *rows, day=MONDAY, script=False, key="", **more):
    headers = {"HX-Request": "true"} if script else {}
    return client.post(f"/arrivals/{day}/paper/", sheet(*rows, key=key) | more, headers=headers)


def stays(day=MONDAY) -> set[tuple]:
    """(name, in, out, ending) of a day, in house time."""

    def clock(at):
        return at and f"{timezone.localtime(at):%d %H:%M}"

    visits = Visit.objects.filter(day=day).select_related("member")
    with timezone.override("America/Detroit"):
        return {(v.member.first_name, clock(v.arrived_at), clock(v.left_at), str(v.ending)) for v in visits}


def problems(response) -> list[dict]:
    assert response.status_code == 422
    return [{name: list(found) for name, found in row.errors.items()} for row in response.context["rows"] if row.errors]


def said(response) -> list[str]:
    return [str(message) for message in response.context["messages"]]


def test_the_sheet_of_monday(amara, noor, idris, rosa, as_):
    kitchen = make.unit("Kitchen")
    kitchen.members.add(amara)
    rows = [("amara", "915", "1230"), ("Haddad", "9.05", "4p"), (idris.member_no, "1", "")]
    answer = as_(rosa).post(f"/arrivals/{MONDAY}/paper/", sheet(*rows), follow=True)
    assert said(answer) == ["Saved. 3 people are written down."]
    assert stays() == {
        ("Amara", "05 09:15", "05 12:30", "known"),
        ("Noor", "05 09:05", "05 16:00", "known"),
        ("Idris", "05 13:00", None, "not_written"),
    }
    visit = Visit.objects.get(member=amara)
    assert (visit.source, visit.kind, visit.unit, visit.noted_at) == ("paper", "wod", kitchen, timezone.now())
    record = AuditRecord.objects.get(about=amara)
    assert (record.verb, record.by, record.after["ending"]) == ("attendance.log_paper", rosa.user, "known")
    assert list(audit.broken_records()) == []
    assert [mark.member for mark in answer.context["saved"]] == [idris, noor, amara]


def test_today_somebody_without_a_time_out_is_here(amara, sam, as_):
    send(as_(sam), ("amara", "915", ""), day=TUESDAY)
    assert stays(TUESDAY) == {("Amara", "06 09:15", None, "here")}


def test_a_row_with_a_problem_stays_and_the_others_are_saved(amara, noor, sam, as_):
    answer = send(as_(sam), ("amara", "915", "12"), ("xyz", "9", "10"), ("noor", "9", "8am"), ("", "930", ""))
    assert problems(answer) == [
        {"who": ["Nobody found by that name. Try fewer letters, or another of their names."]},
        {"left": ["The time out comes after the time in."]},
        {"who": ["Who is it? Write their name."]},
    ]
    kept = [[row[name].value() for name in ("who", "arrived", "left")] for row in answer.context["rows"][:3]]
    assert kept == [["xyz", "9", "10"], ["noor", "9", "8am"], ["", "930", ""]]
    assert said(answer) == ["Saved. Amara is written down.", "3 rows need a look."]
    assert stays() == {("Amara", "05 09:15", "05 12:00", "known")}


@pytest.mark.parametrize(
    ("row", "field", "sentence"),
    [
        (("amara", "", "12"), "arrived", "When did they come?"),
        (("amara", "915x", "12"), "arrived", "This is not a time. It looks like 915 or 4:30 pm."),
        (("amara", "9", "2590"), "left", "This is not a time. It looks like 915 or 4:30 pm."),
        (("amara", "6pm", ""), "arrived", "That time has not come yet. Nothing was changed."),
        (("amara", "9", "6pm"), "left", "That time has not come yet."),
        (("amara" * 30, "9", ""), "who", "Make it shorter: 100 letters at most."),
    ],
)
def test_what_cannot_be_is_said_at_its_field(amara, sam, as_, row, field, sentence):
    assert problems(send(as_(sam), row, day=TUESDAY)) == [{field: [sentence]}]
    assert Visit.objects.count() == 0


@pytest.mark.parametrize(
    ("rows", "sentence"),
    [
        ([("amara", "10", "11")], "Amara is in the book from 9 am to noon already."),
        ([("amara", "9", "12")], "Amara is in the book from 9 am to noon already."),
        ([("amara", "8", "")], None),
        ([("amara", "1230", "2")], None),
        ([("amara", "1230", "2"), ("amara", "1", "3")], "Amara is in the book from 12:30 pm to 2 pm already."),
    ],
)
def test_nobody_is_written_down_twice_at_one_time(amara, sam, as_, rows, sentence):
    make.visit(amara, MONDAY, "09:00", "12:00")
    answer = send(as_(sam), *rows)
    if sentence:
        assert problems(answer) == [{"who": [sentence]}]
        assert "Correct that visit" in answer.content.decode()
    else:
        assert answer.status_code == 302


@pytest.mark.parametrize(("day", "ending"), [(MONDAY, "not_written"), (MONDAY, "here"), (TUESDAY, "here")])
def test_somebody_whose_time_out_was_missing_gets_the_one_of_the_sheet(amara, sam, as_, day, ending):
    visit = make.visit(amara, day, "09:00", None, ending=ending)
    send(as_(sam), ("amara", "905", "1230"), day=day)
    visit.refresh_from_db()
    assert stays(day) == {("Amara", f"{day:%d} 09:00", f"{day:%d} 12:30", "known")}
    record = AuditRecord.objects.get()
    assert (record.verb, record.before["left_at"]) == ("attendance.log_paper", None)
    assert visit.source == "screen"


def test_somebody_without_a_time_out_on_the_sheet_either(amara, sam, as_):
    make.visit(amara, MONDAY, "09:00", None, ending="not_written")
    assert problems(send(as_(sam), ("amara", "930", ""))) == [{"who": ["Amara is in the book from 9 am already."]}]


def test_an_earlier_stay_of_somebody_who_is_here_now(amara, sam, as_):
    make.visit(amara, TUESDAY, "13:00", None)
    send(as_(sam), ("amara", "9", "11"), day=TUESDAY)
    assert stays(TUESDAY) == {("Amara", "06 09:00", "06 11:00", "known"), ("Amara", "06 13:00", None, "here")}


def test_a_name_that_may_mean_several_is_asked_about(amara, sam, as_):
    other = make.member("Amara Obi", member_no="OBI")
    answer = send(as_(sam), ("amara", "9", "12"), key=KEY)
    assert problems(answer) == [{"who": ["Several people may be meant. Choose one, or write more of the name."]}]
    assert f'value="{KEY}:OBI"' in answer.content.decode()
    send(as_(sam), ("amara", "9", "12"), key=KEY, choose=f"{KEY}:OBI")
    assert Visit.objects.get().member == other


def test_the_beginning_of_a_name_means_that_name(amara, sam, as_):
    make.member("Mary Stone", member_no="MARY")
    send(as_(sam), ("mar", "9", "12"))
    assert Visit.objects.get().member.member_no == "MARY"


def test_a_guess_is_never_taken_silently(amara, sam, as_):
    answer = send(as_(sam), ("amarra", "9", "12"))
    assert problems(answer) == [{"who": ["Nobody is called so. Did you mean one of these?"]}]
    assert Visit.objects.count() == 0


def test_sent_twice_a_row_is_stored_once(amara, sam, as_):
    for _ in range(2):
        send(as_(sam), ("amara", "9", "12"), key=KEY, script=True)
    assert (Visit.objects.count(), Mark.objects.count(), AuditRecord.objects.count()) == (1, 2, 1)
    answer = send(as_(sam), ("amara", "9", "1"), key=KEY)
    assert problems(answer) == [
        {"arrived": ["This page has sent something else before. Load it again, then tap once more."]}
    ]


def test_a_script_sends_a_row_and_gets_that_row_back(amara, sam, as_):
    answer = send(as_(sam), ("amara", "915", "4p"), key=KEY, script=True)
    piece = answer.content.decode()
    assert answer.status_code == 200
    assert f'<li class="paper-row is-saved" id="row-{KEY}">' in piece
    assert "9:15 am to 4 pm" in " ".join(piece.split())
    assert "Saved. Amara is written down." in piece
    wrong = send(as_(sam), ("amara", "915", "nine"), key=str(uuid4()), script=True).content.decode()
    assert 'value="nine"' in wrong and "This is not a time." in wrong


def test_each_row_can_be_taken_back(amara, noor, sam, as_):
    send(as_(sam), ("amara", "9", "12"), key=KEY)
    send(as_(sam), ("noor", "9", "12"))
    answer = as_(sam).post(f"/arrivals/{MONDAY}/paper/", {"undo": KEY}, follow=True)
    assert said(answer) == ["Undone. The row of Amara is gone from the book."]
    assert stays() == {("Noor", "05 09:00", "05 12:00", "known")}
    assert [mark.member for mark in answer.context["saved"]] == [noor]
    piece = as_(sam).post(f"/arrivals/{MONDAY}/paper/", {"undo": KEY}, headers={"HX-Request": "true"}).content.decode()
    assert 'name="who" value=""' in piece


def test_taking_back_a_row_opens_the_visit_that_it_ended(amara, sam, as_):
    make.visit(amara, MONDAY, "09:00", None, ending="not_written")
    send(as_(sam), ("amara", "9", "12"), key=KEY)
    as_(sam).post(f"/arrivals/{MONDAY}/paper/", {"undo": KEY})
    assert stays() == {("Amara", "05 09:00", None, "not_written")}


def test_a_row_that_was_corrected_since_stays(amara, sam, as_):
    send(as_(sam), ("amara", "9", "12"), key=KEY)
    Visit.objects.update(left_at=timezone.now())
    answer = as_(sam).post(f"/arrivals/{MONDAY}/paper/", {"undo": KEY}, follow=True)
    assert said(answer) == ["Changed since, so it stays as it is now: Amara."]
    assert Visit.objects.count() == 1


@pytest.mark.parametrize("undo", ["", "x", str(UUID(int=7))])
def test_a_row_that_is_not_there_is_not_taken_back(sam, as_, undo):
    assert as_(sam).post(f"/arrivals/{MONDAY}/paper/", {"undo": undo}).status_code == 404


def test_an_evening_past_midnight_of_the_social_programme(amara, sam, as_):
    send(as_(sam), ("amara", "8pm", "12.30 am"), kind="social")
    assert stays() == {("Amara", "05 20:00", "06 00:30", "known")}
    assert Visit.objects.get().kind == "social"


def test_a_kind_that_is_none(amara, sam, as_):
    answer = send(as_(sam), ("amara", "9", "12"), kind="party")
    assert problems(answer) == [{"kind": ["This page is out of date. Load it again, then tap once more."]}]


def test_a_day_that_has_not_come(sam, as_):
    assert as_(sam).get("/arrivals/2026-10-07/paper/").status_code == 404


def test_a_sheet_of_nothing_is_the_page(sam, as_):
    assert send(as_(sam)).status_code == 200


def test_the_action_refuses_to_leave_before_arriving(amara, sam):
    now = timezone.now()
    with pytest.raises(actions.LeftBeforeArriving, match="The time out comes after the time in."):
        actions.log_paper(
            member=amara, day=TUESDAY, arrived_at=now, left_at=now - dt.timedelta(hours=1), key=uuid4(), by=sam.user
        )


@pytest.mark.parametrize("rows", [1, 20])
def test_the_page_costs_the_same_for_one_row_and_for_twenty(sam, as_, rows):
    people = [make.member(f"Person{number} Name{number}", member_no=f"P{number}") for number in range(rows)]
    send(as_(sam), *((member.member_no, "9", "12") for member in people))
    client = as_(sam)
    client.get("/me/")
    with CaptureQueriesContext(connection) as captured:
        page = client.get(f"/arrivals/{MONDAY}/paper/")
    assert len(page.context["saved"]) == rows
    assert len(captured) == 4, "\n".join(query["sql"] for query in captured)  # session, user, house; the rows so far


def test_a_row_costs_little(amara, sam, as_):
    make.unit("Kitchen").members.add(amara)
    client = as_(sam)
    send(client, ("amara", "7am", "8"), script=True)
    with CaptureQueriesContext(connection) as captured:
        send(client, ("amara", "9", "12"), script=True)
    sql = [q["sql"] for q in captured if re.search(r"(attendance|members|activities)_", q["sql"])]
    assert len([q for q in sql if q.startswith(("INSERT", "UPDATE"))]) == 5, "\n".join(
        sql
    )  # visit, two marks, record, its head


# -- A few names as somebody types -------------------------------------------------------------------------------------


def suggested(client, words) -> list[str]:
    page = client.post("/arrivals/names/", {"who": words}, headers={"HX-Target": "who_names"}).content.decode()
    return re.findall(r'data-value="([^"]*)"', page)


def test_letters_ask_for_a_few_members(rosa, as_):
    for number in range(8):
        make.member(f"Ana Park{number}", member_no=f"P{number}")
    make.member("Zoë Ågren", member_no="ZOE", phone="555 0100")
    client = as_(rosa)
    assert suggested(client, "zoe ag") == ["Zoë Å. (ZOE)"]
    assert len(suggested(client, "ana")) == 5
    assert suggested(client, "park3") == ["Ana P. (P3)"]
    assert suggested(client, "") == suggested(client, "  ") == []
    page = client.post("/arrivals/names/", {"who": "zoe"}).content.decode()
    assert "Ågren" not in page and "555" not in page


def test_whatever_was_suggested_means_that_person(sam, as_):
    for number in ("A1", "A2"):
        make.member("Mary Smith", member_no=number)
    client = as_(sam)
    for value in suggested(client, "mary"):
        send(client, (value, "9", "12"))
    assert set(Visit.objects.values_list("member__member_no", flat=True)) == {"A1", "A2"}
