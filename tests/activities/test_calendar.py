"""The opening week, and days that differ from it. A new week never changes past days."""

import datetime as dt

import pytest
import time_machine
from django.urls import reverse

from activities import workdays
from activities.actions import (
    ClosesBeforeItOpens,
    WeekInThePast,
    edit_open_day,
    edit_opening_week,
    remove_open_day,
    remove_opening_week,
)
from activities.models import OpenDay, OpeningWeek
from members.models import AuditRecord

pytestmark = [pytest.mark.page, pytest.mark.django_db]
TODAY = dt.date(2026, 10, 7)  # a Wednesday
TOMORROW, YESTERDAY = TODAY + dt.timedelta(days=1), TODAY - dt.timedelta(days=1)
SATURDAYS = {5: (dt.time(10), dt.time(14))}
# 21:00 in Detroit is the next day already in UTC: the house's own day counts.
NOW = dt.datetime(2026, 10, 8, 1, 0, tzinfo=dt.UTC)


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(NOW, tick=False):
        yield


def weeks(form: dict | None = None, **times: str) -> dict:
    return {"starts_on": "2026-10-12"} | (form or {}) | times


def test_dana_changes_the_week_from_a_day_on_and_past_days_stay(as_, dana):
    before = workdays.calendar(dt.date(2026, 9, 1), dt.date(2026, 10, 11))
    answer = as_(dana).post(
        reverse("activities:edit_opening_week"),
        weeks(opens_0="09:00", closes_0="17:00", opens_5="10:00", closes_5="14:00"),
    )
    assert (answer.status_code, answer.url) == (302, reverse("activities:edit_opening_week"))
    assert workdays.calendar(dt.date(2026, 9, 1), dt.date(2026, 10, 11)) == before
    assert workdays.open_wod_days(dt.date(2026, 10, 12), dt.date(2026, 10, 18)) == [
        dt.date(2026, 10, 12),
        dt.date(2026, 10, 17),
    ]
    record = AuditRecord.objects.get()
    assert (record.verb, record.by) == ("edit_opening_week", dana.user)
    assert record.after == {"starts_on": "2026-10-12", "weekday 0": "09:00-17:00", "weekday 5": "10:00-14:00"}


def test_a_week_for_the_same_day_replaces_the_one_before_and_twice_is_once():
    for hours in ({}, SATURDAYS, SATURDAYS):
        edit_opening_week(starts_on=TOMORROW, hours=hours, by=None)
    assert workdays.weeks_from(TODAY)[1:] == [workdays.Week(TOMORROW, SATURDAYS)]
    assert AuditRecord.objects.count() == 2


def test_the_first_week_of_a_house_may_start_with_its_history(as_, dana):
    """A house open on Saturdays brings spreadsheets of last year: its week is said once, from their first day."""
    page = as_(dana).get(reverse("activities:edit_opening_week"))
    assert page.context["form"].fields["starts_on"].help_text == "If you bring spreadsheets: the first day in them."
    edit_opening_week(starts_on=dt.date(2025, 9, 1), hours=SATURDAYS, by=dana.user)
    assert workdays.open_wod_days(dt.date(2025, 9, 1), dt.date(2025, 9, 14)) == [
        dt.date(2025, 9, 6),
        dt.date(2025, 9, 13),
    ]
    with pytest.raises(WeekInThePast):
        edit_opening_week(starts_on=dt.date(2025, 9, 1), hours={}, by=dana.user)


def test_a_new_week_never_starts_in_the_past(as_, dana):
    edit_opening_week(starts_on=dt.date(2026, 1, 1), hours=SATURDAYS, by=None)
    with pytest.raises(WeekInThePast, match="Past days never change"):
        edit_opening_week(starts_on=YESTERDAY, hours=SATURDAYS, by=dana.user)
    page = as_(dana).post(reverse("activities:edit_opening_week"), weeks(starts_on=YESTERDAY.isoformat()))
    assert page.context["form"].errors["starts_on"] == ["Past days never change, so a new week starts today or later."]
    assert OpeningWeek.objects.count() == 1
    assert edit_opening_week(starts_on=TODAY, hours=SATURDAYS, by=None).starts_on == TODAY


def test_a_week_that_has_not_begun_can_be_taken_back(as_, dana):
    edit_opening_week(starts_on=TOMORROW, hours=SATURDAYS, by=None)
    remove = reverse("activities:remove_opening_week", args=[TOMORROW])
    for _ in range(2):  # twice is once
        assert as_(dana).post(remove).url == reverse("activities:edit_opening_week")
    assert list(AuditRecord.objects.values_list("verb", flat=True)) == ["edit_opening_week", "remove_opening_week"]
    edit_opening_week(starts_on=TODAY, hours=SATURDAYS, by=None)
    with pytest.raises(WeekInThePast, match="This week has begun"):
        remove_opening_week(starts_on=TODAY, by=None)
    answer = as_(dana).post(reverse("activities:remove_opening_week", args=[YESTERDAY]), follow=True)
    assert [str(m) for m in answer.context["messages"]] == [
        "Past days never change, so a new week starts today or later."
    ]
    assert OpeningWeek.objects.get().starts_on == TODAY


def test_a_week_closes_after_it_opens():
    with pytest.raises(ClosesBeforeItOpens):
        edit_opening_week(starts_on=TOMORROW, hours={0: (dt.time(9), dt.time(9))}, by=None)


@pytest.mark.parametrize(
    ("form", "field", "sentence"),
    [
        ({"starts_on": ""}, "starts_on", "Write the day like 2026-10-05."),
        ({"starts_on": "soon"}, "starts_on", "Write the day like 2026-10-05."),
        ({"starts_on": "2199-01-01"}, "starts_on", "That is far away. Choose a day within the next two years."),
        ({"opens_0": "09:00"}, "closes_0", "Write both times, or leave both empty for closed."),
        ({"closes_0": "00:00"}, "opens_0", "Write both times, or leave both empty for closed."),
        (
            {"opens_3": "09:00", "closes_3": "08:00"},
            "closes_3",
            "The house closes after it opens. Look at the two times.",
        ),
        ({"opens_6": "nine", "closes_6": "10:00"}, "opens_6", "Write the time like 8:30."),
    ],
)
def test_a_week_that_is_not_right_is_a_sentence_beside_the_field(as_, dana, form, field, sentence):
    page = as_(dana).post(reverse("activities:edit_opening_week"), weeks(form))
    assert page.status_code == 200
    assert page.context["form"].errors == {field: [sentence]}
    assert sentence in page.content.decode()
    assert OpeningWeek.objects.count() == 0


def test_dana_closes_a_day_with_a_reason_and_opens_it_again(as_, dana):
    browser, day = as_(dana), reverse("activities:edit_open_day", args=[TOMORROW])
    answer = browser.post(day, {"is_open": "closed", "note": "Snow", "opens_at": "09:00"})
    assert (answer.status_code, answer.url) == (302, reverse("activities:calendar_month", args=["2026-10"]))
    assert workdays.on(TOMORROW) == workdays.Day(TOMORROW, False, note="Snow")
    assert b"Snow" in browser.get(answer.url).content
    browser.post(day, {"is_open": "open", "note": "Long night", "closes_at": "23:00"})
    assert workdays.on(TOMORROW) == workdays.Day(TOMORROW, True, dt.time(8, 30), dt.time(23), "Long night")
    browser.post(reverse("activities:remove_open_day", args=[TOMORROW]))
    browser.post(reverse("activities:remove_open_day", args=[TOMORROW]))
    assert OpenDay.objects.count() == 0
    assert list(AuditRecord.objects.values_list("verb", "by")) == [
        ("edit_open_day", dana.user.pk),
        ("edit_open_day", dana.user.pk),
        ("remove_open_day", dana.user.pk),
    ]
    assert AuditRecord.objects.order_by("seq")[1].before == {
        "is_open": False, "closes_at": None, "note": "Snow",
    }  # fmt: skip


def test_the_same_day_said_twice_is_recorded_once():
    for _ in range(2):
        edit_open_day(day=TODAY, is_open=False, note="Snow", by=None)
    assert AuditRecord.objects.count() == 1
    remove_open_day(day=YESTERDAY, by=None)
    assert AuditRecord.objects.count() == 1


def test_a_snow_day_may_be_written_down_later():
    edit_open_day(day=YESTERDAY, is_open=False, note="Snow", by=None)
    assert not workdays.on(YESTERDAY).is_open


@pytest.mark.parametrize(
    ("form", "field", "sentence"),
    [
        ({}, "is_open", "Choose open or closed."),
        ({"is_open": "perhaps"}, "is_open", "Choose open or closed."),
        ({"is_open": "closed"}, "note", "Say in a word why the house is closed."),
        ({"is_open": "open", "note": "x" * 121}, "note", "Keep this under 120 letters."),
        ({"is_open": "open", "opens_at": "25:00"}, "opens_at", "Write the time like 8:30."),
        (
            {"is_open": "open", "opens_at": "12:00", "closes_at": "11:00"},
            "closes_at",
            "The house closes after it opens. Look at the two times.",
        ),
    ],
)
def test_a_day_that_is_not_right_is_a_sentence_beside_the_field(as_, dana, form, field, sentence):
    page = as_(dana).post(reverse("activities:edit_open_day", args=[TODAY]), form)
    assert page.status_code == 200
    assert page.context["form"].errors == {field: [sentence]}
    assert OpenDay.objects.count() == 0


def test_the_month_shows_each_day_and_what_differs(as_, dana):
    edit_open_day(day=dt.date(2026, 10, 10), is_open=True, note="Long night", by=None)
    page = as_(dana).get(reverse("activities:calendar"))
    weeks = page.context["weeks"]
    assert [len(week) for week in weeks] == [7] * 5
    assert weeks[0][:3] == [None] * 3
    assert [day.day.day for week in weeks for day in week if day] == list(range(1, 32))
    assert [day.is_open for day in weeks[1]] == [True] * 6 + [False]
    assert page.context["differing"] == {dt.date(2026, 10, 10)}


def test_no_such_month_or_day_is_no_page(as_, dana):
    for path in ("/house/calendar/2026-13/", "/house/calendar/2026-02-30/", "/house/calendar/1066-10-14/"):
        assert as_(dana).get(path).status_code == 404


def test_the_calendar_asks_the_same_for_one_day_that_differs_and_for_many(as_, dana, django_assert_num_queries):
    browser = as_(dana)
    browser.get(reverse("activities:calendar"))
    for many in (1, 3, 20):
        for day in range(1, many + 1):
            edit_open_day(day=dt.date(2026, 10, day), is_open=False, note="Snow", by=None)
        edit_opening_week(starts_on=TOMORROW + dt.timedelta(days=many), hours=SATURDAYS, by=None)
        with django_assert_num_queries(7):
            browser.get(reverse("activities:calendar"))
        with django_assert_num_queries(5):
            browser.get(reverse("activities:edit_opening_week"))


@pytest.mark.parametrize("who", ["sam", "amara", "rosa"])
def test_only_a_coordinator_changes_the_calendar(as_, request, who):
    browser = as_(request.getfixturevalue(who))
    for name, args in (
        ("edit_opening_week", []),
        ("remove_opening_week", [TOMORROW]),
        ("edit_open_day", [TODAY]),
        ("remove_open_day", [TODAY]),
    ):
        url = reverse(f"activities:{name}", args=args)
        assert browser.post(url, weeks({"is_open": "closed", "note": "Snow"})).status_code == 403
    assert browser.get(reverse("activities:calendar")).status_code == 403
    assert (OpenDay.objects.count(), OpeningWeek.objects.count()) == (0, 0)
