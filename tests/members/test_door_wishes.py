"""At the door: a member's picture, code and card; chosen by themselves, or with staff."""

import re

import pytest
from django.contrib.auth.hashers import check_password

from members import actions
from members.models import AuditRecord, Member, token_digest
from tests import make
from tests.test_looks import ROOT

pytestmark = pytest.mark.page

MINE = "/me/door/"


def body(answer) -> str:
    return " ".join(answer.content.decode().split())


def test_amara_chooses_a_picture(amara, as_):
    browser = as_(amara)
    assert "At the door" in body(browser.get("/accounts/2fa/"))
    assert browser.post(MINE, {"action": "picture", "door_picture": "boat"}).headers["Location"] == MINE
    amara.refresh_from_db()
    record = AuditRecord.objects.get()
    assert (amara.door_picture, record.verb, record.after) == ("boat", "edit_me", {"door_picture": "boat"})
    assert re.search(r'value="boat" checked', body(browser.get(MINE)))
    browser.post(MINE, {"action": "picture", "door_picture": ""})
    amara.refresh_from_db()
    assert amara.door_picture == ""


def test_a_picture_that_is_not_there_is_refused(amara, as_):
    assert "Choose one of the pictures." in body(as_(amara).post(MINE, {"action": "picture", "door_picture": "dragon"}))
    amara.refresh_from_db()
    assert amara.door_picture == ""


def test_every_picture_is_drawn():
    drawn = set(re.findall(r'<symbol id="([\w-]+)"', (ROOT / "static/icons.svg").read_text()))
    assert set(Member.DoorPicture.values) - drawn == set()


def test_she_sets_a_code_and_takes_it_away(amara, as_):
    browser = as_(amara)
    browser.post(MINE, {"action": "code", "code": "2580"})
    amara.refresh_from_db()
    assert (check_password("2580", amara.door_code), "2580" in amara.door_code) == (True, False)
    assert "There is a code" in body(browser.get(MINE))
    browser.post(MINE, {"action": "no_code"})
    amara.refresh_from_db()
    assert amara.door_code == ""
    records = AuditRecord.objects.order_by("seq").values_list("verb", "before", "after")
    none, some = {"door_code": "none"}, {"door_code": "set"}
    assert list(records) == [("set_door_code", none, some), ("set_door_code", some, none)]
    assert [line.did for line in browser.get("/me/looks/").context["lines"]] == ["changed your code at the door"] * 2


@pytest.mark.parametrize("code", ["258", "123456789", "25a0", "２５８０", "", " "])
def test_a_code_has_four_to_eight_digits(amara, as_, code):
    refused = as_(amara).post(MINE, {"action": "code", "code": code})
    assert list(refused.context["code_form"].errors) == ["code"]
    amara.refresh_from_db()
    assert amara.door_code == ""


def test_what_is_no_code_is_refused_with_a_sentence(amara):
    with pytest.raises(actions.NoSuchCode, match="A code has 4 to 8 digits, like 2580."):
        actions.set_door_code(member=amara, code="12", by=amara.user)


def test_the_same_code_again_changes_nothing(amara):
    kept = {actions.set_door_code(member=amara, code="2580", by=None).door_code for _ in range(2)}
    assert (len(kept), AuditRecord.objects.count()) == (1, 1)
    for _ in range(2):
        actions.set_door_code(member=amara, code="", by=None)
    assert AuditRecord.objects.count() == 2


def test_her_card_is_shown_once(amara, as_):
    browser = as_(amara)
    made = browser.post(MINE, {"action": "card"})
    code = made.context["code"]
    amara.refresh_from_db()
    assert re.fullmatch(r"[BCDFGHJKNPRSTVX]{4}(-[BCDFGHJKNPRSTVX]{4}){2}", code)
    assert amara.door_card_digest == token_digest(code.replace("-", ""))
    assert (code in body(made), "data:image/svg+xml" in body(made), "Amara O." in body(made)) == (True, True, True)
    again = body(browser.get(MINE))
    assert (code in again, "A new one ends the old one." in again) == (False, True)
    kept = [str(value) for row in AuditRecord.objects.values_list() for value in row]
    assert [text for text in kept if code.replace("-", "").lower() in text.lower()] == []


def test_sam_makes_one_for_a_member_without_a_sign_in(sam, as_):
    zoe = make.member("Zoë Ågren")
    browser, page = as_(sam), f"/members/{zoe.pk}/door/"
    assert page in body(browser.get(f"/members/{zoe.pk}/"))
    assert "<bdi>Zoë</bdi> at the door" in body(browser.get(page))
    assert "A card for <bdi>Zoë</bdi>" in body(browser.post(page, {"action": "card"}))
    browser.post(page, {"action": "picture", "door_picture": "cat"})
    zoe.refresh_from_db()
    assert (zoe.door_card_digest == "", zoe.door_picture) == (False, "cat")
    seen = AuditRecord.objects.order_by("seq").values_list("verb", "about", "by")
    verbs = ["look_at_member", "look_at_member", "make_door_card", "edit_member"]
    assert list(seen) == [(verb, zoe.pk, sam.user.pk) for verb in verbs]


def test_staff_have_no_door_page_of_their_own(sam, as_):
    assert as_(sam).get(MINE).status_code == 404


def test_what_is_not_understood_shows_the_page(amara, as_):
    assert as_(amara).post(MINE, {"action": "dance"}).status_code == 200
    assert AuditRecord.objects.count() == 0
