"""Amara comes to an event with one tap and gives her place back with another; a full one has a line."""

import datetime as dt
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from activities import actions
from activities.models import EventSignUp, EventWaiting
from members.models import AuditRecord, House, Member
from tests import make
from tests.activities.cards import settled
from tests.members.notes import wish

pytestmark = pytest.mark.django_db
THURSDAY = dt.date(2026, 10, 8)


@pytest.fixture(autouse=True)
def on_monday(time_machine):
    time_machine.move_to(House.objects.current().at(dt.date(2026, 10, 5), dt.time(10)), tick=False)


def press(client, event, action: str, **extra):
    return client.post(reverse("activities:join_event", kwargs={"pk": event.pk}), {"action": action}, **extra)


def page(client, event) -> str:
    return client.get(f"/whats-on/{event.pk}/").content.decode()


def words(html: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", html.split("<main")[1].split("</main>")[0]).split())


def buttons(html: str) -> list[str]:
    return re.findall(r'name="action" value="(\w+)"', html)


def coming(event) -> list[Member]:
    return [one.member for one in event.sign_ups.select_related("member")]


def put_up(event, *members) -> None:
    for member in members:
        actions.join_event(event=event, member=member, by=member.user or make.account(member))


# -- the actions -------------------------------------------------------------------------------------------------------


def test_amara_joins(amara):
    event = make.event(day=THURSDAY)
    made = actions.join_event(event=event, member=amara, by=amara.user)
    assert list(EventSignUp.objects.values_list("pk", "event", "member", "by")) == [
        (made.pk, event.pk, amara.pk, amara.user.pk)
    ]
    record = AuditRecord.objects.get()
    assert (record.verb, record.by, record.about, record.subject) == (
        "join_event", amara.user, amara, f"activities.event {event.pk}",
    )  # fmt: skip
    assert record.after == {"event": "Games evening", "day": "2026-10-08"}


def test_joining_twice_is_joining_once(amara):
    event = make.event(day=THURSDAY, places=1)
    first = actions.join_event(event=event, member=amara, by=amara.user)
    second = actions.join_event(event=event, member=amara, by=amara.user)
    assert (first.is_new, second.is_new, second.pk) == (True, False, first.pk)
    assert (EventSignUp.objects.count(), AuditRecord.objects.count()) == (1, 1)


def test_leaving_leaves_nothing_but_amaras_own_record(amara):
    event = make.event(day=THURSDAY)
    put_up(event, amara)
    assert actions.leave_event(event=event, member=amara, by=amara.user) is True
    assert actions.leave_event(event=event, member=amara, by=amara.user) is False
    assert EventSignUp.objects.count() == 0
    assert list(AuditRecord.objects.values_list("verb", "about")) == [
        ("join_event", amara.pk),
        ("leave_event", amara.pk),
    ]


def test_a_full_event_says_what_else_there_is(amara, noor):
    event = make.event("Lake", day=THURSDAY, places=1)
    put_up(event, noor)
    for title, day in [("Walk", 9), ("Choir", 10), ("Walk", 11), ("Film", 12), ("Cards", 13), ("Fair", 25)]:
        make.event(title, day=dt.date(2026, 10, day))
    with pytest.raises(actions.EventFull) as refusal:
        actions.join_event(event=event, member=amara, by=amara.user)
    assert str(refusal.value) == (
        "Every place at “Lake” is taken. You can wait for one. There is room at “Walk”, “Choir” and “Film”."
    )
    assert coming(event) == [noor]


def test_a_full_event_with_nothing_beside_it(amara, noor):
    event = make.event("Lake", day=THURSDAY, places=1)
    put_up(event, noor)
    with pytest.raises(actions.EventFull, match="is taken. You can wait for one.$"):
        actions.join_event(event=event, member=amara, by=amara.user)


@pytest.mark.parametrize("ask", [actions.join_event, actions.wait_for_event])
def test_a_called_off_event_takes_nobody(ask, amara):
    event = make.event(day=THURSDAY, called_off_at=timezone.now())
    with pytest.raises(actions.EventCalledOff, match="“Games evening” was called off"):
        ask(event=event, member=amara, by=amara.user)
    gone = make.event("Gone", day=THURSDAY)
    type(gone).objects.filter(pk=gone.pk).delete()
    with pytest.raises(actions.EventCalledOff, match="This event was called off"):
        ask(event=gone, member=amara, by=amara.user)


@pytest.mark.parametrize("ask", [actions.join_event, actions.wait_for_event])
@pytest.mark.parametrize("zone", ["America/Detroit", "Australia/Lord_Howe"])
def test_an_evening_that_runs_past_midnight_is_open_until_its_end(ask, zone, amara, time_machine):
    house = make.house(time_zone=zone)
    event = make.event("New Year", day=THURSDAY, starts_at=dt.time(21), ends_at=dt.time(1))
    friday = THURSDAY + dt.timedelta(days=1)
    time_machine.move_to(house.at(friday, dt.time(0, 59, 59)), tick=False)
    ask(event=event, member=amara, by=amara.user)
    actions.leave_event(event=event, member=amara, by=amara.user)
    time_machine.move_to(house.at(friday, dt.time(1)), tick=False)
    with pytest.raises(actions.EventOver, match="“New Year” is over"):
        ask(event=event, member=amara, by=amara.user)


def test_the_line_moves_up_by_itself_in_the_order_of_the_wishes(amara, noor, rosa, idris):
    event = make.event(day=THURSDAY, places=1)
    put_up(event, amara)
    for member in (noor, rosa, idris):
        assert isinstance(actions.wait_for_event(event=event, member=member, by=member.user), EventWaiting)
    actions.wait_for_event(event=event, member=noor, by=noor.user)  # twice is once
    actions.stop_waiting_for_event(event=event, member=noor, by=noor.user)
    actions.leave_event(event=event, member=amara, by=amara.user)
    assert coming(event) == [rosa]
    assert list(EventWaiting.objects.values_list("member", flat=True)) == [idris.pk]
    assert AuditRecord.objects.filter(about=rosa).order_by("seq").values_list("verb", "by").last() == ("move_up", None)
    assert event.sign_ups.get().moved_up_at == timezone.now()


def test_a_place_that_came_free_is_taken_at_once(amara):
    event = make.event(day=THURSDAY, places=1)
    made = actions.wait_for_event(event=event, member=amara, by=amara.user)
    assert isinstance(made, EventSignUp) and coming(event) == [amara]
    assert actions.wait_for_event(event=event, member=amara, by=amara.user) == made
    assert EventWaiting.objects.count() == 0


def test_nobody_waits_for_an_event_with_room_for_everybody(amara):
    event = make.event(day=THURSDAY)
    assert isinstance(actions.wait_for_event(event=event, member=amara, by=amara.user), EventSignUp)


def test_nobody_moves_up_when_it_is_over(amara, noor, time_machine):
    event = make.event(day=THURSDAY, places=1)
    put_up(event, amara)
    actions.wait_for_event(event=event, member=noor, by=noor.user)
    time_machine.move_to(House.objects.current().at(THURSDAY, dt.time(19, 30)), tick=False)
    actions.leave_event(event=event, member=amara, by=amara.user)
    assert coming(event) == []


def test_not_standing_in_line_is_no_mistake(amara):
    event = make.event(day=THURSDAY)
    assert actions.stop_waiting_for_event(event=event, member=amara, by=amara.user) is False
    assert AuditRecord.objects.count() == 0


def test_one_sign_up_costs_nine_queries(amara):
    wish(amara, "task_reminder")
    event, house = make.event(day=THURSDAY, places=3), House.objects.current()
    put_up(make.event("Walk", day=THURSDAY), amara)  # the audit record has begun
    with CaptureQueriesContext(connection) as asked:
        actions.join_event(event=event, member=amara, by=amara.user, house=house)
    said = [" ".join(re.findall(r"SELECT|INSERT|UPDATE|activities_\w+|members_\w+", q["sql"])[:2]) for q in asked]
    assert [query for query in said if query] == [
        "SELECT activities_event",
        "SELECT activities_eventsignup",
        "INSERT activities_eventsignup",
        "SELECT members_messagewish",
        "SELECT members_message",
        "INSERT members_message",
        "SELECT members_audithead",
        "INSERT members_auditrecord",
        "UPDATE members_audithead",
    ]


# -- the page ----------------------------------------------------------------------------------------------------------


def test_the_page_says_when_what_where_and_how_much(as_, amara):
    event = make.event(
        "Film night", day=THURSDAY, about="We choose together.", cost="$2", meeting_point="Lounge", places=5
    )
    html = page(as_(amara), event)
    said = words(html)
    assert "Thursday 8 October, 5:15 pm to 7:30 pm" in said
    assert "We choose together." in said and "Where we meet Lounge" in said and "Cost $2" in said
    assert "5 places left" in said
    assert re.search(rf'data-event="{event.pk}"\s+data-places="5"\s+data-taken="0"', html)


def test_join_and_leave_with_one_tap_each(as_, amara):
    event, client = make.event(day=THURSDAY, places=2), as_(amara)
    assert buttons(page(client, event)) == ["sign_up"]
    answer = press(client, event, "sign_up", HTTP_HX_REQUEST="true").content.decode()
    assert 'data-taken="1"' in answer and "You are coming to “Games evening”." in answer
    assert buttons(answer) == ["withdraw"]
    assert press(client, event, "withdraw")["Location"] == f"/whats-on/{event.pk}/"
    assert "You gave your place at “Games evening” back." in page(client, event)
    assert coming(event) == []


def test_the_line_on_the_page(as_, amara, noor):
    event = make.event(day=THURSDAY, places=1)
    put_up(event, noor)
    client = as_(amara)
    html = page(client, event)
    assert buttons(html) == ["wait"] and "Every place is taken." in words(html)
    press(client, event, "wait")
    html = page(client, event)
    assert buttons(html) == ["stop_waiting"]
    assert "You wait for a place. You are next. When a place comes free, it is yours." in words(html)
    assert "1 person waits." in words(page(as_(noor), event))
    press(as_(noor), event, "withdraw")
    html = page(client, event)
    assert "You are coming. A place came free for you." in words(html) and buttons(html) == ["withdraw"]


def test_how_many_wait_longer_than_i_do(as_, amara, noor, rosa):
    event = make.event(day=THURSDAY, places=1)
    put_up(event, noor)
    for member in (rosa, amara):
        actions.wait_for_event(event=event, member=member, by=member.user)
    assert "1 person is before you." in words(page(as_(amara), event))


def test_a_full_event_speaks_through_the_messages(as_, amara, noor):
    event = make.event(day=THURSDAY, places=1)
    put_up(event, noor)
    answer = press(as_(amara), event, "sign_up", HTTP_HX_REQUEST="true").content.decode()
    assert "Every place at “Games evening” is taken. You can wait for one." in answer
    assert buttons(answer) == ["wait"]


def test_an_unknown_button_changes_nothing(as_, amara):
    event = make.event(day=THURSDAY)
    answer = press(as_(amara), event, "fly", HTTP_HX_REQUEST="true").content.decode()
    assert "Please use one of the buttons." in answer and coming(event) == []


def test_a_member_joins_for_nobody_else(as_, amara, noor):
    event = make.event(day=THURSDAY)
    as_(amara).post(f"/whats-on/{event.pk}/sign-up/", {"action": "sign_up", "member": noor.pk})
    assert coming(event) == [amara]


def test_after_amara_left_noor_sees_nothing_of_it(as_, amara, noor):
    event, client = make.event(day=THURSDAY, places=3), as_(noor)

    def seen() -> str:
        return settled(page(client, event))

    before = seen()
    put_up(event, amara)
    assert seen() != before
    actions.leave_event(event=event, member=amara, by=amara.user)
    assert seen() == before


def test_names_as_each_allows(as_, amara):
    event = make.event(day=THURSDAY, places=5)
    put_up(
        event,
        make.member("Ana Pereira", board_name="full"),
        make.member("Jo Marsh", board_name="short"),
        make.member("Suki Tanaka", board_name="none"),
    )
    html = page(as_(amara), event)
    assert re.findall(r'class="seat" aria-hidden="true">([^<]*)<', html) == ["AP", "JM"]
    assert "Ana Pereira" in html and "Jo M." in html
    assert not re.search("Marsh|Suki|Tanaka|ST", words(html))


def test_overlaps_are_pointed_out_and_not_forbidden(as_, amara):
    event = make.event(day=THURSDAY, starts_at=dt.time(14), ends_at=dt.time(17))
    for title, starts in [("Dishes", dt.time(15)), ("Menu", dt.time(9))]:
        task = make.task(title, day=THURSDAY, starts_at=starts, part="afternoon" if starts.hour > 12 else "morning")
        actions.sign_up(task=task, member=amara, by=amara.user)
    put_up(make.event("Choir", day=THURSDAY, starts_at=dt.time(16, 30), ends_at=dt.time(18)), amara)
    put_up(make.event("Late film", day=THURSDAY, starts_at=dt.time(17), ends_at=dt.time(18)), amara)
    html = page(as_(amara), event)
    assert re.findall(r"You are on “([^”]*)” at that time, too", html) == ["Dishes", "Choir"]
    assert buttons(html) == ["sign_up"]


def test_a_called_off_event_tells_those_on_it(as_, amara, noor):
    event = make.event(day=THURSDAY, join_link="https://meet.example.org/tea")
    put_up(event, amara)
    type(event).objects.filter(pk=event.pk).update(called_off_at=timezone.now())
    assert "This event is called off. We are sorry." in words(page(as_(amara), event))
    other = page(as_(noor), event)
    assert "This event is called off." in words(other) and "We are sorry" not in other
    assert buttons(other) == [] and "meet.example.org" not in other


def test_a_past_event_has_no_buttons(as_, amara, time_machine):
    event = make.event(day=THURSDAY, join_link="https://meet.example.org/tea")
    put_up(event, amara)
    time_machine.move_to(House.objects.current().at(THURSDAY, dt.time(19, 30)), tick=False)
    html = page(as_(amara), event)
    assert buttons(html) == [] and "This event is over." in words(html) and "meet.example.org" not in html


@pytest.mark.parametrize("count", [1, 40])
def test_an_event_costs_the_same_for_any_number_of_people(count, as_, amara, noor, django_assert_num_queries):
    event = make.event(day=THURSDAY, places=count)
    for _ in range(count):
        member = make.member()
        EventSignUp.objects.create(event=event, member=member, at=timezone.now(), by=noor.user)
        EventWaiting.objects.create(event=event, member=make.member(), at=timezone.now(), by=noor.user)
    client = as_(amara)
    page(client, event)
    with django_assert_num_queries(8):  # session, person, house; the event, who comes, who waits, what overlaps (2)
        html = page(client, event)
    assert html.count("Amara O.") == count


# -- joining online ----------------------------------------------------------------------------------------------------


def test_the_link_is_for_people_who_are_signed_in(as_, client, amara, sam):
    event = make.event("Coffee online", day=THURSDAY, join_link="https://meet.example.org/tea?a=1&b=2")
    for person in (amara, sam):
        html = page(as_(person), event)
        link = re.search(r'<a[^>]*href="https://meet.example.org/tea\?a=1&amp;b=2"[^>]*>', html)
        assert link and 'rel="noopener noreferrer"' in link.group() and 'target="_blank"' in link.group()
    answer = client.get(f"/whats-on/{event.pk}/")
    assert answer["Location"].startswith("/accounts/login/") and "meet.example.org" not in answer.content.decode()


def test_the_link_is_on_no_list_and_on_no_paper(as_, amara):
    event = make.event("Coffee online", day=THURSDAY, join_link="https://meet.example.org/tea")
    put_up(event, amara)
    for address in ("/whats-on/", "/whats-on/sheet/", f"/whats-on/{event.pk}/poster/"):
        html = as_(amara).get(address).content.decode()
        assert "Coffee online" in html and "meet.example" not in html, address


# -- paper -------------------------------------------------------------------------------------------------------------


def test_the_poster_has_everything_but_names(as_, amara, noor):
    event = make.event(
        "Lake", day=THURSDAY, about="Bring a towel.", cost="Free", meeting_point="Back door", places=9, sort="trip"
    )
    put_up(event, noor)
    said = words(as_(amara).get(f"/whats-on/{event.pk}/poster/").content.decode())
    assert "Lake Thursday 8 October 5:15 pm to 7:30 pm Bring a towel." in said
    assert "Where we meet Back door Cost Free Places 9 Our Clubhouse" in said
    assert "Noor" not in said and "Haddad" not in said


def test_a_called_off_event_has_no_poster(as_, sam):
    event = make.event(day=THURSDAY, called_off_at=timezone.now())
    assert as_(sam).get(f"/whats-on/{event.pk}/poster/").status_code == 404


def test_two_weeks_on_paper(as_, amara):
    make.event("Lake", day=THURSDAY, meeting_point="Back door")
    make.event("Choir", day=dt.date(2026, 10, 18))
    make.event("Film", day=dt.date(2026, 10, 19))
    make.event("Off", day=THURSDAY, called_off_at=timezone.now())
    said = words(as_(amara).get("/whats-on/sheet/").content.decode())
    assert said.endswith(
        "What's on Monday 5 October to Sunday 18 October Thursday 8 October 5:15 pm Lake Back door "
        "Sunday 18 October 5:15 pm Choir Our Clubhouse"
    )
    assert "Film" in words(as_(amara).get("/whats-on/sheet/?from=2026-10-19").content.decode())
