"""Every message of every kind, on every channel, in every language, as it is really composed: what no message may say.

A kind, a channel or a language that comes is found by itself.
"""

import datetime as dt
import hashlib
import hmac
import json
import re
from collections.abc import Iterator

import pytest
import time_machine
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.test import Client
from django.utils import timezone, translation

from activities import actions
from activities.models import Part
from members import actions as member_actions
from members import notices
from members.models import Channel, House, Member, Message, MessageWish, Note, Staff
from members.models.messages import whose
from members.notices import KINDS, ForWhom, languages, letter, texting
from members.notices.channels import WAYS
from members.notices.claim import why_gone
from members.notices.letter import Letter
from members.words import NEVER_IN_A_MESSAGE, TELLING
from tests import make
from tests.members import notes
from tests.members.notes import LONG_AGO

pytestmark = [pytest.mark.django_db, pytest.mark.once]

LANGUAGES = languages.codes()
NOW = dt.datetime(2026, 6, 1, 14, 30, tzinfo=dt.UTC)  # Monday 1 June, 10:30 in Detroit
ADDRESS = re.compile(r"https?://\S+")
# What was left of a template, or stands where a fact is missing.
LEFT_OVER = re.compile(r"\{\{|\{%|%\(|\bNone\b|\(\)|\bPromise\b|__proxy__")


@pytest.fixture(autouse=True)
def house(settings):
    settings.MAIL_READY, settings.ADDRESS = True, "https://roll.example.org"
    settings.TEXT_URL, settings.TEXTS_READY = "json://gateway.test/{to}", True
    return make.house(name="Maple Street Clubhouse", time_zone="America/Detroit", country="US")


def reachable(person):
    person.email, person.phone = f"{person.first_name.lower()}@example.org", "+1 313 555 0100"
    if isinstance(person, Member):
        person.phone_allowed = person.texts_allowed = person.email_allowed = True
    person.save()
    return person


def said(written) -> str:
    """All that somebody sees of it."""
    if isinstance(written, EmailMessage):
        return f"{written.from_email}\n{written.subject}\n{written.body}"
    return str(getattr(written, "words", written))


def write(rows: list[Message], facts: dict[int, dict], channel: str, house: House, now: dt.datetime):
    return WAYS[channel]().write(Letter(rows[0].person, channel, rows, facts), house, now, letter.wordings())


def samples(kind, people: list, house: House) -> Iterator[tuple[str, str, object]]:
    """(channel, language, what was written) of `kind` for each of `people` whom it may go to."""
    for person in people:
        if (ForWhom.STAFF if isinstance(person, Staff) else ForWhom.MEMBERS) not in kind.for_whom:
            continue
        for language in LANGUAGES:
            person.language = language
            for channel in WAYS:
                row = Message(pk=1, **whose(person), kind=kind.name, occurrence="sample 1", channel=channel)
                yield channel, language, write([row], {1: kind.sample(house, NOW)}, channel, house, NOW)


@pytest.fixture
def people(amara, sam):
    return [reachable(amara), reachable(sam)]


@pytest.mark.once
@pytest.mark.parametrize("name", KINDS)
@time_machine.travel(NOW, tick=False)
def test_no_word_that_must_never_be_and_none_that_tells_what_this_place_is(name, people, house):
    for channel, language, written in samples(KINDS[name], people, house):
        words = ADDRESS.sub("", said(written))
        found = [NEVER_IN_A_MESSAGE.findall(words), TELLING.findall(words), LEFT_OVER.findall(words)]
        assert found == [[], [], []], f"{channel} in {language}: {words}"


@pytest.mark.once
@pytest.mark.parametrize("name", KINDS)
@time_machine.travel(NOW, tick=False)
def test_it_begins_as_any_other_letter_and_can_be_stopped(name, people, house):
    """Sender, subject and the first 90 characters are the same for all kinds: a phone shows no more than that."""
    for channel, _language, written in samples(KINDS[name], people, house):
        if channel != Channel.EMAIL:
            continue
        assert written.from_email.startswith("Maple Street <")
        assert "Maple Street" in written.subject
        person = next(one for one in people if one.email in written.to)
        with translation.override(person.language):
            empty = {"person": person, "house_name": "Maple Street", "texts": ["~"], "stop": ""}
            beginning = render_to_string("members/mail/letter.txt", empty).strip().partition("~")[0]
        assert written.body.startswith(beginning)
        assert len(beginning) >= 90
        assert not TELLING.search(beginning)
        link = written.extra_headers["List-Unsubscribe"].strip("<>")
        assert link.startswith("https://roll.example.org/")
        assert written.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
        assert link in written.body
        assert written.extra_headers["Message-ID"]


@pytest.mark.once
@pytest.mark.parametrize("name", KINDS)
@time_machine.travel(NOW, tick=False)
def test_a_text_message_holds_its_words_in_160_letters(name, people, house):
    """Not only how many notes wait: that is for several things at once."""
    for language in LANGUAGES:
        with translation.override(language), timezone.override(house.zone):
            context = {"person": people[0], "house_name": "Maple Street", "channel": "text"}
            words = render_to_string(f"messages/{name}/text.txt", context | KINDS[name].sample(house, NOW)).strip()
            text = texting.compose([words], house)
        plain = " ".join(words.split()).translate(texting.PLAINER)
        assert texting.places(text) <= 160
        assert plain in text, f"in {language}: {len(plain)} letters, {text}"
        assert text.startswith("Maple Street: ")
        assert not ADDRESS.search(text)


@pytest.mark.once
@pytest.mark.parametrize("name", KINDS)
@time_machine.travel(NOW, tick=False)
def test_each_language_says_it_in_its_own_words(name, people, house):
    of_language: dict[str, dict] = {}
    for channel, language, written in samples(KINDS[name], people, house):
        of_language.setdefault(language, {})[channel] = said(written)
    for language in LANGUAGES[1:]:
        for channel, words in of_language[language].items():
            for line in ADDRESS.sub("", words).splitlines():
                same = line in ADDRESS.sub("", of_language["en"][channel]).splitlines()
                assert not (same and len(line.split()) > 3), f"{channel} in {language}: {line}"


@pytest.mark.once
@pytest.mark.parametrize("name", [name for name in KINDS if name.endswith("_digest")])
@time_machine.travel(NOW, tick=False)
def test_a_digest_holds_how_many_people_and_no_other_figure(name, people, house):
    kind = KINDS[name]
    count = str(kind.sample(house, NOW)["people"])
    for channel, language, written in samples(kind, people, house):
        words = ADDRESS.sub("", written.body if channel == Channel.EMAIL else said(written))
        assert re.findall(r"\d+", words) == [count], f"{channel} in {language}"


# -- In a house full of people -----------------------------------------------------------------------------------------

CANARIES = [
    "Xanthippe Quillfeather", "Zebulon Wrenwhistle", "Perpetua Finchley", "Ignatius Larkspur", "Oleander Siskin",
    "Philippa Goldcrest", "Cornelius Nuthatch", "Araminta Dunnock",
]  # fmt: skip
SUNDAY = dt.datetime(2026, 5, 31, 16, 0, tzinfo=dt.UTC)
DAY = dt.timedelta(days=1)


@pytest.fixture
def canaries(db):
    members = [reachable(make.member(name, enrolled_on=dt.date(2021, 3, 4), board_name="full")) for name in CANARIES]
    for member in members:
        make.account(member)
    return members


@pytest.fixture
def readers(amara, idris, sam, dana):
    """They ask for everything there is, on every channel."""
    amara.enrolled_on = dt.date(2024, 6, 1)
    people = [reachable(one) for one in (amara, idris, sam, dana, new_here())]
    MessageWish.objects.bulk_create(
        MessageWish(**whose(person), kind=name, channel=channel, since_at=LONG_AGO)
        for person in people
        for name, kind in KINDS.items()
        if kind.is_for(person)
        for channel in WAYS
    )
    return people


def new_here() -> Member:
    nia = make.member("Nia Adeyemi", enrolled_on=SUNDAY.date())
    make.account(nia)
    make.visit(nia, SUNDAY.date(), kind="social", noted_at=SUNDAY)
    return nia


def a_full_week(amara, sam, canaries) -> None:
    """Last week they worked, met and thanked; next week Amara is on things with most of them. Two are not seen now."""
    for day in range(7, 1, -1):
        for member in [amara, *canaries[:4]]:
            make.visit(member, SUNDAY.date() - day * DAY, noted_at=SUNDAY)
    for member in canaries:
        make.visit(member, dt.date(2026, 3, 2), noted_at=SUNDAY)
    canaries = canaries[:-2]
    done = make.task("Soup", day=SUNDAY.date() - 3 * DAY, places=9)
    for member in [amara, *canaries]:
        done.sign_ups.create(member=member, at=LONG_AGO, by=member.user)
    done.done_at, done.done_by = SUNDAY - 3 * DAY, canaries[0].user
    done.save()
    actions.give_thanks(task=done, words="That was lovely.", by=canaries[1].user)
    soup = make.task("Bread", day=SUNDAY.date() + 2 * DAY, part=Part.MORNING, places=9)
    everybody_on(soup, [amara, *canaries])
    everybody_on(make.task("Lists", day=SUNDAY.date() + DAY, part=Part.AFTERNOON, places=9), [amara, *canaries])
    full = make.task("Garden", day=SUNDAY.date() + 3 * DAY, places=1)
    everybody_on(full, canaries[:1])
    actions.wait(task=full, member=amara, by=amara.user)
    actions.withdraw(task=full, member=canaries[0], by=canaries[0].user)
    walk = make.event("River walk", day=SUNDAY.date() + 4 * DAY)
    for member in [amara, *canaries]:
        actions.join_event(event=walk, member=member, by=member.user)
    actions.call_off_event(event=walk, by=sam.user)


def everybody_on(task, members: list[Member]) -> None:
    for member in members:
        actions.sign_up(task=task, member=member, by=member.user)


@pytest.mark.once
def test_no_message_holds_another_members_name(readers, canaries, house):
    amara, _idris, sam, *_others = readers
    with time_machine.travel(SUNDAY, tick=True):
        a_full_week(amara, sam, canaries)
    with time_machine.travel(NOW, tick=False):
        for kind in KINDS.values():
            if kind.prepare:
                kind.prepare(house, NOW)
        letters = list(written_to_readers(house))
    assert {(name, channel) for name, channel, _, _ in letters} >= {
        (name, channel) for name in KINDS for channel in WAYS
    }
    names = {word for person in [*readers, *canaries] for word in f"{person.first_name} {person.last_name}".split()}
    for name, channel, person, words in letters:
        others = names - {person.first_name, person.last_name}
        found = [other for other in others if re.search(rf"\b{other}\b", words)]
        assert found == [], f"{name} on {channel}: {words}"
        assert not LEFT_OVER.search(words), f"{name} on {channel}: {words}"


def written_to_readers(house: House) -> Iterator[tuple[str, str, Member | Staff, str]]:
    """(kind, channel, person, words) of all that waits, as the sweep would write it now."""
    for message in Message.objects.filter(state="waiting").select_related("member__user", "staff__user"):
        assert not why_gone(message.person, house.day_of(NOW))
        facts = KINDS[message.kind].facts([message], house, NOW)
        if message.pk in facts:
            words = said(write([message], facts, message.channel, house, NOW))
            yield message.kind, message.channel, message.person, words


# -- STOP --------------------------------------------------------------------------------------------------------------


def by_the_link(amara, house: House) -> None:
    """Of an older letter, without signing in."""
    row = Message(pk=1, member=amara, kind="note", occurrence="thing 0", channel=Channel.EMAIL)
    older = write([row], {1: {"thing": "tea"}}, Channel.EMAIL, house, NOW)
    link = older.extra_headers["List-Unsubscribe"].strip("<>").removeprefix("https://roll.example.org")
    Client().get(link)  # a mail program that looks first changes nothing
    assert MessageWish.objects.filter(member=amara).exists()
    Client().post(link, {"List-Unsubscribe": "One-Click"})


def by_text(amara, house: House) -> None:
    body = json.dumps({"from": "+13135550100", "text": "STOP"}).encode()
    signature = hmac.new(b"a secret of both", body, hashlib.sha256).hexdigest()
    Client().post("/hooks/texts/", body, content_type="application/json", headers={"X-Signature": signature})


def on_their_page(amara, house: House) -> None:
    for channel in (Channel.PAGE, Channel.NOTE):
        member_actions.set_message_wish(person=amara, kind="note", channel=channel, wanted=False, by=amara.user)


STOPS = {Channel.EMAIL: by_the_link, Channel.TEXT: by_text, Channel.PAGE: on_their_page, Channel.NOTE: on_their_page}


@pytest.fixture
def waiting_note(amara, monkeypatch, settings):
    """`waiting_note(channel)`: Amara asked for notes on it, and one is due."""
    settings.TEXT_INBOUND_SECRET = "a secret of both"
    monkeypatch.setitem(KINDS, "note", notes.kind())
    for name in [name for name in KINDS if name != "note"]:
        monkeypatch.delitem(KINDS, name)
    reachable(amara)

    def due(channel: str) -> Message:
        notes.wish(amara, channel=channel)
        return notes.waiting(amara, channel=channel, due_at=NOW - DAY / 24)

    return due


@pytest.mark.parametrize("channel", WAYS)
@pytest.mark.parametrize("is_stopped", [True, False])
def test_stop_is_honoured_for_what_waits_already(channel, is_stopped, amara, house, waiting_note, monkeypatch):
    """With its control: without the STOP the same row leaves."""
    handed_over = []
    monkeypatch.setattr(WAYS[channel], "open", lambda way: None)
    monkeypatch.setattr(WAYS[channel], "still_open", lambda way: None)
    monkeypatch.setattr(WAYS[channel], "close", lambda way: None)
    monkeypatch.setattr(WAYS[channel], "hand_over", lambda way, written: handed_over.append(written))
    row = waiting_note(channel)
    if is_stopped:
        STOPS[channel](amara, house)
    notices.send_due(NOW)
    left = len(handed_over) + Note.objects.count()
    assert left == (0 if is_stopped else 1)
    states = set(Message.objects.filter(pk=row.pk).values_list("state", flat=True))
    assert states <= ({"dropped"} if is_stopped else {"sent"})
