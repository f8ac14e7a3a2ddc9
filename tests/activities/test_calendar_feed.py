"""Amara's calendar reads her days at a secret address: right to the minute, hers alone, gone when she says so."""

import datetime as dt
import logging
import re
from zoneinfo import ZoneInfo

import pytest
import vobject
from django.core.cache import cache
from django.utils import timezone

from activities import actions, feed
from activities.models import CalendarFeed, EventSignUp, SignUp
from activities.views.calendar_feed import LIMITS
from clubhouse.log import WithoutSecrets
from members.models import AuditRecord, House, Member, User
from members.notices.kinds import TELLING
from tests import make

pytestmark = [pytest.mark.page, pytest.mark.django_db]
MONDAY = dt.date(2026, 11, 23)
PAGE = "/me/calendar/"


@pytest.fixture(autouse=True)
def monday_at_ten(time_machine):
    make.house(name="Maple Street")
    time_machine.move_to(House.objects.current().at(MONDAY, dt.time(10)), tick=False)
    cache.clear()


def address(member, **wishes) -> str:
    return f"/calendar/{actions.make_calendar_feed(member=member, by=member.user, **wishes)}.ics"


def on(member, title, day=MONDAY, **fields):
    task = make.task(title, day=day, **fields)
    SignUp.objects.create(task=task, member=member, at=timezone.now(), by=member.user)
    return task


def going(member, title, day=MONDAY, **fields):
    event = make.event(title, day=day, **fields)
    EventSignUp.objects.create(event=event, member=member, at=timezone.now(), by=member.user)
    return event


def read(text: str) -> dict[str, tuple[dt.datetime, dt.datetime]]:
    """Title -> (begins, ends) in UTC, as the second library understands it from what stands in the text."""
    forget_zones()
    calendar = vobject.readOne(text)
    calendar.validate(raiseException=True)
    return {
        one.summary.value: (one.dtstart.value.astimezone(dt.UTC), one.dtend.value.astimezone(dt.UTC))
        for one in calendar.contents.get("vevent", [])
    }


def forget_zones() -> None:
    """vobject keeps zones by name: each text must bring its own."""
    known = vobject.icalendar.__dict__["__tzidMap"]
    for name in set(known) - {"UTC"}:
        del known[name]


def fetch(client, where: str) -> str:
    answer = client.get(where)
    assert answer.status_code == 200
    return answer.content.decode()


# -- the text ----------------------------------------------------------------------------------------------------------

ZONES = {  # zone -> days around its changes of the clock, forward and back
    "America/Detroit": [dt.date(2026, 3, 8), dt.date(2026, 11, 1)],
    "Europe/Helsinki": [dt.date(2026, 3, 29), dt.date(2026, 10, 25)],
    "Australia/Lord_Howe": [dt.date(2026, 10, 4), dt.date(2026, 4, 5)],
}
CHANGES = [(zone, day) for zone, days in ZONES.items() for day in days]


def around(zone: str, change: dt.date, amara, time_machine) -> dict[str, tuple[dt.datetime, dt.datetime]]:
    """Fills the days around a change of the clock; title -> (begins, ends) as a reader with a wall clock says."""
    house = make.house(time_zone=zone)
    time_machine.move_to(house.at(change, dt.time(12)), tick=False)

    def at(day, hour, minute=0):
        return dt.datetime.combine(day, dt.time(hour, minute), tzinfo=ZoneInfo(zone)).astimezone(dt.UTC)

    expected = {}
    for n in (-1, 0, 1):
        day, next_day = change + dt.timedelta(days=n), change + dt.timedelta(days=n + 1)
        on(amara, f"Morning {n}", day)
        on(amara, f"Afternoon {n}", day, part="afternoon")
        on(amara, f"Timed {n}", day, starts_at=dt.time(9, 30))
        going(amara, f"Long night {n}", day, starts_at=dt.time(22), ends_at=dt.time(4, 15))
        expected |= {
            f"Morning {n}": (at(day, 9), at(day, 12)),
            f"Afternoon {n}": (at(day, 13), at(day, 16)),
            f"Timed {n}": (at(day, 9, 30), at(day, 10, 30)),
            f"Long night {n}": (at(day, 22), at(next_day, 4, 15)),
        }
    return expected


@pytest.mark.once
@pytest.mark.parametrize(("zone", "change"), CHANGES)
def test_a_second_library_reads_the_right_times(zone, change, amara, client, time_machine):
    expected = around(zone, change, amara, time_machine)
    text = fetch(client, address(amara))
    assert f"DTSTART;TZID={zone}" in text
    assert read(text) == expected


@pytest.mark.once
@pytest.mark.parametrize(("zone", "change"), CHANGES)
def test_a_wrong_zone_in_the_text_is_noticed(zone, change, amara, client, time_machine):
    """The control: the same text with a VTIMEZONE that never changes its clock."""
    expected = around(zone, change, amara, time_machine)
    text = fetch(client, address(amara))
    zone_part = re.search(r"BEGIN:VTIMEZONE.*?END:VTIMEZONE", text, re.S).group()
    first = re.search(r"BEGIN:STANDARD.*?END:STANDARD", zone_part, re.S).group()
    stuck = f"BEGIN:VTIMEZONE\r\nTZID:{zone}\r\n{first}\r\nEND:VTIMEZONE"
    assert read(text.replace(zone_part, stuck)) != expected


def test_the_hour_that_happens_twice_is_told_apart(amara, client, time_machine):
    """Half past one is the first of two; an hour later the clock says half past one again."""
    back = dt.date(2026, 11, 1)
    time_machine.move_to(House.objects.current().at(back, dt.time(12)), tick=False)
    on(amara, "Night watch", back, starts_at=dt.time(1, 30))
    begins = dt.datetime(2026, 11, 1, 5, 30, tzinfo=dt.UTC)
    assert read(fetch(client, address(amara))) == {"Night watch": (begins, begins + dt.timedelta(hours=1))}


def test_nothing_but_her_own_days(amara, noor, client):
    own = on(amara, "Lunch for 50", good_to_know="Ask canary Gordon")
    SignUp.objects.create(task=own, member=noor, at=timezone.now(), by=noor.user)
    told = {"about": "With canary Pat", "cost": "canary", "meeting_point": "canary"}
    going(amara, "Film night", MONDAY + dt.timedelta(days=60), join_link="https://meet.example/canary", **told)
    on(amara, "Shopping", MONDAY - dt.timedelta(days=30))
    on(noor, "canary of Noor")
    going(noor, "canary evening")
    make.task("canary of nobody")
    on(amara, "canary long ago", MONDAY - dt.timedelta(days=31))
    on(amara, "canary far away", MONDAY + dt.timedelta(days=61))
    gone = on(amara, "canary called off")
    actions.call_off_task(task=gone, by=amara.user)
    text = fetch(client, address(amara))
    assert set(read(text)) == {"Lunch for 50", "Film night", "Shopping"}
    flat = text.replace("\r\n ", "").casefold()
    assert [word for word in ("canary", "noor", "haddad", "amara", "okafor") if word in flat] == []
    # The control: what was planted would show where it belongs.
    assert {"canary of Noor", "canary evening"} < set(read(fetch(client, address(noor))))


def test_only_busy_where_she_likes_it_so(amara, client):
    on(amara, "Wellness walk")
    going(amara, "Film night")
    text = fetch(client, address(amara, neutral_titles=True))
    assert re.findall(r"SUMMARY:(.*)\r", text) == ["Busy", "Busy"]
    assert "walk" not in text and "Film" not in text and "LOCATION" not in text and "DESCRIPTION" not in text


@pytest.mark.parametrize(
    ("house", "name"),
    [("Maple Street", "Maple Street"), ("Maple Clubhouse", "My days"), ("Recovery Centre", "My days")],
)
def test_the_name_of_the_calendar_tells_nothing(amara, client, house, name):
    make.house(name=house)
    text = fetch(client, address(amara, neutral_titles=True))
    assert re.findall(r"X-WR-CALNAME:(.*)\r", text) == [name] == re.findall(r"\nNAME:(.*)\r", text)
    assert TELLING.search(text) is None


def test_a_thing_keeps_its_number_when_it_moves(amara, client):
    task, where = on(amara, "Lunch"), address(amara)
    going(amara, "Film night")
    before = re.findall(r"UID:(\S+)", fetch(client, where))
    actions.edit_task(task=task, by=amara.user, title="Soup", starts_at=dt.time(9, 45), part="morning", places=2)
    after = re.findall(r"UID:(\S+)", fetch(client, where))
    assert before == after and len(set(before)) == 2


def test_a_day_with_nothing_is_a_calendar_too(amara, client):
    assert read(fetch(client, address(amara))) == {}


# -- the door ----------------------------------------------------------------------------------------------------------


def same_as_unknown(client, where: str) -> None:
    ended, unknown = client.get(where), client.get(f"/calendar/{'x' * 43}.ics")
    assert (ended.status_code, unknown.status_code) == (404, 404)
    assert (ended.content, dict(ended.headers)) == (unknown.content, dict(unknown.headers))


def test_an_address_that_ended_answers_like_one_that_never_was(amara, client):
    where = address(amara)
    fetch(client, where)
    assert actions.end_calendar_feed(member=amara, by=amara.user)
    same_as_unknown(client, where)


def test_a_new_address_ends_the_old_one(amara, client):
    old, new = address(amara, neutral_titles=True), address(amara)
    same_as_unknown(client, old)
    fetch(client, new)
    assert CalendarFeed.objects.get().neutral_titles  # as she wished before


@pytest.mark.parametrize(
    "change",
    [
        lambda m: User.objects.filter(pk=m.user_id).update(is_active=False),
        lambda m: User.objects.filter(pk=m.user_id).update(is_sample=True),
        lambda m: Member.objects.filter(pk=m.pk).update(user=None),
        lambda m: Member.objects.filter(pk=m.pk).update(deceased_on=MONDAY),
        lambda m: Member.objects.filter(pk=m.pk).update(withdrawn_on=MONDAY),
        lambda m: Member.objects.filter(pk=m.pk).update(merged_into=make.member("Ada")),
    ],
    ids=["switched off", "sample account", "no account", "deceased", "withdrawn", "merged"],
)
def test_who_is_not_here_any_more_has_no_address(amara, client, change):
    where = address(amara)
    fetch(client, where)
    change(amara)
    same_as_unknown(client, where)


def test_the_database_keeps_a_digest(amara):
    token = actions.make_calendar_feed(member=amara, by=amara.user)
    assert re.fullmatch(r"[\w-]{43}", token)
    kept = [*CalendarFeed.objects.values_list("digest", flat=True), *map(str, AuditRecord.objects.values_list())]
    assert [row for row in kept if token in row] == []
    assert [record.verb for record in AuditRecord.objects.all()] == ["make_calendar_feed"]


def test_it_answers_in_short_when_nothing_changed(amara, client):
    where = address(amara)
    on(amara, "Lunch")
    answer = client.get(where)
    assert answer.headers["Content-Type"] == "text/calendar; charset=utf-8"
    assert answer.headers["Cache-Control"] == "private, no-cache"
    again = client.get(where, headers={"If-None-Match": answer.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    SignUp.objects.all().delete()
    assert client.get(where, headers={"If-None-Match": answer.headers["ETag"]}).status_code == 200
    assert (client.head(where).status_code, client.post(where).status_code) == (200, 405)


def test_it_slows_down_who_asks_too_often(amara, noor, client, monkeypatch):
    monkeypatch.setitem(LIMITS, "calendar_feed", "3/h/key")
    monkeypatch.setitem(LIMITS, "no_calendar_feed", "2/m/ip")
    where, other = address(amara), address(noor)
    assert [client.get(where).status_code for _ in range(4)] == [200, 200, 200, 429]
    assert client.get(other).status_code == 200
    assert [client.get(f"/calendar/{n}.ics").status_code for n in range(3)] == [404, 404, 429]
    assert client.get(other).status_code == 200  # whoever guesses from there slows down nobody else


@pytest.mark.parametrize("count", [1, 5])
def test_it_costs_the_same_for_any_number_of_things(amara, client, count, django_assert_num_queries):
    for n in range(count):
        on(amara, f"Task {n}")
        going(amara, f"Event {n}")
    where = address(amara)
    client.get(where)
    with django_assert_num_queries(QUERIES):
        client.get(where)


QUERIES = 16  # the house, the address, tasks, events; and twelve of the limiter, which counts in the cache


def test_the_address_stands_in_no_log_line(amara, client, caplog):
    token = address(amara).split("/")[2].removesuffix(".ics")
    actions.end_calendar_feed(member=amara, by=amara.user)
    with caplog.at_level(logging.DEBUG):
        client.get(f"/calendar/{token}.ics")
        client.post(f"/calendar/{token}.ics")
    lines = [WithoutSecrets("{message}", style="{").format(record) for record in caplog.records]
    assert "answered 404" in lines  # without any address (tests/test_log.py)
    assert [line for line in lines if token in line] == []
    assert token in caplog.text  # the control: as Django would have written it


@pytest.mark.once
@pytest.mark.parametrize(
    ("path", "written"),
    [
        ("/welcome/kfx3-9mtr/", "/welcome/.../"),
        ("/stop/abc:def/", "/stop/.../"),
        ("/accounts/password/reset/key/1-set-pass/", "/accounts/password/reset/key/.../"),
        ("/house/calendar/2026-11-23/", "/house/calendar/2026-11-23/"),
        ("/members/7/", "/members/7/"),
    ],
)
def test_what_opens_a_door_is_taken_out_of_a_line(path, written):
    record = logging.LogRecord("members.x", logging.WARNING, "", 0, "%s: %s", ("Not Found", path), None)
    assert WithoutSecrets("{message}", style="{").format(record) == f"Not Found: {written}"


# -- the page ----------------------------------------------------------------------------------------------------------


def main(page) -> str:
    return re.search(r"<main.*?</main>", page.content.decode(), re.S).group()


def test_she_makes_an_address_and_sees_it_once(as_, amara, client):
    browser = as_(amara)
    assert "Make my address" in main(browser.get(PAGE))
    shown = main(browser.post(PAGE, {"action": "make", "choose": "yes", "neutral_titles": "on"}))
    where = re.search(r'value="http://localhost:8000(/calendar/[\w-]{43}\.ics)"', shown)[1]
    assert f'href="webcal://localhost:8000{where}"' in shown
    assert CalendarFeed.objects.get().neutral_titles
    fetch(client, where)
    token = where.split("/")[2].removesuffix(".ics")
    again = main(browser.get(PAGE))
    assert token not in again and "Your address works since Monday 23 November." in again


def test_she_changes_what_it_shows_makes_a_new_one_and_switches_it_off(as_, amara):
    browser = as_(amara)
    old = address(amara)
    browser.post(PAGE, {"action": "titles", "neutral_titles": "on"})
    assert CalendarFeed.objects.get().neutral_titles
    browser.post(PAGE, {"action": "make"})
    assert CalendarFeed.objects.get().neutral_titles
    assert browser.get(old).status_code == 404
    answer = browser.post(PAGE, {"action": "off"}, follow=True)
    assert "The address is switched off." in answer.content.decode()
    assert not CalendarFeed.objects.exists()
    answer = browser.post(PAGE, {"action": "titles"}, follow=True)
    assert "There is no calendar address yet. Make one first." in answer.content.decode()
    assert [r.verb for r in AuditRecord.objects.order_by("seq")] == [
        "make_calendar_feed", "edit_calendar_feed", "make_calendar_feed", "end_calendar_feed",
    ]  # fmt: skip
    assert "switched the address for your calendar off" in browser.get("/me/looks/").content.decode()


def test_switching_it_off_twice_is_written_once(amara):
    address(amara)
    ended = [actions.end_calendar_feed(member=amara, by=amara.user) for _ in range(2)]
    assert (ended, AuditRecord.objects.count()) == ([True, False], 2)


def test_the_pages_are_short(as_, amara):
    browser = as_(amara)
    for page in (browser.get(PAGE), browser.post(PAGE, {"action": "make"}), browser.get(PAGE)):
        assert main(page).count("<a ") <= 7
        assert len(re.sub(r"<[^>]*>", " ", main(page)).split()) <= 150


def test_the_zone_is_made_once_a_year(amara):
    assert feed._zone("Europe/Helsinki", 2026) is feed._zone("Europe/Helsinki", 2026)
