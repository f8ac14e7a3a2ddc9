"""Guests, staff on duty, enquiries: numbers that go up and down, each press once, never a record of a person."""

import datetime as dt
import re
import uuid

import pytest
import time_machine
from django.utils import timezone

from attendance import actions
from attendance.models import DayCount, GuestCount
from attendance.reports import monthly_report
from clubhouse.converters import Month
from members.models import AuditRecord
from tests import make

pytestmark = [pytest.mark.page, pytest.mark.django_db]
TUESDAY, MONDAY = dt.date(2026, 10, 6), dt.date(2026, 10, 5)


@pytest.fixture(autouse=True)
def on_tuesday_at_ten():
    with time_machine.travel(dt.datetime(2026, 10, 6, 14, 0, tzinfo=dt.UTC), tick=False) as clock:
        yield clock


def count(by, kind="tour", *, day=TUESDAY, key=None, **how) -> int | None:
    with timezone.override("America/Detroit"):
        exactly = actions.Exactly(how.pop("count"), how.pop("seen")) if "count" in how else None
        return actions.count_day(day=day, kind=kind, key=key or uuid.uuid4(), by=by.user, exactly=exactly, **how)


def press(client, action="more", *, seen=0, typed=None, day=TUESDAY, kind="tour", **more):
    data = {"key": str(uuid.uuid4()), "what": kind, "action": action, "seen": seen}
    data["count"] = seen if typed is None else typed
    return client.post(f"/arrivals/{day}/counts/", data | more)


def said(response) -> list[str]:
    if response.status_code == 302:
        response = response.client.get(response.url)
    return [str(message) for message in response.context["messages"]]


def counted(model=GuestCount) -> dict:
    return {(str(row.day), row.kind): row.count for row in model.objects.all() if row.count or model is DayCount}


def test_up_and_down_and_never_below_none(sam):
    assert [count(sam, change=1), count(sam, change=1), count(sam, change=-1)] == [1, 2, 1]
    assert [count(sam, change=-1), count(sam, change=-1)] == [0, 0]
    assert [(record.before["count"], record.after["count"]) for record in AuditRecord.objects.order_by("seq")] == [
        (0, 1), (1, 2), (2, 1), (1, 0),
    ]  # fmt: skip
    assert {(record.verb, record.about, record.by) for record in AuditRecord.objects.all()} == {
        ("attendance.count_guests", None, sam.user)
    }


def test_the_same_press_sent_again_counts_once(sam):
    key = uuid.uuid4()
    assert [count(sam, change=1, key=key), count(sam, change=1), count(sam, change=1, key=key)] == [1, 2, 2]
    assert AuditRecord.objects.count() == 2


def test_a_number_counts_from_what_was_seen(sam):
    assert count(sam, count=12, seen=0) == 12
    with pytest.raises(actions.CountedMeanwhile, match="Someone else counted: it is 12 now."):
        count(sam, count=3, seen=0)
    assert count(sam, count=0, seen=12) == 0


@pytest.mark.parametrize("how", [{"count": 2000, "seen": 0, "change": 1}, {"count": 2001, "seen": 0}])
def test_more_than_a_house_can_hold_is_refused(how, sam):
    with pytest.raises(actions.TooMany):
        count(sam, **how)
    assert (GuestCount.objects.count(), AuditRecord.objects.count()) == (0, 0)


def test_not_on_a_day_that_has_not_come(sam):
    with pytest.raises(actions.DayNotCome):
        count(sam, day=dt.date(2026, 10, 7), change=1)
    assert GuestCount.objects.count() == 0


def test_rosa_counts_at_the_desk_also_for_yesterday(rosa, as_):
    client = as_(rosa)
    assert press(client).url == "/arrivals/#counts"
    assert press(client, day=MONDAY, kind="student", seen=0, typed=4, action="set").url == f"/arrivals/{MONDAY}/#counts"
    assert counted() == {("2026-10-06", "tour"): 1, ("2026-10-05", "student"): 4}
    page = client.get("/arrivals/").content.decode()
    assert re.findall(r'name="count" id="count-of-(\w+)" value="(\d*)"', page) == [
        ("tour", "1"), ("visitor", "0"), ("student", "0"), ("staff", ""), ("enquiry", ""),
    ]  # fmt: skip


def test_two_desks_press_at_once_and_both_count(rosa, sam, as_):
    press(as_(rosa), seen=0)
    press(as_(sam), seen=0)  # her page still says none
    assert counted() == {("2026-10-06", "tour"): 2}


def test_a_typed_number_and_a_press_both_count(rosa, as_):
    press(as_(rosa), seen=0, typed=5)
    assert counted() == {("2026-10-06", "tour"): 6}
    assert said(press(as_(rosa), "set", seen=0, typed=9)) == ["Someone else counted: it is 6 now."]
    assert counted() == {("2026-10-06", "tour"): 6}


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"typed": "x"}, "Write a whole number from 0 to 2000."),
        ({"typed": ""}, "Write a whole number from 0 to 2000."),
        ({"typed": -1}, "Write a whole number from 0 to 2000."),
        ({"typed": 2001}, "Write a whole number from 0 to 2000."),
        ({"what": "spy"}, "This page is out of date. Load it again, then tap once more."),
        ({"action": "double"}, "This page is out of date. Load it again, then tap once more."),
        ({"seen": "x", "typed": 0}, "This page is out of date. Load it again, then tap once more."),
        ({"key": "x"}, "This page is out of date. Load it again, then tap once more."),
    ],
)
def test_what_is_no_count_is_said_and_changes_nothing(fields, sentence, rosa, as_):
    assert said(press(as_(rosa), **{"action": "set"} | fields)) == [sentence]
    assert counted() == {}


def test_what_is_no_number_stays_and_the_sentence_stands_beside_it(rosa, as_):
    fields = {"key": str(uuid.uuid4()), "what": "tour", "action": "set", "seen": 0, "count": 2001}
    answer = as_(rosa).post(f"/arrivals/{TUESDAY}/counts/", fields, headers={"HX-Request": "true"}).content.decode()
    field = re.search(r'<input[^>]*id="count-of-tour"[^>]*>', answer).group()
    assert 'value="2001"' in field and 'aria-describedby="refused-tour"' in field
    assert '<span class="invalid-feedback" id="refused-tour">Write a whole number from 0 to 2000.</span>' in answer
    assert answer.count("is-invalid") == 1


def test_htmx_gets_the_strip_and_the_sentence(rosa, as_):
    press(as_(rosa))
    answer = as_(rosa).post(
        f"/arrivals/{TUESDAY}/counts/",
        {"key": str(uuid.uuid4()), "what": "tour", "action": "set", "seen": 7, "count": 9},
        headers={"HX-Request": "true"},
    )
    piece = answer.content.decode()
    assert answer.status_code == 200
    assert piece.count('id="count-tour"') == 1
    assert "Someone else counted: it is 1 now." in piece


def test_a_member_without_the_duty_may_not(amara, as_):
    assert press(as_(amara)).status_code == 403
    assert "Guests" not in as_(amara).get("/").content.decode()


def test_the_month_knows_them_and_when_they_were_counted(sam, on_tuesday_at_ten):
    make.house()
    count(sam, day=MONDAY, change=3)
    count(sam, day=MONDAY, kind="student", change=1)
    count(sam, day=MONDAY, kind="student", change=-1)
    counted_at = timezone.now()
    on_tuesday_at_ten.shift(dt.timedelta(hours=1))
    count(sam, day=dt.date(2026, 9, 30), change=1)  # another month
    report = monthly_report(Month(2026, 10))
    assert (report.attendance.guests, report.attendance.guests_by_kind) == (3, {"tour": 3})
    assert report.data_as_of == counted_at


# -- Staff on duty, and people who asked about joining -----------------------------------------------------------------


def test_nobody_counted_and_there_was_none_are_two_things(sam):
    """One fewer than none takes the number back wholly, so that a wrong press leaves nothing."""
    steps = [count(sam, "staff", change=change) for change in (-1, 1, 1, -1, -1, -1, -1)]
    assert steps == [None, 1, 2, 1, 0, None, None]
    assert DayCount.objects.count() == 0
    assert [(record.before["count"], record.after["count"]) for record in AuditRecord.objects.order_by("seq")] == [
        (None, 1), (1, 2), (2, 1), (1, 0), (0, None),
    ]  # fmt: skip
    assert {(record.verb, record.about, record.by) for record in AuditRecord.objects.all()} == {
        ("attendance.count_day", None, sam.user)
    }


def test_none_can_be_said_and_taken_back(sam):
    assert count(sam, "enquiry", count=0, seen=None) == 0
    assert counted(DayCount) == {("2026-10-06", "enquiry"): 0}
    with pytest.raises(actions.CountedMeanwhile, match="Someone else counted: it is 0 now."):
        count(sam, "enquiry", count=2, seen=None)
    assert count(sam, "enquiry", count=None, seen=0) is None
    with pytest.raises(actions.CountedMeanwhile, match="Someone else took the number back."):
        count(sam, "enquiry", count=2, seen=0)
    assert counted(DayCount) == {}


def test_a_press_sent_again_after_it_was_taken_back_counts_once(sam):
    key = uuid.uuid4()
    count(sam, "staff", change=1, key=key)
    count(sam, "staff", count=None, seen=1)
    assert count(sam, "staff", change=1, key=key) is None


def test_more_staff_than_a_house_can_hold_is_refused(sam):
    with pytest.raises(actions.TooMany):
        count(sam, "staff", count=2000, seen=None, change=1)
    assert (DayCount.objects.count(), AuditRecord.objects.count()) == (0, 0)


def test_rosa_counts_the_staff_and_who_asked(rosa, as_):
    client = as_(rosa)
    assert client.get("/arrivals/").content.decode().count("not counted") == 2
    press(client, kind="staff", seen="")
    press(client, kind="staff", seen="")  # a second desk, whose page still says that nobody counted
    press(client, "set", kind="enquiry", seen="", typed=0, day=MONDAY)
    assert counted(DayCount) == {("2026-10-06", "staff"): 2, ("2026-10-05", "enquiry"): 0}
    assert client.get("/arrivals/").content.decode().count("not counted") == 1
    press(client, "set", kind="staff", seen=2, typed="")
    assert said(press(client, "set", kind="staff", seen=2, typed=3)) == [
        "Someone else took the number back. Look at it again."
    ]
    assert counted(DayCount) == {("2026-10-05", "enquiry"): 0}
    assert counted() == {}


def test_without_the_duty_nobody_counts_staff(amara, as_):
    assert press(as_(amara), kind="staff", seen="").status_code == 403
    assert counted(DayCount) == {}
