"""Sam posts what is on: once, or again by a rule; changes it, calls it off, and puts it back."""

import datetime as dt
import re

import pytest
from django.utils import timezone

from activities import actions, tasks
from activities.models import Event, EventSignUp, OpenDay, RepeatingEvent, monthly, weekly
from members.models import AuditRecord, House
from tests import make

pytestmark = [pytest.mark.page, pytest.mark.django_db]
MONDAY, THURSDAY = dt.date(2026, 10, 5), dt.date(2026, 10, 8)
WEEK = dt.timedelta(weeks=1)
GAMES = {"title": "Games", "sort": "social", "starts_at": dt.time(17, 15), "ends_at": dt.time(19, 30)}
TYPED = {"title": "Games", "sort": "social", "day": "2026-10-08", "starts_at": "17:15", "ends_at": "19:30"}


@pytest.fixture(autouse=True)
def on_monday(time_machine):
    time_machine.move_to(House.objects.current().at(MONDAY, dt.time(10)), tick=False)


def post(client, **typed):
    return client.post("/whats-on/post/", TYPED | typed)


def errors(answer) -> list[str]:
    return re.findall(r'invalid-feedback"><strong>([^<]*)<', answer.content.decode())


def days() -> list[dt.date]:
    return list(Event.objects.standing().in_order().values_list("day", flat=True))


def put_up(event, member) -> None:
    actions.join_event(event=event, member=member, by=member.user)


# -- posting -----------------------------------------------------------------------------------------------------------


def test_sam_posts_an_event(as_, sam):
    answer = post(
        as_(sam), about="Bring a friend.\nAnd a game.", places="12", cost="Free", meeting_point="Lounge",
        has_rides="on", join_link="https://meet.example.org/x",
    )  # fmt: skip
    event = Event.objects.get()
    assert answer["Location"] == f"/whats-on/{event.pk}/"
    assert (event.title, event.day, event.starts_at, event.ends_at) == (
        "Games", THURSDAY, dt.time(17, 15), dt.time(19, 30),
    )  # fmt: skip
    assert (event.places, event.cost, event.meeting_point, event.has_rides, event.posted_by) == (
        12, "Free", "Lounge", True, sam.user,
    )  # fmt: skip
    record = AuditRecord.objects.get()
    assert (record.verb, record.after["is_virtual"]) == ("post_event", True)
    assert "meet.example.org" not in str(record.after)


def test_posting_twice_is_posting_once(sam):
    first = actions.post_event(**GAMES, day=THURSDAY, by=sam.user)
    assert actions.post_event(**GAMES, day=THURSDAY, by=sam.user) == first
    assert (Event.objects.count(), AuditRecord.objects.count()) == (1, 1)


def test_a_member_posts_where_the_house_says_so(as_, amara, noor):
    assert post(as_(amara)).status_code == 403
    make.house(members_may_post_tasks=True)
    assert post(as_(amara)).status_code == 302
    event = Event.objects.get()
    assert as_(amara).get(f"/whats-on/{event.pk}/edit/").status_code == 200
    assert as_(noor).get(f"/whats-on/{event.pk}/edit/").status_code == 404


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"title": ""}, "Give the event a name, like “Games evening”."),
        ({"title": "x" * 81}, "Keep the name under 80 letters."),
        ({"sort": ""}, "Choose a kind."),
        ({"sort": "party"}, "Choose a kind."),
        ({"day": ""}, "Choose a day."),
        ({"day": "soon"}, "Write the day like 2026-10-05."),
        ({"day": "2026-10-04"}, "That day is over. Choose today or a later day."),
        ({"day": "2028-01-01"}, "That is far away. Choose a day within the coming year."),
        ({"starts_at": ""}, "Say when it starts."),
        ({"starts_at": "noonish"}, "Write the time like 17:15."),
        ({"ends_at": ""}, "Say when it ends."),
        ({"ends_at": "17:15"}, "It ends when it starts. Say a later time."),
        ({"ends_at": "17:00"}, "That is longer than 16 hours. Look at both times again."),
        ({"places": "0"}, "Write a number from 1 to 500, or leave it empty."),
        ({"places": "many"}, "Write a number from 1 to 500, or leave it empty."),
        ({"about": "x" * 601}, "Keep this under 600 letters."),
        ({"cost": "x" * 81}, "Keep this under 80 letters."),
        ({"meeting_point": "x" * 121}, "Keep this under 120 letters."),
        ({"join_link": "nowhere"}, "A link looks like https://meet.example.org/tea."),
        ({"join_link": "javascript:alert(1)"}, "A link looks like https://meet.example.org/tea."),
        ({"join_link": "http://meet.example.org/"},
         "Use a link that begins with https://. Others can listen in on the rest."),
        ({"join_link": f"https://a.org/{'x' * 200}"}, "This link is too long. Ask for a shorter one."),
        ({"repeats": "weekly", "until": "2026-10-07"},
         "The last day comes before the first one. Choose a later day, or leave it empty."),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_said_kindly_and_nothing_typed_is_lost(as_, sam, typed, said):
    answer = post(as_(sam), **typed)
    assert said in answer.content.decode()
    assert Event.objects.count() == 0
    for value in (TYPED | typed).values():
        assert not value or value == "party" or value in answer.content.decode()


def test_a_link_without_its_beginning_is_https(as_, sam):
    post(as_(sam), join_link="meet.example.org/tea")
    assert Event.objects.get().join_link == "https://meet.example.org/tea"


def test_an_evening_may_run_past_midnight(as_, sam):
    post(as_(sam), starts_at="21:00", ends_at="01:00")
    event = Event.objects.get()
    house = House.objects.current()
    assert event.finishes_at(house) - event.begins_at(house) == dt.timedelta(hours=4)


# -- changing ----------------------------------------------------------------------------------------------------------


def test_sam_changes_one_day(as_, sam):
    event = make.event("Games", day=THURSDAY)
    client = as_(sam)
    assert 'value="17:15"' in client.get(f"/whats-on/{event.pk}/edit/").content.decode()
    client.post(f"/whats-on/{event.pk}/edit/", TYPED | {"title": "Cards", "starts_at": "18:00", "day": "2026-10-20"})
    event.refresh_from_db()
    assert (event.title, event.starts_at, event.day) == ("Cards", dt.time(18), THURSDAY)
    record = AuditRecord.objects.get()
    assert (record.verb, record.after) == ("edit_event", {"title": "Cards", "starts_at": "18:00:00"})


def test_saving_nothing_new_writes_nothing(sam):
    event = make.event(**GAMES, day=THURSDAY)
    actions.edit_event(event=event, **GAMES, by=sam.user)
    assert AuditRecord.objects.count() == 0


def test_places_stay_enough_for_those_who_come(as_, amara, noor, sam):
    event = make.event("Games", day=THURSDAY, places=3)
    for member in (amara, noor):
        put_up(event, member)
    answer = as_(sam).post(f"/whats-on/{event.pk}/edit/", TYPED | {"places": "1"})
    assert "2 people said they would come. Keep at least 2 places." in answer.content.decode()
    with pytest.raises(actions.TooFewPlaces):
        actions.edit_event(event=event, places=1, by=sam.user)


@pytest.mark.parametrize("places", [2, None])
def test_more_places_go_to_those_who_wait(places, amara, noor, sam):
    event = make.event(**GAMES, day=THURSDAY, places=1)
    put_up(event, amara)
    actions.wait_for_event(event=event, member=noor, by=noor.user)
    actions.edit_event(event=event, places=places, by=sam.user)
    assert list(event.sign_ups.values_list("member", flat=True)) == [amara.pk, noor.pk]
    assert list(AuditRecord.objects.order_by("seq").values_list("verb", flat=True))[-2:] == ["edit_event", "move_up"]


def test_what_is_over_stays_as_it_was(as_, sam, time_machine):
    event = make.event(day=THURSDAY)
    time_machine.move_to(House.objects.current().at(THURSDAY, dt.time(19, 30)), tick=False)
    client = as_(sam)
    assert client.get(f"/whats-on/{event.pk}/edit/").status_code == 404
    assert client.post(f"/whats-on/{event.pk}/call-off/").status_code == 404
    assert "/edit/" not in client.get(f"/whats-on/{event.pk}/").content.decode()


def test_calling_off_and_putting_back_keep_everybody(as_, amara, noor, sam):
    event = make.event("Games", day=THURSDAY, places=1)
    put_up(event, amara)
    client = as_(sam)
    for _ in range(2):  # twice is once
        client.post(f"/whats-on/{event.pk}/call-off/")
    event.refresh_from_db()
    assert event.is_called_off
    html = client.get(f"/whats-on/{event.pk}/").content.decode()
    assert f'action="/whats-on/{event.pk}/put-back/"' in html and "“Games” is called off." in html
    for _ in range(2):
        client.post(f"/whats-on/{event.pk}/put-back/")
    event.refresh_from_db()
    assert not event.is_called_off
    assert list(event.sign_ups.values_list("member", flat=True)) == [amara.pk]
    said = list(AuditRecord.objects.order_by("seq").values_list("verb", flat=True))
    assert said == ["join_event", "call_off_event", "put_back_event"]


# -- again and again ---------------------------------------------------------------------------------------------------


def test_every_week_also_when_the_house_is_closed(as_, sam):
    OpenDay.objects.create(day=THURSDAY + WEEK, is_open=False, note="Holiday")
    post(as_(sam), repeats="weekly")
    assert days() == [THURSDAY + number * WEEK for number in range(4)]
    repeats = RepeatingEvent.objects.get()
    assert (repeats.rule, repeats.title, repeats.posted_by) == (weekly([3]), "Games", sam.user)


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ({"repeats": "fortnightly"}, [8, 22]),
        ({"repeats": "weekly", "until": "2026-10-15"}, [8, 15]),
        ({"repeats": "weekly", "weekdays": ["3", "5"]}, [8, 10, 15, 17, 22, 24, 29, 31]),
        ({"repeats": "monthly", "nth": "-1"}, [8, 29]),
    ],
)
def test_other_rules(as_, sam, typed, expected):
    post(as_(sam), **typed)
    assert [day.day for day in days() if day.month == 10] == expected


def test_the_beat_makes_what_is_missing_and_only_that(sam, time_machine):
    event = actions.post_event(**GAMES, day=THURSDAY, rule=weekly([3]), by=sam.user)
    second = Event.objects.get(day=THURSDAY + WEEK)
    actions.call_off_event(event=second, by=sam.user)
    actions.edit_event(event=event, title="Cards", by=sam.user)
    time_machine.shift(WEEK)
    assert tasks.make_repeating_events() == 1
    assert tasks.make_repeating_events() == 0
    assert list(Event.objects.in_order().values_list("title", "day")) == [
        ("Cards", THURSDAY), *(("Games", THURSDAY + number * WEEK) for number in range(1, 5)),
    ]  # fmt: skip
    assert days() == [THURSDAY, *(THURSDAY + number * WEEK for number in range(2, 5))]


def test_once_a_month_is_made_ahead_when_its_time_comes(sam, time_machine):
    actions.post_event(**GAMES, day=THURSDAY, rule=monthly(3, nth=2), by=sam.user)
    assert days() == [THURSDAY]
    time_machine.shift(2 * WEEK)
    assert tasks.make_repeating_events() == 1
    assert days() == [THURSDAY, dt.date(2026, 11, 12)]


def test_stop_repeating_and_repeat_again(as_, amara, sam):
    event = actions.post_event(**GAMES, day=THURSDAY, rule=weekly([3]), by=sam.user)
    third = Event.objects.get(day=THURSDAY + 2 * WEEK)
    put_up(third, amara)
    client = as_(sam)
    assert "Every week on Thursday" in client.get(f"/whats-on/{event.pk}/edit/").content.decode()
    for _ in range(2):
        client.post(f"/whats-on/{event.pk}/stop-repeating/")
    assert days() == [THURSDAY]
    assert list(Event.objects.exclude(called_off_at=None)) == [third]
    assert "The last day is Thursday 8 October." in client.get(f"/whats-on/{event.pk}/edit/").content.decode()
    for _ in range(2):
        client.post(f"/whats-on/{event.pk}/repeat-again/")
    assert days() == [THURSDAY + number * WEEK for number in range(4)]
    assert list(EventSignUp.objects.values_list("event", "member")) == [(third.pk, amara.pk)]
    said = list(AuditRecord.objects.order_by("seq").values_list("verb", flat=True))
    assert said == ["post_event", "join_event", "stop_repeating_event", "repeat_event_again"]


def test_one_that_does_not_repeat_has_nothing_to_stop(as_, sam):
    event = make.event(day=THURSDAY)
    client = as_(sam)
    for what in ("stop-repeating", "repeat-again"):
        assert client.post(f"/whats-on/{event.pk}/{what}/")["Location"] == f"/whats-on/{event.pk}/edit/"
    assert AuditRecord.objects.count() == 0


def test_an_event_that_stands_may_begin_to_repeat(sam):
    event = actions.post_event(**GAMES, day=THURSDAY, by=sam.user)
    again = actions.post_event(**GAMES, day=THURSDAY, rule=weekly([3]), by=sam.user)
    assert again == event and len(days()) == 4
    assert actions.post_event(**GAMES, day=THURSDAY, rule=weekly([3]), by=sam.user) == event
    assert RepeatingEvent.objects.count() == 1


def test_a_day_that_is_over_and_an_end_before_the_beginning(sam):
    with pytest.raises(actions.DayIsOver):
        actions.post_event(**GAMES, day=MONDAY - WEEK, by=sam.user)
    with pytest.raises(actions.EndsBeforeItStarts):
        actions.post_event(**GAMES, day=THURSDAY, rule=weekly([3]), until=MONDAY, by=sam.user)
    assert (Event.objects.count(), timezone.localdate()) == (0, MONDAY)
