"""The pages where several people are ticked, and where everybody goes home."""

import datetime as dt
import re
import uuid

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from attendance.models import Mark, Visit
from tests import make

pytestmark = [pytest.mark.page, pytest.mark.django_db]
TUESDAY, MONDAY = dt.date(2026, 10, 6), dt.date(2026, 10, 5)
PAGE, LOG, OUT = (f"/arrivals/{TUESDAY}/{name}/" for name in ("several", "log-several", "everyone-out"))


@pytest.fixture(autouse=True)
def on_tuesday_at_ten():
    with time_machine.travel(dt.datetime(2026, 10, 6, 14, 0, tzinfo=dt.UTC), tick=False) as clock:
        yield clock


def shown(response):
    return response.client.get(response.url) if response.status_code == 302 else response


def said(response) -> list[tuple]:
    """(sentence, address of its undo) of the page that comes next."""
    return [(str(message), message.extra_tags) for message in shown(response).context["messages"]]


def boxes(response) -> dict[str, bool]:
    """Member number -> whether the box is ticked."""
    found = re.findall(r'name="member_no" value="([^"]+)"( checked)?', response.content.decode())
    return {number: bool(checked) for number, checked in found}


def mark(client, members, action="arrive", url=LOG, **fields):
    numbers = [getattr(member, "member_no", member) for member in members]
    return client.post(url, {"key": str(uuid.uuid4()), "action": action, "member_no": numbers} | fields)


def stays() -> dict[str, tuple]:
    zone = make.house().zone
    rows = Visit.objects.select_related("member").order_by("arrived_at")
    return {
        row.member.first_name: tuple(
            at and f"{timezone.localtime(at, zone):%H:%M}" for at in (row.arrived_at, row.left_at)
        )
        for row in rows
    }


def test_everybody_of_the_day_can_be_ticked(amara, noor, rosa, as_):
    make.visit(amara, TUESDAY, "09:00", None)
    make.visit(noor, MONDAY)
    page = as_(rosa).get(PAGE)
    assert boxes(page) == {amara.member_no: False, noor.member_no: False}


def test_a_search_adds_people_and_keeps_the_ticks(amara, noor, idris, rosa, as_):
    make.visit(amara, TUESDAY, "09:00", None)
    page = as_(rosa).post(PAGE, {"q": "haddad", "member_no": [amara.member_no]})
    assert boxes(page) == {amara.member_no: True, noor.member_no: False}
    page = as_(rosa).post(PAGE, {"q": "bello", "member_no": [amara.member_no, noor.member_no]})
    assert boxes(page) == {amara.member_no: True, noor.member_no: True, idris.member_no: False}
    assert Visit.objects.count() == 1


def test_one_post_one_sentence_one_undo(amara, noor, rosa, as_):
    client = as_(rosa)
    answer = mark(client, [noor, amara])
    batch = Mark.objects.values_list("batch", flat=True).distinct().get()
    undo = f"/arrivals/{TUESDAY}/batches/{batch}/undo/"
    assert answer.url == "/arrivals/"
    page = shown(answer)
    assert [(str(m), m.extra_tags) for m in page.context["messages"]] == [
        ("Saved. Here since 10 am: Amara and Noor.", undo)
    ]
    assert f'<form method="post" action="{undo}">' in page.content.decode()
    client.post(undo)
    assert stays() == {}


def test_who_was_not_changed_is_told_with_the_reason(amara, noor, sam, as_):
    make.visit(amara, TUESDAY, "09:00", None)
    assert [sentence for sentence, _undo in said(mark(as_(sam), [amara, noor]))] == [
        "Saved. Here since 10 am: Noor.", "Amara is here already, since 9 am.",
    ]  # fmt: skip
    assert said(mark(as_(sam), [amara])) == [("Amara is here already, since 9 am.", "")]


def test_many_are_counted(sam, as_):
    people = [make.member(f"Person{number} Name") for number in range(7)]
    assert [sentence for sentence, _undo in said(mark(as_(sam), people))] == ["Saved. 7 people are here since 10 am."]
    assert [sentence for sentence, _undo in said(mark(as_(sam), people, "leave"))] == ["Saved. 7 people left at 10 am."]


def test_two_desks_send_the_same_people_home(sam, as_):
    people = [make.member(f"P{number}") for number in range(6)]
    answer = mark(as_(sam), people, "leave")
    not_here = [f"P{number} is not here now. Nothing was changed." for number in range(4)]
    assert said(answer) == [(" ".join([*not_here, "And 2 more people were not changed."]), "")]


def test_another_day_takes_the_time_beside_the_button(amara, noor, sam, as_):
    url = f"/arrivals/{MONDAY}/log-several/"
    answer = mark(as_(sam), [amara, noor], url=url, arrived="09:15", left="", kind="social")
    assert [sentence for sentence, _undo in said(answer)] == [
        "Saved. Arrived at 9:15 am on Monday 5 October: Amara and Noor."
    ]
    assert answer.url == f"/arrivals/{MONDAY}/"
    assert set(Visit.objects.values_list("kind", flat=True)) == {"social"}
    answer = mark(as_(sam), [amara], "leave", url=url, arrived="x", left="12:30")
    assert [sentence for sentence, _undo in said(answer)] == ["Saved. Left at 12:30 pm: Amara."]
    assert stays() == {"Amara": ("09:15", "12:30"), "Noor": ("09:15", None)}


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"arrived": ""}, "This is another day than today. Please say the time."),
        ({"arrived": "x"}, "This is not a time. It looks like 9:05 or 16:30."),
    ],
)
def test_a_time_that_is_not_right_is_told_beside_it_and_the_ticks_stay(fields, sentence, amara, noor, sam, as_):
    answer = mark(as_(sam), [amara, noor], url=f"/arrivals/{MONDAY}/log-several/", **fields)
    assert (answer.status_code, stays()) == (422, {})
    assert f'id="arrived-error">{sentence}<' in answer.content.decode()
    assert boxes(answer) == {amara.member_no: True, noor.member_no: True}


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"member_no": []}, "Choose at least one person first."),
        ({"member_no": ["A"] * 301}, "That is more than fits into one go. Choose fewer."),
        ({"key": "x"}, "This page is out of date. Load it again, then tap once more."),
        ({"action": "undo"}, "This page is out of date. Load it again, then tap once more."),
        ({"kind": "party"}, "This page is out of date. Load it again, then tap once more."),
    ],
)
def test_what_is_no_choice_changes_nothing(fields, sentence, amara, sam, as_):
    answer = as_(sam).post(LOG, {"key": str(uuid.uuid4()), "action": "arrive", "member_no": [amara.member_no]} | fields)
    assert (answer.status_code, said(answer), stays()) == (422, [(sentence, "")], {})


def test_the_number_of_a_merged_row_means_the_person(amara, sam, as_):
    make.member("Amara Okafor", member_no="TWICE", merged_into=amara)
    mark(as_(sam), ["TWICE", "nobody", "\0"])
    assert list(Visit.objects.values_list("member", flat=True)) == [amara.pk]


@pytest.mark.parametrize("people", [1, 3])
def test_the_page_costs_the_same_for_one_and_for_three(people, sam, as_):
    for number in range(people):
        make.visit(make.member(f"Person{number} Name"), TUESDAY, "09:00", None)
    client = as_(sam)
    client.get(PAGE)
    with CaptureQueriesContext(connection) as captured:
        assert len(boxes(client.get(PAGE))) == people
    # session, user, house; the day, who was here, expected, recent, units
    assert len(captured) == 8, "\n".join(query["sql"] for query in captured)


def test_a_day_that_has_not_come(sam, as_):
    for name in ("several", "everyone-out"):
        assert as_(sam).get(f"/arrivals/2026-10-07/{name}/").url == "/arrivals/2026-10-07/"


# -- Everyone out ------------------------------------------------------------------------------------------------------


def test_the_preview_says_who_leaves_and_who_came_later(amara, noor, sam, as_, on_tuesday_at_ten):
    make.visit(amara, TUESDAY, "09:00", None)
    make.visit(noor, TUESDAY, "15:20", None)
    make.visit(make.member("Ines Prado"), TUESDAY, "09:00", "12:00")
    on_tuesday_at_ten.move_to(dt.datetime(2026, 10, 6, 19, 40, tzinfo=dt.UTC))  # 15:40
    page = as_(sam).get(OUT, {"at": "15:00"})
    assert boxes(page) == {amara.member_no: True}
    words = re.sub(r"\s+", " ", re.sub("<[^>]+>", " ", page.content.decode()))
    assert "Everyone out at 3 pm" in words
    assert "Amara O. since 9 am" in words
    assert "Came later and stay 1 Noor H. since 3:20 pm" in words
    assert "Ines" not in words


@pytest.mark.parametrize(("hour", "times"), [(15, [dt.time(15)]), (17, [dt.time(16, 30), dt.time(17)])])
def test_it_proposes_now_or_closing_time_once_that_is_over(hour, times, amara, sam, as_, on_tuesday_at_ten):
    make.visit(amara, TUESDAY, "09:00", None)
    on_tuesday_at_ten.move_to(dt.datetime(2026, 10, 6, hour + 4, tzinfo=dt.UTC))
    page = as_(sam).get(OUT)
    assert (page.context["proposed"], page.context["time"]) == (times, times[0])


def test_they_leave_in_one_post_and_come_back_with_one_undo(amara, noor, rosa, sam, as_, on_tuesday_at_ten):
    for member in (amara, noor):
        make.visit(member, TUESDAY, "09:00", None)
    client = as_(rosa)
    preview = client.get(OUT)
    make.visit(idris := make.member("Idris Bello"), TUESDAY, "09:30", None)  # tapped while Rosa looked
    on_tuesday_at_ten.shift(dt.timedelta(minutes=2))
    sent = {"key": str(uuid.uuid4()), "at": "10:00", "member_no": list(boxes(preview))}
    answer = client.post(OUT, sent)
    (sentence, undo), *more = said(answer)
    assert (sentence, more) == ("Saved. Left at 10 am: Amara and Noor.", [])
    left = {"Amara": ("09:00", "10:00"), "Noor": ("09:00", "10:00"), "Idris": ("09:30", None)}
    assert stays() == left
    assert [sentence for sentence, _undo in said(client.post(OUT, sent))] == [sentence]  # the answer was lost
    assert (stays(), Mark.objects.count()) == (left, 2)
    client.post(undo)
    assert {name: stay[1] for name, stay in stays().items()} == dict.fromkeys(["Amara", "Noor", "Idris"])
    assert idris.visits.get().ending == "here"


def test_somebody_who_stays_is_left_out(amara, noor, sam, as_):
    for member in (amara, noor):
        make.visit(member, TUESDAY, "09:00", None)
    as_(sam).post(OUT, {"key": str(uuid.uuid4()), "at": "09:45", "member_no": [noor.member_no]})
    assert stays() == {"Amara": ("09:00", None), "Noor": ("09:00", "09:45")}


@pytest.mark.parametrize(
    ("at", "sentence"),
    [
        ("10:01", "That time has not come yet."),
        ("x", "This is not a time. It looks like 9:05 or 16:30."),
        ("", "Say the time they left."),
    ],
)
def test_a_time_out_that_is_not_right_stands_beside_its_field(at, sentence, amara, sam, as_):
    make.visit(amara, TUESDAY, "09:00", None)
    answers = [as_(sam).get(OUT, {"at": at}), as_(sam).post(OUT, {"at": at, "member_no": [amara.member_no]})]
    assert [answer.status_code for answer in answers] == [422, 422]
    assert all(f'id="at-error">{sentence}<' in answer.content.decode() for answer in answers)
    assert stays() == {"Amara": ("09:00", None)}


def test_the_hour_that_the_clock_jumped_over_never_was(amara, sam, as_):
    answer = as_(sam).get("/arrivals/2026-03-08/everyone-out/", {"at": "02:30"})
    assert answer.context["form"].errors["at"] == ["The clock went forward that night: this time did not exist."]


def test_nobody_chosen_is_said(amara, sam, as_):
    make.visit(amara, TUESDAY, "09:00", None)
    answer = as_(sam).post(OUT, {"key": str(uuid.uuid4()), "at": "10:00"})
    assert (answer.status_code, said(answer)) == (422, [("Choose at least one person first.", "")])
    assert boxes(answer) == {amara.member_no: False}


def test_an_earlier_day_and_an_evening_past_midnight(amara, noor, sam, as_, on_tuesday_at_ten):
    make.visit(amara, MONDAY, "09:00", None, ending="not_written")
    page = as_(sam).get(f"/arrivals/{MONDAY}/everyone-out/")
    assert (boxes(page), page.context["time"]) == ({amara.member_no: True}, dt.time(16, 30))
    make.visit(noor, MONDAY, "21:00", None, kind="social")
    on_tuesday_at_ten.move_to(dt.datetime(2026, 10, 6, 4, 30, tzinfo=dt.UTC))  # 0:30 on Tuesday
    page = as_(sam).get(OUT)
    assert "since Monday 5 October, 9 pm" in page.content.decode()
    as_(sam).post(OUT, {"key": str(uuid.uuid4()), "at": "00:30", "member_no": list(boxes(page))})
    assert stays()["Noor"] == ("21:00", "00:30")


@pytest.mark.parametrize("people", [1, 3])
def test_the_preview_costs_the_same_for_one_and_for_three(people, sam, as_):
    for number in range(people):
        make.visit(make.member(f"Person{number} Name"), TUESDAY, "09:00", None)
    client = as_(sam)
    client.get(OUT)
    with CaptureQueriesContext(connection) as captured:
        assert len(boxes(client.get(OUT))) == people
    # session, user, house; the day, who is here, the day once more for closing time
    assert len(captured) == 6, "\n".join(query["sql"] for query in captured)


def test_an_empty_house_says_so(sam, as_):
    assert "Nobody is in the house any more." in as_(sam).get(OUT).content.decode()
