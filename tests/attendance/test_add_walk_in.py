"""Somebody new walks in: two fields, a gentle question, and they are on the roll and here."""

import datetime as dt
import re
import uuid

import pytest
import time_machine
from django.utils import timezone

from attendance import actions
from attendance.alike import look_alikes
from attendance.models import Mark, Visit
from members.models import AuditRecord, Member
from tests import make

pytestmark = [pytest.mark.page, pytest.mark.django_db]
TUESDAY, MONDAY = dt.date(2026, 10, 6), dt.date(2026, 10, 5)
PAGE = f"/arrivals/{TUESDAY}/walk-in/"


@pytest.fixture(autouse=True)
def on_tuesday_at_ten():
    with time_machine.travel(dt.datetime(2026, 10, 6, 14, 0, tzinfo=dt.UTC), tick=False) as clock:
        yield clock


def write(client, first_name="Nia", last_name="", url=PAGE, **more):
    data = {"key": str(uuid.uuid4()), "first_name": first_name, "last_name": last_name} | more
    return client.post(url, data)


def said(response) -> list[str]:
    if response.status_code == 302:
        response = response.client.get(response.url)
    return [str(message) for message in response.context["messages"]]


def words(response) -> str:
    """What stands in the main part."""
    main = re.search(r"<main.*</main>", response.content.decode(), re.S)
    return re.sub(r"\s+", " ", re.sub("<[^>]+>", " ", main.group()))


def hidden(response, name: str) -> str:
    return re.search(f'name="{name}" value="([^"]*)"', response.content.decode()).group(1)


def walk_in(by, first_name="Nia", last_name="Adeyemi", *, key=None, day=TUESDAY, **more) -> Mark:
    with timezone.override("America/Detroit"):
        return actions.add_walk_in(
            first_name=first_name, last_name=last_name, day=day, key=key or uuid.uuid4(), by=by.user, **more
        )


# -- The action --------------------------------------------------------------------------------------------------------


def test_somebody_new_is_on_the_roll_and_here(sam):
    make.member("Amara Okafor", member_no="M0320")
    mark = walk_in(sam)
    member = Member.objects.get(first_name="Nia")
    assert (member.member_no, member.last_name, member.enrolled_on) == ("M0321", "Adeyemi", TUESDAY)
    assert (mark.member, mark.visit) == (member, Visit.objects.get())
    assert (mark.visit.ending, mark.visit.day, mark.visit.kind) == ("here", TUESDAY, "wod")
    assert list(AuditRecord.objects.order_by("seq").values_list("verb", "about", "by")) == [
        ("attendance.log_arrival", member.pk, sam.user.pk),
        ("attendance.add_walk_in", member.pk, sam.user.pk),
    ]
    assert AuditRecord.objects.last().after == {
        "member_no": "M0321", "first_name": "Nia", "last_name": "Adeyemi", "enrolled_on": "2026-10-06",
    }  # fmt: skip


def test_the_same_key_again_is_the_same_person(sam):
    key = uuid.uuid4()
    first, again = walk_in(sam, key=key), walk_in(sam, key=key)
    assert (again.member, again.visit, again.is_repeat) == (first.member, first.visit, True)
    assert (Member.objects.count(), Visit.objects.count(), AuditRecord.objects.count()) == (1, 1, 2)


@pytest.mark.parametrize("other", [{"first_name": "Mia"}, {"last_name": ""}, {"kind": "social"}])
def test_the_same_key_for_somebody_else_is_refused(other, sam):
    key = uuid.uuid4()
    walk_in(sam, key=key)
    with pytest.raises(actions.KeyAlreadyUsed):
        walk_in(sam, key=key, **other)
    assert Member.objects.count() == 1


def test_nor_does_the_key_of_a_tap_make_a_member(amara, sam):
    key = uuid.uuid4()
    actions.log_arrival(member=amara, day=TUESDAY, key=key, by=sam.user)
    with pytest.raises(actions.KeyAlreadyUsed):
        walk_in(sam, key=key)
    assert list(Member.objects.all()) == [amara]


def test_when_the_arrival_is_refused_nobody_is_on_the_roll(sam):
    with pytest.raises(actions.TimeNeeded):
        walk_in(sam, day=MONDAY)
    with pytest.raises(actions.DayNotCome):
        walk_in(sam, day=dt.date(2026, 10, 7))
    assert (Member.objects.count(), Visit.objects.count(), AuditRecord.objects.count()) == (0, 0, 0)


def test_a_number_given_away_at_this_moment_is_passed_over(sam, monkeypatch):
    make.member("Amara Okafor", member_no="M0320")
    numbers = iter(["M0320", "M0321"])
    monkeypatch.setattr(type(Member.objects.all()), "next_member_no", lambda rows: next(numbers))
    assert walk_in(sam).member.member_no == "M0321"
    assert Member.objects.count() == 2


def test_when_every_number_is_taken_it_says_so(sam, monkeypatch):
    make.member("Amara Okafor", member_no="M0320")
    monkeypatch.setattr(type(Member.objects.all()), "next_member_no", lambda rows: "M0320")
    with pytest.raises(actions.TooManyAtOnce):
        walk_in(sam)
    assert (Member.objects.count(), Visit.objects.count()) == (1, 0)


# -- Who looks alike ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("on_the_roll", "typed"),
    [
        ("Ana Park", ("Ana", "Park")),
        ("Ana Park", ("ÁNA", "park")),
        ("Ana Park", ("Anna", "Park")),  # a letter more
        ("Ana Park", ("Ana", "Prak")),  # two swapped
        ("Ana Park", ("Park", "Ana")),  # the other way round
        ("Ana Park", ("Ana", "P")),  # an initial
        ("Ana Park", ("A.", "Park")),
        ("Ana Park", ("Ana", "")),
        ("Ana", ("Ana", "Park")),  # known by one name so far
        ("Anastasia Park", ("Ana", "Park")),  # short for
        ("Ana Park", ("Anastasia", "Park")),
        ("Elizabeth Moore", ("Beth", "Moore")),
        ("Jean-Pierre Martin", ("JP", "Martin")),
        ("Ana de la Cruz", ("Ana", "Cruz")),
        ("Ana Cruz", ("Ana", "De La Cruz")),
        ("Konstantin Ng", ("Konstanten", "Ng")),
        ("Żaneta Łoś", ("Zaneta", "Los")),
    ],
)
def test_these_look_alike(on_the_roll, typed):
    make.member("Noor Haddad")
    member = make.member(on_the_roll)
    assert [one.member for one in look_alikes(*typed)] == [member]


@pytest.mark.parametrize(
    ("on_the_roll", "typed"),
    [
        ("Ana Park", ("Ana", "Stone")),
        ("Ana Park", ("Ola", "Park")),
        ("Mary Stone", ("Mary", "Smith")),
        ("Ana Park", ("A", "P")),  # everybody has initials
        ("Ana Park", ("A", "")),
        ("Ana Park", ("Joy", "")),
        ("Al Park", ("Ed", "Park")),
        ("Ana Park", ("!", "?")),
    ],
)
def test_these_do_not(on_the_roll, typed):
    make.member(on_the_roll)
    assert look_alikes(*typed) == []


def test_also_by_the_name_to_use_after_any_absence_but_never_the_deceased_nor_a_merged_row():
    old = make.member("Margaret Stone", name_to_use="Peggy", withdrawn_on=dt.date(2019, 5, 1))
    make.member("Peggy Stone", deceased_on=dt.date(2020, 1, 1))
    make.member("Peggy Stone", merged_into=old)
    assert [(one.member, one.name) for one in look_alikes("Peggy", "Stone")] == [(old, "Peggy S.")]


def test_the_likeliest_come_first_and_few(django_assert_num_queries):
    for number in range(8):
        make.member("Anna Parker", member_no=f"A{number}")
    ana = make.member("Ana Park", member_no="B1")
    with django_assert_num_queries(2):
        found = look_alikes("Ana", "Park")
    assert [one.name for one in found] == ["Ana P.", *(f"Anna P. (A{number})" for number in range(4))]
    assert found[0].member == ana


# -- The page ----------------------------------------------------------------------------------------------------------


def test_rosa_writes_somebody_down_in_two_fields(rosa, as_):
    answer = write(as_(rosa), "Nia", "Adeyemi")
    assert (answer.url, said(answer)) == ("/arrivals/", ["Welcome, Nia! Saved: on the roll, and here since 10 am."])
    assert Visit.objects.get().member.full_name == "Nia Adeyemi"


def test_somebody_alike_is_asked_about_first_with_no_more_of_their_name_than_needed(rosa, as_):
    ana = make.member("Ana Parkinson", phone="555 0199", member_no="M7")
    make.visit(ana, dt.date(2020, 3, 1))
    asked = write(as_(rosa), "Anna", "Parkinsen")
    assert (asked.status_code, Member.objects.count()) == (200, 2)
    assert "Looks like Ana P. . The same person?" in words(asked)
    for private in ("Parkinson", "555 0199", "2020"):
        assert private not in asked.content.decode()
    assert 'value="Parkinsen"' in asked.content.decode()  # what was typed is still there

    answer = as_(rosa).post(
        f"/arrivals/{TUESDAY}/log/", {"key": hidden(asked, "key"), "member_no": "M7", "action": "arrive"}
    )
    assert said(answer) == ["Saved. Ana is here since 10 am. Welcome back!"]
    assert (Member.objects.count(), Visit.objects.latest("day").member) == (2, ana)


def test_no_somebody_new_is_one_tap(rosa, as_):
    make.member("Ana Park", member_no="M9007")
    client = as_(rosa)
    asked = write(client, "Ana", "Park")
    write(client, "Ana", "Park", asked=hidden(asked, "asked"))
    assert sorted(Member.objects.filter(first_name="Ana").values_list("member_no", flat=True)) == ["M9007", "M9008"]


def test_other_names_than_those_asked_about_are_asked_about_again(rosa, as_):
    make.member("Ana Park")
    make.member("Bo Lee")
    client = as_(rosa)
    asked = hidden(write(client, "Ana", "Park"), "asked")
    assert "Looks like Bo L." in words(write(client, "Bo", "Lee", asked=asked))
    assert Member.objects.count() == 3


def test_the_words_of_a_search_come_along_by_post(rosa, as_):
    empty = as_(rosa).post("/arrivals/", {"q": "Nia de la Cruz", "kind": "social"})
    page = empty.content.decode()
    assert f'action="{PAGE}"' in page and 'name="words" value="Nia de la Cruz"' in page
    form = as_(rosa).post(PAGE, {"words": "Nia de la Cruz", "kind": "social"}).content.decode()
    assert 'value="Nia"' in form and 'value="de la Cruz"' in form and 'name="kind" value="social"' in form
    assert Member.objects.count() == 1


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"first_name": " "}, "What is their first name?"),
        ({"first_name": "x" * 101}, "Make it shorter: 100 letters at most."),
        ({"last_name": "x" * 101}, "Make it shorter: 100 letters at most."),
    ],
)
def test_what_is_not_right_stands_beside_its_field_and_nothing_typed_is_lost(fields, sentence, rosa, as_):
    answer = write(as_(rosa), **{"first_name": "Nia", "last_name": "Adeyemi"} | fields)
    assert answer.status_code == 422
    assert sentence in words(answer)
    kept = "Adeyemi" if "first_name" in fields else "Nia"
    assert f'value="{kept}"' in answer.content.decode()
    assert Member.objects.count() == 1


@pytest.mark.parametrize("fields", [{"key": "x"}, {"key": ""}, {"kind": "party"}])
def test_a_page_that_is_out_of_date_says_so(fields, rosa, as_):
    answer = write(as_(rosa), **fields)
    assert (answer.status_code, Member.objects.count()) == (422, 1)
    assert said(answer) == ["This page is out of date. Load it again, then tap once more."]


def test_a_refusal_is_said(amara, rosa, as_):
    key = str(uuid.uuid4())
    actions.log_arrival(member=amara, day=TUESDAY, key=uuid.UUID(key), by=rosa.user)
    answer = write(as_(rosa), key=key)
    assert (answer.status_code, said(answer)) == (
        422, ["This page has sent something else before. Load it again, then tap once more."],
    )  # fmt: skip


def test_on_another_day_with_the_time_they_came(rosa, as_):
    url = f"/arrivals/{MONDAY}/walk-in/"
    assert 'value="08:30"' in as_(rosa).get(url).content.decode()
    assert "Please say the time." in words(write(as_(rosa), url=url))
    answer = write(as_(rosa), url=url, at="09:15")
    assert said(answer) == ["Welcome, Nia! Saved: on the roll, and here from 9:15 am on Monday 5 October."]
    nia = Member.objects.get(first_name="Nia")
    assert (nia.enrolled_on, nia.visits.get().day, nia.visits.get().ending) == (MONDAY, MONDAY, "not_written")


def test_not_on_a_day_that_has_not_come(rosa, as_):
    assert as_(rosa).get("/arrivals/2026-10-07/walk-in/").url == "/arrivals/2026-10-07/"


def test_who_may_not(amara, as_):
    assert write(as_(amara)).status_code == 403
    assert Member.objects.count() == 1
