"""My page: what the house holds about me, my visits, and who looked."""

import datetime as dt
import re

import pytest

from members import actions
from members.models import AuditRecord
from tests import make

pytestmark = pytest.mark.page

MINE = {"name_to_use": "Ama", "pronouns": "she", "phone": "555 0101", "email": "", "language": "", "board_name": "none"}


def test_amara_changes_her_page(amara, as_):
    posted = as_(amara).post("/me/edit/", MINE | {"phone_allowed": "on"})
    assert posted.headers["Location"] == "/me/"
    amara.refresh_from_db()
    assert (amara.known_as, amara.pronouns, amara.phone_to_use, amara.email_allowed) == (
        "Ama",
        "she",
        "555 0101",
        False,
    )
    assert amara.search_name == "ama amara okafor"
    record = AuditRecord.objects.get()
    assert (record.verb, record.about, record.by) == ("edit_me", amara, amara.user)
    assert record.before == {
        "name_to_use": "",
        "pronouns": "",
        "phone": "",
        "email_allowed": True,
        "board_name": "short",
    }


def test_she_cannot_change_what_is_not_hers_to_change(amara, as_):
    as_(amara).post("/me/edit/", MINE | {"member_no": "X1", "first_name": "Eve", "withdrawn_on": "2026-01-01"})
    number = amara.member_no
    amara.refresh_from_db()
    assert (amara.member_no, amara.first_name, amara.withdrawn_on) == (number, "Amara", None)


def test_sam_has_a_page_that_fits(sam, as_):
    browser = as_(sam)
    assert browser.get("/me/").status_code == 200
    browser.post("/me/edit/", {"name_to_use": "Sammy"})
    sam.refresh_from_db()
    assert sam.known_as == "Sammy"
    assert [browser.get(url).status_code for url in ("/me/visits/", "/me/looks/")] == [404, 404]


def test_a_login_without_a_person_has_nothing_to_change(db, client):
    user = make.User.objects.create_user("keeper")
    client.force_login(user, backend="members.sign_in.Backend")
    assert (client.get("/me/").status_code, client.get("/me/edit/").status_code) == (200, 404)
    with pytest.raises(actions.NoPerson):
        actions.edit_me(by=user, name_to_use="x")


@pytest.mark.parametrize("how_many", [1, 3])
def test_her_visits_cost_the_same_for_one_and_for_three(amara, noor, as_, how_many, django_assert_num_queries):
    browser = as_(amara)
    browser.get("/me/")
    for n in range(how_many):
        make.visit(amara, dt.date(2026, 10, 5 + n), unit=make.unit(f"Unit {n}"))
    make.visit(noor, dt.date(2026, 10, 5))
    with django_assert_num_queries(6):  # session, person, house, what she asked, count, rows
        page = browser.get("/me/visits/")
    assert [visit.day.day for visit in page.context["page"]] == list(range(4 + how_many, 4, -1))


@pytest.mark.parametrize("how_many", [1, 3])
def test_who_looked_costs_the_same_for_one_and_for_three(amara, sam, dana, as_, how_many, django_assert_num_queries):
    browser = as_(amara)
    browser.get("/me/")
    for n in range(how_many):
        actions.look_at_member(member=amara, by=[sam, dana, amara][n].user)
    with django_assert_num_queries(6):  # session, person, house, lists with my name, count, records
        page = browser.get("/me/looks/")
    assert len(page.context["lines"]) == how_many


def test_amara_reads_in_plain_words_who_looked_and_what_changed(amara, noor, sam, dana, as_):
    actions.look_at_member(member=amara, by=sam.user)
    actions.look_at_member(member=noor, by=sam.user)
    actions.edit_member(member=amara, by=dana.user, phone="555 0101", phone_allowed=False)
    actions.edit_me(by=amara.user, pronouns="she")
    lines = as_(amara).get("/me/looks/").context["lines"]
    assert [(line.who, line.did, line.changes) for line in lines] == [
        ("You", "changed your page", [("pronouns", "nothing", "she")]),
        (
            "Dana Whitfield",
            "changed what the house holds about you",
            [("phone", "nothing", "555 0101"), ("The house may use my phone number", "yes", "no")],
        ),
        ("Sam Rivers", "looked at your page", []),
    ]


def test_she_can_read_every_record_twenty_on_a_page(amara, sam, as_):
    for _ in range(21):
        actions.look_at_member(member=amara, by=sam.user)
    pages = [as_(amara).get("/me/looks/", {"page": number}).context["lines"] for number in (1, 2)]
    assert [len(lines) for lines in pages] == [20, 1]


def test_she_reads_what_was_done_to_her_visit_and_why(amara, sam, as_):
    visit, browser = make.visit(amara, dt.date(2026, 10, 5), "09:00", "12:00"), as_(sam)
    right = {"arrived": "09:00", "ending": "known", "left": "13:00", "kind": "wod", "why": "She told me."}
    browser.post(f"/arrivals/visits/{visit.pk}/", right)
    browser.post(f"/arrivals/visits/{visit.pk}/", {"action": "remove", "remove-why": "It was her sister."})
    page = as_(amara).get("/me/looks/")
    removed, corrected = page.context["lines"]
    assert (corrected.did, corrected.why) == ("corrected a visit of yours", "She told me.")
    assert corrected.changes == [("Left", "noon", "1 pm")]
    assert removed.changes == [("Visit", "9 am to 1 pm", "not in the book")]
    assert "It was her sister." in page.content.decode()


@pytest.mark.parametrize("address", ["/me/", "/me/visits/", "/me/visits/?page=3"])
@pytest.mark.parametrize("who", ["amara", "rosa"])
def test_the_page_stays_short(who, as_, address, request):
    """At most seven links and 150 words in the page itself (handbook, "Member's pages")."""
    member = request.getfixturevalue(who)
    for day in range(1, 31):
        make.visit(member, dt.date(2026, 9, day), unit=member.units.first())
    page = as_(member).get(address).content.decode()
    main = page[page.index("<main") : page.index("</main>")]
    assert main.count("<a ") <= 7
    assert len(re.sub(r"<[^>]*>", " ", main).split()) <= 150


def test_her_visit_is_told_in_words(amara, as_):
    make.visit(amara, dt.date(2026, 10, 5), "08:06", "13:34", unit=make.unit("Clerical"))
    page = as_(amara).get("/me/visits/").content.decode()
    assert "8:06 am to 1:34 pm · Clerical" in " ".join(page.split())


def test_password_pin_and_where_she_is_signed_in_stand_under_her_keys(amara, rosa, as_):
    addresses = ["/accounts/password/change/", "/me/pin/", "/accounts/sessions/"]
    for person, found in ((rosa, addresses), (amara, [addresses[0], addresses[2]])):
        page = as_(person).get("/accounts/2fa/").content.decode()
        assert [address for address in addresses if f'href="{address}"' in page] == found
