"""Amara says on her own phone that she is here, that she leaves, and takes it back."""

import datetime as dt
import re
import uuid
from zoneinfo import ZoneInfo

import pytest
import time_machine

from activities.models import OpenDay
from attendance import actions
from attendance.models import Kind, Mark, Visit
from members.models import AuditRecord
from tests import make

pytestmark = pytest.mark.page

TEN = dt.datetime(2026, 10, 6, 14, 0, tzinfo=dt.UTC)  # ten in the morning on a Tuesday, at the house
TUESDAY = dt.date(2026, 10, 6)
PAGE = "/me/here/"


@pytest.fixture
def clock(db):
    with time_machine.travel(TEN, tick=False) as clock:
        make.house(name="Elm House", members_may_mark_themselves=True)
        yield clock


@pytest.fixture
def phone(clock, amara, as_):
    return as_(amara)


def tap(phone, action: str, key=None, **data):
    """What a button of the page sends; undo says which mark it means."""
    if action == "undo" and "of" not in data and (marks := re.findall(r'name="of" value="([^"]+)"', page(phone))):
        data["of"] = marks[0]
    return phone.post(PAGE, {"key": key or uuid.uuid4(), "action": action} | data)


def page(phone) -> str:
    return phone.get(PAGE).content.decode()


def said(phone) -> str:
    return [str(message) for message in phone.get(PAGE).context["messages"]][-1]


def stays() -> list[tuple]:
    """(name, arrived, left, kind, source) in house time."""

    def at(moment):
        return moment and f"{moment.astimezone(ZoneInfo('America/Detroit')):%H:%M}"

    visits = Visit.objects.select_related("member").order_by("pk")
    return [(v.member.first_name, at(v.arrived_at), at(v.left_at), v.kind, v.source) for v in visits]


def test_amara_says_that_she_is_here_and_later_that_she_leaves(phone, amara, clock):
    assert (tap(phone, "arrive", where="house").status_code, said(phone)) == (302, "Saved. Good to have you here.")
    assert stays() == [("Amara", "10:00", None, "wod", "self")]
    clock.shift(dt.timedelta(hours=1))
    tap(phone, "leave")
    assert said(phone) == "Saved. You left at 11 am. See you soon!"
    assert stays() == [("Amara", "10:00", "11:00", "wod", "self")]
    assert [(r.verb, r.by, r.about) for r in AuditRecord.objects.order_by("seq")] == [
        ("attendance.log_arrival", amara.user, amara),
        ("attendance.log_leaving", amara.user, amara),
    ]


def test_a_form_that_is_sent_twice_counts_once(phone, clock):
    key = uuid.uuid4()
    assert [tap(phone, "arrive", key, where="house").status_code for _ in range(2)] == [302, 302]
    assert (Mark.objects.count(), Visit.objects.count()) == (1, 1)
    clock.shift(dt.timedelta(minutes=1))
    other = tap(phone, "leave", key)
    assert (other.status_code, Visit.objects.here_now().count()) == (409, 1)
    clock.shift(dt.timedelta(minutes=1))
    undo = uuid.uuid4()
    assert [tap(phone, "undo", undo, of=key).status_code for _ in range(2)] == [302, 302]
    assert (Mark.objects.count(), Visit.objects.count()) == (2, 0)


@pytest.mark.parametrize("named", ["member_no", "member", "member_id", "by"])
def test_it_is_about_nobody_else(phone, amara, noor, named):
    """Whatever number comes along, it is the phone's own member who is written down."""
    sent = noor.member_no if named == "member_no" else noor.pk
    tap(phone, "arrive", where="house", **{named: sent})
    assert [(mark.member, mark.visit.member) for mark in Mark.objects.all()] == [(amara, amara)]


@pytest.mark.parametrize(
    ("hour", "is_open", "where", "kind"),
    [
        (14, True, "house", Kind.WOD),
        (22, True, "house", Kind.SOCIAL),  # six in the evening
        (14, False, "house", Kind.SOCIAL),
        (14, True, "home", Kind.VIRTUAL),
        (14, False, "home", Kind.VIRTUAL),
        (14, True, "elsewhere", Kind.OFFSITE),
    ],
)
def test_the_calendar_suggests_the_kind(phone, clock, hour, is_open, where, kind):
    clock.move_to(dt.datetime(2026, 10, 6, hour, 0, tzinfo=dt.UTC))
    OpenDay.objects.create(day=TUESDAY, is_open=is_open)
    phone.post("/stay/")
    tap(phone, "arrive", where=where)
    assert Visit.objects.get().kind == kind


def test_the_unit_is_the_one_of_habit_and_can_be_changed(phone, amara):
    kitchen, clerical = make.unit("Kitchen"), make.unit("Clerical")
    make.visit(amara, dt.date(2026, 10, 5), unit=kitchen)
    tap(phone, "arrive", where="house")
    assert Visit.objects.here_now().get().unit == kitchen
    tap(phone, "change", unit=clerical.pk)
    tap(phone, "change", where="home")
    visit = Visit.objects.here_now().get()
    assert (visit.unit, visit.kind) == (clerical, Kind.VIRTUAL)
    tap(phone, "change", where="house")
    assert Visit.objects.here_now().get().kind == Kind.WOD
    assert re.findall(r'value="\w+" aria-pressed="true">([^<]*)', page(phone)) == ["At the house", "Clerical"]


def test_she_does_not_change_what_reception_wrote_down(phone, amara, sam):
    actions.log_arrival(member=amara, day=TUESDAY, key=uuid.uuid4(), by=sam.user)
    refused = tap(phone, "change", where="home")
    assert (refused.status_code, Visit.objects.get().kind) == (422, Kind.WOD)
    assert "Reception wrote this down." in refused.content.decode()
    assert "Change where I am" not in page(phone)


def test_undo_takes_back_what_she_said_for_a_while(phone, clock):
    arrive = uuid.uuid4()
    tap(phone, "arrive", arrive, where="house")
    clock.shift(dt.timedelta(minutes=14))
    tap(phone, "leave")
    tap(phone, "undo")
    assert said(phone) == "Undone. You are here again."
    assert Visit.objects.here_now().count() == 1
    assert 'value="undo"' in page(phone)
    clock.shift(dt.timedelta(minutes=2))  # the arrival is a quarter of an hour old
    late = tap(phone, "undo", of=arrive)
    assert (late.status_code, Visit.objects.here_now().count()) == (422, 1)
    assert 'value="undo"' not in page(phone)


def test_undo_at_once_leaves_nothing(phone):
    tap(phone, "arrive", where="house")
    tap(phone, "undo")
    assert (said(phone), Visit.objects.count()) == ("Undone.", 0)
    assert tap(phone, "undo").status_code == 422


def test_undo_does_not_touch_what_somebody_else_wrote(phone, amara, sam, clock):
    tap(phone, "arrive", where="house")
    clock.shift(dt.timedelta(minutes=1))
    actions.log_leaving(member=amara, day=TUESDAY, key=uuid.uuid4(), by=sam.user)
    assert (tap(phone, "undo").status_code, Visit.objects.here_now().count()) == (422, 0)
    again = tap(phone, "leave")
    assert (again.status_code, "The house knows already that you left." in again.content.decode()) == (422, True)


def test_a_page_that_was_open_since_does_not_undo_what_reception_wrote(phone, amara, sam, clock):
    arrive = uuid.uuid4()
    tap(phone, "arrive", arrive, where="house")
    clock.shift(dt.timedelta(minutes=1))
    actions.log_leaving(member=amara, day=TUESDAY, key=uuid.uuid4(), by=sam.user)
    refused = tap(phone, "undo", of=arrive)
    assert (refused.status_code, "Look again, please." in refused.content.decode()) == (422, True)
    assert Visit.objects.get().ending == Visit.Ending.KNOWN


@pytest.mark.parametrize("whose", ["sam", "noor"])
def test_the_mark_of_somebody_else_is_not_taken_back(phone, amara, noor, whose, request):
    """Sam's about Amara, and Noor's own."""
    by = request.getfixturevalue(whose)
    member = noor if whose == "noor" else amara
    mark = actions.log_arrival(member=member, day=TUESDAY, key=uuid.uuid4(), by=by.user)
    assert 'value="undo"' not in page(phone)
    assert (tap(phone, "undo", of=mark.key).status_code, Visit.objects.here_now().count()) == (422, 1)


@pytest.mark.parametrize(("seconds", "left"), [(4, False), (5, True)])
def test_the_second_tap_of_a_nervous_finger_does_nothing(phone, clock, seconds, left):
    tap(phone, "arrive", where="house")
    clock.shift(dt.timedelta(seconds=seconds))
    assert tap(phone, "leave").status_code == 302
    assert (Visit.objects.here_now().count() == 0) == left


def test_nor_does_it_after_leaving(phone, clock):
    tap(phone, "arrive", where="house")
    clock.shift(dt.timedelta(minutes=1))
    tap(phone, "leave")
    tap(phone, "arrive", where="house")
    assert Visit.objects.here_now().count() == 0
    clock.shift(dt.timedelta(seconds=6))
    tap(phone, "arrive", where="house")
    assert Visit.objects.here_now().count() == 1


def test_an_evening_past_midnight_is_left_and_undone(phone, clock):
    clock.move_to(dt.datetime(2026, 10, 7, 3, 55, tzinfo=dt.UTC))  # five to midnight
    phone.post("/stay/")
    tap(phone, "arrive", where="house")
    clock.shift(dt.timedelta(minutes=10))
    assert "Since 11:55 pm" in page(phone)
    tap(phone, "leave")
    assert [visit.day for visit in Visit.objects.exclude(left_at=None)] == [TUESDAY]
    tap(phone, "undo")
    assert Visit.objects.here_now().count() == 1
    tap(phone, "undo")
    assert Visit.objects.count() == 0


def test_after_a_long_time_she_is_welcomed_back(phone, amara):
    make.visit(amara, TUESDAY - dt.timedelta(days=90))
    tap(phone, "arrive", where="house")
    assert said(phone) == "Saved. Welcome back! We are glad that you are here."


@pytest.mark.parametrize(
    "sent",
    [
        {},
        {"action": "arrive"},
        {"key": "x", "action": "arrive"},
        {"key": uuid.uuid4(), "action": "fly"},
        {"key": uuid.uuid4(), "action": "arrive", "where": "moon"},
        {"key": uuid.uuid4(), "action": "change", "unit": "999"},
    ],
)
def test_what_makes_no_sense_is_refused_kindly(phone, sent):
    refused = phone.post(PAGE, sent)
    assert (refused.status_code, Mark.objects.count()) == (422, 0)
    assert "Load it again, then tap once more." in refused.content.decode()


def test_only_where_the_house_allows_it(phone, sam, as_):
    assert phone.get(PAGE).status_code == 200
    assert as_(sam).get(PAGE).status_code == 403  # has no visits
    make.house(members_may_mark_themselves=False)
    assert [phone.get(PAGE).status_code, tap(phone, "arrive", where="house").status_code] == [403, 403]
    assert Mark.objects.count() == 0


@pytest.mark.parametrize("state", ["not here", "here", "left"])
def test_the_page_is_short(phone, clock, state):
    for number in range(8):
        make.unit(f"Unit {number}")
    if state != "not here":
        tap(phone, "arrive", where="house")
    if state == "left":
        clock.shift(dt.timedelta(hours=1))
        tap(phone, "leave")
    main = re.search(r"<main.*</main>", page(phone), re.S).group()
    assert len(re.findall(r"<a ", main)) <= 7
    assert len(re.sub(r"<[^>]*>", " ", main).split()) <= 150
