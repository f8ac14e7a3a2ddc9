"""A month is closed with its figures as they are told, opened again for a reason, and never shut to corrections."""

import datetime as dt
import json
from uuid import uuid4

import pytest
import time_machine

from activities import actions as work
from attendance import actions, exports, reports
from attendance.models import MonthClosing, ReachOut, Visit
from attendance.views.months import counted
from clubhouse.converters import Month
from members.models import AuditRecord
from tests import make

pytestmark = pytest.mark.django_db
OCTOBER = Month(2026, 10)
MONDAY = dt.date(2026, 10, 5)
PAGE = "/reports/2026-10/"


@pytest.fixture(autouse=True)
def on_3_november():
    with time_machine.travel(dt.datetime(2026, 11, 3, 15, 0, tzinfo=dt.UTC), tick=False) as clock:
        yield clock


@pytest.fixture
def visits(amara, noor) -> list[Visit]:
    return [make.visit(amara, MONDAY), make.visit(noor, MONDAY), make.visit(noor, dt.date(2026, 10, 6))]


def close(dana) -> MonthClosing:
    return actions.close_month(month=OCTOBER, counted=counted, by=dana.user)


def correct(visit: Visit, by, **change) -> Visit:
    said = {name: getattr(visit, name) for name in ("arrived_at", "left_at", "ending", "kind", "unit")}
    return actions.correct_visit(visit=visit, by=by.user, **said | {"why": "Amara told me."} | change)


def state(client):
    return client.get(PAGE).context["month_state"]


def changed(client) -> dict:
    return {figure.label: (figure.was, figure.now) for figure in state(client).changed if not figure.part}


# -- Closing and opening again -----------------------------------------------------------------------------------------


def test_what_is_kept_is_the_file_byte_for_byte(visits, dana, as_):
    page = as_(dana).get(PAGE).content.decode()
    assert "Close this month" in page
    now = as_(dana).get("/reports/2026-10.json").content
    answer = as_(dana).post(f"{PAGE}close/", follow=True).content.decode()
    assert "Closed. The figures are kept as they stand now." in answer
    assert "Closed on Tuesday 3 November by <bdi>Dana</bdi>." in answer and "Close this month" not in answer
    closing = MonthClosing.objects.get()
    assert closing.report.encode() == now == as_(dana).get("/reports/2026-10/as-closed.json").content
    assert list(AuditRecord.objects.values_list("verb", "by", "after")) == [
        ("attendance.close_month", dana.user.pk, {"month": "2026-10"})
    ]
    assert close(dana) == closing  # closed twice, it is closed once
    assert AuditRecord.objects.count() == 1


def test_a_month_is_closed_when_its_days_are_over(visits, dana, as_, on_3_november):
    refused = as_(dana).post("/reports/2026-11/close/", follow=True).content.decode()
    assert "This month is not over yet. It can be closed from Tuesday 1 December on." in refused
    on_3_november.move_to(dt.datetime(2026, 11, 1, 3, 0, tzinfo=dt.UTC))  # still 31 October in the house
    with pytest.raises(actions.MonthNotOver):
        close(dana)
    assert MonthClosing.objects.count() == 0
    assert not as_(dana).get(PAGE).context["month_state"].may_be_closed


def test_a_month_before_the_book_is_not_closed(visits, dana, as_):
    with pytest.raises(actions.BeforeTheBook):
        actions.close_month(month=Month(2026, 9), counted=counted, by=dana.user)
    assert not as_(dana).get("/reports/2026-09/").context["month_state"].may_be_closed


def test_opening_again_needs_a_reason(visits, dana, as_):
    close(dana)
    client = as_(dana)
    refused = client.post(f"{PAGE}open-again/", {"why": "  "})
    assert refused.status_code == 422
    assert "Say in a few words why the month is opened again." in refused.content.decode()
    with pytest.raises(actions.ReasonNeeded):
        actions.reopen_month(month=OCTOBER, why=" ", by=dana.user)
    opened = client.post(f"{PAGE}open-again/", {"why": "The guests were missing."}, follow=True).content.decode()
    assert "The month is open again." in opened and "Close this month" in opened
    assert "Opened again on Tuesday 3 November by <bdi>Dana</bdi>." in opened and "The guests were missing." in opened
    assert client.get("/reports/2026-10/as-closed.json").status_code == 404
    assert AuditRecord.objects.last().why == "The guests were missing."
    again = actions.reopen_month(month=OCTOBER, why="Twice.", by=dana.user)
    assert (again.why, AuditRecord.objects.count()) == ("The guests were missing.", 2)
    close(dana)
    assert (state(client).standing.closed_by, len(state(client).earlier)) == ("Dana", 1)


def test_what_was_never_closed_need_not_be_opened(visits, dana, as_):
    with pytest.raises(actions.NotClosed):
        actions.reopen_month(month=OCTOBER, why="Why not.", by=dana.user)
    refused = as_(dana).post(f"{PAGE}open-again/", {"why": "Why not."})
    assert (refused.status_code, "This month is not closed" in refused.content.decode()) == (422, True)


def test_who_corrects_a_closed_month_is_told(visits, sam, dana, as_):
    page = f"/arrivals/visits/{visits[0].pk}/"
    assert "is closed" not in as_(sam).get(page).content.decode()
    close(dana)
    assert "October 2026 is closed. You can still put this right" in as_(sam).get(page).content.decode()


# -- Revised -----------------------------------------------------------------------------------------------------------


def test_a_correction_shows_as_revised_with_what_and_why(visits, amara, sam, dana, stella, as_, on_3_november):
    told_then = {format: as_(stella).get(f"/reports/2026-10.{format}").content for format in exports.FORMATS}
    kept = close(dana).report
    assert state(as_(dana)).changed == ()
    on_3_november.shift(3600)
    correct(visits[0], sam, left_at=visits[0].left_at + dt.timedelta(hours=1))
    told = changed(as_(dana))
    assert told["Minutes"] == (540, 600) and "Member-days" not in told
    [cause] = state(as_(dana)).causes
    assert (cause.did, cause.day, cause.who, cause.name, cause.why) == (
        "Corrected", MONDAY, "Sam", "Amara Okafor", "Amara told me.",
    )  # fmt: skip
    assert [(change.what, change.before, change.after) for change in cause.changes] == [("Left", "noon", "1 pm")]
    page = as_(dana).get(PAGE).content.decode()
    assert "Revised:" in page and "Monday 5 October: Corrected" in page
    # Everybody sees what changed; names, reasons and times are for those who may open visits.
    plain = as_(stella).get(PAGE).content.decode()
    assert changed(as_(stella)) == told and "Monday 5 October: Corrected" in plain and "Sam" in plain
    assert "Amara" not in plain and "1 pm" not in plain
    # What was closed stays as it was.
    assert told_then["json"].decode() == kept
    as_closed = {name: as_(stella).get(f"/reports/2026-10/as-closed.{name}").content for name in exports.FORMATS}
    assert as_closed == told_then and len(as_closed) == 4
    assert json.loads(as_(stella).get("/reports/2026-10.json").content)["attendance"]["minutes"] == 600
    # Put back as it was, nothing is revised.
    correct(Visit.objects.get(pk=visits[0].pk), sam, left_at=visits[0].left_at)
    assert state(as_(dana)).changed == ()


def test_every_way_to_change_a_month_is_named(visits, amara, noor, rosa, sam, dana, as_, on_3_november):
    gone = actions.remove_visit(visit=visits[1], why="Not her.", by=sam.user)
    close(dana)
    on_3_november.shift(60)
    actions.restore_visit(removed=gone, by=sam.user)
    actions.remove_visit(visit=visits[2], why="Noor was away.", by=sam.user)
    late = {"day": dt.date(2026, 10, 8), "at": dt.datetime(2026, 10, 8, 14, tzinfo=dt.UTC)}
    actions.log_arrival(member=amara, key=uuid4(), by=rosa.user, **late)
    for kind in ("tour", "staff"):
        actions.count_day(day=MONDAY, kind=kind, key=uuid4(), by=rosa.user, change=3)
    work.edit_open_day(day=dt.date(2026, 10, 9), is_open=False, note="Snow", by=dana.user)
    work.edit_open_day(day=dt.date(2026, 12, 9), is_open=False, note="Later", by=dana.user)  # no day of the month
    make.visit(amara, dt.date(2026, 11, 2))
    correct(make.visit(noor, dt.date(2026, 11, 2)), sam, kind="social")  # nor this
    told = [(cause.did, cause.day, cause.who) for cause in state(as_(dana)).causes]
    assert told == [
        ("Opening of the day changed", dt.date(2026, 10, 9), "Dana"),
        ("Staff or enquiries counted", MONDAY, "Rosa"),
        ("Guests counted", MONDAY, "Rosa"),
        ("Arrival written down", dt.date(2026, 10, 8), "Rosa"),
        ("Taken out of the book", dt.date(2026, 10, 6), "Sam"),
        ("Put back into the book", MONDAY, "Sam"),
    ]
    # A member is a colleague to those who may not read names.
    assert [cause.who for cause in state(as_(rosa)).causes] == ["Dana", *["a colleague"] * 3, "Sam", "Sam"]


@pytest.mark.parametrize("changes", [1, 3])
def test_a_revised_month_costs_the_same_however_much_changed(dana, sam, as_, django_assert_num_queries, changes):
    visits = [make.visit(make.member(f"Person{number} Name"), MONDAY) for number in range(3)]
    close(dana)
    for visit in visits[:changes]:
        correct(visit, sam, left_at=visit.left_at + dt.timedelta(hours=1))
    client = as_(dana)
    client.get(PAGE)
    with django_assert_num_queries(45):
        assert len(client.get(PAGE).context["month_state"].causes) == changes


def test_a_unit_that_meets_at_another_time_is_named(visits, dana, as_, on_3_november):
    """Meetings are counted as the pages of the units say now."""
    kitchen = make.unit("Kitchen", morning_meeting_at=dt.time(9))
    close(dana)
    on_3_november.shift(60)
    work.edit_unit(unit=kitchen, colour=3, by=dana.user)  # no figure rests on it
    work.edit_unit(unit=kitchen, afternoon_meeting_at=dt.time(13), by=dana.user)
    work.add_unit(name="Garden", colour=2, morning_meeting_at=dt.time(9), by=dana.user)
    assert [cause.did for cause in state(as_(dana)).causes] == ["Unit added", "Unit changed"]
    assert changed(as_(dana)) == {"Unit meetings": (22, 66)}


def test_a_decision_is_a_reason_for_its_own_month_alone(visits, noor, sam, dana, as_, on_3_november):
    """Of the house meeting: written down and taken back after the month was closed."""
    close(dana)
    on_3_november.shift(60)
    correct(visits[0], sam, kind="social")
    for day in (dt.date(2026, 9, 30), dt.date(2026, 10, 7), dt.date(2026, 11, 2)):
        decision = actions.record_decision(decided_on=day, words="The university may have them.", by=dana.user)
        actions.take_back_decision(decision=decision, by=dana.user)
    assert [cause.did for cause in state(as_(dana)).causes] == [
        "Decision of the house meeting taken back",
        "Decision of the house meeting written down",
        "Corrected",
    ]


def test_what_still_grows_after_the_month_is_no_revision(visits, amara, dana, as_, on_3_november):
    ReachOut.objects.create(
        member=amara, at=dt.datetime(2026, 10, 30, 15, tzinfo=dt.UTC), channel="phone", replied=False
    )
    close(dana)
    make.visit(amara, dt.date(2026, 11, 5))
    on_3_november.move_to(dt.datetime(2026, 11, 10, 15, tzinfo=dt.UTC))
    found = state(as_(dana))
    assert found.changed == () and [(it.was, it.now) for it in found.growing] == [(0, 1)]
    page = as_(dana).get(PAGE).content.decode()
    assert "Counted on after the month" in page and "Revised" not in page


def test_how_long_it_grows_is_said_by_the_clock_of_the_house(visits, amara, dana, as_, on_3_november):
    at = dt.datetime(2026, 10, 31, 15, tzinfo=dt.UTC)
    ReachOut.objects.create(member=amara, at=at, channel="phone", replied=False)
    on_3_november.move_to(dt.datetime(2026, 11, 15, 3, tzinfo=dt.UTC))  # still the fourteenth day in the house
    close(dana)
    make.visit(amara, dt.date(2026, 11, 14))
    on_3_november.shift(dt.timedelta(hours=12))
    found = state(as_(dana))
    assert found.changed == () and [(it.was, it.now) for it in found.growing] == [(0, 1)]


def test_a_figure_that_was_not_counted_then_is_named_and_no_revision(visits, dana, as_):
    closing = close(dana)
    older = json.loads(closing.report) | {"definition_version": "0"}
    del older["attendance"]["guests"]
    MonthClosing.objects.update(report=json.dumps(older))
    found = state(as_(dana))
    assert (found.changed, found.newer, found.in_every_format) == ((), ("Guests",), False)
    page = as_(dana).get(PAGE).content.decode()
    assert "Not counted yet when the month was closed:" in page and "as-closed.csv" not in page
    assert as_(dana).get("/reports/2026-10/as-closed.csv").status_code == 404
    assert as_(dana).get("/reports/2026-10/as-closed.json").content.decode() == json.dumps(older)


def test_the_list_says_which_months_are_closed_and_revised(visits, noor, sam, dana, as_):
    client = as_(dana)
    assert "You can close October 2026 now." in client.get("/reports/").content.decode()
    assert "You can close" not in as_(sam).get("/reports/").content.decode()
    close(dana)
    page = client.get("/reports/").content.decode()
    assert "You can close" not in page and page.count(">closed<") == 1
    actions.remove_visit(visit=visits[0], why="A slip.", by=sam.user)
    assert client.get("/reports/").content.decode().count(">closed, revised since<") == 1


def test_closing_while_a_correction_waits_keeps_it_on_the_later_side(visits, dana):
    """Whoever writes a record waits for the end of the chain; the closing holds it while it counts."""
    closing = close(dana)
    record = AuditRecord.objects.get(verb="attendance.close_month")
    assert record.subject == f"attendance.monthclosing {closing.pk}"
    assert reports.read_report(closing.report) == reports.monthly_report(OCTOBER)
    assert exports.to_json(reports.read_report(closing.report)).decode() == closing.report
