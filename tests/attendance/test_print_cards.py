"""Cards to call from and labels for envelopes: what each allows, and the member sees that they were printed."""

import datetime as dt
import re

import pytest
import time_machine

from attendance import actions
from attendance.models import ReachOut, ReachOutClaim, TimeAway
from members.models import AuditRecord
from tests import make

pytestmark = [pytest.mark.django_db, pytest.mark.page]
TUESDAY = dt.date(2026, 10, 6)
URL = "/reach-out/cards/"


@pytest.fixture(autouse=True)
def on_tuesday_at_noon():
    with time_machine.travel(dt.datetime(2026, 10, 6, 16, 0, tzinfo=dt.UTC), tick=False):
        make.house(name="Elm House", time_zone="America/Detroit")
        yield


@pytest.fixture
def at_home(amara, noor):
    """Both are on the list."""
    for member, number in ((amara, 1), (noor, 2)):
        member.phone, member.address = f"555 010{number}", f"{number} Elm Street\nApt 7"
        member.save()
        TimeAway.objects.create(
            member=member, place="home", from_on=TUESDAY, until_on=TUESDAY, at=make.noon(TUESDAY), by=None
        )
    return [amara, noor]


def ask(browser, members, what="cards"):
    return browser.post(URL, {what: "", "member": [member.pk for member in members]})


def words_of(page) -> str:
    body = page.content.decode()
    return " ".join(re.sub(r"<[^>]*>", " ", body[body.index("<main") : body.index("</main>")]).split())


def test_idris_prints_the_cards_of_today(at_home, idris, sam, as_):
    amara, noor = at_home
    amara.best_time, amara.voicemail, amara.contact_from = "after 4 pm", "none", dt.time(11)
    amara.save()
    ReachOut.objects.create(
        member=amara,
        at=make.noon(dt.date(2026, 9, 1)),
        channel="phone",
        replied=True,
        topic="the choir",
        note="Canary.",
    )
    ReachOutClaim.objects.create(member=noor, day=TUESDAY, by=sam.user, at=make.noon(TUESDAY))
    browser = as_(idris)
    choose = browser.get(URL)
    assert re.findall(r'value="(\d+)"( checked)?>', choose.content.decode()) == [
        (str(amara.pk), " checked"),
        (str(noor.pk), ""),
    ]
    assert "Sam calls today" in words_of(choose)
    card = words_of(ask(browser, [amara]))
    assert "Amara O. Call 555 0101 Text message 555 0101 A card by post Amara Okafor 1 Elm Street Apt 7" in card
    assert "Best time after 4 pm Hours Not before 11 am Voicemail Leave no message" in card
    assert "“Last time it was about the choir . How is that going?”" in card
    assert [word for word in ("Noor", "Canary", "Email") if word in card] == []
    record = AuditRecord.objects.get()
    assert (record.verb, record.about, record.by) == ("attendance.print_cards", amara, idris.user)
    lines = as_(amara).get("/me/looks/").context["lines"]
    assert [line.did for line in lines] == ["printed a card or a label to be in touch with you"]


def test_a_phone_that_is_off_is_on_no_card(at_home, sam, as_):
    amara, _noor = at_home
    amara.phone_allowed = False
    amara.save()
    page = ask(as_(sam), at_home)
    assert [number in page.content.decode() for number in ("555 0101", "555 0102")] == [False, True]
    amara.post_allowed = False
    amara.save()
    assert "Amara" not in words_of(ask(as_(sam), at_home))  # nothing is left to reach her with


def test_labels_are_for_those_who_like_post_and_keep_the_house_to_themselves(at_home, sam, as_):
    amara, noor = at_home
    noor.envelope = "house"
    noor.save()
    page = ask(as_(sam), at_home, "labels")
    labels = page.context["labels"]
    assert [(label.name, label.sender) for label in labels] == [("Amara Okafor", ""), ("Noor Haddad", "Elm House")]
    assert AuditRecord.objects.filter(verb="attendance.print_cards").count() == 2
    noor.post_allowed = False
    noor.save()
    assert "2 Elm Street" not in ask(as_(sam), at_home, "labels").content.decode()
    assert AuditRecord.objects.filter(verb="attendance.print_cards", about=noor).count() == 1


def test_nobody_off_the_list_gets_a_card(at_home, sam, as_):
    stranger = make.member("Pilar Vega", phone="555 0199")
    make.visit(stranger, TUESDAY)
    answer = ask(as_(sam), [stranger])
    assert (answer.status_code, "Tick at least one person." in answer.content.decode()) == (422, True)
    assert ("555 0199" in answer.content.decode(), AuditRecord.objects.count()) == (False, 0)


def test_a_kind_word_where_nothing_can_be_printed(at_home, sam, as_):
    amara, noor = at_home
    amara.post_allowed = noor.post_allowed = False
    amara.save(), noor.save()
    answer = ask(as_(sam), at_home, "labels")
    assert (answer.status_code, "Nobody of these would like post." in words_of(answer)) == (422, True)
    TimeAway.objects.all().delete()
    for member in at_home:
        make.visit(member, TUESDAY)
    assert "Nobody is on today" in words_of(as_(sam).get(URL))


def test_sixty_at_once(sam, as_, monkeypatch, at_home):
    monkeypatch.setattr("attendance.views.reach_out_cards.AT_ONCE", 1)
    answer = ask(as_(sam), at_home)
    assert (answer.status_code, "Tick 60 people at most" in words_of(answer)) == (422, True)
    assert AuditRecord.objects.count() == 0


def test_the_action_writes_one_record_for_each(at_home, sam):
    actions.print_cards(members=at_home, by=sam.user)
    assert [it.about for it in AuditRecord.objects.order_by("seq")] == at_home


@pytest.mark.parametrize("how_many", [1, 2])
def test_cards_cost_the_same_but_for_the_records(at_home, sam, as_, how_many, django_assert_max_num_queries):
    browser = as_(sam)
    browser.get("/me/")
    with django_assert_max_num_queries(16 + 8 * how_many):  # each record of a look takes its own
        assert len(ask(browser, at_home[:how_many]).context["cards"]) == how_many


@pytest.mark.parametrize(("fields", "said"), [({}, True), ({"calls_allowed": False}, False)])
def test_no_word_of_evening_calls_where_the_phone_is_off(amara, idris, as_, fields, said):
    amara.works_by_day, amara.phone = True, "555 0101"
    for name, value in fields.items():
        setattr(amara, name, value)
    amara.save()
    assert ("call in the evening" in words_of(ask(as_(idris), [amara]))) == said
