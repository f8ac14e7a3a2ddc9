"""Messages speak Spanish to whoever asked for it, every sentence of them; pages stay English."""

import gettext
import re

import pytest
import time_machine
from django.core import mail
from django.test import Client
from django.utils import timezone, translation

from activities.actions import sign_up
from activities.models import Part
from clubhouse.clock import day_words, moment_words
from members import notices
from members.models import MessageWish
from tests import make
from tests.members.notes import LONG_AGO
from tests.said_in_messages import ROOT, Sentence, sentences
from tests.test_every_message import DAY, SUNDAY

FOLDER = ROOT / "locale/es/LC_MESSAGES"
ENTRY = re.compile(
    r'^(?:msgctxt "(?P<context>.*)"\n)?msgid "(?P<one>.+)"\n(?:msgid_plural "(?P<many>.+)"\n)?'
    r'(?P<said>(?:msgstr(?:\[\d\])? ".*"\n?)+)',
    re.MULTILINE,
)
PLACES = re.compile(r"%\(\w+\)[sd]")


def written() -> dict[Sentence, list[str]]:
    """What the catalogue says for each sentence, in its forms."""
    found = ENTRY.finditer((FOLDER / "django.po").read_text())
    return {
        Sentence(one["one"], one["many"] or "", one["context"] or ""): [
            plain(words) for words in re.findall(r'^msgstr(?:\[\d\])? "(.*)"$', one["said"], re.MULTILINE)
        ]
        for one in found
    }


def plain(words: str) -> str:
    return words.replace('\\"', '"').replace("\\\\", "\\")


@pytest.mark.once
def test_no_sentence_of_a_message_lacks_its_spanish():
    said, known = sentences(), written()
    lacking = {sentence: place for sentence, place in said.items() if not all(known.get(sentence, [""]))}
    assert lacking == {}
    assert len(said) > 50


@pytest.mark.once
def test_a_sentence_that_was_never_translated_would_be_found():
    """The control, on templates, code and literals inside tags."""
    made_up = {Sentence("Never said before."), Sentence("One apple.", "%(count)s apples.")}
    assert made_up.isdisjoint(written())
    assert Sentence("A message from %(house)s") in sentences()
    assert Sentence("Thank you for the time you shared.") in sentences()
    assert Sentence("l j F", context="date") in sentences()


@pytest.mark.once
def test_it_is_compiled_and_keeps_what_is_filled_in():
    with (FOLDER / "django.mo").open("rb") as compiled:
        known = gettext.GNUTranslations(compiled)
    for sentence, forms in written().items():
        for count, form in zip((1, 5), forms, strict=False):
            if sentence.many:
                assert known.ngettext(sentence.one, sentence.many, count) == form
            elif sentence.context:
                assert known.pgettext(sentence.context, sentence.one) == form
            else:
                assert known.gettext(sentence.one) == form
            expected = sentence.many if count > 1 and sentence.many else sentence.one
            if not sentence.many:
                assert sorted(PLACES.findall(form)) == sorted(PLACES.findall(expected)), form
        assert len(forms) == (2 if sentence.many else 1)


@pytest.mark.once
@pytest.mark.django_db
@time_machine.travel("2026-10-05T12:00:00Z", tick=False)
def test_days_and_times_are_said_as_one_says_them_in_spanish():
    with translation.override("es"), timezone.override("America/Detroit"):
        now = timezone.now()
        assert day_words(now) == "lunes 5 de octubre"
        assert day_words(now + 100 * DAY) == "miércoles 13 de enero de 2027"
        assert moment_words(now) == "lunes 5 de octubre, 08:00"


@pytest.mark.once
@pytest.mark.django_db
def test_a_member_who_reads_spanish_gets_the_whole_letter_in_it(amara, settings):
    settings.MAIL_READY = True
    make.house(name="Maple Street Clubhouse", time_zone="America/Detroit")
    amara.language, amara.email = "es", "amara@example.org"
    amara.save()
    MessageWish.objects.create(member=amara, kind="task_reminder", channel="email", since_at=LONG_AGO)
    with time_machine.travel(SUNDAY, tick=False):
        task = make.task("Newsletter", day=SUNDAY.date() + DAY, part=Part.MORNING)
        sign_up(task=task, member=amara, by=amara.user)
    with time_machine.travel(SUNDAY + DAY / 4, tick=False):  # six in the evening
        notices.send_due()
    letter = mail.outbox[0]
    assert letter.subject == "Un mensaje de Maple Street"
    assert letter.body.startswith("Hola, Amara:\n\nEsta es la nota de Maple Street que pediste.")
    assert "Mañana, lunes 1 de junio, por la mañana" in letter.body
    assert "Newsletter (Kitchen)" in letter.body  # as somebody here typed it
    assert not re.search(r"\b(the|you|your|with)\b", re.sub(r"https?://\S+", "", letter.body))


@pytest.mark.page
@pytest.mark.django_db
def test_pages_stay_english_whatever_the_browser_or_the_member_asks_for(amara, as_):
    asked = {"HTTP_ACCEPT_LANGUAGE": "es"}
    assert b'<html lang="en"' in Client().get("/accounts/login/", **asked).content
    english = as_(amara).get("/").content
    amara.language = "es"
    amara.save()
    spanish = as_(amara).get("/", **asked).content
    assert b'<html lang="en"' in spanish
    for words in ("¡", "¿", "Hola", "Cocina", "lunes"):
        assert words.encode() not in spanish
    assert len(spanish) == len(english)
