"""The pack for a day without the program: made each morning where the house wants it, and sealed with its words."""

import datetime as dt
import errno
import io
import os
import stat

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone
from pypdf import PdfReader
from pypdf.errors import FileNotDecryptedError

from attendance import downtime, tasks
from attendance.actions import downtime as actions
from attendance.exports import drawing
from attendance.exports.downtime import opens
from attendance.forgetting import sweeping
from members.actions.house import edit_house
from members.models import AuditRecord, EmergencyContact, Erasure, House, LastRun
from tests import make
from tests.attendance.opened import text_of_pdf
from tests.attendance.test_forget_canary import forgotten

pytestmark = [pytest.mark.django_db, pytest.mark.once]
WORDS, OTHERS = "a green door and a bell", "a red door and no bell"
MORNING = dt.datetime(2026, 10, 6, 12, 0, tzinfo=dt.UTC)  # 8 am on a Tuesday in Detroit
HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)


@pytest.fixture(autouse=True)
def morning():
    with time_machine.travel(MORNING, tick=True) as clock:
        yield clock


@pytest.fixture
def house(db, settings, tmp_path):
    settings.DATA_DIR = tmp_path
    make.unit("Kitchen")
    return make.house(time_zone="America/Detroit", downtime_pack=True, downtime_password=WORDS)


def sister_of(member, name="Zebulonia Quist"):
    return EmergencyContact.objects.create(
        member=member, name=name, relation="sister", phone="555 0199", at=timezone.now()
    )


def sign_up(member, day=None):
    task = make.task("Soup for 50", day=day)
    task.sign_ups.create(member=member, at=timezone.now(), by=member.user)


def names() -> list[str]:
    return sorted(file.name for file in downtime.folder().iterdir()) if downtime.folder().is_dir() else []


def sheets() -> str:
    return text_of_pdf(downtime.current_pack().sheets.read_bytes())


def contacts(words=WORDS) -> str:
    reader = PdfReader(io.BytesIO(downtime.current_pack().contacts.read_bytes()))
    assert reader.decrypt(words)
    return " ".join(page.extract_text() for page in reader.pages)


# -- When --------------------------------------------------------------------------------------------------------------


def test_once_a_day_early_in_the_houses_time(house, morning):
    made, moment = [], MORNING - 4 * HOUR
    for _hour in range(52):
        morning.move_to(moment)
        if tasks.make_downtime_pack():
            made.append((moment - MORNING, names()))
        moment += HOUR
    assert [(after, files[0]) for after, files in made] == [
        (-4 * HOUR, "2026-10-06-contacts.pdf"),  # the first one at once
        (DAY - 5 * HOUR, "2026-10-07-contacts.pdf"),
        (2 * DAY - 5 * HOUR, "2026-10-08-contacts.pdf"),
    ]
    assert names() == ["2026-10-08-contacts.pdf", "2026-10-08-sheets.pdf"]


def test_a_machine_that_was_off_makes_up_for_it_once(house, morning):
    assert tasks.make_downtime_pack()
    morning.move_to(MORNING + 9 * DAY + 3 * HOUR)
    assert [tasks.make_downtime_pack() for _time in range(2)] == [True, False]
    assert names() == ["2026-10-15-contacts.pdf", "2026-10-15-sheets.pdf"]


def test_a_house_that_wants_none_has_none_and_switching_off_takes_it_away(house, dana):
    make.house(downtime_pack=False)
    assert (tasks.make_downtime_pack(), names()) == (False, [])
    make.house(downtime_pack=True)
    assert tasks.make_downtime_pack()
    edit_house(by=dana.user, downtime_pack=False)
    assert (tasks.make_downtime_pack(), names()) == (False, [])
    assert not House._meta.get_field("downtime_pack").default


def test_somebody_asks_for_a_fresh_one(house, sam, as_):
    assert tasks.make_downtime_pack()
    for _time in range(2):
        as_(sam).post(reverse("attendance:make_downtime_pack"))
    assert AuditRecord.objects.get().verb == "attendance.make_downtime_pack"
    assert [tasks.make_downtime_pack() for _time in range(2)] == [True, False]


def test_nobody_else_on_the_computer_reads_the_files(house):
    assert tasks.make_downtime_pack()
    assert stat.S_IMODE(downtime.folder().stat().st_mode) == 0o700
    assert {stat.S_IMODE(file.stat().st_mode) for file in downtime.folder().iterdir()} == {0o600}


# -- Who ---------------------------------------------------------------------------------------------------------------


def test_the_sheets_name_whom_the_arrivals_page_expects_and_nobody_else(house, amara, noor, rosa, idris):
    sign_up(amara)
    sign_up(noor, timezone.localdate() + DAY)
    make.visit(rosa, dt.date(2026, 10, 5))
    sign_up(idris)
    idris.deceased_on = dt.date(2026, 10, 1)
    idris.save()
    assert tasks.make_downtime_pack()
    text = sheets()
    assert "Amara O." in text
    assert [name for name in ("Okafor", "Noor", "Rosa", "Idris", "Sam", "555") if name in text] == []
    assert "Tuesday 6 October" in text
    assert "Soup for 50" in text


def test_the_sealed_file_names_who_is_on_the_roll_and_wrote_somebody_down(house, amara, noor, rosa, idris):
    for member in (amara, noor, rosa):
        sister_of(member, f"Sister of {member.known_as}")
    noor.withdrawn_on = rosa.deceased_on = dt.date(2026, 10, 6)
    noor.save()
    rosa.save()
    assert tasks.make_downtime_pack()
    text = contacts()
    assert "Amara Okafor" in text
    assert ("Sister of Amara" in text, "555 0199" in text) == (True, True)
    assert [name for name in ("Noor", "Rosa", "Idris") if name in text] == []


# -- The words ---------------------------------------------------------------------------------------------------------


def test_without_the_words_no_name_is_read(house, amara):
    sister_of(amara)
    assert tasks.make_downtime_pack()
    content = downtime.current_pack().contacts.read_bytes()
    assert [opens(content, words) for words in (WORDS, OTHERS, "", WORDS.upper())] == [True, False, False, False]
    assert [word for word in (b"Zebulonia", b"Quist", b"Amara", b"555 0199") if word in content] == []
    with pytest.raises(FileNotDecryptedError):
        text_of_pdf(content)
    assert "Zebulonia Quist" in contacts()
    assert PdfReader(io.BytesIO(content)).trailer["/Encrypt"]["/R"] == 6  # AES-256


def test_other_words_make_another_file_at_once(house, amara):
    sister_of(amara)
    assert tasks.make_downtime_pack()
    make.house(downtime_password=OTHERS)
    assert [tasks.make_downtime_pack() for _time in range(2)] == [True, False]
    content = downtime.current_pack().contacts.read_bytes()
    assert (opens(content, OTHERS), opens(content, WORDS)) == (True, False)


@pytest.mark.parametrize("words", ["", "eleven lett"])
def test_too_few_letters_seal_nothing_and_the_page_says_so(house, amara, sam, as_, words):
    sister_of(amara)
    assert tasks.make_downtime_pack()
    make.house(downtime_password=words)
    assert [tasks.make_downtime_pack() for _time in range(2)] == [True, False]
    assert names() == ["2026-10-06-sheets.pdf"]
    page = as_(sam).get(reverse("attendance:see_downtime_pack")).content.decode()
    assert "There is no sealed file, because the house has no words yet that open it." in page
    assert "A coordinator can set them under House." in page


# -- Forgotten ---------------------------------------------------------------------------------------------------------


def test_who_was_forgotten_is_in_no_file_and_not_in_the_next(house, amara, noor, transactional_db, settings):
    settings.BACKUP_FOLDER = settings.DATA_DIR / "backups"
    for member in (amara, noor):
        sister_of(member, f"Sister of {member.known_as}")
    assert tasks.make_downtime_pack()
    forgotten(amara, Erasure.Kind.ERASE)
    sweeping.sweep()
    assert names() == []
    assert tasks.make_downtime_pack()
    assert ("Amara" in contacts(), "Sister of Noor" in contacts()) == (False, True)


def test_who_is_forgotten_while_it_is_made_is_not_in_it(house, amara, settings, monkeypatch):
    settings.BACKUP_FOLDER = settings.DATA_DIR / "backups"
    sister_of(amara)
    put = downtime._put

    def meanwhile(files):
        forgotten(amara, Erasure.Kind.ERASE)
        put(files)

    monkeypatch.setattr(downtime, "_put", meanwhile)
    tasks.make_downtime_pack()
    assert names() == []


# -- What does not work ------------------------------------------------------------------------------------------------


def full(*_args) -> None:
    raise OSError(errno.ENOSPC, "no room")


def test_a_full_disk_leaves_the_old_pack_whole_and_is_said(house, sam, as_, morning, monkeypatch):
    assert tasks.make_downtime_pack()
    before = {file.name: file.read_bytes() for file in downtime.folder().iterdir()}
    morning.move_to(MORNING + DAY)
    with monkeypatch.context() as broken:
        broken.setattr(os, "fsync", full)
        assert not tasks.make_downtime_pack()
    assert {file.name: file.read_bytes() for file in downtime.folder().iterdir()} == before
    page = as_(sam).get(reverse("attendance:see_downtime_pack")).content.decode()
    assert "The disk is full, or the folder cannot be written to." in page
    assert "This is the pack for Tuesday 6 October" in page
    assert not tasks.make_downtime_pack()  # not each minute
    morning.move_to(MORNING + DAY + downtime.TRIED_AGAIN + dt.timedelta(minutes=1))
    assert tasks.make_downtime_pack()
    assert LastRun.objects.get(name=actions.MADE).ok


def test_a_page_maker_that_fails_is_noted(house, monkeypatch):
    monkeypatch.setattr(drawing, "_source", lambda _drawing: b"#panic()")
    assert not tasks.make_downtime_pack()
    assert LastRun.objects.get(name=actions.MADE).why == "A page could not be drawn."


def test_what_a_worker_left_behind_goes(house, morning):
    downtime.folder().mkdir()
    left = downtime.folder() / "x.part"
    left.write_bytes(b"half")
    os.utime(left, times=(MORNING.timestamp() - 7200,) * 2)
    assert tasks.make_downtime_pack()
    assert left.name not in names()


# -- The page ----------------------------------------------------------------------------------------------------------


def taken(browser, what):
    return browser.post(reverse("attendance:take_downtime_pack", kwargs={"what": what}))


def test_sam_takes_both_files_and_it_is_written_down(house, amara, sam, as_):
    sister_of(amara)
    assert tasks.make_downtime_pack()
    browser = as_(sam)
    answer = taken(browser, "sheets")
    assert answer["Content-Disposition"] == 'attachment; filename="2026-10-06-sheets.pdf"'
    assert text_of_pdf(b"".join(answer.streaming_content)) == sheets()
    assert taken(browser, "contacts").url.endswith("?next=/downtime/")  # signs in again first
    make.just_signed_in(browser, sam)
    assert opens(b"".join(taken(browser, "contacts").streaming_content), WORDS)
    records = AuditRecord.objects.filter(verb="attendance.take_downtime_pack").order_by("seq")
    assert [(it.by, it.after["what"], it.after["day"]) for it in records] == [
        (sam.user, "sheets", "2026-10-06"),
        (sam.user, "contacts", "2026-10-06"),
    ]


def test_a_house_that_switched_it_off_gives_nothing_out(house, sam, dana, as_):
    assert tasks.make_downtime_pack()
    make.house(downtime_pack=False)
    browser = as_(sam)
    make.just_signed_in(browser, sam)
    for what in ("sheets", "contacts"):
        assert taken(browser, what).url == reverse("attendance:see_downtime_pack")
    browser.post(reverse("attendance:make_downtime_pack"))
    assert not AuditRecord.objects.filter(verb__contains="downtime").exists()
    pages = {who: as_(who).get(reverse("attendance:see_downtime_pack")).content.decode() for who in (sam, dana)}
    assert "A coordinator can switch it on under House." in pages[sam]
    assert 'href="/house/#id_downtime_pack"' in pages[dana]


def test_a_file_that_is_gone_is_a_sentence(house, sam, as_):
    assert tasks.make_downtime_pack()
    downtime.remove_pack()
    answer = as_(sam).post(reverse("attendance:take_downtime_pack", kwargs={"what": "sheets"}), follow=True)
    assert "There is no such file now." in answer.content.decode()
    assert not AuditRecord.objects.exists()


def test_a_member_reads_that_the_sealed_file_holds_it(house, amara, as_):
    sentence = "Each night the house also keeps it in a sealed file"
    url = reverse("members:my_emergency_contacts")
    assert sentence in as_(amara).get(url).content.decode()
    make.house(downtime_password="")
    assert sentence not in as_(amara).get(url).content.decode()
