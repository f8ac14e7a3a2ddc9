"""The members' list and pages, staff, and what is written down when somebody looks or changes something."""

import datetime as dt

import pytest
from django.utils import timezone

from members import actions
from members.models import AuditRecord, Member, Staff
from tests import make

pytestmark = pytest.mark.page

LIST, ADD = "/members/", "/members/add/"


@pytest.fixture
def browser(dana, as_):
    return as_(dana)


def names(response) -> list[str]:
    return [member.known_as for member in response.context["page"]]


def records() -> list[tuple]:
    return list(AuditRecord.objects.order_by("seq").values_list("verb", "about__first_name", "before", "after"))


# -- The list ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("how_many", [1, 3])
def test_the_list_costs_the_same_for_one_and_for_three(browser, how_many, django_assert_num_queries):
    browser.get(LIST)
    for n in range(how_many):
        make.account(make.member(f"Member{n} Okafor"))
    with django_assert_num_queries(7):  # session, person, house, count, rows, whom to ask for an address
        shown = browser.get(LIST)
    assert len(names(shown)) == how_many


def test_the_roll_leaves_out_who_withdrew_or_died_and_everyone_ever_does_not(browser):
    today = timezone.localdate()
    make.member("Amara Okafor")
    make.member("Wim Bakker", withdrawn_on=today)
    make.member("Dora Lang", deceased_on=today)
    assert names(browser.get(LIST)) == ["Amara"]
    assert names(browser.get(LIST, {"show": "everyone"})) == ["Amara", "Dora", "Wim"]


@pytest.mark.parametrize("words", ["okafor", "AMA", "oka ama", "Ókafor", "T-77"])
def test_a_search_looks_through_everyone_ever(browser, words):
    make.member("Amara Okafor", member_no="T-77", withdrawn_on=dt.date(2021, 1, 1))
    make.member("Noor Haddad")
    assert names(browser.post(LIST, {"q": words})) == ["Amara"]


def test_a_search_for_nobody_says_so(browser):
    make.member("Amara Okafor")
    shown = browser.post(LIST, {"q": "zzz"})
    assert "Nobody by that name." in shown.content.decode()


@pytest.mark.parametrize("q", ["\x00", "=1+1", "%", "'" * 100, "a" * 500])
def test_odd_searches_find_nobody_and_break_nothing(browser, q):
    make.member("Noor Haddad")
    assert browser.post(LIST, {"q": q}).status_code == 200


def test_the_list_comes_in_pages(browser):
    for n in range(51):
        make.member(f"Member{n:02}")
    assert len(names(browser.get(LIST))) == 50
    assert names(browser.get(LIST, {"page": 2})) == ["Member50"]
    assert names(browser.get(LIST, {"page": "x"})) == names(browser.get(LIST))


# -- A member's page ---------------------------------------------------------------------------------------------------


def test_each_look_at_a_page_is_written_down(sam, amara, as_):
    as_(sam).get(f"/members/{amara.pk}/")
    assert records() == [("look_at_member", "Amara", {}, {})]
    assert AuditRecord.objects.get().by == sam.user


def test_also_a_look_at_the_form_and_at_the_visits(browser, amara):
    browser.get(f"/members/{amara.pk}/edit/")
    browser.get(f"/members/{amara.pk}/visits/")
    assert [record[0] for record in records()] == ["look_at_member"] * 2


CONTACTS = {"phone": "555 0101", "email": "a@example.org", "address": "1 Elm Street"}


@pytest.mark.parametrize("phone_off", [{"phone_allowed": False}, {"calls_allowed": False, "texts_allowed": False}])
def test_a_channel_that_is_off_is_shown_nowhere(browser, phone_off):
    amara = make.member("Amara", **CONTACTS, **phone_off, email_allowed=False, post_allowed=False)
    pages = [browser.get(f"/members/{amara.pk}/{end}").content.decode() for end in ("", "edit/", "login/")]
    assert [(word, n) for n, page in enumerate(pages) for word in CONTACTS.values() if word in page] == []


@pytest.mark.parametrize(
    ("off", "said"), [("texts_allowed", "for calls, no texts"), ("calls_allowed", "for texts, no calls")]
)
def test_a_number_for_one_thing_only_says_so(browser, off, said):
    amara = make.member("Amara", **CONTACTS, **{off: False})
    page = browser.get(f"/members/{amara.pk}/").content.decode()
    assert (said in page, "tel:555" in page) == (True, off == "texts_allowed")


def test_a_channel_that_is_on_is_shown(browser):
    amara = make.member("Amara", **CONTACTS)
    page = browser.get(f"/members/{amara.pk}/").content.decode()
    assert [word in page for word in CONTACTS.values()] == [True] * 3


def test_a_member_may_not_open_anybodys_page_here(amara, noor, as_):
    assert as_(amara).get(f"/members/{noor.pk}/").status_code == 403
    assert records() == []


# -- Adding and editing ------------------------------------------------------------------------------------------------

NEW = {
    "member_no": "M0321",
    "first_name": "Lena",
    "enrolled_on": "2026-10-05",
    "phone_allowed": "on",
    "email_allowed": "on",
    "post_allowed": "on",
}


def test_dana_adds_a_member(browser):
    posted = browser.post(ADD, NEW)
    lena = Member.objects.get()
    assert posted.headers["Location"] == f"/members/{lena.pk}/"
    assert (lena.known_as, lena.enrolled_on, lena.search_name) == ("Lena", dt.date(2026, 10, 5), "lena")
    ((verb, about, before, after),) = records()
    assert (verb, about, before, after["member_no"]) == ("add_member", "Lena", {}, "M0321")


def test_a_part_of_town_is_written_down_and_its_member_sees_it(browser, amara, as_):
    as_it_is = NEW | {"member_no": amara.member_no, "first_name": "Amara", "enrolled_on": "2020-01-01"}
    shown = browser.post(f"/members/{amara.pk}/edit/", as_it_is | {"area": "E" * 61})
    assert shown.context["form"].errors == {"area": ["Keep this under 60 letters."]}
    browser.post(f"/members/{amara.pk}/edit/", as_it_is | {"area": "Eastside"})
    assert "Eastside" in browser.get(f"/members/{amara.pk}/").content.decode()
    assert "Eastside" in as_(amara).get("/me/").content.decode()
    assert [after["area"] for verb, _about, _before, after in records() if verb == "edit_member"] == ["Eastside"]


@pytest.mark.parametrize(("last", "next_one"), [("M0320", "M0321"), ("99", "100"), ("A-9", "A-10")])
def test_the_next_number_is_suggested(browser, last, next_one):
    make.member(member_no=last)
    assert browser.get(ADD).context["form"]["member_no"].value() == next_one


def test_the_first_number_is_suggested_too(browser):
    make.member(member_no="Anna")
    assert browser.get(ADD).context["form"]["member_no"].value() == "M0001"


def test_a_number_belongs_to_one_member(dana, browser):
    make.member(member_no="M0321")
    shown = browser.post(ADD, NEW)
    assert shown.context["form"].errors == {"member_no": ["Somebody else has this member number. Choose another one."]}
    fields = {"member_no": "M0321", "first_name": "Lena", "enrolled_on": dt.date(2026, 10, 5)}
    with pytest.raises(actions.MemberNumberTaken):
        actions.add_member(by=dana.user, **fields)
    assert (Member.objects.count(), records()) == (1, [])


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"first_name": ""}, "first_name"),
        ({"enrolled_on": "2026-02-30"}, "enrolled_on"),
        ({"enrolled_on": "0026-02-03"}, "enrolled_on"),
        ({"enrolled_on": "9999-02-03"}, "enrolled_on"),
        ({"email": "lena"}, "email"),
        ({"language": "klingon"}, "language"),
        ({"member_no": "M" * 21}, "member_no"),
        ({"first_name": "L\x00na"}, "first_name"),
    ],
)
def test_what_cannot_be_is_said_at_its_field(browser, wrong, field):
    shown = browser.post(ADD, NEW | wrong)
    assert list(shown.context["form"].errors) == [field]
    assert Member.objects.count() == 0


def test_dana_edits_a_member_and_only_what_changed_is_written_down(browser, amara):
    form = NEW | {
        "member_no": amara.member_no,
        "first_name": "Amara",
        "last_name": "Okafor",
        "enrolled_on": "2020-01-01",
    }
    browser.post(f"/members/{amara.pk}/edit/", form | {"pronouns": "she"})
    amara.refresh_from_db()
    assert amara.pronouns == "she"
    assert records() == [("edit_member", "Amara", {"pronouns": ""}, {"pronouns": "she"})]
    browser.post(f"/members/{amara.pk}/edit/", form | {"pronouns": "she"})
    assert len(records()) == 1


def test_withdrawing_before_enrolling_cannot_be(browser, amara):
    form = NEW | {"member_no": amara.member_no, "enrolled_on": "2020-01-01", "withdrawn_on": "2019-12-31"}
    shown = browser.post(f"/members/{amara.pk}/edit/", form)
    assert shown.context["form"].errors == {"withdrawn_on": ["This is before the day of enrolling."]}
    amara.refresh_from_db()
    assert amara.withdrawn_on is None


def test_a_phone_that_is_off_survives_an_edit_unseen(browser):
    amara = make.member("Amara Okafor", phone="555 0101", phone_allowed=False)
    form = NEW | {"member_no": amara.member_no, "first_name": "Amara", "last_name": "Okafor"}
    del form["phone_allowed"]
    browser.post(f"/members/{amara.pk}/edit/", form | {"phone": "999"})
    amara.refresh_from_db()
    assert (amara.phone, amara.phone_allowed) == ("555 0101", False)


@pytest.mark.parametrize("who", ["amara", "sam"])
def test_only_a_coordinator_edits(request, amara, as_, who):
    browser = as_(request.getfixturevalue(who))
    tried = [browser.post(ADD, NEW), browser.post(f"/members/{amara.pk}/edit/", NEW), browser.post("/staff/add/", NEW)]
    assert [answer.status_code for answer in tried] == [403] * 3
    assert (Member.objects.count(), records()) == (1, [])


# -- Staff -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("how_many", [1, 3])
def test_the_staff_list_costs_the_same_for_one_and_for_three(browser, how_many, django_assert_num_queries):
    browser.get("/staff/")
    for n in range(how_many):
        make.account(make.staff(f"Colleague{n}"))
    with django_assert_num_queries(4):  # session, person, house, rows
        shown = browser.get("/staff/")
    assert len(shown.context["people"]) == how_many + 1


def test_who_stopped_working_here_is_among_everyone_ever(browser, dana):
    make.staff("Vera Lund", ended_on=dt.date(2020, 1, 1))
    assert [p.known_as for p in browser.get("/staff/").context["people"]] == ["Dana"]
    assert [p.known_as for p in browser.get("/staff/?show=everyone").context["people"]] == ["Dana", "Vera"]


def test_dana_adds_and_edits_staff(browser):
    browser.post("/staff/add/", {"first_name": "Vera"})
    vera = Staff.objects.get(first_name="Vera")
    browser.post(f"/staff/{vera.pk}/edit/", {"first_name": "Vera", "phone": "555"})
    browser.post(f"/staff/{vera.pk}/edit/", {"first_name": "Vera", "phone": "555"})
    assert [(verb, about) for verb, about, _, _ in records()] == [("add_staff", None), ("edit_staff", None)]
    assert records()[1][2:] == ({"phone": ""}, {"phone": "555"})


def test_a_last_day_before_the_first_cannot_be(browser):
    shown = browser.post("/staff/add/", {"first_name": "Vera", "started_on": "2026-02-01", "ended_on": "2026-01-01"})
    assert shown.context["form"].errors == {"ended_on": ["This is before the first day."]}
    assert Staff.objects.filter(first_name="Vera").count() == 0


def test_a_long_name_in_letters_that_fold_into_many_is_kept(dana):
    member = actions.add_member(
        by=dana.user, member_no="L1", first_name="\ufdfa" * 100, enrolled_on=dt.date(2026, 1, 5)
    )
    assert len(member.search_name) == 400
