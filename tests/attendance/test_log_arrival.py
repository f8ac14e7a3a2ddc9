"""One tap arrives, a second leaves; each is stored once, whoever sends it how often."""

import datetime as dt
import uuid

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from activities.models import OpenDay
from attendance import actions
from attendance.models import Kind, Mark, Visit
from members.models import AuditRecord
from tests import make

pytestmark = pytest.mark.django_db
TUESDAY = dt.date(2026, 10, 6)
MONDAY = dt.date(2026, 10, 5)
# 9:02 on Tuesday in Detroit
NINE = dt.datetime(2026, 10, 6, 13, 2, tzinfo=dt.UTC)


@pytest.fixture(autouse=True)
def on_tuesday_at_nine():
    with time_machine.travel(NINE, tick=False) as clock:
        yield clock


def tap(client, member, action="arrive", day=TUESDAY, **fields):
    data = {"key": str(uuid.uuid4()), "member_no": getattr(member, "member_no", member), "action": action} | fields
    return client.post(f"/arrivals/{day}/log/", data)


def said(response) -> list[str]:
    """The sentences that the page shows next."""
    if response.status_code == 302:
        response = response.client.get(response.url)
    return [str(message) for message in response.context["messages"]]


def visits() -> list[tuple]:
    rows = Visit.objects.order_by("day", "arrived_at").values_list("member__first_name", "day", "ending", "kind")
    return [tuple(map(str, row)) for row in rows]


def clock(at: dt.datetime | None) -> str | None:
    return at and timezone.localtime(at).strftime("%H:%M")


def test_one_tap_arrives(amara, sam, as_):
    assert said(tap(as_(sam), amara)) == ["Saved. Amara is here since 9:02 am. Welcome!"]
    visit = Visit.objects.get()
    assert visits() == [("Amara", "2026-10-06", "here", "wod")]
    assert (visit.arrived_at, visit.left_at, visit.noted_at) == (NINE, None, NINE)
    record = AuditRecord.objects.get()
    assert (record.verb, record.about, record.by, record.before) == ("attendance.log_arrival", amara, sam.user, {})
    assert record.after == {
        "arrived_at": "2026-10-06 09:02-04:00", "left_at": None, "ending": "here", "kind": "wod", "unit": None,
    }  # fmt: skip


def test_a_second_tap_leaves(amara, sam, as_, on_tuesday_at_nine):
    tap(as_(sam), amara)
    on_tuesday_at_nine.shift(dt.timedelta(hours=3))
    assert said(tap(as_(sam), amara, "leave")) == ["Saved. Amara left at 12:02 pm."]
    assert visits() == [("Amara", "2026-10-06", "known", "wod")]
    assert Visit.objects.get().minutes == 180


def test_a_member_with_the_reception_duty_logs_as_staff_do(amara, rosa, as_):
    assert said(tap(as_(rosa), amara)) == ["Saved. Amara is here since 9:02 am. Welcome!"]


def test_other_members_do_not(amara, noor, as_):
    assert tap(as_(noor), amara).status_code == 403
    assert visits() == []


def test_somebody_who_left_comes_back(amara, sam, as_, on_tuesday_at_nine):
    for action in ("arrive", "leave", "arrive"):
        tap(as_(sam), amara, action)
        on_tuesday_at_nine.shift(dt.timedelta(minutes=10))
    assert [visit[2] for visit in visits()] == ["known", "here"]


def test_the_same_key_is_the_same_tap(amara, sam, as_, on_tuesday_at_nine):
    key = str(uuid.uuid4())
    tap(as_(sam), amara, key=key)
    tap(as_(sam), amara, "leave")
    on_tuesday_at_nine.shift(dt.timedelta(minutes=5))
    assert said(tap(as_(sam), amara, key=key)) == ["Saved. Amara arrived at 9:02 am on Tuesday 6 October."]
    assert [visit[2] for visit in visits()] == ["known"]
    assert (Mark.objects.count(), AuditRecord.objects.count()) == (2, 2)


def test_the_same_key_for_something_else_is_refused(amara, noor, sam, as_):
    key = str(uuid.uuid4())
    tap(as_(sam), amara, key=key)
    for member, action, fields in [(noor, "arrive", {}), (amara, "leave", {}), (amara, "arrive", {"kind": "social"})]:
        answer = tap(as_(sam), member, action, key=key, **fields)
        assert answer.status_code == 409
        assert said(answer) == ["This page has sent something else before. Load it again, then tap once more."]
    assert visits() == [("Amara", "2026-10-06", "here", "wod")]


def test_who_is_here_already_is_not_doubled(amara, sam, as_, on_tuesday_at_nine):
    tap(as_(sam), amara)
    on_tuesday_at_nine.shift(dt.timedelta(minutes=5))
    assert said(tap(as_(sam), amara)) == ["Saved. Amara is here since 9:02 am."]
    assert visits() == [("Amara", "2026-10-06", "here", "wod")]
    assert AuditRecord.objects.count() == 1


def test_a_visit_forgotten_on_an_earlier_day_does_not_block(amara, sam, as_):
    make.visit(amara, MONDAY, "09:00", None)
    assert said(tap(as_(sam), amara)) == ["Saved. Amara is here since 9:02 am."]
    assert visits() == [("Amara", "2026-10-05", "not_written", "wod"), ("Amara", "2026-10-06", "here", "wod")]
    closed, arrived = AuditRecord.objects.order_by("seq")
    assert (closed.before, closed.after) == ({"ending": "here"}, {"ending": "not_written"})


def test_an_evening_that_runs_past_midnight_is_still_here(amara, sam, as_, on_tuesday_at_nine):
    make.visit(amara, MONDAY, "21:00", None, kind="social")
    on_tuesday_at_nine.move_to(dt.datetime(2026, 10, 6, 4, 30, tzinfo=dt.UTC))  # 0:30 on Tuesday
    assert said(tap(as_(sam), amara)) == ["Saved. Amara is here since 9 pm."]
    assert said(tap(as_(sam), amara, "leave")) == ["Saved. Amara left at 12:30 am."]
    assert visits() == [("Amara", "2026-10-05", "known", "social")]


def test_leaving_past_midnight_from_a_page_opened_before(amara, sam, as_, on_tuesday_at_nine):
    make.visit(amara, MONDAY, "21:00", None, kind="social")
    on_tuesday_at_nine.move_to(dt.datetime(2026, 10, 6, 4, 30, tzinfo=dt.UTC))
    assert said(tap(as_(sam), amara, "leave", day=MONDAY)) == ["Saved. Amara left at 12:30 am."]


def test_nobody_leaves_who_is_not_here(amara, sam, as_):
    answer = tap(as_(sam), amara, "leave")
    assert (answer.status_code, said(answer)) == (422, ["Amara is not here now. Nothing was changed."])
    assert (Mark.objects.count(), AuditRecord.objects.count()) == (0, 0)


def test_a_forgotten_visit_is_not_left_today(amara, sam, as_):
    make.visit(amara, MONDAY, "09:00", None)
    assert tap(as_(sam), amara, "leave").status_code == 422
    assert visits() == [("Amara", "2026-10-05", "here", "wod")]


def test_membership_is_for_life(sam, as_):
    once = make.member("Pilar Vega", withdrawn_on=dt.date(2024, 1, 1))
    make.visit(once, dt.date(2023, 5, 5))
    assert said(tap(as_(sam), once)) == ["Saved. Pilar is here since 9:02 am. Welcome back!"]


def test_the_dead_and_the_unknown_are_nobody(sam, as_):
    gone = make.member("Otto Kern", deceased_on=dt.date(2025, 1, 1))
    for number in (gone.member_no, "nobody", "x" * 5000, "\0", "'; --"):
        answer = tap(as_(sam), number)
        assert said(answer) == ["Nobody with this number can be found. Nothing was changed."]
        assert answer.status_code == 422
        assert "Otto" not in answer.content.decode()
    assert visits() == []


@pytest.mark.parametrize(
    "fields",
    [{"key": ""}, {"key": "not-a-key"}, {"action": ""}, {"action": "dance"}, {"kind": "party"}, {"unit": "999"}],
)
def test_what_is_no_tap_is_refused_with_a_sentence(amara, sam, as_, fields):
    answer = tap(as_(sam), amara, **fields)
    assert (answer.status_code, said(answer)) == (422, ["This page is out of date. Load it again, then tap once more."])
    assert visits() == []


def test_a_url_that_is_no_day(sam, amara, as_):
    assert tap(as_(sam), amara, day="2026-13-01").status_code == 404


def test_a_future_day_waits(amara, sam, as_):
    answer = tap(as_(sam), amara, day=dt.date(2026, 10, 7))
    assert (answer.status_code, said(answer)) == (422, ["That time has not come yet. Nothing was changed."])
    assert visits() == []


# -- kind and unit -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("hour", "kind"), [("07:30", Kind.WOD), ("12:00", Kind.WOD), ("16:30", Kind.SOCIAL), ("19:00", Kind.SOCIAL)]
)
def test_the_kind_follows_the_opening_hours(amara, sam, as_, on_tuesday_at_nine, hour, kind):
    on_tuesday_at_nine.move_to(dt.datetime.fromisoformat(f"2026-10-06T{hour}-04:00"))
    tap(as_(sam), amara)
    assert Visit.objects.get().kind == kind


def test_a_closed_day_is_social_and_is_kept(amara, sam, as_):
    OpenDay.objects.create(day=TUESDAY, is_open=False, note="Holiday")
    tap(as_(sam), amara)
    assert visits() == [("Amara", "2026-10-06", "here", "social")]


def test_the_page_may_say_another_kind_and_unit(amara, sam, as_):
    clerical = make.unit("Clerical")
    tap(as_(sam), amara, kind="offsite", unit=clerical.pk)
    visit = Visit.objects.get()
    assert (visit.kind, visit.unit) == ("offsite", clerical)


def test_the_unit_follows_habit(amara, noor, sam, as_):
    kitchen, clerical = make.unit("Kitchen"), make.unit("Clerical")
    kitchen.members.add(amara, noor)
    clerical.members.add(amara)
    for day, unit in [(28, kitchen), (29, clerical), (30, clerical)]:
        make.visit(amara, dt.date(2026, 9, day), unit=unit)
    tap(as_(sam), amara)
    tap(as_(sam), noor)  # never here before, in one unit only
    here = {visit.member: visit.unit for visit in Visit.objects.here_now()}
    assert here == {amara: clerical, noor: kitchen}


def test_unit_and_kind_change_in_one_tap(amara, rosa, as_):
    kitchen = make.unit("Kitchen")
    tap(as_(rosa), amara)
    visit = Visit.objects.get()
    assert as_(rosa).get(f"/arrivals/visits/{visit.pk}/change/").status_code == 200
    for _ in range(2):
        assert as_(rosa).post(f"/arrivals/visits/{visit.pk}/change/", {"unit": kitchen.pk}).status_code == 302
    as_(rosa).post(f"/arrivals/visits/{visit.pk}/change/", {"kind": "virtual"})
    visit.refresh_from_db()
    assert (visit.unit, visit.kind) == (kitchen, "virtual")
    changes = [(record.before, record.after) for record in AuditRecord.objects.order_by("seq")[1:]]
    assert changes == [({"unit": None}, {"unit": "Kitchen"}), ({"kind": "wod"}, {"kind": "virtual"})]


def test_reception_changes_todays_visits_only(amara, rosa, sam, as_):
    visit = make.visit(amara, MONDAY)
    assert as_(rosa).post(f"/arrivals/visits/{visit.pk}/change/", {"kind": "virtual"}).status_code == 404
    assert as_(sam).post(f"/arrivals/visits/{visit.pk}/change/", {"kind": "virtual"}).status_code == 302
    visit.refresh_from_db()
    assert visit.kind == "virtual"


def test_a_change_into_a_visit_that_is_there_already_is_refused(amara, sam, as_):
    make.visit(amara, MONDAY, kind="social")
    visit = make.visit(amara, MONDAY)
    answer = as_(sam).post(f"/arrivals/visits/{visit.pk}/change/", {"kind": "social"})
    assert said(answer) == ["There is already such a visit at that time."]


# -- taking a tap back -------------------------------------------------------------------------------------------------


def test_undo_takes_back_tap_after_tap(amara, sam, as_):
    client = as_(sam)
    said(tap(client, amara))
    said(tap(client, amara, "leave"))
    assert said(tap(client, amara, "undo")) == ["Undone. Amara is here again."]
    assert visits() == [("Amara", "2026-10-06", "here", "wod")]
    assert said(tap(client, amara, "undo")) == ["Undone. It is as it was before for Amara."]
    assert visits() == []
    answer = tap(client, amara, "undo")
    assert (answer.status_code, said(answer)) == (422, ["There is nothing to undo for Amara."])
    last = AuditRecord.objects.order_by("seq").last()
    assert (last.verb, last.before["ending"], last.after) == ("attendance.undo_mark", "here", {})


def test_undo_sent_twice_undoes_once(amara, sam, as_):
    key = str(uuid.uuid4())
    tap(as_(sam), amara)
    tap(as_(sam), amara, "leave")
    for _ in range(2):
        tap(as_(sam), amara, "undo", key=key)
    assert visits() == [("Amara", "2026-10-06", "here", "wod")]


def test_undo_of_two_devices_taps_for_one_visit(amara, sam, as_):
    tap(as_(sam), amara)
    tap(as_(sam), amara)
    tap(as_(sam), amara, "undo")
    assert visits() == []
    assert tap(as_(sam), amara, "undo").status_code == 422


def test_undo_leaves_alone_what_was_corrected_since(amara, sam, as_, on_tuesday_at_nine):
    tap(as_(sam), amara)
    visit = Visit.objects.get()
    on_tuesday_at_nine.shift(dt.timedelta(hours=1))
    actions.correct_visit(
        visit=visit, arrived_at=NINE, left_at=NINE, ending="known", kind="wod", unit=None, why="slip", by=sam.user
    )
    answer = tap(as_(sam), amara, "undo")
    assert said(answer) == ["The visit of Amara was changed since. Please correct it instead."]
    assert visits() == [("Amara", "2026-10-06", "known", "wod")]


def test_who_came_back_meanwhile_is_not_here_twice_by_undo(amara, sam, as_):
    tap(as_(sam), amara)
    tap(as_(sam), amara, "leave")
    Visit.objects.create(member=amara, day=TUESDAY, arrived_at=NINE + dt.timedelta(seconds=1), noted_at=NINE)
    answer = tap(as_(sam), amara, "undo")
    assert (answer.status_code, said(answer)) == (
        422, ["The visit of Amara was changed since. Please correct it instead."],
    )  # fmt: skip
    assert [visit[2] for visit in visits()] == ["known", "here"]


# -- another day -------------------------------------------------------------------------------------------------------


def test_yesterday_is_written_down_with_its_times(amara, sam, as_):
    client = as_(sam)
    assert said(tap(client, amara, day=MONDAY, at="08:30")) == ["Saved. Amara arrived at 8:30 am on Monday 5 October."]
    assert visits() == [("Amara", "2026-10-05", "not_written", "wod")]
    answer = tap(client, amara, "leave", day=MONDAY, at="08:00")
    assert (answer.status_code, said(answer)) == (
        422,
        ["Amara arrived at 8:30 am. The time out comes after the time in."],
    )
    assert said(tap(client, amara, "leave", day=MONDAY, at="16:30")) == ["Saved. Amara left at 4:30 pm."]
    visit = Visit.objects.get()
    assert (clock(visit.arrived_at), clock(visit.left_at), visit.ending) == ("08:30", "16:30", "known")
    assert visit.noted_at == NINE
    tap(client, amara, "undo", day=MONDAY)
    assert visits() == [("Amara", "2026-10-05", "not_written", "wod")]


def test_another_day_needs_a_time(amara, sam, as_):
    for fields, sentence in [
        ({}, "This is another day than today. Please say the time."),
        ({"at": "25:00"}, "This is not a time. It looks like 9:05 or 16:30."),
    ]:
        answer = tap(as_(sam), amara, day=MONDAY, **fields)
        assert (answer.status_code, said(answer)) == (422, [sentence])
    assert visits() == []


def test_a_time_that_the_clock_jumped_over(amara, sam, as_):
    answer = tap(as_(sam), amara, day=dt.date(2026, 3, 8), at="02:30")
    assert said(answer) == ["The clock went forward that night: this time did not exist."]
    assert visits() == []


def test_arriving_twice_on_another_day_is_one_visit(amara, sam, as_):
    for at in ("08:30", "08:30", "08:45"):
        tap(as_(sam), amara, day=MONDAY, at=at)
    assert visits() == [("Amara", "2026-10-05", "not_written", "wod")]


def test_nobody_leaves_a_day_they_are_not_written_down_for(amara, sam, as_):
    answer = tap(as_(sam), amara, "leave", day=MONDAY, at="16:00")
    assert said(answer) == ["No visit of Amara on that day waits for a time out. Nothing was changed."]


def test_yesterdays_visit_leaves_today_alone(amara, sam, as_):
    tap(as_(sam), amara)
    tap(as_(sam), amara, day=MONDAY, at="08:30")
    tap(as_(sam), amara, "leave", day=MONDAY, at="12:00")
    assert visits() == [("Amara", "2026-10-05", "known", "wod"), ("Amara", "2026-10-06", "here", "wod")]


# -- the piece, and what it costs --------------------------------------------------------------------------------------


def test_htmx_gets_the_tile_and_the_sentence(amara, sam, as_):
    data = {"key": str(uuid.uuid4()), "member_no": amara.member_no, "action": "arrive"}
    page = as_(sam).post(f"/arrivals/{TUESDAY}/log/", data, headers={"HX-Request": "true"}).content.decode()
    assert page.count("data-member-no=") == page.count('data-state="here"') == 1
    assert "Saved. Amara is here since 9:02 am." in page
    assert data["key"] not in page  # the next tap has a key of its own


def test_htmx_gets_a_refusal_beside_the_tile_as_it_is(amara, sam, as_):
    data = {"key": str(uuid.uuid4()), "member_no": amara.member_no, "action": "leave"}
    answer = as_(sam).post(f"/arrivals/{TUESDAY}/log/", data, headers={"HX-Request": "true"})
    assert (answer.status_code, answer.content.decode().count('data-state="away"')) == (422, 1)
    assert "Amara is not here now." in answer.content.decode()
    answer = as_(sam).post(f"/arrivals/{TUESDAY}/log/", data | {"member_no": "?"}, headers={"HX-Request": "true"})
    assert (answer.status_code, answer["HX-Reswap"], answer.content.decode().count("data-state")) == (422, "none", 0)


def application_statements(captured) -> list[str]:
    """What ran on the application's own tables: not the session, the sign-in and the transactions."""
    sql = [query["sql"] for query in captured.captured_queries]
    apart = ("SAVEPOINT", "RELEASE", "BEGIN", "COMMIT", "ROLLBACK")
    signing_in = ('FROM "django_session"', 'FROM "members_user"', 'FROM "mfa_authenticator"', '"django_session"')
    return [one for one in sql if not one.startswith(apart) and not any(words in one for words in signing_in)]


def test_an_arrival_costs_eight_statements(amara, noor, sam, as_):
    make.unit("Kitchen").members.add(amara)
    client = as_(sam)
    tap(client, noor)  # a session in use, and an audit record that has begun
    data = {"key": str(uuid.uuid4()), "member_no": amara.member_no, "action": "arrive"}
    with CaptureQueriesContext(connection) as captured:
        answer = client.post(f"/arrivals/{TUESDAY}/log/", data, headers={"HX-Request": "true"})
    assert "Kitchen" in answer.content.decode()
    statements = application_statements(captured)
    assert len(statements) == 8, "\n".join(statements)
