"""Tablets of the house: a code pairs one, a token opens what its place may open, and revoking ends it."""

import datetime as dt

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from members import actions
from members.actions.tablets import CODE_VALID_FOR
from members.middleware import TabletMiddleware
from members.models import AuditRecord, Tablet, tablet_digest
from members.models.tablets import TabletQuerySet
from tests import make

pytestmark = pytest.mark.page

PAIR, DOOR = "/tablets/pair/", "/door/"
KIND = "This code pairs no tablet. Perhaps it was used, or it is older than 15 minutes."
NINE = dt.datetime(2026, 10, 6, 13, 0, tzinfo=dt.UTC)  # nine in the morning in the house


def new_code(place: str = "door", name: str = "Front door") -> str:
    return actions.make_tablet(name=name, place=place, by=None)[1]


def is_sent_to(answer) -> tuple[int, str]:
    return answer.status_code, answer.headers.get("Location", "")


def body(answer) -> str:
    return " ".join(answer.content.decode().split())


# -- Pairing -----------------------------------------------------------------------------------------------------------


def test_dana_makes_a_code_and_the_tablet_types_it(dana, as_):
    made = as_(dana).post("/house/tablets/new/", {"name": "Front door", "place": "door"})
    tablet, browser = Tablet.objects.get(), Client()
    assert made.context["code"] in body(made)
    assert browser.get(DOOR).status_code == 200
    assert is_sent_to(browser.post(PAIR, {"code": made.context["code"]})) == (302, DOOR)
    tablet.refresh_from_db()
    assert (tablet.name, tablet.place, tablet.is_paired, tablet.code_digest) == ("Front door", "door", True, "")
    assert tablet.token_digest == tablet_digest(browser.cookies["tablet"].value)
    records = AuditRecord.objects.order_by("seq").values_list("verb", "by", "subject")
    subject = f"members.tablet {tablet.pk}"
    assert list(records) == [("make_tablet", dana.user.pk, subject), ("pair_tablet", None, subject)]


def test_neither_code_nor_token_is_kept(db):
    code = new_code()
    _, token = actions.pair_tablet(code=code)
    kept = {str(value) for row in Tablet.objects.values_list() for value in row}
    kept |= {str(value) for row in AuditRecord.objects.values_list() for value in row}
    assert {secret for secret in (code, code.replace("-", ""), token) if any(secret in text for text in kept)} == set()


@pytest.mark.parametrize("typed", ["{0}", "{1}", " {0} ", "{2}", "{3}"])
def test_a_code_may_be_typed_as_people_type(db, typed):
    code = new_code()
    bare = code.replace("-", "")
    tablet, _ = actions.pair_tablet(code=typed.format(code, bare, code.upper(), " ".join(bare)))
    assert tablet.is_paired


def test_every_code_that_pairs_nothing_gets_the_same_kind_sentence(db):
    """Used, older than 15 minutes, revoked, never made."""
    with time_machine.travel(NINE, tick=False) as clock:
        used, old, revoked = new_code(), new_code(), new_code()
        actions.pair_tablet(code=used)
        clock.shift(CODE_VALID_FOR)
        late = new_code()
        actions.revoke_tablet(tablet=Tablet.objects.order_by("pk")[2], by=None)
        said = [body(Client().post(PAIR, {"code": code})) for code in (used, old, revoked, "nothing-like-it")]
        assert [page.count(KIND) for page in said] == [1, 1, 1, 1]
        assert is_sent_to(Client().post(PAIR, {"code": late})) == (302, DOOR)


def test_without_its_age_an_old_code_would_pair(db, monkeypatch):
    """The control of the test above."""
    monkeypatch.setattr("members.actions.tablets.CODE_VALID_FOR", dt.timedelta(days=1))
    with time_machine.travel(NINE, tick=False) as clock:
        old = new_code()
        clock.shift(CODE_VALID_FOR)
        assert is_sent_to(Client().post(PAIR, {"code": old})) == (302, DOOR)


def test_guessing_is_slowed_down_and_a_right_code_is_no_try(db):
    browser = Client()
    for _ in range(7):
        assert is_sent_to(Client().post(PAIR, {"code": new_code()})) == (302, DOOR)
    for _ in range(5):
        assert KIND in body(browser.post(PAIR, {"code": "abcd-2345"}))
    slowed = body(browser.post(PAIR, {"code": new_code()}))
    assert "Wait a few minutes" in slowed
    assert is_sent_to(browser.post(PAIR, {"code": new_code()}, REMOTE_ADDR="198.51.100.7")) == (302, DOOR)


def test_the_cookie_keeps_to_itself_and_lives_long(db):
    browser = Client()
    browser.post(PAIR, {"code": new_code()})
    cookie = browser.cookies["tablet"]
    assert (cookie["httponly"], cookie["samesite"], cookie["max-age"]) == (True, "Lax", 400 * 24 * 3600)


@pytest.mark.parametrize(("place", "next_page"), [("door", DOOR), ("reception", "/accounts/login/")])
def test_pairing_ends_the_session_of_that_browser(dana, as_, place, next_page):
    browser = as_(dana)
    assert "signs you out" in body(browser.get(PAIR))
    assert is_sent_to(browser.post(PAIR, {"code": new_code(place)})) == (302, next_page)
    assert is_sent_to(browser.get("/me/"))[0] == 302
    assert "_auth_user_id" not in browser.session


def test_without_ending_it_the_session_would_go_on(dana, as_, monkeypatch):
    """The control of the test above, on a tablet that may have a session."""
    monkeypatch.setattr("members.views.tablets.logout", lambda request: None)
    browser = as_(dana)
    browser.post(PAIR, {"code": new_code("reception")})
    assert "_auth_user_id" in browser.session


def test_a_reception_tablet_is_greeted_at_the_sign_in_page(db):
    browser = Client()
    greeted = browser.post(PAIR, {"code": new_code("reception")}, follow=True)
    assert "This tablet is paired. Sign in" in body(greeted)


@pytest.mark.parametrize("missing", ["name", "place"])
def test_a_tablet_needs_name_and_place(dana, as_, missing):
    refused = as_(dana).post("/house/tablets/new/", {"name": "Desk", "place": "reception"} | {missing: ""})
    assert list(refused.context["form"].errors) == [missing]
    assert Tablet.objects.count() == 0


def test_a_device_that_is_paired_anew_is_one_tablet(db):
    browser, _ = make.paired_tablet("Desk", "reception")
    assert is_sent_to(browser.post(PAIR, {"code": new_code()})) == (302, DOOR)
    assert [tablet.name for tablet in Tablet.objects.paired()] == ["Front door"]
    assert browser.get(DOOR).wsgi_request.tablet.name == "Front door"


# -- What a token opens ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("address", ["/", "/arrivals/", "/me/", "/accounts/login/", PAIR, "/keeper/", "/nowhere/"])
def test_a_door_tablet_is_led_back_to_the_door(db, address):
    browser, _ = make.paired_tablet()
    assert is_sent_to(browser.get(address)) == (302, DOOR)
    assert browser.post(address, {"login": "x"}).status_code == 403


def test_without_the_middlewares_list_the_sign_in_page_would_open(db, monkeypatch):
    """The control of the test above."""
    monkeypatch.setattr(TabletMiddleware, "kept_at_the_door", lambda self, request: None)
    browser, _ = make.paired_tablet()
    assert browser.get("/accounts/login/").status_code == 200


def test_nobody_is_signed_in_on_a_door_tablet(sam, as_):
    browser = as_(sam)
    browser.cookies["tablet"] = make.paired_tablet()[0].cookies["tablet"].value
    browser.get(DOOR)
    del browser.cookies["tablet"]
    assert is_sent_to(browser.get("/arrivals/")) == (302, "/accounts/login/?next=/arrivals/")


def test_a_reception_tablet_opens_what_its_colleague_may_open(sam, as_):
    browser = as_(sam)
    browser.cookies["tablet"] = make.paired_tablet("Desk", "reception")[0].cookies["tablet"].value
    answer = browser.get("/arrivals/")
    assert (answer.status_code, answer.wsgi_request.tablet.name) == (200, "Desk")


def test_every_request_says_which_tablet_or_none(db):
    assert Client().get("/accounts/login/").wsgi_request.tablet is None
    browser, tablet = make.paired_tablet()
    with CaptureQueriesContext(connection) as asked:
        answer = browser.get(DOOR)
    assert answer.wsgi_request.tablet == tablet
    assert len([query for query in asked.captured_queries if "members_tablet" in query["sql"]]) == 1


def test_the_audit_record_says_which_tablet(sam, as_, noor):
    browser = as_(sam)
    client, tablet = make.paired_tablet("Desk", "reception")
    browser.cookies["tablet"] = client.cookies["tablet"].value
    browser.get(f"/members/{noor.pk}/")
    assert AuditRecord.objects.get(verb="look_at_member").device == f"tablet {tablet.pk}, Desk"


def test_when_it_was_seen_is_written_once_a_minute(db):
    with time_machine.travel(NINE, tick=False) as clock:
        browser, tablet = make.paired_tablet()
        seen = []
        for _ in range(4):
            clock.shift(25)
            answer = browser.get(DOOR)
            tablet.refresh_from_db()
            seen.append(((tablet.seen_at - NINE).seconds, "tablet" in answer.cookies))
        assert seen == [(0, False), (0, False), (75, True), (75, False)]


def test_its_pages_are_kept_nowhere(db):
    for address in (DOOR, "/", "/healthz"):
        assert "no-store" in make.paired_tablet()[0].get(address)["Cache-Control"]


# -- Revoking ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("place", "wiped"),
    # what waits in the storage of reception's tablet are taps, and none is lost
    [("door", '"cache", "cookies", "storage"'), ("reception", '"cache", "cookies"')],
)
def test_revoking_wipes_the_tablet(dana, sam, as_, place, wiped):
    client, tablet = make.paired_tablet("Front door", place)
    on_tablet = as_(sam)
    on_tablet.cookies["tablet"] = client.cookies["tablet"].value
    told = as_(dana).post(f"/house/tablets/{tablet.pk}/revoke/", follow=True)
    assert "Revoked. That tablet opens nothing any more." in body(told)
    gone = on_tablet.get(DOOR)
    assert (gone.status_code, gone["Clear-Site-Data"]) == (403, wiped)
    assert "This tablet is not paired any more" in body(gone)
    assert on_tablet.cookies["tablet"].value == ""
    assert is_sent_to(on_tablet.get("/arrivals/"))[0] == 302
    assert "Pair this tablet" in body(on_tablet.get(DOOR))
    assert AuditRecord.objects.get(verb="revoke_tablet").by == dana.user


def test_a_token_that_was_not_asked_about_would_still_open(dana, monkeypatch):
    """The control of the test above."""
    browser, tablet = make.paired_tablet()
    actions.revoke_tablet(tablet=tablet, by=dana.user)
    monkeypatch.setattr(TabletQuerySet, "paired", lambda tablets: tablets)
    assert browser.get(DOOR).status_code == 200


def test_revoking_twice_is_revoking_once(db, dana):
    _, tablet = make.paired_tablet()
    first = actions.revoke_tablet(tablet=tablet, by=dana.user).revoked_at
    assert actions.revoke_tablet(tablet=tablet, by=dana.user).revoked_at == first
    assert AuditRecord.objects.filter(verb="revoke_tablet").count() == 1


def test_a_code_that_waits_can_be_revoked(db):
    tablet, code = actions.make_tablet(name="Desk", place="reception", by=None)
    actions.revoke_tablet(tablet=tablet, by=None)
    with pytest.raises(actions.NotPaired, match="pairs no tablet"):
        actions.pair_tablet(code=code)


def test_a_token_nobody_knows_is_put_away(db):
    browser = Client()
    browser.cookies["tablet"] = "made up"
    assert browser.get("/accounts/login/").status_code == 403
    assert browser.get("/accounts/login/").status_code == 200


# -- The list ----------------------------------------------------------------------------------------------------------


def test_the_list_says_where_they_stand_and_since_when(dana, as_):
    with time_machine.travel(NINE, tick=False) as clock:
        make.paired_tablet()
        actions.make_tablet(name="Desk", place="reception", by=dana.user)
        actions.make_tablet(name="Old try", place="reception", by=dana.user)
        Tablet.objects.filter(name="Old try").update(code_expires_at=timezone.now())
        clock.shift(60)
        page = body(as_(dana).get("/house/tablets/"))
    assert "paired Tuesday 6 October · last seen Tuesday 6 October, 9 am" in page
    assert "waits for its code until 9:15 am" in page
    assert "Old try" not in page


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_costs_the_same_however_long(dana, as_, rows, django_assert_num_queries):
    for _ in range(rows):
        make.paired_tablet()
        new_code()
    browser = as_(dana)
    browser.get("/house/tablets/")
    with django_assert_num_queries(5):
        assert browser.get("/house/tablets/").context["tablets"].count() == rows


def test_rosa_at_reception_lets_a_paused_tablet_go_on_and_revokes_none(rosa, as_):
    client, tablet = make.paired_tablet()
    for _ in range(10):
        actions.count_search(tablet=tablet)
    assert actions.count_search(tablet=tablet) is False
    page = body(as_(rosa).get("/house/tablets/"))
    assert ("Let it go on" in page, "Revoke" in page, "New tablet" in page) == (True, False, False)
    as_(rosa).post(f"/house/tablets/{tablet.pk}/resume/")
    assert actions.count_search(tablet=tablet) is True
    verbs = AuditRecord.objects.filter(verb__in=["pause_tablet", "resume_tablet"]).order_by("seq")
    assert list(verbs.values_list("verb", "by")) == [("pause_tablet", None), ("resume_tablet", rosa.user.pk)]


def test_letting_it_go_on_twice_is_once(db):
    _, tablet = make.paired_tablet()
    for _ in range(10):
        actions.count_search(tablet=tablet)
    for _ in range(2):
        assert actions.resume_tablet(tablet=tablet, by=None).paused_at is None
    assert AuditRecord.objects.filter(verb="resume_tablet").count() == 1


def test_a_tap_starts_the_count_again(db):
    _, tablet = make.paired_tablet()
    for _ in range(3):
        for _ in range(9):
            assert actions.count_search(tablet=tablet)
        actions.count_tap(tablet=tablet)
    tablet.refresh_from_db()
    assert (tablet.searches_without_tap, tablet.paused_at) == (0, None)
