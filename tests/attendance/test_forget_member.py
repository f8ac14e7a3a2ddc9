"""Two colleagues say yes, one at a time; until then anybody of the three takes it back. Each refusal."""

import datetime as dt
import json
import os
import uuid

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from attendance import actions
from attendance.actions.import_house import HouseNotImported, import_house
from attendance.forgetting import apply_again, book, ledger
from attendance.models import Visit
from members import audit
from members.models import AuditRecord, EmergencyContact, Erasure, Member, User
from tests import make
from tests.attendance.test_forget_canary import folder

__all__ = ["folder"]
pytestmark = [pytest.mark.django_db, pytest.mark.once]


@pytest.fixture(autouse=True)
def backups(folder):
    return folder


def prepared(member, dana, kind="anonymise") -> Erasure:
    return actions.forget_member(member=member, kind=kind, by=dana.user)


def forgotten(member, dana, sam, kind="anonymise") -> Erasure:
    return actions.confirm_forgetting(erasure=prepared(member, dana, kind), by=sam.user)


def test_a_member_asks_and_two_colleagues_say_yes(amara, dana, sam):
    make.visit(amara)
    asked = actions.ask_to_be_forgotten(member=amara, kind="erase", by=amara.user)
    first = actions.forget_member(member=amara, kind="erase", by=dana.user)
    assert first.pk == asked.pk
    done = actions.confirm_forgetting(erasure=first, by=sam.user)
    row = Member.objects.get(pk=amara.pk)
    assert (row.full_name, row.search_name, row.phone, row.email) == ("A member", "", "", "")
    assert row.member_no != amara.member_no
    assert row.user is not None
    assert not row.user.is_active
    assert not row.user.has_usable_password()
    assert done.did["members.member"] == 1
    assert Visit.objects.filter(member=row).count() == 1
    assert list(audit.broken_records()) == []


def test_a_kind_that_the_member_chose_anew_asks_for_a_first_yes_again(amara, dana):
    first = prepared(amara, dana)
    again = actions.ask_to_be_forgotten(member=amara, kind="erase", by=amara.user)
    first.refresh_from_db()
    assert first.taken_back_at is not None
    assert again.first_by is None


def test_asked_twice_it_is_asked_once(amara):
    first = actions.ask_to_be_forgotten(member=amara, kind="erase", by=amara.user)
    assert actions.ask_to_be_forgotten(member=amara, kind="erase", by=amara.user) == first


def test_the_second_yes_is_somebody_elses(amara, dana):
    erasure = prepared(amara, dana)
    with pytest.raises(actions.SamePerson, match="somebody else"):
        actions.confirm_forgetting(erasure=erasure, by=dana.user)
    assert Member.objects.get(pk=amara.pk).erased_at is None


def test_the_database_holds_the_second_yes_too(amara, dana):
    """The control of the guard above."""
    erasure = prepared(amara, dana)
    with pytest.raises(IntegrityError), transaction.atomic():
        Erasure.objects.filter(pk=erasure.pk).update(second_by=dana.user)
    with pytest.raises(IntegrityError), transaction.atomic():
        Erasure.objects.filter(pk=erasure.pk).update(done_at=timezone.now())


def test_nothing_happens_before_the_first_yes(amara, sam):
    erasure = actions.ask_to_be_forgotten(member=amara, kind="erase", by=amara.user)
    with pytest.raises(actions.NotAskedYet, match="coordinator"):
        actions.confirm_forgetting(erasure=erasure, by=sam.user)


@pytest.mark.parametrize("who", ["amara", "dana", "sam"])
def test_until_the_second_yes_each_of_them_takes_it_back(who, amara, dana, sam):
    erasure = prepared(amara, dana)
    actions.take_back_forgetting(erasure=erasure, by={"amara": amara, "dana": dana, "sam": sam}[who].user)
    with pytest.raises(actions.TakenBack, match="taken back"):
        actions.confirm_forgetting(erasure=erasure, by=sam.user)
    assert Member.objects.get(pk=amara.pk).full_name == "Amara Okafor"


def test_what_is_done_is_not_done_again_nor_taken_back(amara, dana, sam):
    erasure = forgotten(amara, dana, sam)
    for again in (
        lambda: actions.confirm_forgetting(erasure=erasure, by=sam.user),
        lambda: actions.take_back_forgetting(erasure=erasure, by=sam.user),
        lambda: actions.forget_member(member=amara, kind="erase", by=dana.user),
        lambda: actions.ask_to_be_forgotten(member=amara, kind="erase", by=amara.user),
    ):
        with pytest.raises(actions.ForgottenAlready, match="done already"):
            again()


def test_nobody_says_yes_for_themselves(amara, dana, sam):
    User.objects.filter(pk=amara.user_id).update(role="coordinator")
    with pytest.raises(actions.NotForOneself, match="Two other colleagues"):
        actions.forget_member(member=amara, kind="erase", by=amara.user)


def test_the_last_coordinator_stays(amara, dana):
    User.objects.filter(pk=amara.user_id).update(role="coordinator")
    User.objects.filter(pk=dana.user_id).update(role="staff")
    with pytest.raises(actions.LastCoordinator, match="only coordinator"):
        actions.forget_member(member=Member.objects.get(pk=amara.pk), kind="erase", by=dana.user)


def test_an_entry_that_was_joined_goes_along(amara, dana, sam):
    other = make.member("Amara Okafor", phone="555 0111")
    actions.merge_members(kept=amara, merged=other, by=sam.user)
    forgotten(amara, dana, sam)
    row = Member.objects.get(pk=other.pk)
    assert (row.full_name, row.phone) == ("A member", "")
    assert row.erased_at is not None


def test_a_future_place_goes_to_whoever_waits_and_a_past_one_stays(amara, noor, dana, sam):
    today = timezone.localdate()
    past, coming = make.task(day=today - dt.timedelta(days=3)), make.task(day=today + dt.timedelta(days=3))
    for task in (past, coming):
        task.sign_ups.create(member=amara, at=timezone.now(), by=amara.user)
    coming.places = 1
    coming.save()
    coming.waiting.create(member=noor, at=timezone.now(), by=noor.user)
    forgotten(amara, dana, sam)
    assert [place.member for place in coming.sign_ups.all()] == [noor]
    assert [place.member_id for place in past.sign_ups.all()] == [amara.pk]


# -- Coming back -------------------------------------------------------------------------------------------------------


def test_who_withdrew_is_found_at_once_and_who_was_forgotten_is_not(amara, noor, dana, sam):
    for member in (amara, noor):
        member.withdrawn_on = timezone.localdate()
        member.save()
    forgotten(amara, dana, sam)
    assert [member.pk for member in Member.objects.welcome().named("noor")] == [noor.pk]
    assert list(Member.objects.welcome().named("amara")) == []
    assert list(Member.objects.visible_to(dana.user).filter(pk=amara.pk)) == []


def test_the_same_person_may_come_back_as_somebody_new(amara, dana, sam):
    number = amara.member_no
    forgotten(amara, dana, sam)
    mark = actions.add_walk_in(
        first_name="Amara", last_name="Okafor", day=timezone.localdate(), at=timezone.now(), key=uuid.uuid4(),
        by=sam.user,
    )  # fmt: skip
    assert mark.member.pk != amara.pk
    assert mark.member.member_no != number
    assert Member.objects.welcome().named("amara okafor").get() == mark.member


COLUMNS = (
    "member_no,name_to_use,first_name,last_name,pronouns,born_on,enrolled_on,phone,email,language,units,withdrawn_on,"
    "deceased_on"
)
SHEET = COLUMNS + "\n{},,Amara,Okafor,,,2020-01-01,,,en,,,\n"


def test_the_same_spreadsheet_does_not_bring_them_back(amara, dana, sam):
    sheet = {"members.csv": SHEET.format(amara.member_no).encode()}
    import_house(files=sheet, by=None)
    forgotten(amara, dana, sam)
    with pytest.raises(HouseNotImported) as refused:
        import_house(files=sheet, by=None)
    assert [problem.reason for problem in refused.value.outcome.problems] == [
        "this person asked to be forgotten. Take the row out."
    ]
    assert not Member.objects.filter(first_name="Amara").exists()


# -- The book ----------------------------------------------------------------------------------------------------------


def test_the_book_has_it_before_and_after_without_a_name(amara, dana, sam):
    erasure = forgotten(amara, dana, sam)
    lines = [json.loads(line) for line in book.path().read_text().splitlines()]
    assert [(line["certificate"], line["state"]) for line in lines] == [
        (erasure.certificate, "sure"),
        (erasure.certificate, "done"),
    ]
    assert lines[-1] == ledger()[0]
    assert book.path().stat().st_mode & 0o777 == 0o600
    assert "Amara" not in book.path().read_text()
    assert amara.member_no not in book.path().read_text()


def test_what_did_not_work_out_is_written_down_as_undone(amara, dana, sam, monkeypatch):
    erasure = prepared(amara, dana)

    def breaks(*args, **kwargs):
        raise RuntimeError

    monkeypatch.setattr("attendance.actions.forgetting.forget", breaks)
    with pytest.raises(RuntimeError):
        actions.confirm_forgetting(erasure=erasure, by=sam.user)
    assert Member.objects.get(pk=amara.pk).full_name == "Amara Okafor"
    assert [line["state"] for line in book.read()] == ["sure", "undone"]
    assert apply_again(book.read()) == 0


@pytest.mark.parametrize(("is_done", "state"), [(True, "done"), (False, "undone")])
def test_a_crash_between_the_two_lines_is_settled(is_done, state, amara, dana, sam):
    erasure = forgotten(amara, dana, sam) if is_done else prepared(amara, dana)
    erasure.second_at = timezone.now()
    book.path().unlink(missing_ok=True)
    book.write(book.line(erasure, book.SURE))
    assert book.settle() == 1
    assert book.standing(book.read())[erasure.certificate]["state"] == state
    assert book.settle() == 0


def test_a_line_is_whole_or_not_said(folder, monkeypatch):
    """A disk that fills up takes a part of it first, and says so only when it is asked for the rest."""
    write, room = os.write, [20, 20, 200]

    def little(file: int, said: bytes) -> int:
        if not room:
            raise OSError(28, "No space left on device")
        return write(file, said[: room.pop(0)])

    monkeypatch.setattr(os, "write", little)
    book.write({"certificate": "C" * 30, "state": "sure"})
    assert [line["state"] for line in book.read()] == ["sure"]
    room[:] = [20]
    with pytest.raises(OSError, match="No space"):
        book.write({"certificate": "C" * 30, "state": "done"})
    assert [line["state"] for line in book.read()] == ["sure"]


def test_a_line_that_was_cut_off_spoils_no_other_one(amara, dana, sam):
    book.path().parent.mkdir(parents=True, exist_ok=True)
    book.path().write_text('{"certificate": "AB')
    erasure = forgotten(amara, dana, sam)
    assert book.standing(book.read()).keys() == {erasure.certificate}


@pytest.fixture
def from_before(amara, dana, sam):
    """A restored house: it does not know that Amara was forgotten. The book does."""
    EmergencyContact.objects.create(member=amara, name="Her sister", phone="1", at=timezone.now())
    point = transaction.savepoint()
    erasure = forgotten(amara, dana, sam)
    lines = book.read()
    transaction.savepoint_rollback(point)
    assert Member.objects.get(pk=amara.pk).full_name == "Amara Okafor"
    return erasure, lines


@pytest.mark.parametrize("also_without", ["", "colleagues", "line of done"])
def test_a_restored_house_forgets_them_again(also_without, from_before, amara, dana, sam):
    erasure, lines = from_before
    if also_without == "colleagues":
        lines = [line | {"first_by": 9999, "second_by": 9998} for line in lines]
    if also_without == "line of done":
        lines = lines[:1]
    assert apply_again(lines) == 1
    row = Member.objects.get(pk=amara.pk)
    assert (row.full_name, row.emergency_contacts.count()) == ("A member", 0)
    again = Erasure.objects.get(certificate=erasure.certificate)
    assert again.again_at is not None
    assert again.done_at == erasure.done_at
    assert (again.first_by is None) == (also_without == "colleagues")
    assert list(audit.broken_records()) == []
    records = AuditRecord.objects.count()
    assert apply_again(lines) == 0
    assert AuditRecord.objects.count() == records


def test_another_house_has_other_people_under_the_same_id(from_before, amara):
    _erasure, lines = from_before
    Member.objects.filter(pk=amara.pk).update(member_no="Z77")
    assert apply_again(lines) == 0
    assert Member.objects.get(pk=amara.pk).full_name == "Amara Okafor"
