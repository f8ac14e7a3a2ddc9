"""Figures for research: only by a decision of the house, and nobody in them can be known."""

import csv
import datetime as dt
import io
import random
import zipfile
from collections import Counter

import openpyxl
import pytest
import time_machine
from django.db import transaction
from django.test import Client

from attendance import actions
from attendance.models import HouseDecision, ReportFile, Visit
from attendance.report_files import make_waiting_file, path_of
from attendance.reports.research import DAYS, few_told, in_bands, research
from clubhouse.converters import Month
from clubhouse.spans import Span
from members.models import AuditRecord, Member
from tests.attendance.crowd import TODAY, crowd

JUNE, YEAR = Span.of(Month(2026, 6)), Span.of(Month(2025, 1), Month(2025, 12))
TRAITS = ("joined", "age", "language", "area")


@pytest.fixture(autouse=True)
def in_july(db):
    with time_machine.travel(dt.datetime.combine(TODAY, dt.time(16), tzinfo=dt.UTC), tick=False):
        yield


@pytest.fixture(scope="module")
def built(django_db_setup, django_db_blocker):
    """Built once: whatever a test changes is rolled back after it. What must never leave the house is a canary."""
    with django_db_blocker.unblock(), transaction.atomic():
        crowd(3)
        Member.objects.filter(pk__in=list(Member.objects.values_list("pk", flat=True)[:9])).update(area="Canary Row")
        yield
        transaction.set_rollback(True)


@pytest.fixture
def house(built, db):
    return None


@pytest.fixture
def decision(dana):
    return actions.record_decision(decided_on=dt.date(2026, 7, 1), words="The university may.", by=dana.user)


def take(browser: Client, span: Span, format: str = "zip"):
    return browser.post(f"/reports/{span}/research/", {"format": format})


def rows_of(content: bytes, name: str = "data.csv") -> list[dict[str, str]]:
    with zipfile.ZipFile(io.BytesIO(content)) as together:
        return list(csv.DictReader(io.StringIO(together.read(name).decode("utf-8-sig"))))


def exports() -> list[dict]:
    return [record.after for record in AuditRecord.objects.filter(verb="attendance.export_research").order_by("seq")]


def test_stella_takes_the_figures_in_the_name_of_the_house(house, decision, stella, as_):
    browser = as_(stella)
    shown = browser.get(f"/reports/{YEAR}/research/").content.decode()
    assert "The university may." in shown
    response = take(browser, YEAR)
    assert response["Content-Disposition"] == f'attachment; filename="figures-for-research-{YEAR}.zip"'
    rows = rows_of(response.content)
    came = Visit.objects.filter(day__year=2025).values("member").distinct().count()
    assert len(rows) == came
    assert len({row["study_number"] for row in rows}) == came
    alike = Counter(tuple(row[trait] for trait in TRAITS) for row in rows)
    assert min(alike.values()) >= 5 and len(alike) > 5
    for column in rows[0]:
        told = Counter(row[column] for row in rows)
        assert column == "study_number" or min(told.values()) >= 5, column
    meant = {row["column"]: row for row in rows_of(response.content, "dictionary.csv") if row["column"]}
    assert list(meant) == list(rows[0])
    assert {row["age"] for row in rows} == set(meant["age"]["values"].split("; "))
    after = {"decision": decision.pk, "time": str(YEAR), "format": "zip"}
    assert exports() == [after]

    workbook = openpyxl.load_workbook(io.BytesIO(take(browser, YEAR, "xlsx").content))
    assert workbook.sheetnames == ["Data", "Dictionary"]
    assert [list(row) for row in workbook["Data"].iter_rows(values_only=True)][1:] == [
        list(row.values()) for row in rows
    ]
    assert exports() == [after, after | {"format": "xlsx"}]


def test_nothing_in_them_is_a_name_a_number_or_a_day(house, decision, dana, as_):
    content = take(as_(dana), YEAR).content
    with zipfile.ZipFile(io.BytesIO(content)) as together:
        said = " ".join(together.read(name).decode("utf-8-sig") for name in together.namelist()).lower()
    assert "canary" not in said
    assert not any(str(born_on) in said for born_on in Member.objects.values_list("born_on", flat=True) if born_on)
    assert "2024-" not in said and "2025-01-01 2025-12-31" in said  # no day but the ends of the year


def test_the_same_data_give_the_same_bytes_and_another_time_other_numbers(house, decision, dana, as_, settings):
    browser = as_(dana)
    once, again, june = take(browser, YEAR).content, take(browser, YEAR).content, take(browser, JUNE).content
    assert once == again

    def numbers(content: bytes) -> set[str]:
        return {row["study_number"] for row in rows_of(content)}

    assert numbers(once) & numbers(june) == set()
    visit = Visit.objects.filter(day__year=2025).first()
    Visit.objects.filter(member=visit.member, day__year=2025).exclude(pk=visit.pk).delete()
    corrected = {person.number for person in research(YEAR).people}
    assert corrected & numbers(once) == set()
    settings.SECRET_KEY = "y" * 60
    assert corrected & {person.number for person in research(YEAR).people} == set()


def test_rows_do_not_stand_in_the_order_of_the_roll(house):
    people = research(YEAR).people
    assert [person.number for person in people] == sorted(person.number for person in people)


@pytest.mark.parametrize("why", ["none", "taken back", "run out"])
def test_without_a_decision_nothing_leaves_the_house(house, dana, as_, why):
    if why != "none":
        until_on = dt.date(2026, 7, 14) if why == "run out" else None
        given = actions.record_decision(decided_on=dt.date(2026, 7, 1), words="Yes.", until_on=until_on, by=dana.user)
        if why == "taken back":
            actions.take_back_decision(decision=given, by=dana.user)
    browser = as_(dana)
    assert "So the house meeting decides first who gets them" in " ".join(
        browser.get(f"/reports/{YEAR}/research/").content.decode().split()
    )
    response = browser.post(f"/reports/{YEAR}/research/", {"format": "zip"}, follow=True)
    assert response["Content-Type"].startswith("text/html")
    assert "The house meeting has not decided this yet." in response.content.decode()
    assert exports() == []


@pytest.mark.parametrize("span", ["2026-07", "2026-05-01_2026-06-30", "2024-05"])
def test_other_times_have_no_such_figures(house, decision, dana, as_, span):
    response = take(as_(dana), Span.parse(span))
    assert (response.status_code, response["Location"]) == (302, f"/reports/{span}/research/")
    assert exports() == []


def test_staff_and_members_have_no_such_file(decision, sam, amara, as_):
    assert [take(as_(person), YEAR).status_code for person in (sam, amara)] == [403, 403]


def test_figures_of_many_years_are_made_by_the_worker_while_the_decision_holds(
    house, decision, dana, as_, settings, tmp_path
):
    settings.REPORT_FILES = tmp_path
    years = Span.of(Month(2024, 1), Month(2025, 12))
    response = take(as_(dana), years)
    assert response["Location"] == "/reports/files/" and exports() == []  # nothing has left the house
    make_waiting_file()
    file = ReportFile.objects.get()
    as_(dana).get(f"/reports/files/{file.pk}/")
    assert exports() == [{"decision": decision.pk, "time": str(years), "format": "zip"}]
    assert (file.what, file.state) == ("research", "ready")
    assert len(rows_of(path_of(file).read_bytes())) == len(research(years).people) > 50

    as_(dana).post(f"/reports/{years}/groups/later/", {"format": "csv"})
    make_waiting_file()
    assert b"all members" in path_of(ReportFile.objects.get(what="breakdown")).read_bytes()


def test_a_file_that_waits_goes_with_the_decision(house, decision, dana, as_, settings, tmp_path):
    settings.REPORT_FILES, years = tmp_path, Span.of(Month(2024, 1), Month(2025, 12))
    take(as_(dana), years)
    make_waiting_file()
    actions.take_back_decision(decision=decision, by=dana.user)
    make_waiting_file()
    assert not ReportFile.objects.exists() and list(tmp_path.iterdir()) == []


def test_a_file_that_is_ready_is_given_while_a_decision_holds(house, decision, dana, as_, settings, tmp_path):
    settings.REPORT_FILES, years = tmp_path, Span.of(Month(2024, 1), Month(2025, 12))
    second = actions.record_decision(decided_on=dt.date(2026, 7, 2), words="Again.", by=dana.user)
    browser = as_(dana)
    take(browser, years)
    make_waiting_file()
    page = f"/reports/files/{ReportFile.objects.get().pk}/"
    actions.take_back_decision(decision=decision, by=dana.user)
    assert browser.get(page)["Content-Type"] == "application/zip"  # the second one holds
    HouseDecision.objects.filter(pk=second.pk).update(until_on=dt.date(2026, 7, 14))
    answer = browser.get(page, follow=True)
    assert answer["Content-Type"].startswith("text/html")
    assert "The house meeting has not decided this yet." in answer.content.decode()


@pytest.mark.parametrize(("trouble", "sentence"), [("no_decision", "not any more"), ("too_few", "is too small")])
def test_a_file_that_may_not_be_made_says_why(house, decision, dana, as_, settings, tmp_path, trouble, sentence):
    settings.REPORT_FILES, years = tmp_path, Span.of(Month(2024, 1), Month(2025, 12))
    take(as_(dana), years)
    if trouble == "no_decision":
        HouseDecision.objects.update(until_on=dt.date(2026, 7, 14))  # it ran out meanwhile
    else:
        some = Visit.objects.values_list("member", flat=True).distinct().order_by("member")[:3]
        Visit.objects.filter(day__year=2025, day__month=12).exclude(member__in=list(some)).delete()
    make_waiting_file()
    file = ReportFile.objects.get()
    assert (file.state, file.options) == ("failed", {"trouble": trouble})
    assert sentence in as_(dana).get("/reports/files/").content.decode()


@pytest.mark.once
@pytest.mark.parametrize("seed", range(6))
def test_five_share_whatever_is_told_and_five_lack_whatever_is_not(seed):
    chance = random.Random(seed)
    traits = [
        (chance.choice("abc"), chance.choice("1234"), chance.choice(["en"] * 5 + ["es", "so"]), chance.choice("NESW"))
        for _ in range(chance.choice([5, 9, 40, 150]))
    ]
    told = few_told(traits)
    assert min(Counter(told).values()) >= 5
    for place in range(4):
        assert all(one[place] in (None, trait[place]) for one, trait in zip(told, traits, strict=True))
        all_of, told_of = Counter(trait[place] for trait in traits), Counter(one[place] for one in told)
        assert [t for t in all_of if told_of[t] and 0 < all_of[t] - told_of[t] < 5] == []


@pytest.mark.once
def test_giving_up_traits_alone_would_leave_a_few_to_be_counted():
    """Nine speak Spanish; two of them in a part of town by themselves. Who knows of nine would count two without it."""
    traits = [("1 to 4", "18 to 64", "es", "East")] * 7 + [("1 to 4", "18 to 64", "es", "West")] * 2
    assert few_told(traits) == [("1 to 4", "18 to 64", "es", None)] * 9


@pytest.mark.once
def test_bands_hold_five_people_or_nobody():
    assert in_bands([1] * 6 + [12] * 5 + [160], DAYS) == ["1 to 9"] * 6 + ["10 or more"] * 6
    for numbers in ([1] * 6 + [12] * 5 + [160], [0] * 3 + [5] * 9, [0, 60, 70, 151, 3], list(range(200))):
        assert min(Counter(in_bands(numbers, DAYS)).values()) >= 5
