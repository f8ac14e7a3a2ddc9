"""Notes that wait on somebody's own page."""

import datetime as dt

import pytest
from django.utils import timezone

from members.models import AuditRecord, Message, Note
from members.models.messages import whose

pytestmark = pytest.mark.page


def note(person, text: str, *, channel: str = "page", **fields) -> Note:
    now = timezone.now()
    message = Message.objects.create(
        **whose(person), kind="task_reminder", occurrence=f"task {Message.objects.count()}", channel=channel,
        state="sent", due_at=now, expires_at=now, settled_at=now,
    )  # fmt: skip
    return Note.objects.create(message=message, text=text, at=now, **fields)


@pytest.fixture
def notes(amara, noor):
    now = timezone.now()
    note(noor, "For Noor")
    note(amara, "On paper", channel="note")
    note(amara, "Long ago", read_at=now - dt.timedelta(days=31))
    note(amara, "Last week", read_at=now - dt.timedelta(days=7))
    return note(amara, "Bread <b> tomorrow")


def shown(page) -> list[str]:
    html = page.content.decode()
    texts = ["For Noor", "On paper", "Long ago", "Last week", "Bread &lt;b&gt; tomorrow"]
    return [text for text in texts if text in html]


def test_what_waits_stands_on_top_of_my_page_and_is_counted_at_home(amara, as_, notes):
    browser = as_(amara)
    assert shown(browser.get("/me/")) == ["Bread &lt;b&gt; tomorrow"]
    assert "1 note for you" in browser.get("/").content.decode()
    assert shown(browser.get("/me/notes/")) == ["Last week"]


def test_an_address_of_the_house_can_be_tapped_and_no_other(amara, as_, settings):
    settings.ADDRESS = "https://roll.example.org"
    note(amara, "Give it back:\nhttps://roll.example.org/tasks/2026-10-06/\nhttps://elsewhere.example/<b>")
    note(amara, "https://roll.example.org//elsewhere.example/ https://roll.example.org.elsewhere.example/")
    html = as_(amara).get("/me/").content.decode()
    assert html.count("Open it") == 1
    assert 'Give it back:<br><a href="/tasks/2026-10-06/">Open it</a><br>https://elsewhere.example/&lt;b&gt;' in html


def test_put_away_and_undo(amara, as_, notes):
    browser = as_(amara)
    for _ in range(2):
        page = browser.post(f"/me/notes/{notes.pk}/away/", follow=True)
        assert f'action="/me/notes/{notes.pk}/out/"' in page.content.decode()
        assert shown(page) == []
    assert "for you" not in browser.get("/").content.decode()
    assert shown(browser.get("/me/notes/")) == ["Last week", "Bread &lt;b&gt; tomorrow"]
    for _ in range(2):
        assert shown(browser.post(f"/me/notes/{notes.pk}/out/", follow=True)) == ["Bread &lt;b&gt; tomorrow"]
    assert [(it.verb, it.about, it.by) for it in AuditRecord.objects.order_by("seq")] == [
        ("put_away_note", amara, amara.user), ("take_out_note", amara, amara.user),
    ]  # fmt: skip


def test_a_note_of_somebody_else_or_on_paper_is_not_hers_to_put_away(amara, as_, notes):
    for other in Note.objects.filter(text__in=["For Noor", "On paper"]):
        assert [as_(amara).post(f"/me/notes/{other.pk}/{end}/").status_code for end in ("away", "out")] == [404, 404]
    assert Note.objects.filter(read_at=None).count() == 3


def test_staff_have_notes_too(sam, as_):
    note(sam, "For Sam")
    assert "For Sam" in as_(sam).get("/me/").content.decode()
    assert "1 note for you" in as_(sam).get("/").content.decode()
