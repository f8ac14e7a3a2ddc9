"""Opening emergency contacts: with a reason, written down and told in one commit."""

import datetime as dt
import re
from uuid import uuid4

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from clubhouse.me.looks import DID
from members import actions, audit
from members.actions import emergency_looks
from members.actions.emergency_looks import ONE, SHEET, AlreadyLooked, WhyNeeded
from members.models import AuditRecord, EmergencyContact, Member, Note, Role
from tests import make

pytestmark = pytest.mark.django_db
LOOKS = ["look_at_emergency", "attendance.see_emergency_sheet"]


@pytest.fixture
def ada(amara):
    amara.phone, amara.address, amara.phone_allowed, amara.post_allowed = "555 0100", "12 Elm Lane", False, False
    amara.save()
    return EmergencyContact.objects.create(
        member=amara, name="Ada Okafor", relation="my sister", phone="(555) 01-99", at=timezone.now()
    )


def looks() -> list[AuditRecord]:
    return list(AuditRecord.objects.filter(verb__in=LOOKS))


def page_of(member) -> str:
    return f"/members/{member.pk}/emergency/"


def why(**said) -> dict:
    return {"key": str(uuid4())} | (said or {"quick": "accident"})


@pytest.mark.once
def test_nothing_is_shown_before_the_reason(ada, amara, sam, as_):
    browser = as_(sam)
    asked = browser.get(page_of(amara)).content.decode()
    refused = browser.post(page_of(amara), why(why="   "))
    assert refused.status_code == 422
    for page in (asked, refused.content.decode()):
        assert not re.search(r"Ada|555|Elm Lane|sister", page)
    assert looks() == []
    assert not Note.objects.exists()


@pytest.mark.once
def test_the_sheet_is_the_answer_with_what_is_off_elsewhere(ada, amara, sam, as_):
    """Must-never 6: the one exception, and each look is logged."""
    answer = as_(sam).post(page_of(amara), why())
    page = answer.content.decode()
    assert answer.status_code == 200
    assert 'href="tel:5550199"' in page
    assert "Ada Okafor" in page and "my sister" in page
    assert 'href="tel:5550100"' in page and "12 Elm Lane" in page
    assert "wants no calls" in page
    assert "no-store" in answer.headers["Cache-Control"]


def test_one_record_and_the_member_and_every_coordinator_are_told(ada, amara, sam, dana):
    lee = make.staff("Lee Wu")
    make.account(lee, role=Role.COORDINATOR)
    gone = make.staff("Old Hand", ended_on=dt.date(2020, 1, 1))
    make.account(gone, role=Role.COORDINATOR)
    with time_machine.travel("2026-12-01T15:30:00Z"):
        make.house(time_zone="America/Detroit")
        actions.look_at_emergency(member=amara, why="accident", key="k", by=sam.user)
    (record,) = looks()
    assert (record.about, record.by, record.why) == (amara, sam.user, "An accident, or somebody is ill")
    assert record.after == record.before == {}
    (told,) = Note.objects.unread_by(amara)
    assert told.text.startswith("Sam Rivers looked up whom to call for you, on Tuesday 1 December at 10:30 am.")
    assert "They said why: An accident, or somebody is ill" in told.text
    for person in (dana, lee):
        (note,) = Note.objects.unread_by(person)
        assert "Sam Rivers looked up whom to call for a member" in note.text
        assert "/house/emergency-looks/" in note.text
        assert not re.search(r"Amara|Ada|555", note.text)
    assert not Note.objects.unread_by(gone).exists()
    assert list(audit.broken_records()) == []


def test_the_member_finds_it_among_the_looks(ada, amara, sam, as_):
    actions.look_at_emergency(member=amara, why="asked", key="k", by=sam.user)
    actions.look_at_all(members=[amara], why="drill", key="l", by=sam.user)

    def found(only: str) -> list[str]:
        return [line.did for line in as_(amara).get(f"/me/looks/?only={only}").context["lines"]]

    assert found("looks") == [str(DID[verb]) for verb in (SHEET, ONE)]
    assert found("changes") == []


def test_a_coordinator_who_looks_is_told_too(ada, amara, dana):
    actions.look_at_emergency(member=amara, why="asked", key="k", by=dana.user)
    assert Note.objects.unread_by(dana).count() == 1


def test_told_in_their_language(ada, amara, sam):
    amara.language = "es"
    amara.save()
    actions.look_at_emergency(member=amara, why="nobody", key="k", by=sam.user)
    (note,) = Note.objects.unread_by(amara)
    assert "miró a quién" in note.text
    assert "Nobody can reach them" not in note.text


def test_a_word_that_no_message_may_hold_stays_in_the_record(ada, amara, sam):
    actions.look_at_emergency(member=amara, why="She missed the bus", key="k", by=sam.user)
    (note,) = Note.objects.unread_by(amara)
    assert "missed" not in note.text
    assert "Who looked at my page" in note.text
    assert looks()[0].why == "She missed the bus"


def test_without_a_reason_nothing_is_written(ada, amara, sam):
    with pytest.raises(WhyNeeded):
        actions.look_at_emergency(member=amara, why=" ", key="k", by=sam.user)
    with pytest.raises(WhyNeeded):
        actions.look_at_all(members=[amara], why="", key="k", by=sam.user)
    assert looks() == []


def test_a_reload_is_no_look_and_shows_nothing(ada, amara, sam, as_):
    browser, said = as_(sam), why()
    browser.post(page_of(amara), said)
    again = browser.post(page_of(amara), said)
    page = again.content.decode()
    assert again.status_code == 422
    assert "say why again" in page
    assert "Ada" not in page
    assert len(looks()) == 1
    assert said["key"] not in page  # the next one is a look of its own
    with pytest.raises(AlreadyLooked):
        actions.look_at_emergency(member=amara, why="asked", key=said["key"], by=sam.user)


class TornNotes(Exception):
    pass


def torn(*args, **kwargs):
    raise TornNotes


@pytest.mark.parametrize("whole_sheet", [False, True])
def test_who_cannot_be_told_is_not_looked_at(ada, amara, sam, as_, monkeypatch, whole_sheet):
    """A failure of the note takes the look back, and nothing is shown."""
    make.visit(amara, left=None)
    monkeypatch.setattr(emergency_looks.Note.objects, "bulk_create", torn)
    browser = as_(sam)
    with pytest.raises(TornNotes):
        browser.post("/emergency/" if whole_sheet else page_of(amara), why())
    assert looks() == []
    assert not Note.objects.exists()
    assert list(audit.broken_records()) == []


@pytest.mark.once
def test_the_control_a_look_that_is_told_is_kept(ada, amara, sam, as_):
    make.visit(amara, left=None)
    assert "Ada Okafor" in as_(sam).post("/emergency/", why()).content.decode()
    assert len(looks()) == 1
    assert Note.objects.unread_by(amara).count() == 1


def test_the_sheet_of_those_here_now(ada, amara, noor, rosa, sam, as_):
    make.visit(amara, left=None)
    make.visit(noor)  # left at noon
    make.visit(rosa, left=None)
    page = as_(sam).post("/emergency/", why(quick="fire")).content.decode()
    assert "Amara Okafor" in page and "Ada Okafor" in page and "Rosa Lind" in page
    assert "Noor" not in page
    assert {record.about for record in looks()} == {amara, rosa}
    assert len({record.subject for record in looks()}) == 1
    assert not Note.objects.unread_by(noor).exists()
    assert "Everybody has to leave the house" in Note.objects.unread_by(rosa).get().text
    assert list(audit.broken_records()) == []


def test_own_words_about_one_of_them_are_told_to_no_other(ada, amara, rosa, sam, dana, as_):
    """Rosa is not told what happened to Amara, neither by her note nor by what is written about her."""
    for member in (amara, rosa):
        make.visit(member, left=None)
        make.account(member)
    assert as_(sam).post("/emergency/", why(why="Amara Okafor fell")).status_code == 200
    assert not Note.objects.filter(text__contains="fell").exists()
    assert "You can ask them why." in Note.objects.unread_by(rosa).get().text
    assert "fell" not in as_(rosa).get("/me/records/").content.decode()
    assert [record.about for record in looks() if "fell" in record.why] == [None]
    listed = as_(dana).get("/house/emergency-looks/").content.decode()
    assert listed.count("Amara Okafor fell") == 1
    assert "2 people" in listed


def test_who_was_forgotten_today_and_is_still_here_holds_nobody_up(ada, amara, rosa, sam, as_):
    for member in (amara, rosa):
        make.visit(member, left=None)
    Member.objects.filter(pk=rosa.pk).update(
        first_name="A member", last_name="", search_name="", erased_at=timezone.now()
    )
    answer = as_(sam).post("/emergency/", why(quick="fire"))
    assert answer.status_code == 200
    assert "Ada Okafor" in answer.content.decode() and "2 people here" in answer.content.decode()
    assert [record.about for record in looks()] == [amara]
    assert not Note.objects.unread_by(rosa).exists()


def test_an_empty_house_is_a_look_too(sam):
    actions.look_at_all(members=[], why="drill", key="k", by=sam.user)
    assert [record.about for record in looks()] == [None]


def test_nobody_is_on_a_sheet_whose_entry_was_joined_a_moment_ago(ada, amara, noor, sam):
    noor.merged_into = amara
    noor.save()
    with pytest.raises(audit.MergedMeanwhile):
        actions.look_at_all(members=[amara, noor], why="drill", key="k", by=sam.user)
    assert looks() == []
    assert list(audit.broken_records()) == []


@pytest.mark.once
def test_two_hundred_people_cost_hardly_more_than_ten(sam, as_):
    browser = as_(sam)

    def queries() -> int:
        with CaptureQueriesContext(
            connection,
        ) as asked:
            assert browser.post("/emergency/", why(quick="fire")).status_code == 200
        return len(asked)

    def come(count: int) -> None:
        for n in range(count):
            make.visit(make.member(f"Visitor {n}"), left=None)

    come(10)
    few = queries()
    come(190)
    many = queries()
    # SQLite takes a thousand values at a time, so three inserts come in a few pieces; not one query for each person.
    assert many - few <= 12
    assert AuditRecord.objects.filter(verb=LOOKS[1]).count() == 210
    assert list(audit.broken_records()) == []


@pytest.mark.once
def test_coordinators_read_who_looked_whose_and_why(ada, amara, rosa, sam, dana, as_):
    make.visit(amara, left=None)
    make.visit(rosa, left=None)
    as_(sam).post(page_of(amara), why(why="She asked for her brother"))
    as_(sam).post("/emergency/", why(quick="drill"))
    page = as_(dana).get("/house/emergency-looks/").content.decode()
    assert "She asked for her brother" in page and "Amara Okafor" in page
    assert "2 people" in page and "We practise leaving the house" in page
    assert page.count("<q>") == 2
    assert "Ada" not in page
    assert 'href="/house/emergency-looks/"' in as_(dana).get("/house/").content.decode()


@pytest.mark.once
def test_the_way_there_is_short(amara, sam, noor, as_):
    for page in ("/", "/arrivals/"):
        assert 'href="/emergency/"' in as_(sam).get(page).content.decode()
    assert f'href="{page_of(amara)}"' in as_(sam).get(f"/members/{amara.pk}/").content.decode()
    assert 'href="/emergency/"' not in as_(noor).get("/").content.decode()


@pytest.mark.once
def test_contacts_stand_nowhere_else(world):
    """Canaries: of the contact that Amara has in this house, no page of anybody shows anything but these."""
    for actor, client in world.clients.items():
        for path in ("/", "/arrivals/", f"/members/{world.amara.pk}/", f"/members/{world.amara.pk}/edit/",
                     f"/members/{world.amara.pk}/emergency/", f"/members/{world.amara.pk}/emergency/contacts/",
                     "/reach-out/", "/house/emergency-looks/", "/members/", "/house/", "/keeper/",
                     f"/arrivals/{world.today}/sheet/", f"/reach-out/members/{world.amara.pk}/"):  # fmt: skip
            answer = client.get(path).content.decode(errors="replace")
            assert "Efe Canary" not in answer and "555 0199" not in answer, (actor, path)
