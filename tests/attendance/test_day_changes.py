"""Another day: why each tap came, and what was changed on it, by whom and why."""

import datetime as dt
import re
from uuid import uuid4

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from attendance import actions
from members.models import AuditRecord
from tests import make

pytestmark = [pytest.mark.page, pytest.mark.django_db]
MONDAY, TUESDAY = dt.date(2026, 10, 5), dt.date(2026, 10, 6)


@pytest.fixture(autouse=True)
def on_tuesday_at_ten():
    with time_machine.travel(dt.datetime(2026, 10, 6, 14, 0, tzinfo=dt.UTC), tick=False) as clock:
        yield clock


def tap(client, member, day=MONDAY, **fields):
    data = {"key": str(uuid4()), "member_no": member.member_no, "action": "arrive", "at": "09:00"} | fields
    return client.post(f"/arrivals/{day}/log/", data, headers={"HX-Request": "true"})


def words(entries) -> list[tuple]:
    return [(e.name, [(c.what, c.before, c.after) for c in e.changes], e.did, e.who, e.why) for e in entries]


def changes(client, day=MONDAY) -> list[tuple]:
    return words(client.get(f"/arrivals/{day}/changes/").context["history"])


# -- Why ---------------------------------------------------------------------------------------------------------------


def test_the_reason_chosen_in_the_bar_travels_with_each_tap(amara, noor, rosa, as_):
    make.visit(amara, dt.date(2026, 10, 2))
    client = as_(rosa)
    page = client.get(f"/arrivals/{MONDAY}/?kind=social&why=forgot").content.decode()
    chosen = re.findall(r'<a class="chip" href="([^"]*)" aria-current="true">([^<]*)</a>', page)
    assert chosen == [
        (f"/arrivals/{MONDAY}/?why=forgot&amp;kind=social", "Forgot to tap"),
        (f"/arrivals/{MONDAY}/?kind=social&amp;why=forgot", "Social programme"),
    ]
    hidden = '<input type="hidden" name="why" value="forgot">'
    assert page.count(hidden) == 2  # the search and one tile
    assert hidden in tap(client, amara, why="forgot").content.decode()  # the tile after the swap
    found = client.post(f"/arrivals/{MONDAY}/", {"q": "noor", "why": "forgot"}, headers={"HX-Request": "true"})
    assert hidden in found.content.decode()
    tap(client, amara, why="forgot", action="leave", at="12:00")
    assert list(AuditRecord.objects.order_by("seq").values_list("verb", "why")) == [
        ("attendance.log_arrival", "Forgot to tap"),
        ("attendance.log_leaving", "Forgot to tap"),
    ]


def test_without_a_reason_it_is_written_all_the_same(amara, rosa, as_):
    tap(as_(rosa), amara)
    assert AuditRecord.objects.get().why == ""
    assert 'name="why"' not in as_(rosa).get(f"/arrivals/{MONDAY}/?why=party").content.decode()


def test_a_script_may_say_why_in_words(amara, rosa, as_):
    tap(as_(rosa), amara, why="The tablet had no power.")
    assert AuditRecord.objects.get().why == "The tablet had no power."
    assert tap(as_(rosa), amara, why="x" * 301).status_code == 422


def test_today_asks_for_no_reason(amara, sam, as_):
    make.visit(amara, TUESDAY, "09:00", None)
    page = as_(sam).get("/arrivals/").content.decode()
    assert "?why=" not in page and "What was changed on this day" not in page


# -- What was changed --------------------------------------------------------------------------------------------------


def test_what_was_changed_on_monday(amara, noor, sam, dana, as_):
    with time_machine.travel(dt.datetime(2026, 10, 5, 13, 0, tzinfo=dt.UTC), tick=False):
        actions.log_arrival(member=amara, day=MONDAY, key=uuid4(), by=sam.user)  # on the day itself: no change
    tap(as_(sam), amara, why="forgot", action="leave", at="12:00")
    visit = amara.visits.get()
    data = {"arrived": "09:00", "left": "12:30", "ending": "known", "kind": "offsite", "reason": "told"}
    as_(dana).post(f"/arrivals/visits/{visit.pk}/", data)
    as_(dana).post(f"/arrivals/visits/{visit.pk}/", data | {"whose": "Noor Haddad", "reason": "person"})
    as_(sam).post(f"/arrivals/visits/{visit.pk}/", {"action": "remove", "remove-why": "Never was."})
    make.visit(amara, TUESDAY)
    assert changes(as_(sam)) == [
        (
            "Noor Haddad",
            [("Visit", "9 am to 12:30 pm", "not in the book")],
            "Taken out of the book",
            "Sam",
            "Never was.",
        ),
        ("Noor Haddad", [("Whose visit", "Amara Okafor", "Noor Haddad")], "Corrected", "Dana", "Wrong person"),
        (
            "Amara Okafor",
            [("Left", "noon", "12:30 pm"), ("Kind", "Work-ordered day", "Off-site")],
            "Corrected",
            "Dana",
            "The member told me",
        ),
        ("Amara Okafor", [("Left", "here now", "noon")], "Leaving written down", "Sam", "Forgot to tap"),
    ]


def test_the_last_three_stand_under_the_bar_for_those_who_correct(amara, rosa, sam, as_):
    for minute in range(5):
        tap(as_(rosa), make.member(f"Person{minute} Name"), at=f"09:0{minute}", why="paper")
    page = as_(sam).get(f"/arrivals/{MONDAY}/").content.decode()
    section = page[page.index('class="audit-line"') :]
    section = section[: section.index("</section>")]
    assert re.findall(r'<bdi class="row-name">([^<]*)<', section) == ["Person4 Name", "Person3 Name", "Person2 Name"]
    assert "Paper sheet" in section and f'href="/arrivals/{MONDAY}/changes/"' in section
    assert 'class="audit-line"' not in as_(rosa).get(f"/arrivals/{MONDAY}/").content.decode()
    assert as_(rosa).get(f"/arrivals/{MONDAY}/changes/").status_code == 403


def test_what_was_taken_out_is_put_back_from_here(amara, sam, as_):
    removed = actions.remove_visit(visit=make.visit(amara, MONDAY), why="slip", by=sam.user)
    page = as_(sam).get(f"/arrivals/{MONDAY}/changes/")
    assert [visit.visit_pk for visit in page.context["removed"]] == [removed.visit_pk]
    assert f'action="/arrivals/visits/{removed.visit_pk}/removed/"' in page.content.decode()
    as_(sam).post(f"/arrivals/visits/{removed.visit_pk}/removed/")
    assert list(as_(sam).get(f"/arrivals/{MONDAY}/changes/").context["removed"]) == []
    assert amara.visits.count() == 1


def test_a_day_on_which_nothing_was_changed(amara, sam, as_):
    make.visit(amara, MONDAY)
    page = as_(sam).get(f"/arrivals/{MONDAY}/changes/").content.decode()
    assert "Everything is as it was written down that day." in page


@pytest.mark.parametrize("people", [1, 3])
def test_the_days_cost_the_same_for_one_and_for_three(sam, as_, people):
    client = as_(sam)
    for number in range(people):
        tap(client, make.member(f"Person{number} Name{number}"))
    with CaptureQueriesContext(connection) as captured:
        page = client.get(f"/arrivals/{MONDAY}/changes/")
    assert len(page.context["history"]) == people
    # session, user, house; taken out (numbers), visits, records; taken out
    assert len(captured) == 7, "\n".join(query["sql"] for query in captured)
