"""The list, who calls today, and the card: what stands there, and what must not."""

import datetime as dt
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from attendance import actions
from attendance.models import ReachOut, ReachOutClaim
from members.models import AuditRecord, House, Member
from tests import make

pytestmark = [pytest.mark.django_db, pytest.mark.page]
TUESDAY = dt.date(2026, 10, 6)
LIST = "/reach-out/"


@pytest.fixture(autouse=True)
def tuesday(time_machine):
    house = make.house(name="Elm House")
    time_machine.move_to(house.at(TUESDAY, dt.time(10)), tick=False)


@pytest.fixture
def ada():
    """Not seen for forty days; she allows everything but visits."""
    member = make.member(
        "Ada Park", phone="(313) 555-0177", email="ada@example.org", address="70 Mill Lane", pronouns="she/her"
    )
    make.visit(member, TUESDAY - dt.timedelta(days=40))
    return member


def words(answer) -> str:
    text = re.sub(r"<(script|style|head)[\s\S]*?</\1>", "", answer.content.decode())
    return " ".join(re.sub(r"<[^>]+>", " ", text).split())


def headings(answer) -> list[str]:
    found = re.findall(r'<h2 class="group-heading"[^>]*>(.*?)</h2>', answer.content.decode(), re.S)
    return [" ".join(re.sub(r"<[^>]+>", "", it).split()) for it in found]


def names(answer) -> list[str]:
    return re.findall(r'class="tile-name"[^>]*><bdi>([^<]*)', answer.content.decode())


def test_by_unit_and_by_name_with_a_plain_fact(ada, idris, as_):
    bo = make.member("Bo Lund", phone="1", enrolled_on=TUESDAY - dt.timedelta(days=20))
    make.visit(make.member("Zed Moon", phone="1"), TUESDAY - dt.timedelta(days=20))
    make.unit("Kitchen").members.add(ada, bo)
    answer = as_(idris).get(LIST)
    assert (headings(answer), names(answer)) == (["Kitchen", "Without a unit"], ["Ada P.", "Bo L.", "Zed M."])
    assert "Ada P. Last here: Thursday 27 August" in words(answer)
    assert "Bo L. Joined: Wednesday 16 September" in words(answer)
    assert not re.search(r"\b(20|40) days", words(answer))  # never a count of days of somebody


def test_who_is_away_and_who_works_by_day_have_groups_of_their_own(ada, sam, as_):
    make.unit("Kitchen").members.add(ada)
    make.member("Bo Lund", phone="1", works_by_day=True)
    actions.log_reach_out(member=ada, channel="phone", outcome="hospital", key=KEY, by=sam.user, away_until_on=TUESDAY)
    ReachOut.objects.update(at=make.noon(TUESDAY - dt.timedelta(days=9)))
    answer = as_(sam).get(LIST)
    assert (headings(answer), names(answer)) == (
        ["In hospital", "Working by day: a call in the evening"],
        ["Ada P.", "Bo L."],
    )


KEY = "5f9f1c0e-8a38-4b7e-a4d6-0d7a7f9f0001"


def test_one_unit_and_those_of_longer_ago(ada, idris, as_):
    kitchen = make.unit("Kitchen")
    kitchen.members.add(ada)
    old = make.member("Bo Lund", phone="1")
    make.visit(old, TUESDAY - dt.timedelta(days=900))
    client = as_(idris)
    assert names(client.get(f"{LIST}?unit={kitchen.pk}")) == ["Ada P."]
    assert names(client.get(f"{LIST}?unit=nonsense&page=x")) == ["Ada P."]
    assert names(client.get(f"{LIST}?longer=1")) == ["Bo L."]
    assert names(client.get(f"{LIST}?longer=1&unit={kitchen.pk}")) == []


def test_who_said_please_dont_is_nowhere_not_even_as_a_number(ada, sam, as_):
    make.member("Wren Quiet", phone="1", reach_out_wanted=False)
    make.member("Lark Quiet", phone="1", quiet_until_on=TUESDAY)
    answer = as_(sam).get(LIST)
    assert names(answer) == ["Ada P."]
    assert not re.search("wren|lark", answer.content.decode(), re.IGNORECASE)


def test_whom_no_channel_reaches_is_for_staff_to_ask_in_person(idris, sam, as_):
    make.member("Nell Canary", enrolled_on=TUESDAY - dt.timedelta(days=30))
    answer = as_(sam).get(LIST)
    assert "Ask in person 1" in words(answer)
    assert "Nell C." in words(answer)
    told = words(as_(idris).get(LIST))
    assert "Ask in person" not in told
    assert "Nell" not in told


@pytest.mark.parametrize(
    ("house", "said"), [({}, "14 days. Members"), ({"reach_out_after_days": 21}, "21 days. Members")]
)
def test_the_page_says_by_which_rule(house, said, idris, as_):
    make.house(**house)
    assert said in words(as_(idris).get(LIST))


def test_sam_calls_today_and_nobody_twice(ada, sam, idris, as_):
    answer = as_(sam).post(f"{LIST}{ada.pk}/claim/", headers={"HX-Request": "true"})
    assert "You call today" in words(answer)
    answer = as_(idris).get(LIST)
    assert "Sam calls today" in words(answer)
    assert f"{LIST}{ada.pk}/claim/" not in answer.content.decode()
    answer = as_(idris).post(f"{LIST}{ada.pk}/claim/", headers={"HX-Request": "true"})
    assert words(answer).count("Sam calls today") == 2  # the tile, and a sentence
    assert [claim.by for claim in ReachOutClaim.objects.all()] == [sam.user]


def test_a_claim_is_given_back_in_one_tap_and_ends_with_the_day(ada, sam, idris, as_, time_machine):
    client = as_(sam)
    assert client.post(f"{LIST}{ada.pk}/claim/").url == f"{LIST}#reach-out-{ada.pk}"
    assert as_(idris).post(f"{LIST}{ada.pk}/release/").status_code == 302  # not theirs to give back
    assert ReachOutClaim.objects.count() == 1
    assert client.post(f"{LIST}{ada.pk}/release/", {"next": "card"}).url == f"{LIST}{ada.pk}/"
    assert ReachOutClaim.objects.count() == 0
    verbs = AuditRecord.objects.filter(about=ada).order_by("seq").values_list("verb", flat=True)
    assert list(verbs) == ["attendance.claim_reach_out", "attendance.release_reach_out"]
    client.post(f"{LIST}{ada.pk}/claim/")
    time_machine.move_to(House.objects.current().at(TUESDAY + dt.timedelta(days=1), dt.time(9)), tick=False)
    assert "calls today" not in words(as_(idris).get(LIST))


def test_who_claims_twice_claims_once(ada, sam):
    for _tap in range(2):
        actions.claim_reach_out(member=ada, by=sam.user)
    assert (ReachOutClaim.objects.count(), AuditRecord.objects.filter(about=ada).count()) == (1, 1)


def test_a_second_colleague_is_told_by_name(ada, sam, idris):
    actions.claim_reach_out(member=ada, by=sam.user)
    with pytest.raises(actions.ClaimedAlready, match="Sam calls today."):
        actions.claim_reach_out(member=ada, by=idris.user)


def test_who_was_in_touch_today_called_also_without_saying_so_first(ada, sam, idris, as_):
    """Idris still has this morning's list on the screen."""
    how = {"member": ada, "channel": "phone", "by": sam.user}
    actions.log_reach_out(**how, outcome="no_answer", key="5f9f1c0e-8a38-4b7e-a4d6-0d7a7f9f0002")
    actions.claim_reach_out(member=ada, by=idris.user)
    actions.release_reach_out(member=ada, by=idris.user)
    actions.log_reach_out(**how | {"channel": "text"}, outcome="spoke", key=KEY)
    with pytest.raises(actions.ClaimedAlready, match="Sam was in touch today."):
        actions.claim_reach_out(member=ada, by=idris.user)
    assert ReachOutClaim.objects.count() == 0
    actions.claim_reach_out(member=ada, by=sam.user)


# -- the card ----------------------------------------------------------------------------------------------------------


def card(as_, who, member):
    return as_(who).get(f"{LIST}{member.pk}/")


def links(answer) -> list[str]:
    return re.findall(r'href="((?:tel|sms|mailto):[^"]*)"', answer.content.decode())


def test_the_card_shows_what_is_allowed_and_notes_the_look(ada, idris, as_):
    answer = card(as_, idris, ada)
    assert links(answer) == ["tel:3135550177", "sms:3135550177", "mailto:ada@example.org"]
    assert "she/her" in words(answer)
    assert "A card by post Ada Park 70 Mill Lane" in words(answer)
    assert "A visit" not in words(answer)
    record = AuditRecord.objects.get(about=ada)
    assert (record.verb, record.by) == ("look_at_member", idris.user)


@pytest.mark.parametrize(
    ("off", "left", "gone"),
    [
        ({"phone_allowed": False}, ["mailto:ada@example.org"], "313"),
        ({"calls_allowed": False}, ["sms:3135550177", "mailto:ada@example.org"], "Voicemail"),
        ({"texts_allowed": False}, ["tel:3135550177", "mailto:ada@example.org"], "Text message"),
        ({"email_allowed": False}, ["tel:3135550177", "sms:3135550177"], "ada@"),
        ({"post_allowed": False}, ["tel:3135550177", "sms:3135550177", "mailto:ada@example.org"], "Mill Lane"),
    ],
)
def test_a_channel_that_is_off_is_nowhere_on_the_card(ada, idris, as_, off, left, gone):
    assert gone in card(as_, idris, ada).content.decode()
    Member.objects.filter(pk=ada.pk).update(**off)
    answer = card(as_, idris, ada)
    assert links(answer) == left
    assert gone not in answer.content.decode()


def test_the_card_says_the_wishes_in_words(ada, idris, sam, as_):
    Member.objects.filter(pk=ada.pk).update(
        best_time="after tea", contact_from=dt.time(16), contact_until=dt.time(19), language="fi", voicemail="none"
    )
    ReachOut.objects.create(
        member=ada, at=make.noon(TUESDAY - dt.timedelta(days=9)), channel="phone", replied=True, by=sam.user,
        outcome="spoke", topic="tomatoes", note="Secret of an older day",
    )  # fmt: skip
    ReachOut.objects.create(member=ada, at=make.noon(TUESDAY - dt.timedelta(days=8)), channel="phone", replied=False)
    said = words(card(as_, idris, ada))
    for wish in ("after tea", "Between 4 pm and 7 pm", "Leave no message", "suomi", "it was about tomatoes"):
        assert wish in said
    assert "Last in touch Monday 28 September phone" in said
    assert "older day" not in said  # only the last contact, and not what was written then
    assert "On the voicemail" not in said


@pytest.mark.parametrize(
    ("voicemail", "is_there"), [("name", "Then the number, and no more."), ("house", "from Elm House. We thought")]
)
def test_words_for_the_voicemail_as_they_allow(ada, idris, as_, voicemail, is_there):
    Member.objects.filter(pk=ada.pk).update(voicemail=voicemail)
    assert is_there in words(card(as_, idris, ada))
    Member.objects.filter(pk=ada.pk).update(calls_allowed=False)
    assert "voicemail" not in words(card(as_, idris, ada)).casefold()


@pytest.mark.parametrize(
    "fields",
    [{"reach_out_wanted": False}, {"quiet_until_on": TUESDAY}, {"deceased_on": TUESDAY}, {"phone_allowed": False}],
)
def test_no_card_opens_of_who_is_not_on_the_list(idris, as_, fields):
    canary = make.member("Nell Canary", phone="1", **fields)
    for address in ("", "claim/", "release/", "log/"):
        ask = as_(idris).post if address else as_(idris).get
        answer = ask(f"{LIST}{canary.pk}/{address}", {"key": KEY, "channel": "phone", "outcome": "spoke"})
        assert answer.status_code == 404
        assert "anary" not in answer.content.decode()
    assert (AuditRecord.objects.filter(about=canary).count(), ReachOut.objects.count()) == (0, 0)


def test_nobody_who_was_here_lately_has_a_card(idris, as_):
    canary = make.member("Nell Canary", phone="1")
    make.visit(canary, TUESDAY - dt.timedelta(days=3))
    assert card(as_, idris, canary).status_code == 404


def test_the_list_asks_the_same_for_one_and_three(ada, idris, as_):
    client = as_(idris)
    client.get(LIST)  # the first one also notes when the session began
    with CaptureQueriesContext(connection) as queries:
        assert len(names(client.get(LIST))) == 1
    assert len(queries) == 12
    for number in range(2):
        one = make.member(f"P{number}", phone="1", enrolled_on=TUESDAY - dt.timedelta(days=30 + number))
        make.unit("Kitchen").members.add(one)
        actions.claim_reach_out(member=one, by=idris.user)
    with CaptureQueriesContext(connection) as queries:
        assert len(names(client.get(LIST))) == 3
    assert len(queries) == 12


# -- the duty opens this and nothing more ------------------------------------------------------------------------------


def test_idris_finds_it_at_home_and_in_the_menu(idris, amara, as_):
    page = as_(idris).get("/").content.decode()
    assert page.count(f'href="{LIST}"') == 2
    assert LIST not in as_(amara).get("/").content.decode()


def test_no_other_door_opens_with_the_duty(ada, idris, as_):
    client = as_(idris)
    for address in (f"/members/{ada.pk}/", "/members/", "/arrivals/", f"/members/{ada.pk}/visits/", "/house/"):
        answer = client.get(address)
        assert answer.status_code in {403, 404}, address
        assert "Ada" not in answer.content.decode()
