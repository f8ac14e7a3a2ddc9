"""Staff put a visit right, or take it out, and say why; what it said before stays readable."""

import datetime as dt
import re
from uuid import uuid4

import pytest
import time_machine
from django.utils import timezone

from attendance import actions
from attendance.models import Visit
from members import audit
from members.models import AuditRecord
from tests import make

pytestmark = pytest.mark.django_db
MONDAY, TUESDAY = dt.date(2026, 10, 5), dt.date(2026, 10, 6)


@pytest.fixture(autouse=True)
def on_tuesday_at_ten():
    with time_machine.travel(dt.datetime(2026, 10, 6, 14, 0, tzinfo=dt.UTC), tick=False):
        yield


@pytest.fixture
def visit(amara):
    return make.visit(amara, MONDAY, "09:00", None, ending="not_written", unit=make.unit("Kitchen"))


def correct(client, visit, **fields):
    data = {"arrived": "09:00", "ending": "known", "left": "15:00", "kind": "wod", "why": "She told me."} | fields
    return client.post(f"/arrivals/visits/{visit.pk}/", data)


def errors(response) -> dict:
    assert response.status_code == 422
    return {name: list(found) for name, found in response.context["form"].errors.items()}


def as_written(visit) -> tuple:
    visit.refresh_from_db()
    times = [at and timezone.localtime(at).strftime("%d %H:%M") for at in (visit.arrived_at, visit.left_at)]
    return (*times, visit.ending, visit.kind, visit.unit and visit.unit.name)


def test_the_visit_as_it_really_was(amara, sam, visit, as_):
    clerical = make.unit("Clerical")
    answer = correct(as_(sam), visit, arrived="08:45", left="16:05", kind="offsite", unit=clerical.pk)
    assert answer.url == "/arrivals/2026-10-05/"
    assert as_written(visit) == ("05 08:45", "05 16:05", "known", "offsite", "Clerical")
    record = AuditRecord.objects.get()
    assert (record.verb, record.about, record.by, record.why) == (
        "attendance.correct_visit", amara, sam.user, "She told me.",
    )  # fmt: skip
    assert record.before == {
        "arrived_at": "2026-10-05 09:00-04:00", "left_at": None, "ending": "not_written", "kind": "wod",
        "unit": "Kitchen",
    }  # fmt: skip
    assert record.after == {
        "arrived_at": "2026-10-05 08:45-04:00", "left_at": "2026-10-05 16:05-04:00", "ending": "known",
        "kind": "offsite", "unit": "Clerical",
    }  # fmt: skip
    assert list(audit.broken_records()) == []
    assert "She told me." in as_(sam).get(f"/arrivals/visits/{visit.pk}/").content.decode()


def test_saved_twice_it_is_written_once(sam, visit, as_):
    for _ in range(2):
        correct(as_(sam), visit)
    assert AuditRecord.objects.count() == 1


def test_a_time_that_was_not_touched_keeps_its_seconds(amara, sam, as_):
    at = dt.datetime(2026, 10, 6, 13, 2, 33, 400, tzinfo=dt.UTC)
    visit = Visit.objects.create(member=amara, day=TUESDAY, arrived_at=at, noted_at=at)
    correct(as_(sam), visit, arrived="09:02", ending="here", left="", kind="virtual")
    visit.refresh_from_db()
    assert (visit.arrived_at, visit.kind, visit.ending) == (at, "virtual", "here")


def test_an_evening_that_ended_after_midnight(sam, visit, as_):
    correct(as_(sam), visit, arrived="20:00", left="00:30", after_midnight="on", kind="social")
    assert as_written(visit) == ("05 20:00", "06 00:30", "known", "social", None)


@pytest.mark.parametrize(
    ("fields", "field", "sentence"),
    [
        (
            {"left": "08:00"},
            "left",
            "The time out comes after the time in. After midnight? Then tick the box below the time.",
        ),
        ({"left": "11:00", "after_midnight": "on"}, "left", "That time has not come yet."),
        ({"left": ""}, "left", "Say when the visit ended, or choose that nobody wrote it down."),
        ({"arrived": ""}, "arrived", "When did the visit begin?"),
        ({"arrived": "noon"}, "arrived", "This is not a time. It looks like 9:05 or 16:30."),
        ({"why": "  "}, "why", "Choose a reason, or say in a few words why."),
        ({"why": "x" * 301}, "why", "Please say it in 300 letters."),
        ({"ending": "here"}, "ending", "This page is out of date. Load it again, then tap once more."),
        ({"ending": ""}, "ending", "Choose how the visit ended."),
        ({"kind": "party"}, "kind", "This page is out of date. Load it again, then tap once more."),
        ({"unit": "999999999999999999999"}, "unit", "This page is out of date. Load it again, then tap once more."),
    ],
)
def test_what_cannot_be_stays_as_it_was(sam, visit, as_, fields, field, sentence):
    assert errors(correct(as_(sam), visit, **fields)) == {field: [sentence]}
    assert as_written(visit) == ("05 09:00", None, "not_written", "wod", "Kitchen")
    assert AuditRecord.objects.count() == 0


def test_a_time_that_the_clock_jumped_over(amara, sam, as_):
    visit = make.visit(amara, dt.date(2026, 3, 8))
    assert errors(correct(as_(sam), visit, arrived="02:30")) == {
        "arrived": ["The clock went forward that night: this time did not exist."]
    }


def test_nobody_is_made_to_be_here_twice(amara, sam, as_):
    make.visit(amara, TUESDAY, "09:30", None)
    earlier = make.visit(amara, TUESDAY, "08:00", "08:30")
    found = errors(correct(as_(sam), earlier, arrived="08:00", ending="here", left=""))
    assert found == {"ending": ["Amara is here now in one more visit."]}
    assert as_written(earlier) == ("06 08:00", "06 08:30", "known", "wod", None)


def test_a_visit_of_an_earlier_day_is_not_here_now(amara, sam, as_):
    forgotten = make.visit(amara, MONDAY, "09:00", None)
    found = errors(correct(as_(sam), forgotten, ending="here", left=""))
    assert found == {"ending": ["A visit of an earlier day cannot be here now. Choose how it ended."]}


def test_two_visits_do_not_become_the_same(amara, sam, visit, as_):
    other = make.visit(amara, MONDAY, "13:00", "14:00")
    found = errors(correct(as_(sam), other, arrived="09:00"))
    assert found == {"arrived": ["There is already such a visit at that time."]}


def test_a_visit_that_never_was(amara, sam, visit, as_):
    answer = as_(sam).post(f"/arrivals/visits/{visit.pk}/", {"action": "remove", "remove-why": ""})
    assert answer.context["removal"].errors == {"why": ["Choose a reason, or say in a few words why."]}
    assert Visit.objects.count() == 1
    as_(sam).post(f"/arrivals/visits/{visit.pk}/", {"action": "remove", "remove-why": "Wrong Amara."})
    assert Visit.objects.count() == 0
    record = AuditRecord.objects.get()
    assert (record.verb, record.about, record.subject, record.why, record.after) == (
        "attendance.remove_visit", amara, f"attendance.visit {visit.pk}", "Wrong Amara.", {},
    )  # fmt: skip
    assert record.before["arrived_at"] == "2026-10-05 09:00-04:00"


def test_a_visit_that_a_colleague_removed_meanwhile(sam, visit):
    actions.remove_visit(visit=Visit.objects.get(), why="first", by=sam.user)
    with pytest.raises(actions.NoLongerHere, match="A colleague has removed this visit meanwhile."):
        actions.remove_visit(visit=visit, why="second", by=sam.user)


@pytest.mark.parametrize("url", ["/arrivals/visits/0/", "/arrivals/visits/99999999999999999999999/"])
def test_a_visit_that_is_not_there(sam, as_, url):
    assert as_(sam).get(url).status_code == 404


def test_reception_and_members_do_not_correct(amara, rosa, visit, as_):
    for person in (rosa, amara):
        assert correct(as_(person), visit).status_code == 403
    assert as_written(visit) == ("05 09:00", None, "not_written", "wod", "Kitchen")


@pytest.mark.parametrize("hour", [5, 6])
def test_a_time_that_the_clock_says_twice_stays_the_one_it_was(amara, sam, as_, hour):
    """1:30 came twice on 2 November 2025 in Detroit; whoever changes the kind moves nobody by an hour."""
    arrived_at = dt.datetime(2025, 11, 2, hour, 30, 40, tzinfo=dt.UTC)
    visit = make.visit(amara, dt.date(2025, 11, 2), "00:10", "04:00")
    Visit.objects.update(arrived_at=arrived_at)
    assert correct(as_(sam), visit, arrived="01:30", left="04:00", kind="social").status_code == 302
    visit.refresh_from_db()
    assert (visit.arrived_at, visit.kind) == (arrived_at, "social")


def test_after_a_visit_was_taken_out_the_tap_before_it_can_be_undone(amara, sam, as_):
    """Amara left, and was logged again by mistake; Sam takes that visit out. Undo still says that she never left."""
    browser = as_(sam)
    for action in ("arrive", "leave", "arrive"):
        tap = {"key": str(uuid4()), "member_no": amara.member_no, "action": action}
        if Visit.objects.filter(ending="known").exists():
            tap["at"] = "09:59"
        browser.post("/arrivals/2026-10-06/log/", tap)
    mistake = Visit.objects.get(ending="here")
    browser.post(f"/arrivals/visits/{mistake.pk}/", {"action": "remove", "remove-why": "A slip."})
    undo = {"key": str(uuid4()), "member_no": amara.member_no, "action": "undo"}
    browser.post("/arrivals/2026-10-06/log/", undo)
    assert Visit.objects.values_list("ending", flat=True).get() == "here"


# -- Why, in chips -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fields", "kept"),
    [
        ({"reason": "forgot", "why": ""}, "Forgot to tap"),
        ({"reason": "time", "why": "she left at three"}, "Wrong time: she left at three"),
        ({"why": "She told me."}, "She told me."),
    ],
)
def test_a_chip_own_words_or_both_say_why(sam, visit, as_, fields, kept):
    assert correct(as_(sam), visit, **fields).status_code == 302
    assert AuditRecord.objects.get().why == kept


def test_a_reason_that_is_none_of_them(sam, visit, as_):
    assert errors(correct(as_(sam), visit, reason="late")) == {
        "reason": ["This page is out of date. Load it again, then tap once more."]
    }


# -- It was somebody else's --------------------------------------------------------------------------------------------


@pytest.fixture
def stay(amara):
    return make.visit(amara, MONDAY, "09:00", "12:00")


def move(client, visit, whose, **fields):
    left = timezone.localtime(visit.left_at).strftime("%H:%M")
    return correct(client, visit, **{"whose": whose, "left": left, "reason": "person", "why": ""} | fields)


@pytest.mark.parametrize("words", ["Noor Haddad", "noor", "hadd", "{number}", "Noor H. ({number})", "NOOR  haddad"])
def test_the_visit_was_noors(amara, noor, sam, stay, as_, words):
    assert move(as_(sam), stay, words.format(number=noor.member_no)).status_code == 302
    stay.refresh_from_db()
    assert (stay.member, stay.ending) == (noor, "known")
    records = AuditRecord.objects.order_by("seq")
    assert [(record.verb, record.about, record.why) for record in records] == [
        ("attendance.correct_visit", amara, "Wrong person"),
        ("attendance.correct_visit", noor, "Wrong person"),
    ]
    for record in records:
        assert (record.before, record.after) == ({"member_no": amara.member_no}, {"member_no": noor.member_no})
    assert list(audit.broken_records()) == []


def test_each_reads_it_and_neither_reads_the_others_name(amara, noor, sam, stay, as_):
    move(as_(sam), stay, "Noor Haddad")
    for person, other, change in (
        (amara, "Noor", ("Whose visit", "yours", "another member's")),
        (noor, "Amara", ("Whose visit", "another member's", "yours")),
    ):
        page = as_(person).get("/me/looks/")
        (line,) = page.context["lines"]
        assert (line.did, line.changes, line.why) == ("corrected a visit of yours", [change], "Wrong person")
        assert other not in page.content.decode()
    shown = as_(sam).get(f"/arrivals/visits/{stay.pk}/").context["history"]
    assert [[(c.what, c.before, c.after) for c in entry.changes] for entry in shown] == [
        [("Whose visit", "Amara Okafor", "Noor Haddad")]
    ]


def test_a_name_that_may_mean_several_is_asked_about(noor, sam, stay, as_):
    other = make.member("Noor Azizi")
    answer = move(as_(sam), stay, "noor")
    assert errors(answer) == {"whose": ["Several people may be meant. Choose one, or write more of the name."]}
    assert set(answer.context["form"].meant.members) == {noor, other}
    assert move(as_(sam), stay, "noor", choose=other.member_no).status_code == 302
    stay.refresh_from_db()
    assert stay.member == other


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ("haddat", "Nobody is called so. Did you mean one of these?"),
        ("xyz", "Nobody found by that name. Try fewer letters, or another of their names."),
    ],
)
def test_a_guess_is_never_taken_silently(amara, noor, sam, stay, as_, words, sentence):
    assert errors(move(as_(sam), stay, words)) == {"whose": [sentence]}
    stay.refresh_from_db()
    assert stay.member == amara


@pytest.mark.parametrize(
    ("arrived", "left", "ending", "said"),
    [
        ("09:00", "09:30", "", "9 am to 9:30 am"),  # the same arrival
        ("08:00", "09:01", "", "8 am to 9:01 am"),
        ("11:59", "13:00", "", "11:59 am to 1 pm"),
        ("10:00", None, "not_written", "10 am"),
        ("08:30", None, "here", "8:30 am"),
    ],
)
def test_nobody_gets_two_visits_at_once(amara, noor, sam, stay, as_, arrived, left, ending, said):
    make.visit(noor, MONDAY, arrived, left, ending=ending)
    sentence = f"Noor has a visit at that time already ({said}). Nothing was changed."
    assert errors(move(as_(sam), stay, "Noor Haddad")) == {"whose": [sentence]}
    stay.refresh_from_db()
    assert stay.member == amara
    assert AuditRecord.objects.count() == 0


@pytest.mark.parametrize(("arrived", "left"), [("08:00", "09:00"), ("12:00", "13:00")])
def test_one_after_the_other_is_no_two_at_once(noor, sam, stay, as_, arrived, left):
    make.visit(noor, MONDAY, arrived, left)
    assert move(as_(sam), stay, "Noor Haddad").status_code == 302


def test_a_visit_here_now_goes_to_nobody_who_is_here(amara, noor, sam, as_):
    stay = make.visit(amara, TUESDAY, "09:00", None)
    make.visit(noor, TUESDAY, "09:30", None)
    assert errors(correct(as_(sam), stay, whose="Noor Haddad", ending="here", left="")) == {
        "ending": ["Noor is here now in one more visit."]
    }


def test_a_tap_that_meant_amara_is_not_undone_on_noors_tile(amara, noor, sam, as_):
    browser = as_(sam)
    browser.post("/arrivals/2026-10-06/log/", {"key": str(uuid4()), "member_no": amara.member_no, "action": "arrive"})
    stay = Visit.objects.get()
    correct(browser, stay, arrived="10:00", whose="Noor Haddad", ending="here", left="")
    for member in (amara, noor):
        undo = {"key": str(uuid4()), "member_no": member.member_no, "action": "undo"}
        assert browser.post("/arrivals/2026-10-06/log/", undo).status_code == 422
    stay.refresh_from_db()
    assert (stay.member, stay.ending) == (noor, "here")


def test_whatever_is_corrected_is_looked_at_again(sam, stay, as_):
    Visit.objects.update(confirmed_at=timezone.now())
    correct(as_(sam), stay, left="11:00")
    stay.refresh_from_db()
    assert stay.confirmed_at is None


def test_the_history_reads_in_plain_words(sam, stay, as_):
    correct(as_(sam), stay, left="12:30", reason="forgot", why="")
    page = " ".join(as_(sam).get(f"/arrivals/visits/{stay.pk}/").content.decode().split())
    text = re.sub(r"<[^>]*>", "", page)
    assert "Left: noon →then 12:30 pm Corrected: Sam, Tuesday 6 October, 10 am Forgot to tap" in re.sub(
        r" +", " ", text
    )


@pytest.mark.parametrize("how_many", [1, 3])
def test_the_page_costs_the_same_for_one_change_and_for_three(
    noor, sam, stay, as_, how_many, django_assert_num_queries
):
    for minute in range(how_many):
        correct(as_(sam), stay, left=f"11:0{minute}", whose="Noor Haddad")
    browser = as_(sam)
    browser.get("/me/")
    # session, user, house; the visit; units; what was written, and about whom
    with django_assert_num_queries(8):
        page = browser.get(f"/arrivals/visits/{stay.pk}/")
    assert len(page.context["history"]) == how_many


def test_two_colleagues_correct_at_once_and_the_second_looks_again(sam, dana, stay, as_):
    browser = as_(dana)
    seen = re.search(r'name="seen" value="(\w+)"', browser.get(f"/arrivals/visits/{stay.pk}/").content.decode())[1]
    correct(as_(sam), stay, left="11:00")
    answer = correct(browser, stay, left="12:30", seen=seen)
    sentence = "A colleague changed this visit meanwhile. Look at what it says now; then save again."
    assert errors(answer) == {"__all__": [sentence]}
    assert answer.context["form"]["left"].value() == "12:30"
    assert as_written(stay) == ("05 09:00", "05 11:00", "known", "wod", None)
    now = re.search(r'name="seen" value="(\w+)"', answer.content.decode())[1]
    for _ in range(2):  # sent twice it is written once, and is no other's change
        assert correct(browser, stay, left="12:30", seen=now).status_code == 302
    assert as_written(stay) == ("05 09:00", "05 12:30", "known", "wod", None)
    assert AuditRecord.objects.count() == 2
