"""Files that take long: made by the worker, kept for their owner for a day, and never half."""

import datetime as dt
import stat

import pytest
import time_machine
from django.utils import timezone

from attendance import report_files, tasks
from attendance.actions import report_files as actions
from attendance.models import ReportFile
from clubhouse.spans import Span
from members.models import AuditRecord, Role, User
from tests import make

pytestmark = pytest.mark.page

JUNE = Span.parse("2026-06")
NOW = dt.datetime(2026, 7, 15, 16, tzinfo=dt.UTC)
LIST = "/reports/files/"


@pytest.fixture(autouse=True)
def clock(settings, tmp_path):
    settings.REPORT_FILES = tmp_path / "kept" / "report-files"
    with time_machine.travel(NOW, tick=False) as clock:
        yield clock


@pytest.fixture
def folder(settings):
    return settings.REPORT_FILES


def asked(owner, span=JUNE, format="csv", what="roster") -> ReportFile:
    return actions.ask_for_file(what=what, format=format, span=span, by=owner.user, why="The bill.")


def made(owner, **wish) -> ReportFile:
    file = asked(owner, **wish)
    assert report_files.make_waiting_file() == file.pk
    file.refresh_from_db()
    return file


@pytest.fixture
def just_now(as_):
    return lambda person: make.just_signed_in(as_(person), person)


@pytest.mark.parametrize("format", ["csv", "xlsx"])
def test_from_asking_to_taking(amara, dana, just_now, folder, format):
    make.visit(amara, dt.date(2026, 6, 1))
    browser = just_now(dana)
    asked(dana, format=format)
    page = browser.get(LIST).content.decode()
    assert "waits for its turn" in page
    assert "Look again" in page
    assert 'hx-trigger="every 2s"' in page
    file = ReportFile.objects.get()
    assert tasks.make_report_file() == file.pk
    file.refresh_from_db()
    assert (file.state, file.done, file.total, file.attempts) == ("ready", 1, 1, 1)
    assert [path.name for path in folder.iterdir()] == [file.stored_as]
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert stat.S_IMODE((folder / file.stored_as).stat().st_mode) == 0o600
    page = browser.get(LIST).content.decode()
    assert "here until Thursday 16 July, noon" in page
    assert "every 2s" not in page
    answer = browser.get(f"{LIST}{file.pk}/")
    assert answer["Content-Disposition"] == f'attachment; filename="attendance-roster-2026-06.{format}"'
    assert b"".join(answer.streaming_content) == (folder / file.stored_as).read_bytes()
    records = AuditRecord.objects.order_by("seq").values_list("verb", "by", "why", "subject")
    subject = f"attendance.reportfile {file.pk}"
    assert list(records) == [
        ("attendance.export_names", dana.user.pk, "The bill.", subject),
        ("attendance.fetch_file", dana.user.pk, "The bill.", subject),
    ]
    browser.post(f"{LIST}{file.pk}/delete/")
    assert list(folder.iterdir()) == []
    assert "No file is on its way." in browser.get(LIST).content.decode()
    assert AuditRecord.objects.filter(verb="attendance.delete_file").count() == 1
    actions.delete_file(file=file, by=dana.user)  # done twice, it is done
    assert AuditRecord.objects.filter(verb="attendance.delete_file").count() == 1


def test_only_its_owner_knows_of_it(amara, dana, stella, sam, as_, folder, just_now):
    other = make.staff("Olga Canary")
    make.account(other, role=Role.COORDINATOR)
    file = made(other)
    for person in (dana, sam, stella):
        browser = just_now(person)
        assert "Attendance roster" not in browser.get(LIST).content.decode()
        assert browser.get(f"{LIST}{file.pk}/").status_code == 404
        assert browser.post(f"{LIST}{file.pk}/delete/").status_code == 404
    assert as_(amara).get(LIST).status_code == 403
    assert ReportFile.objects.filter(pk=file.pk).exists()


def test_asked_again_for_something_else_it_is_another_file(dana):
    """Each reason is written down; pressed twice, it is one."""
    for why in ("The bill.", "The bill.", "The audit."):
        actions.ask_for_file(what="roster", format="csv", span=JUNE, by=dana.user, why=why)
    assert sorted(ReportFile.objects.values_list("why", flat=True)) == ["The audit.", "The bill."]
    told = AuditRecord.objects.filter(verb="attendance.export_names").order_by("seq")
    assert list(told.values_list("why", flat=True)) == ["The bill.", "The audit."]


def test_a_file_with_names_asks_to_sign_in_again(dana, as_):
    file = made(dana)
    answer = as_(dana).get(f"{LIST}{file.pk}/")
    assert answer["Location"] == f"/accounts/2fa/reauthenticate/?next={LIST}"
    assert AuditRecord.objects.filter(verb="attendance.fetch_file").count() == 0


def test_who_is_no_coordinator_any_more_gets_no_names(dana, as_, folder, just_now):
    file = made(dana)
    waiting = asked(dana, format="xlsx")
    User.objects.filter(pk=dana.user.pk).update(role=Role.STAFF)
    assert just_now(dana).get(f"{LIST}{file.pk}/").status_code == 403
    report_files.make_waiting_file()
    waiting.refresh_from_db()
    assert (waiting.state, waiting.options["trouble"]) == ("failed", "not_allowed")
    assert "This file is for people with another role." in as_(dana).get(LIST).content.decode()
    assert [path.name for path in folder.iterdir()] == [file.stored_as]


def test_after_a_day_it_is_gone(dana, just_now, folder, clock):
    file = made(dana)
    browser = just_now(dana)
    clock.shift(dt.timedelta(days=1) - dt.timedelta(seconds=1))
    report_files.make_waiting_file()
    assert (folder / file.stored_as).is_file()
    clock.shift(dt.timedelta(seconds=1))
    browser = just_now(dana)
    assert browser.get(f"{LIST}{file.pk}/").status_code == 404  # before the worker came by, too
    assert "Attendance roster" not in browser.get(LIST).content.decode()
    report_files.make_waiting_file()
    assert (list(folder.iterdir()), ReportFile.objects.count()) == ([], 0)


def test_a_file_that_somebody_removed_from_the_disk(dana, just_now, folder):
    file = made(dana)
    (folder / file.stored_as).unlink()
    answer = just_now(dana).get(f"{LIST}{file.pk}/", follow=True)
    assert "This file is not here any more." in answer.content.decode()


class Died(BaseException):
    """The worker was killed: nothing of it runs any more, no except and no finally."""


def dies_half_way(file, path, progress):
    path.write_bytes(b"half")
    progress(1, 2)
    raise Died


def test_a_worker_that_died_leaves_it_to_the_next(amara, dana, just_now, folder, clock, monkeypatch):
    make.visit(amara, dt.date(2026, 6, 1))
    file = asked(dana)
    with monkeypatch.context() as patch:
        patch.setattr(report_files, "WRITERS", {"roster": dies_half_way})
        patch.setattr(report_files.shutil, "rmtree", lambda *args, **how: None)
        with pytest.raises(Died):
            report_files.make_waiting_file()
    file.refresh_from_db()
    left_behind = file.stored_as
    assert (file.state, file.done, file.total) == ("working", 1, 2)
    assert (folder / f"{left_behind}.part" / "file").read_bytes() == b"half"
    browser = just_now(dana)
    assert "1 of 2 rows" in browser.get(LIST).content.decode()
    assert browser.get(f"{LIST}{file.pk}/").status_code == 404  # half a file is no file
    assert report_files.make_waiting_file() is None  # it may still be at it
    clock.shift(actions.CLAIM_LASTS)
    assert report_files.make_waiting_file() == file.pk
    file.refresh_from_db()
    assert (file.state, file.attempts) == ("ready", 2)
    report_files.sweep()
    assert [path.name for path in folder.iterdir()] == [file.stored_as] != [left_behind]


def test_three_times_and_then_it_says_sorry(dana, as_, folder, monkeypatch):
    def stumbles(file, path, progress):
        path.write_bytes(b"half")
        raise RuntimeError

    monkeypatch.setattr(report_files, "WRITERS", {"roster": stumbles})
    file = asked(dana)
    states = []
    for _ in range(4):
        report_files.make_waiting_file()
        file.refresh_from_db()
        states.append((file.state, file.attempts))
    assert states == [("waiting", 1), ("waiting", 2), ("failed", 3), ("failed", 3)]
    assert list(folder.iterdir()) == []
    assert "This file did not work out, and we are sorry." in as_(dana).get(LIST).content.decode()


def test_workers_that_die_again_and_again_give_up(dana, clock):
    file = asked(dana)
    for _ in range(actions.MOST_ATTEMPTS):
        assert actions.claim_file() is not None
        clock.shift(actions.CLAIM_LASTS)
    assert actions.claim_file() is None
    file.refresh_from_db()
    assert (file.state, file.stored_as) == ("failed", "")


@pytest.mark.parametrize("format", ["csv", "xlsx"])
def test_a_full_disk_leaves_nothing_half(amara, dana, as_, folder, monkeypatch, format):
    def full(*args):
        raise OSError(28, "No space left on device")

    make.visit(amara, dt.date(2026, 6, 1))
    monkeypatch.setattr(report_files.os, "fsync", full)
    file = made(dana, format=format)
    assert (file.state, file.options["trouble"], list(folder.iterdir())) == ("failed", "disk", [])
    page = as_(dana).get(LIST).content.decode()
    assert "There was no room to keep this file." in page
    assert "Take it" not in page


def test_a_folder_that_cannot_be_made(dana, settings, tmp_path):
    (tmp_path / "plain").write_text("a file stands where the folder should be")
    settings.REPORT_FILES = tmp_path / "plain"
    file = asked(dana)
    actions.claim_file()
    with pytest.raises(OSError, match="exists"):
        report_files.make(ReportFile.objects.get(pk=file.pk))


@pytest.mark.parametrize("step", ["renew", "finish"])
def test_who_lost_the_claim_stops_and_leaves_nothing(dana, folder, monkeypatch, step):
    """Not after all, says Dana while it is being made."""
    file = asked(dana)
    if step == "renew":
        write = report_files.WRITERS["roster"]

        def meanwhile(file, path, progress):
            ReportFile.objects.all().delete()
            make.visit(make.member("Amara Okafor"), dt.date(2026, 6, 1))
            write(file, path, progress)

        monkeypatch.setattr(report_files, "WRITERS", {"roster": meanwhile})
    else:
        rename = report_files.Path.rename

        def and_gone(path, target):
            ReportFile.objects.all().delete()
            return rename(path, target)

        monkeypatch.setattr(report_files.Path, "rename", and_gone)
    assert report_files.make_waiting_file() == file.pk
    assert list(folder.iterdir()) == []


def test_a_claim_is_for_one(dana, sam, clock):
    first, second = asked(dana), asked(dana, format="xlsx")
    claimed = actions.claim_file()
    assert claimed.pk == first.pk
    assert actions.claim_file() is None  # one at a time: a hand stays free for messages
    clock.shift(actions.CLAIM_LASTS)
    again = actions.claim_file()
    assert (again.pk, again.stored_as != claimed.stored_as) == (first.pk, True)
    for step in (
        lambda: actions.renew_claim(file=claimed, done=1, total=2),
        lambda: actions.finish_file(file=claimed),
    ):
        with pytest.raises(actions.ClaimLost):
            step()
    actions.fail_file(file=claimed, trouble="disk")
    again.refresh_from_db()
    assert again.state == "working"
    actions.finish_file(file=again)
    assert actions.claim_file().pk == second.pk


def test_a_worker_that_is_away_is_told_of(dana, as_, clock):
    says = "Nobody makes files right now."
    browser = as_(dana)
    asked(dana)
    assert says not in browser.get(LIST).content.decode()
    clock.shift(dt.timedelta(minutes=2))
    assert says in browser.get(LIST).content.decode()
    other = ReportFile.objects.create(
        owner=make.account(make.member("Other One")), what="report", format="csv", first_on=NOW, last_on=NOW,
        asked_at=NOW, state="working", claimed_until=timezone.now() + actions.CLAIM_LASTS,
    )  # fmt: skip
    assert says not in browser.get(LIST).content.decode()  # another one comes first
    other.delete()


def test_strangers_in_the_folder_are_swept_out(dana, folder):
    file = made(dana)
    (folder / "left-behind").write_text("Amara Okafor")
    (folder / "left-behind.part").mkdir()
    assert report_files.sweep() == 2
    assert [path.name for path in folder.iterdir()] == [file.stored_as]


def test_asking_for_the_list_is_not_use(dana, as_):
    """The page asks by itself every two seconds; whoever walked away is signed out all the same."""
    browser = as_(dana)
    browser.get(LIST)
    used_at = browser.session["used_at"]
    with time_machine.travel(timezone.now() + dt.timedelta(minutes=5), tick=False):
        browser.get(LIST, headers={"HX-Request": "true", "X-Polling": "1"})
        assert browser.session["used_at"] == used_at
        browser.get(LIST)
        assert browser.session["used_at"] > used_at


def test_a_reader_hears_of_a_file_that_became_ready_once(dana, as_):
    browser, piece = as_(dana), {"headers": {"HX-Request": "true", "X-Polling": "1"}}
    made(dana)
    asked(dana, format="xlsx")
    assert "One more file is ready." in browser.get(f"{LIST}?ready=0", **piece).content.decode()
    again = browser.get(f"{LIST}?ready=1", **piece).content.decode()
    assert "One more file is ready." not in again
    assert again.lstrip().startswith("<div id=")
    assert browser.get(f"{LIST}?ready=%00", **piece).status_code == 200


@pytest.mark.parametrize("files", [1, 3])
def test_the_list_costs_the_same_however_long(dana, as_, django_assert_num_queries, files):
    for month in range(1, files + 1):
        ReportFile.objects.create(
            owner=dana.user, what="roster", format="csv", first_on=dt.date(2026, month, 1),
            last_on=dt.date(2026, month, 28), asked_at=NOW,
        )  # fmt: skip
    browser = as_(dana)
    browser.get(LIST)
    with django_assert_num_queries(4):
        browser.get(LIST)


class Beats:
    """Waits as an event does, so many times, and takes note."""

    def __init__(self, times: int) -> None:
        self.times = times

    def wait(self, seconds: float) -> bool:
        self.times -= 1
        return self.times < 0


def test_a_worker_that_lives_holds_its_claim(dana, clock, monkeypatch):
    """One step takes longer than the claim lasts: counting ten years, or putting a large workbook together."""
    monkeypatch.setattr(report_files.connection, "close", lambda: None)  # it is the test's own
    asked(dana)
    file = actions.claim_file()
    for _ in range(5):
        clock.shift(dt.timedelta(seconds=report_files.HOLD_EVERY))
        report_files._hold(file, Beats(1))
        assert actions.claim_file() is None
    actions.finish_file(file=file)


def test_who_lost_the_claim_holds_it_no_longer(dana, clock, monkeypatch):
    monkeypatch.setattr(report_files.connection, "close", lambda: None)
    asked(dana)
    file, beats = actions.claim_file(), Beats(5)
    clock.shift(actions.CLAIM_LASTS)
    again = actions.claim_file()
    report_files._hold(file, beats)
    assert beats.times == 4
    again.refresh_from_db()
    assert again.claimed_until == timezone.now() + actions.CLAIM_LASTS
    assert not actions.hold_claim(file=file)
