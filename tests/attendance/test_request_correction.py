"""A member says what is not right about their visits; staff answer in words, and the member reads them."""

import datetime as dt

import pytest
import time_machine
from django.db import connection
from django.template.loader import render_to_string
from django.test.utils import CaptureQueriesContext

from attendance import actions
from attendance.models import CorrectionRequest
from members.models import AuditRecord
from tests import make

pytestmark = [pytest.mark.page, pytest.mark.django_db]
MONDAY, TUESDAY = dt.date(2026, 10, 5), dt.date(2026, 10, 6)
URL = "/me/visits/2026-10-05/correction/"
WORDS = "I was here until four, not three."


@pytest.fixture(autouse=True)
def on_tuesday_at_ten():
    with time_machine.travel(dt.datetime(2026, 10, 6, 14, 0, tzinfo=dt.UTC), tick=False):
        yield


def ask(member, words=WORDS, day=MONDAY) -> CorrectionRequest:
    return actions.request_correction(member=member, day=day, words=words, by=member.user)


def test_a_member_asks_in_their_own_words(amara, noor, as_):
    visit = make.visit(amara, MONDAY, "09:00", "15:00")
    make.visit(noor, MONDAY, "07:11", "07:12")
    page = as_(amara).get(URL).content.decode()
    assert ("9 am to 3 pm" in page, "7:11" in page) == (True, False)
    assert as_(amara).post(URL, {"words": WORDS}).url == "/me/"
    asked = CorrectionRequest.objects.get()
    assert (asked.member, asked.day, asked.visit, asked.words) == (amara, MONDAY, visit, WORDS)
    record = AuditRecord.objects.get()
    assert (record.verb, record.about, record.by, record.after) == (
        "attendance.request_correction", amara, amara.user, {"day": "2026-10-05", "words": WORDS},
    )  # fmt: skip


def test_also_about_a_day_that_is_not_in_the_book(amara, as_):
    as_(amara).post(URL, {"words": "I was here."})
    assert CorrectionRequest.objects.get().visit is None


def test_said_twice_it_stands_once(amara, as_):
    for _ in range(2):
        as_(amara).post(URL, {"words": WORDS})
    assert (CorrectionRequest.objects.count(), AuditRecord.objects.count()) == (1, 1)


@pytest.mark.parametrize(
    ("url", "words", "sentence"),
    [
        (URL, " ", "Write a few words, so that we know what to put right."),
        (URL, "x" * 501, "Please say it in 500 letters."),
        ("/me/visits/2026-10-07/correction/", WORDS, "That day has not come yet."),
    ],
)
def test_what_cannot_be_asked(amara, as_, url, words, sentence):
    answer = as_(amara).post(url, {"words": words})
    assert (answer.status_code, answer.context["form"].errors) == (422, {"words": [sentence]})
    assert CorrectionRequest.objects.count() == 0


def test_too_many_at_once(amara):
    for number in range(20):
        ask(amara, f"number {number}")
    with pytest.raises(actions.TooManyQuestions, match="Many of your questions wait for an answer already."):
        ask(amara, "one more")


def test_staff_have_no_visits_to_ask_about(sam, as_):
    assert as_(sam).post(URL, {"words": WORDS}).status_code == 403


def test_staff_answer_in_words(amara, sam, as_):
    visit = make.visit(amara, MONDAY, "09:00", "15:00")
    asked = ask(amara)
    page = as_(sam).get("/arrivals/corrections/").content.decode()
    assert (WORDS in page, f"/arrivals/visits/{visit.pk}/" in page) == (True, True)
    answer = as_(sam).post(f"/arrivals/corrections/{asked.pk}/answer/", {f"{asked.pk}-answer": "Done, thank you."})
    assert answer.url == "/arrivals/corrections/"
    asked.refresh_from_db()
    assert (asked.answer, asked.answered_by, asked.answered_at is None) == ("Done, thank you.", sam.user, False)
    record = AuditRecord.objects.order_by("seq").last()
    assert (record.verb, record.about, record.after) == (
        "attendance.answer_correction", amara, {"answer": "Done, thank you."},
    )  # fmt: skip
    mine = CorrectionRequest.objects.visible_to(amara.user)
    assert "Done, thank you." in render_to_string("attendance/_my_corrections.html", {"corrections": mine})


def test_an_answer_without_words(amara, sam, as_):
    asked = ask(amara)
    answer = as_(sam).post(f"/arrivals/corrections/{asked.pk}/answer/", {f"{asked.pk}-answer": " "})
    assert (answer.status_code, CorrectionRequest.objects.waiting().count()) == (422, 1)
    assert "Write a few words; the member reads them." in answer.content.decode()


def test_the_first_answer_stands(amara, sam, dana):
    asked = ask(amara)
    for _ in range(2):
        actions.answer_correction(request=asked, answer="Done.", by=sam.user)
    with pytest.raises(actions.AlreadyAnswered, match="A colleague has answered this meanwhile."):
        actions.answer_correction(request=asked, answer="No.", by=dana.user)
    assert (CorrectionRequest.objects.get().answer, AuditRecord.objects.count()) == ("Done.", 2)


def test_whose_words_one_may_read(amara, noor, sam, rosa):
    ask(amara)
    seen = {person: CorrectionRequest.objects.visible_to(person.user).count() for person in (amara, noor, sam, rosa)}
    assert seen == {amara: 1, noor: 0, sam: 1, rosa: 0}


def test_only_staff_read_the_list(amara, rosa, as_):
    asked = ask(amara)
    for person in (amara, rosa):
        assert as_(person).get("/arrivals/corrections/").status_code == 403
        assert as_(person).post(f"/arrivals/corrections/{asked.pk}/answer/", {"answer": "x"}).status_code == 403
    assert CorrectionRequest.objects.waiting().count() == 1


@pytest.mark.parametrize("people", [1, 3])
def test_the_list_costs_seven_queries(sam, as_, people):
    for number in range(people):
        member = make.member(f"P{number} X")
        make.account(member)
        make.visit(member, MONDAY, unit=make.unit("Kitchen"))
        ask(member)
        actions.answer_correction(request=ask(member, "And more."), answer="Yes.", by=sam.user)
    client = as_(sam)
    client.get("/arrivals/corrections/")
    with CaptureQueriesContext(connection) as captured:
        client.get("/arrivals/corrections/")
    # session, user, house; waiting, their visits, their reach-outs, answered
    assert len(captured) == 7, "\n".join(query["sql"] for query in captured)
