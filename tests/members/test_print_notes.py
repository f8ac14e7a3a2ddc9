"""Notes on paper: an equal way to be written to. What is printed is asked for, true and of use at that moment."""

import datetime as dt
from dataclasses import replace

import pytest
from django.utils import timezone

from members import actions, notices
from members.models import AuditRecord, Message, Note
from members.notices import paper
from tests import make
from tests.members import notes
from tests.members.notes import HOUR, NOON, waiting, wish

pytestmark = [pytest.mark.django_db, pytest.mark.page]
PAGE = "/house/notes/"


@pytest.fixture(autouse=True)
def noon(monkeypatch, time_machine):
    time_machine.move_to(NOON, tick=False)
    monkeypatch.setattr(notes, "untrue", set())
    kinds = {"note": notes.kind(), "rare": notes.kind("rare")}
    for room in ("sweep", "claim", "paper"):
        monkeypatch.setattr(f"members.notices.{room}.KINDS", kinds)


@pytest.fixture
def amara(amara):
    wish(amara, channel="note")
    wish(amara, "rare", channel="note")
    return amara


def written(person, occurrence: str = "thing 1", **fields) -> Note:
    """A note that the sweep wrote."""
    message = waiting(person, occurrence, channel="note", **fields)
    assert notices.send_due(NOON)["sent"] == 1
    return Note.objects.get(message=message)


def to_print() -> list[int]:
    return [note.pk for note in paper.to_print(make.house(), timezone.now())]


def test_sam_prints_the_days_notes_and_takes_it_back(sam, amara, as_):
    note = written(amara)
    browser = as_(sam)
    page = browser.get(PAGE)
    html = page.content.decode()
    assert page.context["waiting"] == 1
    assert "Amara O." in html and "A word about thing 1." in html and "Okafor" not in html
    page = browser.post(PAGE + "printed/", {"note": [note.pk]}, follow=True)
    assert "1 note is printed." in page.content.decode()
    assert (page.context["waiting"], page.context["printed"], to_print()) == (0, 1, [])
    note.refresh_from_db()
    assert (note.printed_at, note.printed_by) == (NOON, sam.user)
    assert "A word about thing 1." in browser.get(PAGE + "?which=today").content.decode()
    browser.post(PAGE + "printed/", {"note": [note.pk, "x", "9" * 30]})  # twice: nothing new
    assert browser.post(PAGE + "not-printed/", follow=True).context["waiting"] == 1
    browser.post(PAGE + "not-printed/")
    records = AuditRecord.objects.filter(subject=f"members.note {note.pk}").order_by("seq")
    assert [(r.verb, r.about, r.by) for r in records] == [
        ("print_note", amara, sam.user),
        ("take_back_printed", amara, sam.user),
    ]


def test_taking_back_is_for_ones_own_last_sheet(sam, dana, amara, noor, time_machine, as_):
    wish(noor, channel="note")
    first, second = written(amara), written(noor)
    actions.print_notes(pks=[first.pk], by=sam.user)
    time_machine.move_to(NOON + HOUR, tick=False)
    actions.print_notes(pks=[second.pk], by=sam.user)
    assert [as_(who).get(PAGE + "?which=today").context["mine"] for who in (sam, dana)] == [True, False]
    assert actions.take_back_printed(by=dana.user) == 0
    assert (actions.take_back_printed(by=sam.user), to_print()) == (1, [second.pk])


def test_the_way_and_the_envelope_are_as_each_wishes(sam, amara, as_):
    amara.address, amara.envelope = "Canary Road 5\nElm", "plain"
    amara.save()
    written(amara)
    html = as_(sam).get(PAGE).content.decode()
    assert "Hand over, or send by post to:" in html and "Canary Road 5<br>Elm" in html
    assert "Name and address only" in html
    amara.post_allowed = False
    amara.save()
    html = as_(sam).get(PAGE).content.decode()
    assert "Hand over" in html and "Canary Road" not in html and "by post to" not in html


@pytest.mark.parametrize(
    "fields",
    [
        {"quiet_until_on": dt.date(2026, 10, 7)},
        {"withdrawn_on": dt.date(2026, 10, 7)},
        {"deceased_on": dt.date(2026, 10, 7)},
    ],
    ids=lambda fields: next(iter(fields)),
)
def test_no_note_for_who_asked_for_quiet_or_left(fields, sam, amara, as_):
    written(amara)
    assert as_(sam).get(PAGE).context["waiting"] == 1
    for name, value in fields.items():
        setattr(amara, name, value)
    amara.save()
    assert as_(sam).get(PAGE).context["waiting"] == 0
    assert "A word about" not in as_(sam).get(PAGE).content.decode()


def test_paper_switched_off_takes_back_what_waits_and_what_could_be_printed_again(sam, amara, as_):
    note = written(amara)
    actions.set_message_wish(person=amara, kind="note", channel="note", wanted=False, by=amara.user)
    assert to_print() == []
    actions.set_message_wish(person=amara, kind="note", channel="note", wanted=True, by=amara.user)
    actions.print_notes(pks=[note.pk], by=sam.user)
    actions.set_message_wish(person=amara, kind="note", channel="note", wanted=False, by=amara.user)
    assert as_(sam).get(PAGE + "?which=today").context["notes"] == []


def test_what_came_too_late_or_is_not_true_any_more_is_not_printed(amara):
    note = written(amara, expires_at=NOON + HOUR)
    house = make.house()
    assert [one.pk for one in paper.to_print(house, NOON + HOUR - dt.timedelta(seconds=1))] == [note.pk]
    assert paper.to_print(house, NOON + HOUR) == []
    notes.untrue.add("thing 1")
    assert paper.to_print(house, NOON) == []


def test_what_nobody_printed_in_time_is_not_even_read(amara, noor, monkeypatch):
    """A house without a printer writes them for years."""
    wish(noor, channel="note")
    for number in range(3):
        written(amara, f"thing {number}", due_at=NOON, expires_at=NOON + HOUR)
        Message.objects.update(settled_at=NOON - dt.timedelta(days=8 + number))
    written(noor, "thing 5")
    read, letters = [], paper._letters
    monkeypatch.setattr(paper, "_letters", lambda found: read.extend(found) or letters(found))
    assert [note.member for note in paper.to_print(make.house(), NOON + 2 * HOUR)] == [noor]
    assert len(read) == 1


def test_of_two_messages_in_one_note_the_true_one_is_left(amara):
    waiting(amara, "thing 1", channel="note")
    waiting(amara, "thing 2", kind="rare", channel="note")
    assert notices.send_due(NOON)["sent"] == 2
    [both] = paper.to_print(make.house(), NOON)
    assert "thing 1" in both.text and "thing 2" in both.text
    notes.untrue.add("thing 1")
    [one] = paper.to_print(make.house(), NOON)
    assert "thing 1" not in one.text and "thing 2" in one.text and "Hello Amara" in one.text


def test_a_kind_that_breaks_keeps_nobody_elses_note(amara, noor, monkeypatch):
    wish(noor, "rare", channel="note")
    written(amara)
    kept = written(noor, "thing 2", kind="rare")

    def broken(messages, house, now):
        raise RuntimeError("this kind breaks")

    monkeypatch.setitem(paper.KINDS, "note", replace(notes.kind(), facts=broken))
    assert to_print() == [kept.pk]


def test_nothing_is_printed_while_all_messages_are_stopped(sam, amara, as_):
    written(amara)
    actions.stop_all_messages(by=None)
    page = as_(sam).get(PAGE)
    assert (page.context["waiting"], "All messages are stopped." in page.content.decode()) == (0, True)
    assert "1 note waits for paper." not in as_(sam).get("/").content.decode()
    actions.let_messages_go(by=None)
    assert as_(sam).get(PAGE).context["waiting"] == 1


def test_home_says_how_many_wait_to_who_may_print_them(sam, dana, amara, as_):
    said = "1 note waits for paper."
    assert said not in as_(sam).get("/").content.decode()
    written(amara)
    homes = [as_(who).get("/").content.decode() for who in (sam, dana, amara)]
    assert [said in home for home in homes] == [True, True, False]


def paper_note(pk: int, text: str) -> paper.PaperNote:
    return paper.PaperNote(pk, make.member(f"Noor {pk}"), text)


def test_short_notes_share_a_sheet_and_long_ones_do_not():
    short = [paper_note(pk, "A word.\n" * 12) for pk in range(5)]
    long = [paper_note(5, "A word.\n" * 13), paper_note(6, "word " * 80)]
    mixed = [long[0], *short, long[1]]
    assert [[note.pk for note in sheet] for sheet in paper.sheets(mixed, 4)] == [[0, 1, 2, 3], [4], [5], [6]]
    assert [[note.pk for note in sheet] for sheet in paper.sheets(mixed, 1)] == [[5], [0], [1], [2], [3], [4], [6]]


def test_the_page_costs_the_same_for_one_and_for_three(sam, as_, django_assert_num_queries):
    browser = as_(sam)
    browser.get(PAGE)
    for position in range(3):
        member = make.member(f"Member Number{position}")
        wish(member, channel="note")
        written(member)
        with django_assert_num_queries(8):
            assert browser.get(PAGE).context["waiting"] == position + 1


def test_a_note_is_not_counted_twice_as_a_message(amara):
    written(amara)
    assert list(Message.objects.values_list("state", flat=True)) == ["sent"]
    assert notices.send_due(NOON) == {}
