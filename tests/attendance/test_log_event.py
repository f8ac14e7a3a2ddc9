"""Rosa writes down who came to the games evening: a social visit each, apart from the open day."""

import datetime as dt
import re
import uuid

import pytest
from django.utils import timezone

from activities import actions as activities
from attendance import actions
from attendance.models import Visit
from members.models import AuditRecord, House
from tests import make

pytestmark = pytest.mark.django_db
THURSDAY, FRIDAY = dt.date(2026, 10, 8), dt.date(2026, 10, 9)


def clock(day: dt.date, hour: int, minute: int = 0) -> dt.datetime:
    return House.objects.current().at(day, dt.time(hour, minute))


@pytest.fixture
def games(time_machine, amara, noor):
    """Amara and Noor signed up for Thursday; now it is Friday at ten."""
    time_machine.move_to(clock(dt.date(2026, 10, 5), 10), tick=False)
    event = make.event("Games", day=THURSDAY)
    for member in (amara, noor):
        activities.join_event(event=event, member=member, by=member.user)
    time_machine.move_to(clock(FRIDAY, 10), tick=False)
    return event


def came(event, members, by, key=None):
    with timezone.override("America/Detroit"):
        return actions.log_event(event=event, members=members, key=key or uuid.uuid4(), by=by.user)


def book() -> list[tuple]:
    """(first name, day, arrived, left, kind, ending) of every visit, in house time."""

    def wall(at):
        return at and f"{timezone.localtime(at, House.objects.current().zone):%H:%M}"

    visits = Visit.objects.select_related("member").order_by("arrived_at", "pk")
    return [(v.member.first_name, v.day, wall(v.arrived_at), wall(v.left_at), v.kind, v.ending) for v in visits]


def names(html: str, what: str = "") -> list[str]:
    return re.findall(rf'class="tile-name">([^<]*)<{what}', html)


def boxes(html: str) -> dict[str, bool]:
    return {number: bool(ticked) for number, ticked in re.findall(r'name="member_no" value="([^"]*)"( checked)?', html)}


def said(html: str) -> str:
    region = html.split('id="messages"')[1].split("<template")[0]
    return " ".join(re.sub(r"<[^>]+>", " ", " ".join(re.findall(r"<p>(.*?)</p>", region, re.DOTALL)[:2])).split())


# -- the action --------------------------------------------------------------------------------------------------------


def test_who_came_has_the_times_of_the_event(games, amara, noor, rosa):
    batch = came(games, [amara, noor], rosa)
    assert book() == [(name, THURSDAY, "17:15", "19:30", "social", "known") for name in ("Amara", "Noor")]
    assert (len(batch.marks), batch.unchanged) == (2, [])
    records = AuditRecord.objects.filter(verb="attendance.log_event").order_by("seq")
    assert [(record.about, record.by) for record in records] == [(amara, rosa.user), (noor, rosa.user)]


@pytest.mark.parametrize(
    ("details", "kind"),
    [({"join_link": "https://meet.example.org/x"}, "virtual"), ({"sort": "trip"}, "social"), ({}, "social")],
)
def test_which_kind_it_is(games, amara, rosa, details, kind):
    for name, value in details.items():
        setattr(games, name, value)
    came(games, [amara], rosa)
    assert [visit[4] for visit in book()] == [kind]


def test_an_evening_that_ran_past_midnight(games, amara, rosa, time_machine):
    games.starts_at, games.ends_at = dt.time(21), dt.time(1)
    games.save()
    came(games, [amara], rosa)
    assert book() == [("Amara", THURSDAY, "21:00", "01:00", "social", "known")]
    assert Visit.objects.get().minutes == 240


def test_sent_twice_it_is_written_once(games, amara, noor, rosa):
    key = uuid.uuid4()
    first = came(games, [amara], rosa, key)
    second = came(games, [amara, noor], rosa, key)
    assert len(book()) == 2 and len(first.marks) == 1 and len(second.marks) == 2
    third = came(games, [amara], rosa)  # another page, opened anew
    assert third.marks == []
    assert [sentence for _member, sentence in third.unchanged] == [
        "Amara is in the book from 5:15 pm to 7:30 pm already."
    ]
    assert len(book()) == 2


def test_one_undo_takes_all_of_it_back(games, amara, noor, rosa):
    batch = came(games, [amara, noor], rosa)
    undone = actions.undo_batch(batch=batch.pk, by=rosa.user)
    assert (set(undone.back), undone.kept, book()) == ({amara, noor}, [], [])
    assert actions.undo_batch(batch=batch.pk, by=rosa.user).back == []


@pytest.mark.parametrize(
    ("arrived", "left", "ending", "sentence"),
    [
        ("16:00", "18:00", "", "Amara is in the book from 4 pm to 6 pm already."),
        ("17:30", None, "not_written", "Amara is in the book from 5:30 pm already."),
        ("09:00", None, "here", "Amara is in the book from 9 am already."),
    ],
)
def test_nobody_is_in_the_book_twice_at_once(games, amara, noor, rosa, arrived, left, ending, sentence):
    make.visit(amara, THURSDAY, arrived, left, ending=ending)
    batch = came(games, [amara, noor], rosa)
    assert [text for _member, text in batch.unchanged] == [sentence]
    assert [visit[0] for visit in book() if visit[4] == "social"] == ["Noor"]


def test_a_morning_whose_end_nobody_wrote_down_is_no_hindrance(games, amara, rosa):
    make.visit(amara, THURSDAY, "09:00", None, ending="not_written")
    make.visit(amara, THURSDAY, "12:00", "17:15")
    came(games, [amara], rosa)
    assert [visit[4] for visit in book()] == ["wod", "wod", "social"]


def test_it_is_written_down_when_it_is_over(games, amara, rosa, time_machine):
    time_machine.move_to(clock(THURSDAY, 19, 29), tick=False)
    with pytest.raises(
        actions.EventNotOver, match="“Games” is not over yet. Come back after Thursday 8 October, 7:30 pm."
    ):
        came(games, [amara], rosa)
    time_machine.move_to(clock(THURSDAY, 19, 30), tick=False)
    came(games, [amara], rosa)
    assert len(book()) == 1


def test_nobody_came_to_what_was_called_off(games, amara, rosa):
    games.called_off_at = timezone.now()
    with pytest.raises(activities.EventCalledOff):
        came(games, [amara], rosa)
    assert book() == []


def test_who_did_not_come_leaves_no_trace(games, amara, noor, rosa):
    """Must-never 3: what was said and what was done are never held side by side."""
    came(games, [amara], rosa)
    assert [record.verb for record in AuditRecord.objects.filter(about=noor)] == ["join_event"]
    assert [visit[0] for visit in book()] == ["Amara"]


# -- the page ----------------------------------------------------------------------------------------------------------


def test_rosa_ticks_who_came_and_adds_somebody(games, amara, noor, rosa, as_):
    ada = make.member("Ada Quist")
    client, address = as_(rosa), f"/whats-on/{games.pk}/came/"
    html = client.get(address).content.decode()
    assert boxes(html) == {amara.member_no: False, noor.member_no: False}
    html = client.post(address, {"q": "quist", "action": "find", "member_no": [amara.member_no]}).content.decode()
    assert boxes(html) == {ada.member_no: False, amara.member_no: True, noor.member_no: False}
    key = re.search(r'name="key" value="([^"]*)"', html)[1]
    chosen = {"key": key, "action": "save", "member_no": [amara.member_no, ada.member_no]}
    html = client.post(address, chosen, follow=True).content.decode()
    assert said(html).startswith("Saved. They came: Ada and Amara.")
    assert boxes(html) == {noor.member_no: False}
    assert names(html) == ["Ada Q.", "Amara O.", "Noor H."]
    assert html.count("In the book, 5:15 pm to 7:30 pm") == 2
    undo = re.search(r'action="(/arrivals/2026-10-08/batches/[^"]*/undo/)"', html)[1]
    client.post(undo)
    assert book() == []


def test_who_is_in_the_book_has_no_box(games, amara, noor, rosa, as_):
    make.visit(amara, THURSDAY, "17:00", "20:00", kind="social")
    html = as_(rosa).get(f"/whats-on/{games.pk}/came/").content.decode()
    assert boxes(html) == {noor.member_no: False} and "In the book, 5 pm to 8 pm" in html


def test_nobody_chosen_and_an_odd_key(games, amara, rosa, as_):
    client, address = as_(rosa), f"/whats-on/{games.pk}/came/"
    answer = client.post(address, {"action": "save", "key": str(uuid.uuid4())})
    assert (answer.status_code, said(answer.content.decode())) == (422, "Choose at least one person first.")
    answer = client.post(address, {"action": "save", "key": "x", "member_no": [amara.member_no]})
    assert (answer.status_code, boxes(answer.content.decode())[amara.member_no]) == (422, True)
    assert book() == []


def test_before_its_end_the_page_sends_to_reception(games, amara, rosa, as_, time_machine):
    time_machine.move_to(clock(THURSDAY, 18), tick=False)
    client, address = as_(rosa), f"/whats-on/{games.pk}/came/"
    html = client.get(address).content.decode()
    assert "It is not over yet. Come back after 7:30 pm." in " ".join(html.split()) and boxes(html) == {}
    answer = client.post(address, {"action": "save", "key": str(uuid.uuid4()), "member_no": [amara.member_no]})
    assert answer.status_code == 422 and "is not over yet" in said(answer.content.decode())
    assert book() == []


def test_the_way_there_is_for_reception(games, amara, rosa, as_):
    address = f"/whats-on/{games.pk}/came/"
    assert address in as_(rosa).get(f"/whats-on/{games.pk}/").content.decode()
    assert address not in as_(amara).get(f"/whats-on/{games.pk}/").content.decode()
    assert as_(amara).get(address).status_code == 403


@pytest.mark.parametrize("count", [1, 40])
def test_the_page_costs_the_same_for_any_number_of_people(count, games, rosa, as_, django_assert_num_queries):
    for _ in range(count):
        member = make.member()
        games.sign_ups.create(member=member, at=timezone.now(), by=rosa.user)
        make.visit(make.member(), THURSDAY, "17:15", "19:30", kind="social")
    client = as_(rosa)
    client.get("/whats-on/")
    with django_assert_num_queries(6):  # session, person, house; the event, who signed up, who is in the book
        html = client.get(f"/whats-on/{games.pk}/came/").content.decode()
    assert len(names(html)) == 2 * count + 2


# -- expected at reception ---------------------------------------------------------------------------------------------


def test_who_signed_up_for_tonight_is_expected(games, amara, noor, rosa, as_, time_machine):
    time_machine.move_to(clock(THURSDAY, 16), tick=False)
    online = make.event("Coffee online", day=THURSDAY, join_link="https://meet.example.org/x")
    activities.join_event(event=online, member=rosa, by=rosa.user)
    off = make.event("Choir", day=THURSDAY, called_off_at=timezone.now())
    off.sign_ups.create(member=make.member("Ada Quist"), at=timezone.now(), by=rosa.user)
    html = as_(rosa).get("/arrivals/").content.decode()
    tiles = re.findall(r'data-member-no="([^"]*)" data-state="(\w+)"', html)
    assert dict(tiles) == {amara.member_no: "expected", noor.member_no: "expected"}
    assert html.count("Signed up") == 2
    time_machine.move_to(clock(FRIDAY, 9), tick=False)  # gone after today
    assert 'data-state="expected"' not in as_(rosa).get("/arrivals/2026-10-08/").content.decode()
