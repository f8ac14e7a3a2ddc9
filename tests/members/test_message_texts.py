"""What we write, seen before anybody gets it: the same hand writes the preview and the letter."""

import shutil

import pytest

from members import actions, notices
from members.models import Channel, HouseWording, Member, Message
from members.notices import ForWhom, languages, previews
from members.notices.letter import TELLING
from tests import make
from tests.members.notes import NOON, waiting, wish

pytestmark = [pytest.mark.django_db, pytest.mark.page]
TEXTS = "/house/messages/texts/"


def test_every_kind_is_there_and_says_where_the_house_has_its_own_words(dana, as_):
    actions.edit_wording(kind="weekly_summary", language="en", opening="The kettle is on.", closing="", by=None)
    page = as_(dana).get(TEXTS)
    assert {kind.name: is_worded for kind, is_worded in page.context["kinds"]} == {
        name: name == "weekly_summary" for name in notices.KINDS
    }


@pytest.mark.parametrize("kind", sorted(notices.KINDS))
def test_each_kind_has_its_texts_about_nobody(kind, dana, amara, as_):
    make.house(name="Elm House")
    page = as_(dana).get(f"{TEXTS}{kind}/")
    shown = {preview.channel: preview for preview in page.context["previews"]}
    paper = {"note"} if ForWhom.MEMBERS in notices.KINDS[kind].for_whom else set()  # staff get none on paper
    assert set(shown) - {"text"} == {"email", "page"} | paper
    assert shown["email"].subject == "A message from Elm House" and shown["email"].sender.startswith("Elm House <")
    for preview in shown.values():
        assert "Amara" not in preview.text and not TELLING.search(preview.text[:90])
    if "text" in shown:
        assert len(shown["text"].text) <= 160
    assert (Message.objects.count(), Member.objects.count()) == (0, 1)


def test_what_is_shown_is_what_is_sent(dana, amara, settings, mailoutbox, time_machine, as_):
    """A real letter and its preview differ in the name and the link that stops it, and in nothing else."""
    time_machine.move_to(NOON, tick=False)
    settings.MAIL_READY = True
    actions.edit_wording(
        kind="monthly_report", language="en", opening="The kettle is on.", closing="Bring a friend.", by=None
    )
    amara.email, amara.first_name = "amara@example.org", "Robin"
    amara.save()
    wish(amara, "monthly_report")
    waiting(amara, "month 2026-09", kind="monthly_report")
    assert notices.send_due(NOON)["sent"] == 1
    [letter] = mailoutbox
    [shown] = [
        preview
        for preview in as_(dana).get(f"{TEXTS}monthly_report/").context["previews"]
        if preview.channel == "email"
    ]
    assert (shown.subject, shown.sender) == (letter.subject, letter.from_email)
    assert without_links(shown.text) == without_links(letter.body)
    assert "The kettle is on." in letter.body and "Bring a friend." in letter.body


def without_links(text: str) -> list[str]:
    return [line for line in text.splitlines() if "://" not in line]


def test_our_words_are_shown_at_once_but_never_first_and_never_in_a_text_message(dana, as_):
    browser = as_(dana)
    words = {"language": "en", "opening": "The kettle is on.", "closing": "Bring a friend."}
    page = browser.post(f"{TEXTS}weekly_summary/words/", words, follow=True)
    for preview in page.context["previews"]:
        for sentence in ("The kettle is on.", "Bring a friend."):
            assert (sentence in preview.text) == (preview.channel != Channel.TEXT)
            if preview.channel == Channel.EMAIL:
                assert preview.text.index(sentence) > 90
    assert "With our words" in browser.get(TEXTS).content.decode()
    page = browser.post(f"{TEXTS}weekly_summary/words/", {"language": "en"}, follow=True)
    assert not any("kettle" in preview.text for preview in page.context["previews"])
    assert HouseWording.objects.count() == 0


def test_what_they_may_not_hold_is_said_beside_the_field_and_what_was_typed_is_kept(dana, amara, as_):
    words = {"language": "en", "opening": "Tea & cake.", "closing": "With love from Amara."}
    page = as_(dana).post(f"{TEXTS}weekly_summary/words/", words)
    assert page.status_code == 422
    assert page.context["form"].errors == {"closing": ["“Amara” is a name on the roll. Please say it without a name."]}
    html = page.content.decode()
    assert "Tea &amp; cake." in html and "With love from Amara." in html
    assert HouseWording.objects.count() == 0


@pytest.mark.parametrize(
    ("kind", "language"), [("no_such_kind", "en"), ("weekly_summary", "xx"), ("weekly_summary", "../en")]
)
def test_a_kind_or_language_that_is_not_there(kind, language, dana, as_):
    assert as_(dana).get(f"{TEXTS}{kind}/", {"language": language}).status_code == 404
    assert as_(dana).post(f"{TEXTS}{kind}/words/", {"language": language, "opening": "Tea."}).status_code == 404


# -- Languages ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def with_spanish(settings, tmp_path):
    """A catalogue in another folder: nothing else is needed for a language to be offered."""
    folder = tmp_path / "es" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    shutil.copy(settings.BASE_DIR / "locale/en/LC_MESSAGES/django.mo", folder)
    (tmp_path / "fi" / "LC_MESSAGES").mkdir(parents=True)  # not compiled
    settings.LOCALE_PATHS = [*settings.LOCALE_PATHS, tmp_path]
    languages.codes.cache_clear()
    yield
    languages.codes.cache_clear()


def test_each_language_with_a_catalogue_is_offered_in_its_own_words(with_spanish):
    assert {"en", "es"} <= set(languages.codes()) and "fi" not in languages.codes()
    assert dict(languages.choices())["es"] == "español"
    assert [code for code, _name in languages.choices()][0] == "en"


def test_a_preview_is_in_the_language_that_was_picked(with_spanish, dana, as_, monkeypatch):
    actions.edit_wording(kind="weekly_summary", language="es", opening="El agua hierve.", closing="", by=None)
    page = as_(dana).get(f"{TEXTS}weekly_summary/?language=es")
    assert "El agua hierve." in page.context["previews"][0].text
    assert '<div class="preview-text" lang="es"' in page.content.decode()
    assert "El agua" not in as_(dana).get(f"{TEXTS}weekly_summary/").content.decode()


def test_our_words_never_come_first_in_any_kind_and_language():
    """Of what leaves the house: on a phone's locked screen nobody sees more than 90 letters."""
    house = make.house(name="Elm House")
    for code in languages.codes():
        for name, kind in notices.KINDS.items():
            actions.edit_wording(kind=name, language=code, opening="The kettle is on.", closing="Tea?", by=None)
            for preview in previews.previews(kind, code, house, NOON):
                where = preview.text.find("The kettle is on.")
                assert where > 90 or preview.channel in {Channel.TEXT, Channel.PAGE}, (code, name, preview.channel)


def test_robin_is_never_stored():
    for kind in notices.KINDS.values():
        previews.previews(kind, "en", make.house(name="Elm House"), NOON)
    assert Member.objects.count() == 0
