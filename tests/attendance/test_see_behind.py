"""From a figure to its days, from a day to its visits, and back; names only for those who may read them."""

import datetime as dt
import re

import pytest
import time_machine
from django.urls import reverse

from attendance.models import DayCount, GuestCount, ReachOut, Visit
from tests import make

pytestmark = [pytest.mark.django_db, pytest.mark.once]  # the same questions are asked on both in test_behind_figures.py
MONDAY, TUESDAY = dt.date(2026, 10, 5), dt.date(2026, 10, 6)
FIGURES = "/reports/2026-10/figures/"
MEMBER_DAYS = f"{FIGURES}attendance.member_days/"
NAMES = re.compile("Amara|Okafor|Noor|Haddad", re.IGNORECASE)


@pytest.fixture(autouse=True)
def on_3_november():
    with time_machine.travel(dt.datetime(2026, 11, 3, 15, 0, tzinfo=dt.UTC), tick=False):
        yield


@pytest.fixture
def october(amara, noor) -> list[Visit]:
    """Two visits on Monday, one of them with an assumed time out; one on Tuesday; a reach-out, guests and a task."""
    visits = [
        make.visit(amara, MONDAY, unit=make.unit("Kitchen & Garden")),
        make.visit(noor, MONDAY, ending="assumed"),
        make.visit(noor, TUESDAY, left=None, ending="not_written", source="door"),
    ]
    ReachOut.objects.create(member=amara, at=visits[0].arrived_at, channel="phone", replied=True)
    GuestCount.objects.create(day=MONDAY, kind="tour", count=3)
    make.task("Soup", day=MONDAY)
    make.event("Choir", day=TUESDAY)
    return visits


def told(client, path: str) -> list[tuple]:
    return [(line.day.day, line.count) for line in client.get(path).context["it"].days if line.count]


def links(page: str, start: str) -> list[str]:
    return re.findall(rf'href="({start}[^"]*)"', page)


def test_everybody_sees_the_days_and_nobodys_name(october, stella, sam, as_):
    page = as_(stella).get(MEMBER_DAYS).content.decode()
    assert told(as_(stella), MEMBER_DAYS) == [(5, 2), (6, 1)]
    assert "Each member counts once on each open day" in page and "Monday 5 October" in page
    assert not NAMES.search(page) and links(page, MEMBER_DAYS) == []
    assert '<a href="/reports/2026-10/">' in page  # the way back
    open_days = links(as_(sam).get(MEMBER_DAYS).content.decode(), MEMBER_DAYS)
    assert len(open_days) == 22 and f"{MEMBER_DAYS}2026-10-05/" in open_days


def test_no_page_behind_any_figure_tells_a_name_to_who_may_not_read_it(october, stella, sam, as_):
    """One page of every figure. With a control: some of them as somebody sees them who may."""
    report = as_(stella).get("/reports/2026-10/").content.decode()
    pages = {page.split("?")[0]: page.replace("&amp;", "&") for page in links(report, FIGURES)}
    assert len(pages) > 50
    for page in pages.values():
        answer = as_(stella).get(page)
        assert (answer.status_code, NAMES.search(answer.content.decode())) == (200, None), page
    for name in (
        "attendance.distinct_members",
        "membership.roll",
        "membership.active_90",
        "reach_out.distinct_members",
    ):
        assert NAMES.search(as_(sam).get(pages[f"{FIGURES}{name}/"]).content.decode())
    assert as_(stella).get(f"{MEMBER_DAYS}{MONDAY}/").status_code == 403


def test_a_day_opens_to_its_visits_and_a_visit_to_its_correction_and_back(october, sam, as_):
    client, path = as_(sam), f"{MEMBER_DAYS}{MONDAY}/"
    page = client.get(path).content.decode()
    shown = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))
    assert "Amara Okafor 9 am to noon · Kitchen &amp; Garden 180 minutes · arrivals page" in shown
    assert "Noor Haddad 9 am to about noon 180 minutes · time out assumed · arrivals page" in shown
    correct = reverse("attendance:correct_visit", args=[october[0].pk]) + f"?next={path}"
    assert correct.replace("/", "%2F") in page.replace("/", "%2F")
    assert f'<a href="{path}">' in client.get(correct).content.decode()
    form = {"arrived": "09:00", "left": "11:00", "ending": "known", "kind": "wod", "unit": "", "reason": "time"}
    assert client.post(correct, form).headers["Location"] == path
    assert Visit.objects.get(pk=october[0].pk).minutes == 120
    gone = client.post(correct, {"action": "remove", "remove-reason": "time"})
    undo = reverse("attendance:restore_visit", args=[october[0].pk])
    assert gone.headers["Location"] == f"{undo}?next={path.replace('/', '%2F')}"
    assert f'<a href="{path}">' in client.get(gone.headers["Location"]).content.decode()
    assert told(client, MEMBER_DAYS) == [(5, 1), (6, 1)]


def test_a_way_back_that_leads_elsewhere_is_not_taken(october, sam, as_):
    correct = reverse("attendance:correct_visit", args=[october[0].pk]) + "?next=https://elsewhere.example/"
    form = {"arrived": "09:00", "left": "11:00", "ending": "known", "kind": "wod", "unit": "", "reason": "time"}
    assert as_(sam).post(correct, form).headers["Location"] == f"/arrivals/{MONDAY}/"


def test_only_the_visits_of_the_figure_are_shown(october, sam, as_):
    client = as_(sam)

    def whose(figure: str, day: dt.date, part: str = "") -> list[str]:
        answer = client.get(f"{FIGURES}{figure}/{day}/", {"part": part} if part else {})
        return [visit.member.known_as for visit in answer.context["visits"]]

    assert whose("attendance.minutes", MONDAY) == ["Amara"]
    assert whose("attendance.estimated_minutes", MONDAY) == ["Noor"]
    assert whose("attendance.missing_sign_outs", TUESDAY) == ["Noor"]
    assert whose("attendance.by_unit", MONDAY, "unit=Kitchen & Garden; count=member_days") == ["Amara"]
    assert whose("attendance.by_hour", MONDAY, "hour=11") == ["Amara", "Noor"]
    assert whose("attendance.ada_wod", dt.date(2026, 10, 7)) == []  # an open day with nobody


def test_reach_outs_open_to_their_rows_for_those_who_may_read_names(october, sam, stella, as_):
    path = f"{FIGURES}reach_out.attempts/"
    assert told(as_(stella), path) == [(5, 1)]
    page = as_(sam).get(f"{path}{MONDAY}/").content.decode()
    assert "Amara Okafor" in page and "phone" in page and "answered" in page


def test_work_events_and_guests_lead_to_their_own_pages(october, stella, sam, as_):
    plain = as_(stella).get(f"{FIGURES}tasks.posted/").content.decode()
    assert '<a href="/tasks/2026-10-05/">' in plain
    assert re.search(
        r'<a class="row-name" href="/whats-on/\d+/">', as_(stella).get(f"{FIGURES}programme.events/").content.decode()
    )
    guests = f"{FIGURES}attendance.guests/"
    assert '<a href="/arrivals/2026-10-05/">' not in as_(stella).get(guests).content.decode()
    assert '<a href="/arrivals/2026-10-05/">' in as_(sam).get(guests).content.decode()
    assert as_(sam).get(f"{guests}{MONDAY}/").status_code == 404  # no visits stand behind guests


def test_a_ratio_shows_both_numbers_of_a_day(october, sam, as_):
    DayCount.objects.create(day=MONDAY, kind="staff", count=7)
    page = as_(sam).get(f"{FIGURES}staff.ada_per_staff/").content.decode()
    row = re.search(r"<tr>\s*<th scope=\"row\">\s*<a[^>]*>Monday 5 October</a>.*?</tr>", page, re.DOTALL)
    assert re.findall(r'<td class="number">(\d+)</td>', row[0]) == ["2", "7"]
    assert page.count("Divide the first by the second.") == 1 and "<meter" not in page
    day = as_(sam).get(f"{FIGURES}staff.ada_per_staff/{MONDAY}/").content.decode()
    assert re.search(r"Members: <strong>2</strong>\.\s+Staff: <strong>7</strong>", day)


def test_a_figure_without_a_day_says_so(october, stella, as_):
    page = as_(stella).get(f"{FIGURES}attendance.visits_on_closed_days/").content.decode()
    assert "No day stands behind this number." in page


def test_who_is_counted_is_listed_for_those_who_may_read_names(october, amara, sam, stella, as_):
    path = f"{FIGURES}membership.active_30/"
    full, plain = (as_(who).get(path).content.decode() for who in (sam, stella))
    assert f'href="/members/{amara.pk}/"' in full and "Amara Okafor" in full
    assert "Who is counted is for staff to see." in plain and "This counts members and no days." in plain
    cohort = f"{FIGURES}membership.retention/?part=joined=2026-07-01_2026-09-30; days=31-90"
    never = as_(sam).get(cohort).content.decode()
    assert "It is never opened to one person." in never and not NAMES.search(never)


def test_a_figure_of_parts_lists_them(october, stella, as_):
    page = as_(stella).get(f"{FIGURES}attendance.by_weekday/").content.decode()
    assert links(page, rf"{FIGURES}attendance.by_weekday/\?") == [
        f"{FIGURES}attendance.by_weekday/?part=weekday%3D{day}"
        for day in ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday")
    ]
    assert told(as_(stella), f"{FIGURES}attendance.by_weekday/?part=weekday%3DMonday") == [(5, 2)]


@pytest.mark.parametrize(
    "path",
    [
        f"{FIGURES}attendance.nothing/",
        f"{MEMBER_DAYS}?part=weekday=Monday",
        f"{MEMBER_DAYS}2026-10-04/",  # a Sunday
        f"{MEMBER_DAYS}2026-11-02/",  # another month
        f"{FIGURES}membership.roll/2026-10-05/",
        "/reports/2024-01-01_2026-10-31/figures/attendance.member_days/",
        "/reports/2024-01-01_2026-10-31/figures/attendance.member_days/2026-10-05/",
    ],
)
def test_what_is_no_figure_or_no_day_of_it_is_not_found(october, sam, as_, path):
    assert as_(sam).get(path).status_code == 404


@pytest.mark.parametrize("visits", [1, 3])
def test_the_pages_cost_the_same_however_many_visits(sam, as_, django_assert_num_queries, visits):
    for number in range(visits):
        make.visit(make.member(f"Person{number} Name"), MONDAY, unit=make.unit(f"Unit {number}"))
    client = as_(sam)
    client.get(MEMBER_DAYS)
    with django_assert_num_queries(40):
        client.get(MEMBER_DAYS)
    with django_assert_num_queries(41):
        client.get(f"{MEMBER_DAYS}{MONDAY}/")
    with django_assert_num_queries(42):
        client.get(f"{FIGURES}attendance.distinct_members/")
