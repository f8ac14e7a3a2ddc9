"""What others wrote: of who is forgotten every way to write the name and a number goes, and nothing of anybody else."""

import pytest
from django.utils import timezone

from attendance import actions
from attendance.forgetting import whole
from attendance.models import ReachOut
from members import audit
from members.actions import edit_member
from members.models import AuditRecord, EmergencyContact, Member
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    settings.BACKUP_FOLDER = tmp_path / "backups"


def forgotten(member: Member) -> None:
    people = make.staff("Dana Whitfield"), make.staff("Ines Costa")
    dana, ines = (make.account(one, role="coordinator") for one in people)
    erasure = actions.forget_member(member=member, kind="erase", by=dana)
    actions.confirm_forgetting(erasure=erasure, by=ines)


def written_about(member: Member, note: str) -> ReachOut:
    return ReachOut.objects.create(member=member, at=timezone.now(), channel="phone", replied=True, note=note)


@pytest.mark.parametrize(
    ("note", "left"),
    [
        ("Saw Zeb  Quark", "Saw a member"),
        ("Quark, Zeb and ZEB\nQUARK'S aunt", "a member and a member'S aunt"),
        ("ring 555 019-9777 today", "ring a member today"),
        ("ring +1 (555) 0199.777, or 15550199777", "ring a member, or a member"),
        ("at 7 Vermilion lane", "at a member"),
        ("Quarkton is a town, 5550199778 is a baker", "Quarkton is a town, 5550199778 is a baker"),
    ],
)
def test_however_it_is_written(note, left):
    zeb = make.member("Zeb Quark", phone="5550199777", address="7 Vermilion Lane\nQuarkton")
    about_noor = written_about(make.member("Noor Haddad"), note)
    forgotten(zeb)
    about_noor.refresh_from_db()
    assert about_noor.note == left


@pytest.mark.parametrize(
    ("phone", "note"),
    [
        ("+358 40 1234567", "040 123 4567"),
        ("040 1234567", "+358 (0)40 123 4567"),
        ("+49 170 1234567", "0170/1234567"),
        ("555 0100", "555-0100"),
    ],
)
def test_a_number_is_the_same_with_its_country_and_without(phone, note):
    zeb = make.member("Zeb Quark", phone=phone)
    about_noor = written_about(make.member("Noor Haddad"), f"on 2026-05-01 {note}, 9:00")
    forgotten(zeb)
    about_noor.refresh_from_db()
    assert about_noor.note == "on 2026-05-01 a member, 9:00"


def test_letters_that_are_not_a_to_z():
    asa, noor = make.member("Åsa Öberg"), make.member("Noor Haddad")
    about_noor = written_about(noor, "åsa öberg, Öberg, Åsa")
    audit.record(by=None, verb="attendance.log_reach_out", about=noor, after={"note": "åsa ÖBERG said hello"})
    forgotten(asa)
    about_noor.refresh_from_db()
    assert about_noor.note == "a member, a member"
    assert AuditRecord.objects.get(about=noor).after == {"note": "a member said hello"}
    assert list(audit.broken_records()) == []


def test_a_name_and_a_number_of_before():
    zeb = make.member("Zeb Oldname", phone="5550199777")
    about_noor = written_about(make.member("Noor Haddad"), "Saw Zeb Oldname, 5550199777")
    sam = make.account(make.staff("Sam Rivers"), role="coordinator")
    edit_member(member=zeb, by=sam, last_name="Quark", phone="5550188666")
    forgotten(zeb)
    about_noor.refresh_from_db()
    assert about_noor.note == "Saw a member, a member"


def test_when_somebody_else_is_best_reached():
    zeb = make.member("Zeb Quark", best_time="Ask for Zeb Quark")
    noor = make.member("Noor Haddad", best_time="When Zeb Quark is out")
    assert [(one.pk, one.text) for one in whole.texts_with_the_name(zeb)[0]] == [(noor.pk, "When Zeb Quark is out")]
    forgotten(zeb)
    noor.refresh_from_db()
    assert noor.best_time == "When a member is out"


def test_a_member_number_that_looks_like_a_year_takes_no_day_away():
    zeb, noor = make.member("Zeb Quark", member_no="2026"), make.member("Noor Haddad")
    audit.record(by=None, verb="attendance.log_arrival", about=noor, after={"day": "2026-05-01"})
    task, message = make.task("Party 2026"), make.lost_message(noor, occurrence="day 2026-05-01")
    forgotten(zeb)
    task.refresh_from_db()
    message.refresh_from_db()
    assert (task.title, message.occurrence) == ("Party 2026", "day 2026-05-01")
    assert AuditRecord.objects.get(about=noor).after == {"day": "2026-05-01"}


@pytest.mark.parametrize("note", ["Ana P. likes tea", "Prado, Ana likes tea", "12 Elm Lane, 555 0100 200"])
def test_what_is_somebody_elses_too_is_left(note):
    shared = {"phone": "5550100200", "address": "12 Elm Lane"}
    ana = make.member("Ana Pereira", **shared)
    make.member("Ana Prado", **shared)
    about_noor = written_about(make.member("Noor Haddad"), note)
    forgotten(ana)
    about_noor.refresh_from_db()
    assert about_noor.note == note


def test_whom_others_want_to_be_called_stays_reachable():
    """Noor's mother has the phone that Zeb had too; Zeb himself is called no more, and Noor can read that."""
    zeb, noor = make.member("Zeb Quark", phone="5550199777"), make.member("Noor Haddad")
    for name, relation in (("Rita Haddad", "my mother"), ("Zeb Quark", "a friend"), ("Zeb", "a friend")):
        EmergencyContact.objects.create(
            member=noor, name=name, relation=relation, phone="5550199777", at=timezone.now()
        )
    forgotten(zeb)
    assert list(noor.emergency_contacts.values_list("name", "phone")) == [("Rita Haddad", "5550199777")]
    told = AuditRecord.objects.filter(about=noor, verb="edit_emergency_contacts")
    assert {record.before["name"] for record in told} == {"a member"}
